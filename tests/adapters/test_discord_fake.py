"""The loopback Discord refuses what Discord refuses, one planted breach for each rule, and reads text as it does."""

from typing import Any

import pytest

from tests.fakes.discord import commands, limits, markdown
from tests.fakes.discord.rules import Json
from tests.fakes.discord.server import TOKEN

BOT = {"Authorization": f"Bot {TOKEN}"}
V2: Json = {"flags": limits.V2}


def text(content: str) -> Json:
    return {"type": 10, "content": content}


def button(number: int = 0, **other: Any) -> Json:
    return {"type": 2, "style": 2, "label": "x", "custom_id": f"q1:{number}", **other}


def row(*buttons: Json) -> Json:
    return {"type": 1, "components": list(buttons)}


def field(**other: Any) -> Json:
    return {"type": 4, "style": 1, "custom_id": "at", **other}


def select(**other: Any) -> Json:
    return {"type": 3, "custom_id": "days", "options": [{"label": "x", "value": "x"}], **other}


def label(component: Json, **other: Any) -> Json:
    return {"type": 18, "label": "x", "component": component, **other}


def modal(*labels: Json, **other: Any) -> Json:
    return {"title": "x", "custom_id": "q1-form:setup", "components": list(labels), **other}


def command(*options: Json, **other: Any) -> Json:
    return {"name": "sqla-quiz", "description": "x", "type": 1, "options": list(options), **other}


def option(name: str = "at", **other: Any) -> Json:
    return {"name": name, "description": "x", "type": 3, **other}


MESSAGES: dict[str, tuple[Json, str]] = {
    "empty": ({}, "must not be empty"),
    "unknown field": ({"content": "x", "contents": "x"}, "unknown field"),
    "long content": ({"content": "x" * 2_001}, "0 to 2000"),
    "content beside components": ({**V2, "content": "x", "components": [text("x")]}, "must be empty"),
    "components without their flag": ({"components": [text("x")]}, "may not stand in an old message"),
    "a flag that is not ours": ({"content": "x", "flags": 1 << 2}, "may not be asked for"),
    "private where it cannot be": ({"content": "x", "flags": limits.EPHEMERAL}, "may not be asked for"),
    "long nonce": ({"content": "x", "nonce": "n" * 26}, "1 to 25"),
    "unknown kind of mention": ({"content": "x", "allowed_mentions": {"all": []}}, "unknown field"),
    "empty text": ({**V2, "components": [text("")]}, "1 to 1000000"),
    "long text": ({**V2, "components": [text("x" * 4_001)]}, "4001 characters"),
    "long texts": ({**V2, "components": [text("x" * 2_001)] * 2}, "4002 characters"),
    "many components": ({**V2, "components": [{"type": 17, "components": [text("x")] * 40}]}, "41 with the nested"),
    "empty container": ({**V2, "components": [{"type": 17, "components": []}]}, "1 to 40"),
    "container in container": (
        {**V2, "components": [{"type": 17, "components": [{"type": 17, "components": [text("x")]}]}]},
        "may not stand in 17",
    ),
    "unknown colour": (
        {**V2, "components": [{"type": 17, "components": [text("x")], "accent_color": 1 << 24}]},
        "whole",
    ),
    "six buttons in a row": ({"components": [row(*map(button, range(6)))]}, "1 to 5"),
    "empty row": ({"components": [row()]}, "1 to 5"),
    "button beside a menu": ({"components": [row(button(), select())]}, "alone in its row"),
    "text in a row": ({"components": [row(text("x"))]}, "may not stand in 1"),
    "button without a row": ({"components": [button()]}, "may not stand in an old message"),
    "unknown component": ({"components": [{"type": 99}]}, "type 99"),
    "long label": ({"components": [row(button(label="x" * 81))]}, "1 to 80"),
    "empty label": ({"components": [row(button(label=""))]}, "1 to 80"),
    "long custom_id": ({"components": [row(button(custom_id="x" * 101))]}, "1 to 100"),
    "custom_id twice": ({"components": [row(button()), row(button())]}, "stands twice"),
    "no custom_id": ({"components": [row({"type": 2, "style": 2, "label": "x"})]}, "required"),
    "unknown style": ({"components": [row(button(style=9))]}, "whole"),
    "unknown field of a button": ({"components": [row(button(colour="red"))]}, "unknown field"),
}

MODALS: dict[str, tuple[Json, str]] = {
    "no fields": (modal(), "1 to 5"),
    "six fields": (modal(*(label(field(custom_id=f"{n}")) for n in range(6))), "1 to 5"),
    "long title": (modal(label(field()), title="x" * 46), "1 to 45"),
    "long id": (modal(label(field()), custom_id="x" * 101), "1 to 100"),
    "long label": (modal(label(field(), label="x" * 46)), "1 to 45"),
    "long description": (modal(label(field(), description="x" * 101)), "1 to 100"),
    "long placeholder": (modal(label(field(placeholder="x" * 101))), "0 to 100"),
    "long value": (modal(label(field(value="x" * 4_001))), "0 to 4000"),
    "field without a label": (modal(field()), "may not stand in a modal"),
    "button in a label": (modal(label(button())), "may not stand in 18"),
    "field twice": (modal(label(field()), label(field())), "stands twice"),
    "no options": (modal(label(select(options=[]))), "1 to 25"),
    "many options": (modal(label(select(options=[{"label": "x", "value": f"{n}"} for n in range(26)]))), "1 to 25"),
    "option twice": (modal(label(select(options=[{"label": "x", "value": "x"}] * 2))), "stands twice"),
    "two defaults": (
        modal(label(select(options=[{"label": "x", "value": f"{n}", "default": True} for n in range(2)]))),
        "more defaults",
    ),
    "long option": (modal(label(select(options=[{"label": "x" * 101, "value": "x"}]))), "1 to 100"),
}

COMMANDS: dict[str, tuple[list[Json], str]] = {
    "upper case": ([command(name="Quiz")], "must look like"),
    "long name": ([command(name="x" * 33)], "1 to 32"),
    "no description": ([command(description="")], "1 to 100"),
    "long description": ([command(option(description="x" * 101))], "1 to 100"),
    "many options": ([command(*(option(f"o{n}") for n in range(26)))], "0 to 25"),
    "many choices": ([command(option(choices=[{"name": "x", "value": f"{n}"} for n in range(26)]))], "0 to 25"),
    "long choice": ([command(option(choices=[{"name": "x", "value": "x" * 101}]))], "1 to 100"),
    "name twice": ([command(option(), option())], "stands twice"),
    "command twice": ([command(), command()], "stands twice"),
    "required last": ([command(option("a"), option("b", required=True))], "may not follow"),
    "subcommand beside a value": ([command(option("a"), option("b", type=1))], "may not be mixed"),
    "choices and completions": (
        [command(option(choices=[{"name": "x", "value": "x"}], autocomplete=True))],
        "exclude each other",
    ),
    "too much altogether": (
        [
            command(
                *(
                    option(f"o{n}", type=1, options=[option(f"p{m}", description="x" * 100) for m in range(25)])
                    for n in range(4)
                )
            )
        ],
        "more than 8000",
    ),
    "very many": ([command(name=f"c{n}") for n in range(101)], "more than 100"),
    "unknown field": ([command(colour="red")], "unknown field"),
}


@pytest.mark.parametrize("name", MESSAGES)
def test_a_message_that_breaks_one_rule(name: str) -> None:
    body, why = MESSAGES[name]
    (wrong,) = limits.message(body, new=True)
    assert why in wrong


@pytest.mark.parametrize("name", MODALS)
def test_a_modal_that_breaks_one_rule(name: str) -> None:
    body, why = MODALS[name]
    (wrong,) = limits.modal(body)
    assert why in wrong


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_that_breaks_one_rule(name: str) -> None:
    body, why = COMMANDS[name]
    (wrong,) = commands.registered(body)
    assert why in wrong


def test_completions_that_break_a_rule() -> None:
    choice = {"name": "x", "value": "x"}
    assert list(commands.completions({"choices": [choice] * 25})) == []
    assert "0 to 25" in next(commands.completions({"choices": [choice] * 26}))
    assert "1 to 100" in next(commands.completions({"choices": [{**choice, "name": "x" * 101}]}))


def test_what_is_right_is_taken() -> None:
    inside = [text("x"), row(*map(button, range(5))), {"type": 14}]
    body: Json = {**V2, "components": [{"type": 17, "components": inside, "accent_color": None}], "nonce": "n" * 25}
    assert list(limits.message(body, new=True)) == []
    assert list(limits.modal(modal(label(field()), label(select())))) == []
    assert list(commands.registered([command(option(required=True), option("b"))])) == []


@pytest.mark.parametrize(
    ("written", "shown", "kinds"),
    [
        ("**bold** and *em* and __u__", "bold and em and u", {"strong", "emphasis", "underline"}),
        (r"\*\*not\*\* \_at\_ all", "**not** _at_ all", set()),
        ("`a*b*` ``c`d``", "a*b* c`d", {"code"}),
        ("```python\ns = '*'\n```\n-# small", "s = '*'\nsmall", {"block", "small"}),
        ("[words](https://example.org)", "words (https://example.org)", {"link"}),
        ("see https://example.org now", "see https://example.org now", {"link"}),
        ("@everyone <@1> <@&2> <#3>", "@everyone <@1> <@&2> <#3>", {"mention"}),
        ("<t:0:F>", "Thursday, 01 January 1970 00:00", {"moment"}),
        ("||x|| ~~y~~ :smile:", "x y :smile:", {"spoiler", "struck", "emoji"}),
        ("# Title\n> quote\n- item\n1. one", "Title\nquote\nitem\none", {"heading", "quote", "list"}),
    ],
)
def test_text_is_read_as_clients_read_it(written: str, shown: str, kinds: set[str]) -> None:
    assert markdown.visible(written) == shown
    assert markdown.kinds(written) == kinds


def test_pings_are_counted_wherever_they_stand() -> None:
    assert markdown.pings(r"`@everyone` \<@1>", {"everyone", "users"}) == {"@everyone", "<@1>"}
    assert markdown.pings("@everyone <@1>", set()) == set()
