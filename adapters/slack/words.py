"""Words as Slack can show them: nothing invisible, nothing that turns its neighbours round, nothing too long."""

import unicodedata
from collections.abc import Iterator

_BIDI_CONTROLS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
# Joiners stay: families of emoji and Persian words need them.
_INVISIBLE = "\u00ad\u180e\u200b\u2060\u2061\u2062\u2063\u2064\ufeff"
_CONTROLS = "".join(map(chr, (*range(9), *range(11, 32), *range(127, 160))))
_DROPPED = str.maketrans("", "", _BIDI_CONTROLS + _INVISIBLE + _CONTROLS)
_FIRST_STRONG_ISOLATE, _POP_ISOLATE = "\u2068", "\u2069"


def clean(text: str) -> str:
    """The text without control characters; right-to-left words are isolated, so that they stay among themselves."""
    kept = text.translate(_DROPPED)
    if any(unicodedata.bidirectional(letter) in ("R", "AL") for letter in kept):
        return f"{_FIRST_STRONG_ISOLATE}{kept}{_POP_ISOLATE}"
    return kept


def escape(text: str) -> str:
    """The text for Slack's own markup: the three characters that could open a link, a ping or an entity."""
    return clean(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def cut(text: str, longest: int) -> str:
    """At most `longest` characters; an ellipsis says that something is missing."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def pieces(text: str, longest: int) -> Iterator[str]:
    """The whole text in pieces of at most `longest` characters; none where there is no text."""
    for start in range(0, len(text), longest):
        yield text[start : start + longest]
