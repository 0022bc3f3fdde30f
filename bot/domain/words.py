"""Words as people may read them: what no reader can see, or what turns others round, is left out."""

import unicodedata

_BLANK = ("Cc", "Cs", "Zl", "Zp")  # controls, halves of characters, separators of lines
_JOINERS = "\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}"  # families of emoji and several scripts are made with them
_FLAGS = "\U000e0020"  # from here on, invisible letters spell the flags of regions
_ISOLATE, _END_ISOLATE = "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"


def visible(text: str) -> str:
    """Text without overrides of direction, zero widths and control characters; line breaks stay."""
    kept = (char for char in text if char in _JOINERS or unicodedata.category(char) != "Cf" or char >= _FLAGS)
    return "".join(" " if unicodedata.category(char) in _BLANK and char != "\n" else char for char in kept)


def isolate(text: str) -> str:
    """Text whose direction, if it runs from right to left, does not turn what stands beside it."""
    turns = any(unicodedata.bidirectional(char) in ("R", "AL", "AN") for char in text)
    return f"{_ISOLATE}{text}{_END_ISOLATE}" if turns else text
