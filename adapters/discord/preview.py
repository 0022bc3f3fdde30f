"""A card as Discord would show it, in plain lines: read off the very components that would be sent.

Types of components: https://docs.discord.com/developers/components/reference#what-is-a-component-component-types.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from discord import ComponentType

from adapters.discord import limits
from adapters.discord.render import draw
from bot.cards.model import Card
from bot.ports import Preview

Component = Mapping[str, Any]

_FENCED = re.compile(r"(```\w*\n.*?\n```)", re.DOTALL)
_MARKUP = (
    (re.compile(r"^#{1,3} ", re.MULTILINE), ""),
    (re.compile(r"^-# (?=.)", re.MULTILINE), "   "),  # small print
    (re.compile(r"(?<!\\)\*\*"), ""),
    (re.compile(r"(?<!\\)\[((?:\\.|[^\]\\])*)\]\(([^)]*)\)"), r"\1 (\2)"),
    (re.compile(r"\\([^\w\s])"), r"\1"),
)


def preview(card: Card) -> Preview:
    """What Discord would show of a card, and what that takes of a message."""
    components = list(_all(draw(card).to_components()))  # type: ignore[no-untyped-call]  # discord.py lacks it
    texts = [str(one["content"]) for one in components if one["type"] == ComponentType.text_display.value]
    parts = [shown for one in components if (shown := _shown(one))]
    used = ("characters", sum(map(len, texts)), limits.TEXT), ("components", len(components), limits.COMPONENTS)
    return Preview("\n\n".join(parts), used)


def _all(components: Sequence[Component]) -> Iterator[Component]:
    """The components of a message, each before those within it."""
    for component in components:
        yield component
        yield from _all(component.get("components", ()))


def _shown(component: Component) -> str:
    match component["type"]:
        case ComponentType.text_display.value:
            return "\n".join(map(_text, _FENCED.split(str(component["content"])))).strip("\n")
        case ComponentType.file.value:
            return f"[ {component['file']['url'].rpartition('/')[2]} ]"
        case ComponentType.action_row.value:
            return " ".join(map(_pressed, component["components"]))
        case _:
            return ""


def _pressed(component: Component) -> str:
    """A button, or a menu with what one can choose from it."""
    if component["type"] == ComponentType.button.value:
        return f"[ {component['label']} ]"
    options = (str(option["label"]) for option in component.get("options", ()))
    return f"[ {component.get('placeholder') or 'Choose'} ▾ ] {' | '.join(options)}"


def _text(markdown: str) -> str:
    """Words without their markup; code beside a line."""
    if markdown.startswith("```"):
        return "\n".join(f"  │ {line}".rstrip() for line in markdown.split("\n")[1:-1])
    for pattern, plain in _MARKUP:
        markdown = pattern.sub(plain, markdown)
    return markdown.strip("\n")
