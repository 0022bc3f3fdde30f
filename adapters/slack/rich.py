"""Words as Slack's rich text, which has no markup: nothing that a person typed can format, ping or link."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import assert_never

from adapters.slack import limits
from adapters.slack.words import clean, escape, pieces, short
from bot.cards.model import Channel, Group, Link, Moment, Mono, Span, Strong, Text
from bot.cards.text import plain

Json = dict[str, object]

_MOMENT = "{date_short_pretty} {time}"
_BOLD: Json = {"bold": True}
_CODE: Json = {"code": True}


def section(spans: Iterable[Span]) -> Json:
    """A paragraph."""
    return {"type": "rich_text_section", "elements": list(elements(spans))}


def elements(spans: Iterable[Span]) -> Iterator[Json]:
    """Spans one by one; a long text in several pieces."""
    for span in spans:
        match span:
            case Text(text):
                yield from texts(clean(text))
            case Mono(text):
                yield from (piece | {"style": _CODE} for piece in texts(clean(text)))
            case Strong(text):
                yield from (piece | {"style": _BOLD} for piece in texts(clean(text)))
            case Moment(at, fallback):
                yield {"type": "date", "timestamp": int(at.timestamp()), "format": _MOMENT, "fallback": fallback}
            case Link(text, url):
                yield {"type": "link", "url": url, "text": clean(text)}
            case Group(number):
                yield {"type": "usergroup", "usergroup_id": number}
            case Channel(id_):
                yield {"type": "channel", "channel_id": id_}
            case _:
                assert_never(span)


def small(spans: tuple[Span, ...]) -> Json:
    """Small print: a context block, or rich text where it does not fit one."""
    shown = [
        _fine_print(part)
        for words, run in groupby(spans, lambda span: isinstance(span, Text | Mono | Strong))
        for part in ([Text(plain(run))] if words else run)
    ]
    if len(shown) > limits.CONTEXT_ELEMENTS or len(plain(spans)) > limits.TEXT:
        return rich(section(spans))
    return {"type": "context", "elements": shown}


def _fine_print(span: Span) -> Json:
    match span:
        case Text(text) | Mono(text) | Strong(text):
            return plain_words(text)
        case Moment(at, fallback):
            return {"type": "mrkdwn", "text": f"<!date^{int(at.timestamp())}^{_MOMENT}|{escape(fallback)}>"}
        case Link(text, url):
            address = escape(url).replace("|", "%7C")
            return {"type": "mrkdwn", "text": f"<{address}|{escape(text)}>"}
        case Group(number):
            return {"type": "mrkdwn", "text": f"<!subteam^{escape(number)}>"}
        case Channel(id_):
            return {"type": "mrkdwn", "text": f"<#{escape(id_)}>"}
        case _:
            assert_never(span)


def plain_words(text: str, longest: int = limits.TEXT) -> Json:
    """Words without markup, where Slack takes no rich text; at most so many characters."""
    return {"type": "plain_text", "text": short(text, longest), "emoji": False}


def texts(text: str) -> Iterator[Json]:
    """Words as they are, nothing cleaned off, in as many pieces as they need."""
    for piece in pieces(text, limits.TEXT):
        yield {"type": "text", "text": piece}


def rich(*parts: Json) -> Json:
    """Parts as one block of rich text."""
    return {"type": "rich_text", "elements": list(parts)}
