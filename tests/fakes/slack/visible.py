"""What the eye sees of a payload: words without markup, and the labels of buttons."""

import html
import re
from collections.abc import Iterator, Mapping
from typing import Any

from tests.stage import Seen

Payload = Mapping[str, Any]

_INVISIBLE = dict.fromkeys((0x2068, 0x2069))
_LINK = re.compile(r"<(?:!date\^[^|>]*|[^!@#|>][^|>]*)\|([^>]*)>")


def read_message(id_: str, body: Payload) -> Seen:
    """A message. Its `text` shows only where there are no blocks."""
    blocks = body.get("blocks") or []
    text = "\n".join(line for block in blocks for line in lines(block)) if blocks else _mrkdwn(body.get("text", ""))
    return Seen(id_, text.translate(_INVISIBLE), tuple(labels(blocks)))


def read_view(id_: str, body: Payload) -> Seen:
    """A modal, a form if something can be entered; or an App Home, which has no title of its own."""
    blocks = body["blocks"]
    title = [body["title"]["text"]] if "title" in body else []
    text = "\n".join([*title, *(line for block in blocks for line in lines(block))])
    form = any(block["type"] == "input" for block in blocks)
    submit = [body["submit"]["text"]] if "submit" in body else []
    return Seen(id_, text.translate(_INVISIBLE), (*labels(blocks), *submit), form)


def lines(block: Payload) -> Iterator[str]:
    """The words of a block, button labels left out."""
    match block["type"]:
        case "header" | "section" if "text" in block:
            yield _words(block["text"])
        case "markdown":
            yield block["text"]
        case "context":
            yield " ".join(_words(element).strip() for element in block["elements"])
        case "table":
            yield from ("  ".join(str(cell["text"]) for cell in row) for row in block["rows"])
        case "rich_text":
            yield from (_rich(part) for part in block["elements"])
        case "input":
            yield f"{block['label']['text']}: {_value(block['element'])}"
            yield from [block["hint"]["text"]] if "hint" in block else []
        case _:
            return


def labels(blocks: list[Payload]) -> Iterator[str]:
    """The labels of a message's buttons and the values of its menus, in order."""
    for block in blocks:
        yield from (button["text"]["text"] for button in buttons([block]))
        yield from (option["value"] for menu in menus([block]) for option in menu.get("options", ()))


def buttons(blocks: list[Payload]) -> Iterator[Payload]:
    """A message's buttons, in order."""
    for block in blocks:
        if block["type"] == "actions":
            yield from (element for element in block["elements"] if element["type"] == "button")


def menus(blocks: list[Payload]) -> Iterator[Payload]:
    """A message's menus of several things, in order."""
    for block in blocks:
        element = block.get("accessory", {})
        if element.get("type") == "multi_static_select":
            yield element


def _rich(part: Payload) -> str:
    match part["type"]:
        case "text":
            return str(part["text"])
        case "link":
            return str(part.get("text", part["url"]))
        case "date":
            return str(part["fallback"])
        case "usergroup":
            return f"@{part['usergroup_id']}"
        case "channel":
            return f"#{part['channel_id']}"
        case _:
            return "".join(_rich(inner) for inner in part["elements"])


def _words(text: Payload) -> str:
    return _mrkdwn(text["text"]) if text["type"] == "mrkdwn" else str(text["text"])


def _mrkdwn(text: str) -> str:
    return html.unescape(_LINK.sub(r"\1", text))


def _value(element: Payload) -> str:
    chosen = element.get("initial_option")
    return str(chosen["text"]["text"] if chosen else element.get("initial_value", ""))
