"""Cards and forms as Block Kit.

Plain dicts, because the library's own models drop what they do not know, such as the language of code. Rich text
wherever words stand: it has no markup, so nothing that a person typed can format, ping or link.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import TypedDict, assert_never

from adapters.slack import limits
from adapters.slack.controls import drawn_button, drawn_field, drawn_menu
from adapters.slack.rich import Json, elements, plain_words, rich, section, small, texts
from adapters.slack.words import clean, escape
from bot import wire
from bot.cards.model import (
    Block,
    Buttons,
    Card,
    Code,
    Facts,
    File,
    Form,
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
from bot.cards.paging import leaf
from bot.cards.text import RANKING, TIMELINE, mark, tally, timeline


class Message(TypedDict):
    """What every way of sending a message takes. `text` is what a notification and a screen reader say."""

    text: str
    blocks: list[Json]


class NewMessage(Message):
    """The same for a message that appears by itself: it unfolds no links and makes none of names."""

    unfurl_links: bool
    unfurl_media: bool
    link_names: bool


def message(card: Card) -> Message:
    """A card as a message, its title first."""
    return {"text": escape(card.summary), "blocks": [_header(card.title), *_body(_tabled(card))]}


def quietly(card: Card) -> NewMessage:
    """A card as a message of its own."""
    return {**message(card), "unfurl_links": False, "unfurl_media": False, "link_names": False}


def modal(says: Card | Form, channel: str) -> Json:
    """A card or a form as a modal. Slack shows modals outside channels, so it carries the channel it is about."""
    view: Json = {
        "type": "modal",
        "title": plain_words(says.title, limits.MODAL_TITLE),
        "private_metadata": channel,
    }
    match says:
        case Card():
            cut_short = len(says.title) > limits.MODAL_TITLE
            return view | {"blocks": [*([_header(says.title)] if cut_short else []), *_body(says.blocks)]}
        case Form():
            return view | {
                "callback_id": wire.encode_form(says.word, says.given),
                "submit": plain_words(says.submit, limits.MODAL_TITLE),
                "blocks": [drawn_field(field) for field in says.fields],
            }
        case _:
            assert_never(says)


def home(card: Card) -> Json:
    """A card as the App Home of one person."""
    return {"type": "home", "blocks": [_header(card.title), *_body(card.blocks)]}


@dataclass(frozen=True, slots=True)
class _Table:
    """A board that is drawn as a table: only in a message, and one in each."""

    lines: tuple[Rank, ...]


def _tabled(card: Card) -> list[Block | _Table]:
    """The blocks of a message, its first board as a table if that is not too large."""
    blocks: list[Block | _Table] = list(card.blocks)
    for number, block in enumerate(card.blocks):
        if isinstance(block, Ranking):
            size = len(json.dumps(_table(block.lines), ensure_ascii=False, separators=(",", ":")))
            blocks[number] = _Table(block.lines) if size <= limits.TABLE else block
            break
    return blocks


def _body(blocks: Iterable[Block | _Table]) -> list[Json]:
    drawn = [drawing for block in blocks for drawing in _draw(block)]
    for number, button in enumerate(_buttons_of(drawn)):
        button["action_id"] = f"press:{number}"  # Slack wants it unique in the message; what is asked is the value
    return drawn if len(drawn) < limits.BLOCKS else list(_joined(drawn))


def _draw(block: Block | _Table) -> Iterator[Json]:
    match block:
        case Prose(spans):
            yield rich(section(spans))
        case Code() | Options():
            yield _author(block)
        case Ranking(lines):
            yield rich(section(span for line in lines for span in _rank(line)))
        case _Table(lines):
            yield _table(lines)
        case Facts(pairs):
            yield rich(*(section((Strong(name), Text(": "), *value)) for name, value in pairs))
        case Buttons():
            yield from _buttons(block)
        case Note(spans):
            yield small(spans)
        case File():
            # Not as a file: that needs a scope more, and a copy would stay among the workspace's files.
            page, others = leaf(block, limits.FILE_PAGE)
            yield rich(*_code(page))
            yield from _buttons(others) if others else ()
        case Timeline(steps):
            yield rich(*_code(Code("\n".join(timeline(steps)), "text", TIMELINE)))
        case _:
            assert_never(block)


@lru_cache(maxsize=512)
def _author(block: Code | Options) -> Json:
    """What an author wrote stands in many channels, each with buttons of its own. Nothing changes a drawing of it."""
    if isinstance(block, Code):
        return rich(*_code(block))
    return rich(*(part for line in block.lines for part in _option(line)))


def _buttons(block: Buttons) -> Iterator[Json]:
    """The menu that stands for them, if Slack can list all of it; else they themselves."""
    if block.menu and len(block.menu.choices) <= limits.SELECT_OPTIONS:
        yield drawn_menu(block.menu)
        return
    for start in range(0, len(block.items), limits.ACTIONS_ELEMENTS):
        row = block.items[start : start + limits.ACTIONS_ELEMENTS]
        yield {"type": "actions", "elements": [drawn_button(button) for button in row]}


def _code(block: Code) -> Iterator[Json]:
    if block.caption:
        yield section((Strong(block.caption),))
    listing: Json = {
        "type": "rich_text_preformatted",
        "elements": list(texts(block.source.rstrip("\n") or " ")),
    }
    yield listing | ({"language": block.language} if block.language != "text" else {})


def _option(line: OptionLine) -> Iterator[Json]:
    sign = "" if line.right is None else f"{mark(line)} "
    yield section((Strong(f"{sign}{line.letter}"), Text("  "), *line.spans, Text(tally(line))))
    if line.reason:
        yield {"type": "rich_text_quote", "elements": list(elements(line.reason))}


def _rank(line: Rank) -> tuple[Span, ...]:
    me = "→ " if line.me else ""
    note = f" · {line.note}" if line.note else ""
    return Text(f"{me}{line.rank}. "), Strong(line.name), Text(f"  {line.score}{note}\n")


def _table(lines: tuple[Rank, ...]) -> Json:
    rows = [RANKING, *((f"{'→ ' if line.me else ''}{line.rank}", line.name, line.score, line.note) for line in lines)]
    return {
        "type": "table",
        "column_settings": [{"align": align} for align in ("right", "left", "right", "right")],
        "rows": [[{"type": "raw_text", "text": clean(cell) or "–"} for cell in row] for row in rows],
    }


def _header(title: str) -> Json:
    return {"type": "header", "text": plain_words(title, limits.HEADER)}


def _buttons_of(drawn: list[Json]) -> Iterator[Json]:
    for block in drawn:
        inside = block.get("elements")
        if block["type"] == "actions" and isinstance(inside, list):
            yield from inside


def _joined(drawn: list[Json]) -> Iterator[Json]:
    """Fewer blocks that say the same: neighbours of rich text become one."""
    for is_rich, run in groupby(drawn, lambda block: block["type"] == "rich_text"):
        if not is_rich:
            yield from run
            continue
        lists = [block["elements"] for block in run]
        yield rich(*(part for parts in lists if isinstance(parts, list) for part in parts))
