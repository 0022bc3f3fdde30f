"""A card as Slack would show it, in plain lines: read off the very blocks that would be sent.

Their reference: https://docs.slack.dev/reference/block-kit/blocks.
"""

import re
from collections.abc import Iterable, Mapping
from html import unescape
from typing import Any

from adapters.slack import limits
from adapters.slack.render import message
from bot.cards.model import Card
from bot.ports import Preview

Piece = Mapping[str, Any]

_ANGLES = re.compile(r"<([^|>]*)\|([^>]*)>")


def preview(card: Card) -> Preview:
    """What Slack would show of a card, and what that takes of a message."""
    blocks = message(card)["blocks"]
    return Preview("\n\n".join(map(_block, blocks)), (("blocks", len(blocks), limits.BLOCKS),))


def _block(block: Piece) -> str:
    match block["type"]:
        case "header":
            return str(block["text"]["text"])
        case "section":
            return f"{block['text']['text']} {_pressed(block['accessory'])}"
        case "table":
            return "\n".join("  ".join(str(cell["text"]) for cell in row) for row in block["rows"])
        case "rich_text":
            return "\n".join(map(_part, block["elements"]))
        case "actions":
            return " ".join(map(_pressed, block["elements"]))
        case "context":
            return "".join(map(_mrkdwn, block["elements"]))
        case other:
            return f"({other})"


def _part(part: Piece) -> str:
    text = "".join(map(_element, part["elements"]))
    match part["type"]:
        case "rich_text_preformatted":
            return _beside(text.split("\n"), "  │ ")
        case "rich_text_quote":
            return _beside(text.split("\n"), "  ▏ ")
        case _:
            return text.rstrip("\n")


def _beside(lines: Iterable[str], sign: str) -> str:
    return "\n".join(f"{sign}{line}".rstrip() for line in lines)


def _element(element: Piece) -> str:
    match element["type"]:
        case "link":
            return f"{element.get('text', '')} ({element['url']})"
        case "date":
            return str(element.get("fallback", ""))
        case _:
            text = str(element.get("text", ""))
            return f"`{text}`" if element.get("style", {}).get("code") else text


def _pressed(element: Piece) -> str:
    """A button, or a menu with what one can choose from it."""
    if element["type"] == "button":
        return f"[ {element['text']['text']} ]"
    options = (str(option["text"]["text"]) for option in element.get("options", ()))
    placeholder = element.get("placeholder", {}).get("text", "Choose")
    return f"[ {placeholder} ▾ ] {' | '.join(options)}"


def _mrkdwn(element: Piece) -> str:
    """Small print; what Slack links or dates is between angles."""
    text = str(element["text"])
    if element["type"] != "mrkdwn":
        return text
    return unescape(_ANGLES.sub(lambda m: m[2] if m[1].startswith("!date") else f"{m[2]} ({m[1]})", text))
