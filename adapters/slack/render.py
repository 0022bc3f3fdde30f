"""Cards and forms as Block Kit.

Plain dicts, because the library's own models drop what they do not know, such as the language of code. Rich text
wherever words stand: it has no markup, so nothing that a person typed can format, ping or link.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import TypedDict, assert_never

from adapters.slack import limits
from adapters.slack.words import clean, cut, escape, pieces
from bot import wire
from bot.cards.model import (
    Block,
    Button,
    Buttons,
    Card,
    Channel,
    Code,
    Facts,
    Field,
    Form,
    Group,
    Link,
    Moment,
    Mono,
    Note,
    OptionLine,
    Options,
    Prose,
    Rank,
    Ranking,
    Span,
    Strong,
    Text,
    Timeline,
)
from bot.cards.text import TIMELINE, mark, plain, tally, timeline

Json = dict[str, object]


class Message(TypedDict):
    """What every way of sending a message takes. `text` is what a notification and a screen reader say."""

    text: str
    blocks: list[Json]


class NewMessage(Message):
    """The same for a message that appears by itself: it unfolds no links and makes none of names."""

    unfurl_links: bool
    unfurl_media: bool
    link_names: bool


_MOMENT = "{date_short_pretty} {time}"
_BOLD: Json = {"bold": True}
_CODE: Json = {"code": True}


def message(card: Card) -> Message:
    """A card as a message, its title first."""
    return {"text": escape(card.summary), "blocks": [_header(card.title), *_body(card)]}


def quietly(card: Card) -> NewMessage:
    """A card as a message of its own."""
    return {**message(card), "unfurl_links": False, "unfurl_media": False, "link_names": False}


def modal(says: Card | Form, channel: str) -> Json:
    """A card or a form as a modal. Slack shows modals outside channels, so it carries the channel it is about."""
    view: Json = {
        "type": "modal",
        "title": _plain(cut(says.title, limits.MODAL_TITLE)),
        "private_metadata": channel,
    }
    match says:
        case Card():
            cut_short = len(says.title) > limits.MODAL_TITLE
            return view | {"blocks": [*([_header(says.title)] if cut_short else []), *_body(says)]}
        case Form():
            return view | {
                "callback_id": wire.encode_form(says.word, says.given),
                "submit": _plain(cut(says.submit, limits.MODAL_TITLE)),
                "blocks": [_input(field) for field in says.fields],
            }
        case _:
            assert_never(says)


def _body(card: Card) -> list[Json]:
    drawn = [drawing for block in card.blocks for drawing in _draw(block)]
    for number, button in enumerate(_buttons_of(drawn)):
        button["action_id"] = f"press:{number}"  # Slack wants it unique in the message; what is asked is the value
    return drawn if len(drawn) < limits.BLOCKS else list(_joined(drawn))


def _draw(block: Block) -> Iterator[Json]:
    match block:
        case Prose(spans):
            yield _rich(_section(spans))
        case Code():
            yield _rich(*_code(block))
        case Options(lines):
            yield _rich(*(part for line in lines for part in _option(line)))
        case Ranking(lines):
            yield _rich(_section(span for line in lines for span in _rank(line)))
        case Facts(pairs):
            yield _rich(*(_section((Strong(name), Text(": "), *value)) for name, value in pairs))
        case Buttons(items):
            for start in range(0, len(items), limits.ACTIONS_ELEMENTS):
                row = items[start : start + limits.ACTIONS_ELEMENTS]
                yield {"type": "actions", "elements": [_button(button) for button in row]}
        case Note(spans):
            yield _small(spans)
        case Timeline(steps):
            yield _rich(*_code(Code("\n".join(timeline(steps)), "text", TIMELINE)))
        case _:
            assert_never(block)


def _code(block: Code) -> Iterator[Json]:
    if block.caption:
        yield _section((Strong(block.caption),))
    listing: Json = {
        "type": "rich_text_preformatted",
        "elements": [_text(piece) for piece in pieces(block.source.rstrip("\n") or " ", limits.TEXT)],
    }
    yield listing | ({"language": block.language} if block.language != "text" else {})


def _option(line: OptionLine) -> Iterator[Json]:
    sign = "" if line.right is None else f"{mark(line)} "
    yield _section((Strong(f"{sign}{line.letter}"), Text("  "), *line.spans, Text(tally(line))))
    if line.reason:
        yield {"type": "rich_text_quote", "elements": list(_elements(line.reason))}


def _rank(line: Rank) -> tuple[Span, ...]:
    me = "→ " if line.me else ""
    note = f" · {line.note}" if line.note else ""
    return Text(f"{me}{line.rank}. "), Strong(line.name), Text(f"  {line.score}{note}\n")


def _button(button: Button) -> Json:
    drawn: Json = {
        "type": "button",
        "text": _plain(cut(button.label, limits.BUTTON)),
        "value": wire.encode(button.press),
    }
    return drawn | ({"style": "primary"} if button.primary else {})


def _small(spans: tuple[Span, ...]) -> Json:
    """Small print: a context block, or rich text where it does not fit one."""
    elements = [
        _fine_print(part)
        for words, run in groupby(spans, lambda span: isinstance(span, Text | Mono | Strong))
        for part in ([Text(plain(run))] if words else run)
    ]
    if len(elements) > limits.CONTEXT_ELEMENTS or len(plain(spans)) > limits.TEXT:
        return _rich(_section(spans))
    return {"type": "context", "elements": elements}


def _fine_print(span: Span) -> Json:
    match span:
        case Text(text) | Mono(text) | Strong(text):
            return _plain(text)
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


def _section(spans: Iterable[Span]) -> Json:
    return {"type": "rich_text_section", "elements": list(_elements(spans))}


def _elements(spans: Iterable[Span]) -> Iterator[Json]:
    for span in spans:
        match span:
            case Text(text):
                yield from map(_text, pieces(clean(text), limits.TEXT))
            case Mono(text):
                yield from (_text(piece) | {"style": _CODE} for piece in pieces(clean(text), limits.TEXT))
            case Strong(text):
                yield from (_text(piece) | {"style": _BOLD} for piece in pieces(clean(text), limits.TEXT))
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


def _input(field: Field) -> Json:
    drawn: Json = {
        "type": "input",
        "block_id": field.name,
        "label": _plain(cut(field.label, limits.INPUT_LABEL)),
        "element": {"action_id": field.name} | (_select(field) if field.choices else _typed(field)),
        "optional": not field.required,
    }
    return drawn | ({"hint": _plain(cut(field.hint, limits.HINT))} if field.hint else {})


def _typed(field: Field) -> Json:
    element: Json = {"type": "plain_text_input", "multiline": field.long}
    return element | ({"initial_value": field.value} if field.value else {})


def _select(field: Field) -> Json:
    if len(field.choices) > limits.SELECT_OPTIONS:
        return _typed(field)
    options: list[Json] = [
        {"text": _plain(cut(choice.label, limits.OPTION_TEXT)), "value": choice.value} for choice in field.choices
    ]
    chosen = [option for option in options if option["value"] == field.value]
    return {"type": "static_select", "options": options} | ({"initial_option": chosen[0]} if chosen else {})


def _header(title: str) -> Json:
    return {"type": "header", "text": _plain(cut(title, limits.HEADER))}


def _plain(text: str) -> Json:
    return {"type": "plain_text", "text": clean(text), "emoji": False}


def _text(text: str) -> Json:
    return {"type": "text", "text": text}


def _rich(*elements: Json) -> Json:
    return {"type": "rich_text", "elements": list(elements)}


def _buttons_of(drawn: list[Json]) -> Iterator[Json]:
    for block in drawn:
        elements = block["elements"]
        if block["type"] == "actions" and isinstance(elements, list):
            yield from elements


def _joined(drawn: list[Json]) -> Iterator[Json]:
    """Fewer blocks that say the same: neighbours of rich text become one."""
    for rich, run in groupby(drawn, lambda block: block["type"] == "rich_text"):
        if not rich:
            yield from run
            continue
        lists = [block["elements"] for block in run]
        yield _rich(*(element for elements in lists if isinstance(elements, list) for element in elements))
