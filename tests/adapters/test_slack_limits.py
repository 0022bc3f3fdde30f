"""The loopback Slack refuses what Slack refuses: one planted breach for each documented rule, each complained of."""

import pytest

from tests.fakes.slack import limits
from tests.fakes.slack.payloads import Payload, Spoil, add, both, button, drop, home, message, option, plain, put, view

Breach = tuple[Spoil, str]

CELLS = [{"type": "raw_text", "text": "1"}]
DIVIDER = {"type": "divider"}
CONFIRM: Payload = {
    "title": plain("Sure?"),
    "text": plain("It is gone then."),
    "confirm": plain("y"),
    "deny": plain("n"),
}
TABLE: Payload = {"type": "table", "rows": [CELLS]}
MANY = [option(str(n)) for n in range(101)]
LONG = {"type": "section", "text": plain("x" * 2900)}

MESSAGES: dict[str, Breach] = {
    "blocks": (add("blocks", times=39, what=DIVIDER), "/blocks: 51 items"),
    "no words at all": (lambda payload: payload.clear(), "no_text"),
    "no fallback": (drop("text"), "/text: missing"),
    "text length": (put("text", to="x" * 40_001), "/text: 40001 characters"),
    "unknown block": (put("blocks", 0, "type", to="bogus"), "/blocks/0: unsupported type 'bogus'"),
    "block without type": (drop("blocks", 0, "type"), "/blocks/0: unsupported type None"),
    "unknown element": (put("blocks", 1, "elements", 0, "elements", 0, "type", to="bogus"), "unsupported type"),
    "unknown field": (put("blocks", 0, "colour", to="red"), "/blocks/0/colour: unknown field"),
    "header length": (put("blocks", 0, "text", "text", to="x" * 151), "/blocks/0/text/text: 151 characters"),
    "header markup": (put("blocks", 0, "text", "type", to="mrkdwn"), "/blocks/0/text: unsupported type 'mrkdwn'"),
    "block_id length": (put("blocks", 0, "block_id", to="x" * 256), "/blocks/0/block_id: 256 characters"),
    "same block_id": (put("blocks", 4, "block_id", to="head"), "block_id 'head' stands 2 times"),
    "empty text": (put("blocks", 1, "elements", 0, "elements", 0, "text", to=""), "text: 0 characters"),
    "empty rich text": (put("blocks", 1, "elements", to=[]), "/blocks/1/elements: 0 items"),
    "list style": (put("blocks", 1, "elements", 2, "style", to="dash"), "/style: 'dash' is not one of"),
    "list indent": (put("blocks", 1, "elements", 2, "indent", to=9), "/indent: must be a number from 0 to 8"),
    "actions elements": (put("blocks", 2, "elements", to=[button(n) for n in range(26)]), "/elements: 26 items"),
    "empty actions": (put("blocks", 2, "elements", to=[]), "/blocks/2/elements: 0 items"),
    "same action_id in a block": (add("blocks", 2, "elements"), "action_id 'press:0' stands 2 times"),
    "same action_id elsewhere": (put("blocks", 9, "accessory", "action_id", to="menu"), "action_id 'menu' stands 2"),
    "action_id length": (put("blocks", 2, "elements", 0, "action_id", to="x" * 256), "/action_id: 256 characters"),
    "button text": (put("blocks", 2, "elements", 0, "text", to=plain("x" * 76)), "/text/text: 76 characters"),
    "button markup": (put("blocks", 2, "elements", 0, "text", "type", to="mrkdwn"), "/text: unsupported type"),
    "button value": (put("blocks", 2, "elements", 0, "value", to="x" * 2001), "/value: 2001 characters"),
    "button url": (put("blocks", 2, "elements", 0, "url", to="x" * 3001), "/url: 3001 characters"),
    "button style": (put("blocks", 2, "elements", 0, "style", to="default"), "/style: 'default' is not one of"),
    "button for screen readers": (
        put("blocks", 2, "elements", 0, "accessibility_label", to="x" * 76),
        "/accessibility_label: 76 characters",
    ),
    "dialog title": (
        put("blocks", 2, "elements", 0, "confirm", to={**CONFIRM, "title": plain("x" * 101)}),
        "/confirm/title/text: 101 characters",
    ),
    "dialog text": (
        put("blocks", 2, "elements", 0, "confirm", to={**CONFIRM, "text": plain("x" * 301)}),
        "/confirm/text/text: 301 characters",
    ),
    "dialog button": (
        put("blocks", 2, "elements", 0, "confirm", to={**CONFIRM, "deny": plain("x" * 31)}),
        "/confirm/deny/text: 31 characters",
    ),
    "dialog without a way out": (
        put("blocks", 2, "elements", 0, "confirm", to={**CONFIRM, "deny": None}),
        "/confirm/deny: unsupported type None",
    ),
    "several of a menu among actions": (
        put("blocks", 2, "elements", 5, "type", to="multi_static_select"),
        "unsupported",
    ),
    "input among actions": (put("blocks", 2, "elements", 5, to={"type": "plain_text_input"}), "unsupported type"),
    "menu without entries": (drop("blocks", 2, "elements", 5, "options"), "needs either options or option_groups"),
    "menu with both": (
        put("blocks", 10, "accessory", "options", to=[option("c")]),
        "/accessory: needs either options or option_groups",
    ),
    "menu placeholder": (put("blocks", 2, "elements", 5, "placeholder", to=plain("x" * 151)), "/text: 151 characters"),
    "focus in a message": (put("blocks", 2, "elements", 5, "focus_on_load", to=True), "only in a view"),
    "group label": (put("blocks", 10, "accessory", "option_groups", 0, "label", to=plain("x" * 76)), "76 characters"),
    "groups": (
        put("blocks", 10, "accessory", "option_groups", to=[{"label": plain("x"), "options": [o]} for o in MANY]),
        "/option_groups: 101 items",
    ),
    "entries of a group": (put("blocks", 10, "accessory", "option_groups", 0, "options", to=MANY), "101 items"),
    "same value in two groups": (
        put("blocks", 10, "accessory", "option_groups", 0, "options", 0, "value", to="b"),
        "value 'b' stands 2 times",
    ),
    "overflow entries": (put("blocks", 9, "accessory", "options", to=MANY[:6]), "/accessory/options: 6 items"),
    "overflow url": (put("blocks", 9, "accessory", "options", 0, "url", to="x" * 3001), "/url: 3001 characters"),
    "link in another menu": (put("blocks", 2, "elements", 5, "options", 0, "url", to="x"), "/url: unknown field"),
    "context elements": (add("blocks", 3, "elements", times=10), "/blocks/3/elements: 11 items"),
    "empty context": (put("blocks", 3, "elements", to=[]), "/blocks/3/elements: 0 items"),
    "button in a context": (put("blocks", 3, "elements", 0, to=button(9)), "/blocks/3/elements/0: unsupported type"),
    "section text": (put("blocks", 4, "text", "text", to="x" * 3001), "/blocks/4/text/text: 3001 characters"),
    "section fields": (add("blocks", 4, "fields", times=10), "/blocks/4/fields: 11 items"),
    "field text": (put("blocks", 4, "fields", 0, "text", to="x" * 2001), "/fields/0/text: 2001 characters"),
    "section of nothing": (put("blocks", 4, to={"type": "section"}), "/blocks/4: neither text nor fields"),
    "two tables": (add("blocks", what=TABLE), "only_one_table_allowed"),
    "table columns": (put("blocks", 5, "rows", to=[CELLS * 21]), "/rows/0: 21 items"),
    "table rows": (put("blocks", 5, "rows", to=[CELLS] * 101), "/rows: 101 items"),
    "table column settings": (put("blocks", 5, "column_settings", to=[{}] * 21), "/column_settings: 21 items"),
    "table column alignment": (put("blocks", 5, "column_settings", 0, "align", to="top"), "'top' is not one of"),
    "table cell": (put("blocks", 5, "rows", 0, 0, "type", to="plain_text"), "/rows/0/0: unsupported type"),
    "characters in cells": (
        put("blocks", to=[{"type": "table", "rows": [[{"type": "raw_text", "text": "x" * 2600}] * 2] * 2}]),
        "more than 10,000 characters in cells",
    ),
    "container children": (put("blocks", 6, "child_blocks", to=[DIVIDER] * 11), "/child_blocks: 11 items"),
    "container of nothing": (put("blocks", 6, "child_blocks", to=[]), "/child_blocks: 0 items"),
    "container without title": (drop("blocks", 6, "title"), "neither title nor rich_text_title"),
    "container title": (put("blocks", 6, "title", to=plain("x" * 151)), "/blocks/6/title/text: 151 characters"),
    "container subtitle": (put("blocks", 6, "subtitle", to=plain("x" * 151)), "/subtitle/text: 151 characters"),
    "container width": (put("blocks", 6, "width", to="huge"), "/width: 'huge' is not one of"),
    "container in a container": (
        put("blocks", 6, "child_blocks", 0, to={"type": "container", "title": plain("x"), "child_blocks": [DIVIDER]}),
        "/child_blocks/0: unsupported type 'container'",
    ),
    "collapsed, and cannot be": (drop("blocks", 6, "is_collapsible"), "/default_collapsed: needs is_collapsible"),
    "same block_id in a container": (
        put("blocks", 6, "child_blocks", 0, "block_id", to="head"),
        "block_id 'head' stands 2 times",
    ),
    "markdown length": (put("blocks", to=[{"type": "markdown", "text": "x" * 7000}] * 2), "12,000 characters of"),
    "image without words": (drop("blocks", 8, "alt_text"), "/blocks/8/alt_text: missing"),
    "image words": (put("blocks", 8, "alt_text", to="x" * 2001), "/alt_text: 2001 characters"),
    "image url": (put("blocks", 8, "image_url", to="x" * 3001), "/image_url: 3001 characters"),
    "image title": (put("blocks", 8, "title", to=plain("x" * 2001)), "/title/text: 2001 characters"),
    "data table page": (put("blocks", 11, "page_size", to=101), "/page_size: must be a number from 1 to 100"),
    "data table without caption": (drop("blocks", 11, "caption"), "/caption: missing"),
    "data table of a header": (put("blocks", 11, "rows", to=[CELLS]), "/rows: 1 items, must be 2 to 101"),
    "data table rows": (put("blocks", 11, "rows", to=[CELLS] * 102), "/rows: 102 items"),
    "data table, ragged": (put("blocks", 11, "rows", to=[CELLS, CELLS * 2]), "/rows: not all of one length"),
    "data table header": (
        put("blocks", 11, "rows", 0, 0, to={"type": "rich_text", "elements": []}),
        "/rows/0/0: unsupported type 'rich_text'",
    ),
    "input": (add("blocks", what=view()["blocks"][0]), "no input in a message"),
    "whole length": (put("blocks", to=[LONG] * 5), "msg_blocks_too_long"),
}
VIEWS: dict[str, Breach] = {
    "blocks": (add("blocks", times=94, what=DIVIDER), "/blocks: 101 items"),
    "no blocks": (put("blocks", to=[]), "/blocks: 0 items"),
    "no title": (drop("title"), "/title: missing"),
    "title length": (put("title", "text", to="x" * 25), "/title/text: 25 characters"),
    "title markup": (put("title", "type", to="mrkdwn"), "/title: unsupported type"),
    "submit length": (put("submit", "text", to="x" * 25), "/submit/text: 25 characters"),
    "close length": (put("close", to=plain("x" * 25)), "/close/text: 25 characters"),
    "input without submit": (drop("submit"), "/submit: missing"),
    "callback_id length": (put("callback_id", to="x" * 256), "/callback_id: 256 characters"),
    "external_id length": (put("external_id", to="x" * 256), "/external_id: 256 characters"),
    "private_metadata length": (put("private_metadata", to="x" * 3001), "/private_metadata: 3001 characters"),
    "another type": (put("type", to="dialog"), "/type: 'dialog' is not one of"),
    "unknown field": (put("colour", to="red"), "/colour: unknown field"),
    "markdown": (add("blocks", what={"type": "markdown", "text": "x"}), "no markdown in a modal"),
    "table": (add("blocks", what=TABLE), "no table in a modal"),
    "label length": (put("blocks", 0, "label", "text", to="x" * 2001), "/label/text: 2001 characters"),
    "label markup": (put("blocks", 0, "label", "type", to="mrkdwn"), "/label: unsupported type"),
    "no label": (drop("blocks", 0, "label"), "/blocks/0/label: missing"),
    "button as an input": (put("blocks", 0, "element", to=button(0)), "/element: unsupported type 'button'"),
    "hint length": (put("blocks", 0, "hint", to=plain("x" * 2001)), "/hint/text: 2001 characters"),
    "placeholder length": (put("blocks", 0, "element", "placeholder", to=plain("x" * 151)), "151 characters"),
    "initial value": (put("blocks", 0, "element", "initial_value", to="x" * 3001), "/initial_value: 3001 characters"),
    "max_length": (put("blocks", 0, "element", "max_length", to=3001), "/max_length: must be a number from 1 to 3000"),
    "min above max": (
        both(put("blocks", 0, "element", "min_length", to=9), put("blocks", 0, "element", "max_length", to=1)),
        "/min_length: above max_length",
    ),
    "options": (put("blocks", 1, "element", "options", to=MANY), "/element/options: 101 items"),
    "no options": (put("blocks", 1, "element", "options", to=[]), "/element/options: 0 items"),
    "option text": (put("blocks", 1, "element", "options", 0, "text", "text", to="x" * 76), "76 characters"),
    "option markup": (put("blocks", 1, "element", "options", 0, "text", "type", to="mrkdwn"), "unsupported type"),
    "option value": (put("blocks", 1, "element", "options", 0, "value", to="x" * 151), "/value: 151 characters"),
    "option description": (put("blocks", 1, "element", "options", 0, "description", to=plain("x" * 76)), "76 char"),
    "same option": (add("blocks", 1, "element", "options"), "value '0' stands 2 times"),
    "initial_option": (put("blocks", 1, "element", "initial_option", to=option("9")), "not one of the options"),
    "initial_options": (put("blocks", 2, "element", "initial_options", to=[option("9")]), "not one of the options"),
    "more chosen than allowed": (
        both(
            put("blocks", 2, "element", "initial_options", to=[option("0"), option("1")]),
            put("blocks", 2, "element", "max_selected_items", to=1),
        ),
        "more than max_selected_items",
    ),
    "none may be chosen": (put("blocks", 2, "element", "max_selected_items", to=0), "/max_selected_items: must be"),
    "checkboxes": (put("blocks", 3, "element", "options", to=MANY[:11]), "/element/options: 11 items"),
    "radio buttons": (put("blocks", 4, "element", "options", to=MANY[:11]), "/element/options: 11 items"),
    "number without kind": (drop("blocks", 5, "element", "is_decimal_allowed"), "/is_decimal_allowed: missing"),
    "time of day": (put("blocks", 6, "element", "initial_time", to="24:00"), "'24:00' is not a time"),
    "two with the focus": (
        both(
            put("blocks", 0, "element", "focus_on_load", to=True), put("blocks", 1, "element", "focus_on_load", to=True)
        ),
        "only one element can have the focus",
    ),
    "same block_id": (put("blocks", 1, "block_id", to="at"), "block_id 'at' stands 2 times"),
    "whole length": (add("blocks", times=90, what=LONG), "view_too_large"),
}
HOMES: dict[str, Breach] = {
    "blocks": (add("blocks", times=99, what=DIVIDER), "/blocks: 101 items"),
    "title": (put("title", to=plain("Home")), "/title: unknown field"),
    "submit": (put("submit", to=plain("Save")), "/submit: unknown field"),
    "a modal": (put("type", to="modal"), "/type: 'modal' is not one of home"),
    "private_metadata length": (put("private_metadata", to="x" * 3001), "/private_metadata: 3001 characters"),
    "markdown": (add("blocks", what={"type": "markdown", "text": "x"}), "no markdown in a home"),
}
METADATA: dict[str, Breach] = {
    "no type": (drop("event_type"), "/metadata/event_type: missing"),
    "type length": (put("event_type", to="x" * 256), "/event_type: 256 characters"),
    "no payload": (drop("event_payload"), "/metadata/event_payload: missing"),
    "nested": (put("event_payload", "key", to={"b": 1}), "/event_payload/key: must be plain"),
    "too large": (put("event_payload", "key", to="x" * 3001), "metadata_too_large"),
    "unknown field": (put("more", to=1), "/metadata/more: unknown field"),
}
RESPONSES: dict[str, Breach] = {
    "response_type": (put("response_type", to="secret"), "/response_type: 'secret' is not one of"),
    "unknown field": (put("link_names", to=True), "/link_names: unknown field"),
    "replace_original": (put("replace_original", to="yes"), "/replace_original: must be true or false"),
    "nothing to say": (lambda payload: payload.clear(), "no_text"),
}


def metadata() -> Payload:
    return {"event_type": "x", "event_payload": {"key": "k"}}


def response() -> Payload:
    return message() | {"response_type": "ephemeral", "replace_original": True}


KINDS = {
    "message": (message, limits.message, MESSAGES),
    "modal": (view, limits.view, VIEWS),
    "home": (home, limits.home, HOMES),
    "metadata": (metadata, limits.metadata, METADATA),
    "response": (response, limits.response, RESPONSES),
}
ALL = [(kind, name) for kind, (_, _, breaches) in KINDS.items() for name in breaches]


@pytest.mark.parametrize(("kind", "name"), ALL, ids=[f"{kind}: {name}" for kind, name in ALL])
def test_a_breach_is_complained_of_and_without_it_all_is_well(kind: str, name: str) -> None:
    make, check, breaches = KINDS[kind]
    spoil, complaint = breaches[name]
    payload = make()
    assert check(payload) == []
    spoil(payload)
    assert any(complaint in found for found in check(payload)), check(payload)


def test_there_are_many_different_breaches() -> None:
    assert len(MESSAGES) + len(VIEWS) + len(HOMES) >= 60
    assert len({(kind, KINDS[kind][2][name][1]) for kind, name in ALL}) >= 100
