"""Words as people may read them: what no reader can see, or what turns others round, is left out."""

import re
import unicodedata
from functools import lru_cache

_FILLERS = "\u115f\u1160\u3164\uffa0\u2800"  # letters and a braille cell that look like nothing
_BLANK = ("Cc", "Cs", "Zl", "Zp")  # controls, halves of characters, separators of lines
_JOINERS = "\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}"  # families of emoji and several scripts are made with them
_FLAGS = "\U000e0020"  # from here on, invisible letters spell the flags of regions
_SHORT = 100  # characters of what cards say again and again
_ISOLATE, _END_ISOLATE = "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"
_PLAIN = re.compile(r"[ -~\n]*").fullmatch  # what most people write: nothing in it is hidden, nothing turns


def visible(text: str) -> str:
    """Text without overrides of direction, zero widths and control characters; line breaks stay."""
    if _PLAIN(text):
        return text
    return _cleaned(text) if len(text) <= _SHORT else "".join(map(_shown, text))


@lru_cache(maxsize=1024)  # labels and headings are on every card, many with a sign that is not plain
def _cleaned(text: str) -> str:
    return "".join(map(_shown, text))


def _shown(char: str) -> str:
    category = unicodedata.category(char)
    if char in _FILLERS or (category in _BLANK and char != "\n"):
        return " "
    return "" if category == "Cf" and char not in _JOINERS and char < _FLAGS else char


def isolate(text: str) -> str:
    """Text whose direction, if it runs from right to left, does not turn what stands beside it."""
    turns = not text.isascii() and any(unicodedata.bidirectional(char) in ("R", "AL", "AN") for char in text)
    return f"{_ISOLATE}{text}{_END_ISOLATE}" if turns else text
