"""Words and code as Discord's Markdown, so that nothing a person typed can format, ping, link or leak."""

import re
from collections.abc import Iterable
from typing import assert_never

from bot.cards.model import Channel, Group, Link, Moment, Mono, Span, Strong, Text
from bot.domain.words import isolate, visible

_MEANING = re.compile(
    r"[\\`*_~|<>\[\]@#]"  # emphasis, code, spoilers, mentions, timestamps, links, headings, quotes
    r"|:(?=\S)"  # addresses and :emoji:
)
_BULLET = re.compile(r"^([ \t]*\d*)([-+.)])", re.MULTILINE)  # lists and small print
_GAP = "\N{ZERO WIDTH SPACE}"


def inline(spans: Iterable[Span]) -> str:
    """Spans as one piece of Markdown."""
    said = ""
    for piece in map(_span, spans):
        touching = said[-1:] == piece[:1] and piece[:1] in ("*", "`")
        said += f"{_GAP}{piece}" if touching else piece
    return said


def escape(text: str) -> str:
    """Plain words that look exactly as they were typed."""
    return isolate(_BULLET.sub(r"\1\\\2", _MEANING.sub(r"\\\g<0>", visible(text))))


def mono(text: str) -> str:
    """A piece of code within a sentence."""
    line = " ".join(visible(text).split("\n"))
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
        case Group(number):
            return f"<@&{number}>" if number.isdecimal() else escape(number)
        case Channel(id_):
            return f"<#{id_}>" if id_.isdecimal() else escape(f"#{id_}")
        case _:
            assert_never(span)
