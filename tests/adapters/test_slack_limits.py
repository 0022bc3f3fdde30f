"""The loopback Slack refuses what Slack refuses: one planted breach for each limit."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.fakes.slack import limits

Payload = dict[str, Any]
Spoil = Callable[[Payload], None]


def plain(text: str) -> Payload:
    return {"type": "plain_text", "text": text}


def button(number: int) -> Payload:
    return {"type": "button", "text": plain("Go"), "action_id": f"press:{number}", "value": "q1:home"}


def message() -> Payload:
    words = {"type": "rich_text_section", "elements": [{"type": "text", "text": "words"}]}
    return {
        "text": "Hello",
        "blocks": [
            {"type": "header", "text": plain("Title")},
            {"type": "rich_text", "elements": [words]},
            {"type": "actions", "elements": [button(n) for n in range(5)]},
            {"type": "context", "elements": [plain("small")]},
            {"type": "section", "text": plain("words"), "fields": [plain("field")]},
        ],
    }


def view() -> Payload:
    options = [{"text": plain(str(n)), "value": str(n)} for n in range(2)]
    return {
        "type": "modal",
        "title": plain("Form"),
        "submit": plain("Save"),
        "callback_id": "q1-form:setup",
        "private_metadata": "C1",
        "blocks": [
            {
                "type": "input",
                "block_id": "at",
                "label": plain("At"),
                "element": {"type": "plain_text_input", "action_id": "at"},
            },
            {
                "type": "input",
                "block_id": "days",
                "label": plain("Days"),
                "element": {"type": "static_select", "action_id": "days", "options": options},
            },
        ],
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


TWO_DIVIDERS = [{"type": "divider", "block_id": "same"}] * 2
CELLS = [{"type": "raw_text", "text": "1"}]
TABLE: Payload = {"type": "table", "rows": [CELLS]}
MENU = {"type": "radio_buttons", "action_id": "r", "options": [{"text": plain("o"), "value": "v"}] * 11}

MESSAGES: dict[str, Spoil] = {
    "blocks": add("blocks", times=46, what={"type": "divider"}),
    "no words at all": lambda payload: payload.clear(),
    "no fallback": drop("text"),
    "header length": put("blocks", 0, "text", "text", to="x" * 151),
    "header markup": put("blocks", 0, "text", "type", to="mrkdwn"),
    "empty text": put("blocks", 1, "elements", 0, "elements", 0, "text", to=""),
    "unknown block": put("blocks", 0, to={"type": "bogus"}),
    "unknown element": put("blocks", 1, "elements", 0, "elements", 0, "type", to="bogus"),
    "unknown field": put("blocks", 0, "colour", to="red"),
    "unknown style": put("blocks", 2, "elements", 0, "style", to="default"),
    "actions elements": put("blocks", 2, "elements", to=[button(n) for n in range(26)]),
    "empty actions": put("blocks", 2, "elements", to=[]),
    "same action_id in a block": add("blocks", 2, "elements"),
    "same action_id in a message": add("blocks", what={"type": "actions", "elements": [button(0)]}),
    "same block_id": put("blocks", to=TWO_DIVIDERS),
    "action_id length": put("blocks", 2, "elements", 0, "action_id", to="x" * 256),
    "block_id length": put("blocks", 0, "block_id", to="x" * 256),
    "button text": put("blocks", 2, "elements", 0, "text", to=plain("x" * 76)),
    "button value": put("blocks", 2, "elements", 0, "value", to="x" * 2001),
    "button url": put("blocks", 2, "elements", 0, "url", to="x" * 3001),
    "context elements": add("blocks", 3, "elements", times=10),
    "section text": put("blocks", 4, "text", "text", to="x" * 3001),
    "section fields": add("blocks", 4, "fields", times=10),
    "field text": put("blocks", 4, "fields", 0, "text", to="x" * 2001),
    "section of nothing": put("blocks", 4, to={"type": "section"}),
    "radio buttons": put("blocks", 2, "elements", 0, to=MENU),
    "input in a message": add("blocks", what=view()["blocks"][0]),
    "markdown length": put("blocks", to=[{"type": "markdown", "text": "x" * 7000}] * 2),
    "two tables": put("blocks", to=[TABLE, TABLE]),
    "table columns": put("blocks", to=[{"type": "table", "rows": [CELLS * 21]}]),
    "table rows": put("blocks", to=[{"type": "table", "rows": [CELLS] * 101}]),
    "container children": put("blocks", to=[{"type": "container", "children": [{"type": "divider"}] * 11}]),
    "whole length": put("blocks", to=[{"type": "section", "text": plain("x" * 2900)}] * 5),
}
VIEWS: dict[str, Spoil] = {
    "blocks": add("blocks", times=99, what={"type": "divider"}),
    "no blocks": put("blocks", to=[]),
    "title length": put("title", "text", to="x" * 25),
    "title markup": put("title", "type", to="mrkdwn"),
    "submit length": put("submit", "text", to="x" * 25),
    "close length": put("close", to=plain("x" * 25)),
    "input without submit": drop("submit"),
    "callback_id length": put("callback_id", to="x" * 256),
    "private_metadata length": put("private_metadata", to="x" * 3001),
    "unknown field": put("colour", to="red"),
    "markdown": add("blocks", what={"type": "markdown", "text": "x"}),
    "table": add("blocks", what=TABLE),
    "label length": put("blocks", 0, "label", "text", to="x" * 2001),
    "hint length": put("blocks", 0, "hint", to=plain("x" * 2001)),
    "placeholder length": put("blocks", 0, "element", "placeholder", to=plain("x" * 151)),
    "max_length": put("blocks", 0, "element", "max_length", to=3001),
    "min above max": put(
        "blocks", 0, "element", to={**view()["blocks"][0]["element"], "min_length": 9, "max_length": 1}
    ),
    "options": put("blocks", 1, "element", "options", to=[{"text": plain("o"), "value": str(n)} for n in range(101)]),
    "option text": put("blocks", 1, "element", "options", 0, "text", "text", to="x" * 76),
    "option value": put("blocks", 1, "element", "options", 0, "value", to="x" * 151),
    "same option": add("blocks", 1, "element", "options"),
    "initial_option": put("blocks", 1, "element", "initial_option", to={"text": plain("9"), "value": "9"}),
    "same block_id": put("blocks", 1, "block_id", to="at"),
}
METADATA: dict[str, object] = {
    "not an object": "x",
    "no type": {"event_payload": {}},
    "no payload": {"event_type": "x"},
    "nested": {"event_type": "x", "event_payload": {"a": {"b": 1}}},
    "too large": {"event_type": "x", "event_payload": {"a": "x" * 3001}},
    "unknown field": {"event_type": "x", "event_payload": {}, "more": 1},
}


def test_the_models_are_accepted() -> None:
    assert limits.message(message()) == []
    assert limits.view(view()) == []
    assert limits.response(message() | {"response_type": "ephemeral", "replace_original": True}) == []
    assert limits.metadata({"event_type": "x", "event_payload": {"key": "k"}}) == []


@pytest.mark.parametrize("spoil", MESSAGES.values(), ids=MESSAGES)
def test_a_message_is_refused(spoil: Spoil) -> None:
    payload = message()
    spoil(payload)
    assert limits.message(payload)


@pytest.mark.parametrize("spoil", VIEWS.values(), ids=VIEWS)
def test_a_view_is_refused(spoil: Spoil) -> None:
    payload = view()
    spoil(payload)
    assert limits.view(payload)


@pytest.mark.parametrize("given", METADATA.values(), ids=METADATA)
def test_metadata_is_refused(given: object) -> None:
    assert limits.metadata(given)


def test_a_response_is_refused() -> None:
    assert limits.response(message() | {"response_type": "secret"})
    assert limits.response(message() | {"link_names": True})
    assert limits.response({})
