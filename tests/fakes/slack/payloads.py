"""Payloads that Slack accepts, with one of nearly everything in them, and ways to spoil them in one place."""

from collections.abc import Callable
from typing import Any

Payload = dict[str, Any]
Spoil = Callable[[Payload], None]


def plain(text: str) -> Payload:
    return {"type": "plain_text", "text": text}


def option(value: str) -> Payload:
    return {"text": plain(value), "value": value}


def button(number: int) -> Payload:
    return {"type": "button", "text": plain("Go"), "action_id": f"press:{number}", "value": "q1:home"}


def rich(*parts: Payload) -> Payload:
    return {"type": "rich_text", "elements": list(parts)}


def said(text: str) -> list[Payload]:
    return [{"type": "text", "text": text}]


def words() -> Payload:
    """A section, code and a list."""
    bullet = {"type": "rich_text_section", "elements": said("x")}
    return rich(
        {"type": "rich_text_section", "elements": said("words")},
        {"type": "rich_text_preformatted", "elements": said("code"), "language": "python"},
        {"type": "rich_text_list", "style": "bullet", "elements": [bullet]},
    )


def message() -> Payload:
    """By position: header, rich_text, actions, context, section, table, container, markdown, image, section."""
    cells = [{"type": "raw_text", "text": "1"}, {"type": "raw_number", "value": 1, "text": "1"}]
    image = {"type": "image", "image_url": "https://example.org/a.png", "alt_text": "a picture"}
    menu = {"type": "static_select", "action_id": "menu", "options": [option("a"), option("b")]}
    groups = [{"label": plain("One"), "options": [option("a")]}, {"label": plain("Two"), "options": [option("b")]}]
    return {
        "text": "Hello",
        "blocks": [
            {"type": "header", "text": plain("Title"), "block_id": "head"},
            words(),
            {"type": "actions", "elements": [*(button(n) for n in range(5)), menu]},
            {"type": "context", "elements": [plain("small")]},
            {"type": "section", "text": plain("words"), "fields": [plain("field")], "block_id": "section"},
            {"type": "table", "rows": [cells, cells], "column_settings": [{"align": "right"}]},
            {
                "type": "container",
                "title": plain("More"),
                "is_collapsible": True,
                "default_collapsed": True,
                "child_blocks": [{"type": "divider"}],
            },
            {"type": "markdown", "text": "**x**"},
            {**image, "title": plain("A picture")},
            {
                "type": "section",
                "text": plain("words"),
                "accessory": {"type": "overflow", "action_id": "more", "options": [option("a")]},
            },
            {
                "type": "section",
                "text": plain("words"),
                "accessory": {"type": "multi_static_select", "action_id": "many", "option_groups": groups},
            },
            {"type": "data_table", "caption": "Board", "rows": [cells, cells]},
        ],
    }


def view() -> Payload:
    """A modal. By position: a line, a menu, several of a menu, checkboxes, radio buttons, a number, a time."""
    elements: dict[str, Payload] = {
        "at": {"type": "plain_text_input"},
        "days": {"type": "static_select", "options": [option("0"), option("1")]},
        "topics": {
            "type": "multi_static_select",
            "options": [option("0"), option("1")],
            "initial_options": [option("1")],
            "max_selected_items": 2,
        },
        "rules": {"type": "checkboxes", "options": [option("0"), option("1")]},
        "level": {"type": "radio_buttons", "options": [option("0"), option("1")]},
        "count": {"type": "number_input", "is_decimal_allowed": False},
        "time": {"type": "timepicker", "initial_time": "09:00"},
    }
    return {
        "type": "modal",
        "title": plain("Form"),
        "submit": plain("Save"),
        "callback_id": "q1-form:setup",
        "private_metadata": "C1",
        "blocks": [
            {"type": "input", "block_id": name, "label": plain(name), "element": {**element, "action_id": name}}
            for name, element in elements.items()
        ],
    }


def home() -> Payload:
    """An App Home."""
    return {
        "type": "home",
        "private_metadata": "",
        "blocks": [{"type": "header", "text": plain("Today")}, {"type": "actions", "elements": [button(0)]}],
    }


def put(*path: str | int, to: object) -> Spoil:
    """Set one place of a payload to something else."""

    def spoil(payload: Payload) -> None:
        target: Any = payload
        for step in path[:-1]:
            target = target[step]
        target[path[-1]] = to

    return spoil


def add(*path: str | int, times: int = 1, what: object = None) -> Spoil:
    """Append to one list of a payload, by default what stands first in it."""

    def spoil(payload: Payload) -> None:
        target: Any = payload
        for step in path:
            target = target[step]
        target.extend([target[0] if what is None else what] * times)

    return spoil


def drop(*path: str | int) -> Spoil:
    """Remove one place of a payload."""

    def spoil(payload: Payload) -> None:
        target: Any = payload
        for step in path[:-1]:
            target = target[step]
        del target[path[-1]]

    return spoil


def both(*spoils: Spoil) -> Spoil:
    """One after the other: two places that only together break a rule."""

    def spoil(payload: Payload) -> None:
        for one in spoils:
            one(payload)

    return spoil
