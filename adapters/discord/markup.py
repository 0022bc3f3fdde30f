"""Words and code as Discord's Markdown, so that nothing a person typed can format, ping, link or leak."""

import re
import unicodedata
from collections.abc import Iterable
from typing import assert_never

from bot.cards.model import Link, Moment, Mono, Span, Strong, Text

_MEANING = re.compile(
    r"[\\`*_~|<>\[\]@#]"  # emphasis, code, spoilers, mentions, timestamps, links, headings, quotes
    r"|:(?=\S)"  # addresses and :emoji:
)
_BULLET = re.compile(r"^([ \t]*\d*)([-+.)])", re.MULTILINE)  # lists and small print
_GAP = "\N{ZERO WIDTH SPACE}"
_ISOLATE, _END_ISOLATE = "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"
_BLANK = ("Cc", "Cs", "Zl", "Zp")  # controls, halves of characters, separators of lines
_JOINERS = "\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}"  # families of emoji and several scripts are made with them


def inline(spans: Iterable[Span]) -> str:
    """Spans as one piece of Markdown."""
    said = ""
    for piece in map(_span, spans):
        touching = said[-1:] == piece[:1] and piece[:1] in ("*", "`")
        said += f"{_GAP}{piece}" if touching else piece
    return said


def escape(text: str) -> str:
    """Plain words that look exactly as they were typed."""
    return isolate(_BULLET.sub(r"\1\\\2", _MEANING.sub(r"\\\g<0>", clean(text))))


def clean(text: str) -> str:
    """Text without what no reader can see: overrides of direction, zero widths, control characters."""
    kept = (char for char in text if char in _JOINERS or unicodedata.category(char) != "Cf" or char >= "\U000e0020")
    return "".join(" " if unicodedata.category(char) in _BLANK and char != "\n" else char for char in kept)


def isolate(text: str) -> str:
    """Text whose direction, if it runs from right to left, does not turn what stands beside it."""
    turns = any(unicodedata.bidirectional(char) in ("R", "AL", "AN") for char in text)
    return f"{_ISOLATE}{text}{_END_ISOLATE}" if turns else text


def mono(text: str) -> str:
    """A piece of code within a sentence."""
    line = " ".join(clean(text).split("\n"))
    if not line:
        return ""
    return isolate(f"`` {line.replace('``', f'`{_GAP}`')} ``" if "`" in line else f"`{line}`")


def fence(source: str, language: str) -> str:
    """A block of code that no line of its own can close."""
    name = language if language.isalnum() else ""
    harmless = re.sub("``(?=`)", f"``{_GAP}", source) if source.strip() else _GAP
    return f"```{name}\n{harmless}\n```"


def small(markdown: str) -> str:
    """Small print, every line of it."""
    return "\n".join(f"-# {line}" for line in markdown.split("\n") if line.strip())


def _span(span: Span) -> str:
    match span:
        case Text(text):
            return escape(text)
        case Strong(text):
            return f"**{escape(text)}**" if text.strip() else text
        case Mono(text):
            return mono(text)
        case Moment(at, _):
            return f"<t:{int(at.timestamp())}:F> (<t:{int(at.timestamp())}:R>)"
        case Link(text, url):
            return f"[{escape(text)}]({url.replace('(', '%28').replace(')', '%29').replace(' ', '%20')})"
        case _:
            assert_never(span)
