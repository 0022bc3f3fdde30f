"""Cards as Block Kit: accepted by Slack, whole, and harmless whatever a person calls themselves."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime

import pytest

from adapters.slack.render import home, message, modal
from bot.cards.model import (
    Button,
    Buttons,
    Card,
    Choice,
    Code,
    Facts,
    Field,
    Form,
    Link,
    Moment,
    Mono,
    Note,
    OptionLine,
    Options,
    Prose,
    Rank,
    Ranking,
    Strong,
    Text,
)
from bot.commands import Home, Practice
from tests import gallery
from tests.fakes.slack import limits
from tests.fakes.slack.visible import read_message, read_view

CHANNEL = "C0QUIZ"
NOT_WORDS = {"url", "language", "summary", "press", "turn", "at", "word", "name", "menu"}
OVERRIDE = "\u202e"


def words(said: object) -> Iterator[str]:
    """Every piece of text in a card, however deep."""
    if isinstance(said, str):
        yield said.replace(OVERRIDE, "").rstrip("\n")
    elif isinstance(said, Buttons) and said.menu:
        return  # a menu stands for them
    elif isinstance(said, tuple):
        for one in said:
            yield from words(one)
    elif is_dataclass(said):
        for field in fields(said):
            if field.name not in NOT_WORDS or isinstance(said, Rank):
                yield from words(getattr(said, field.name))


def payload_objects(payload: object) -> Iterator[dict[str, object]]:
    """Every object in a payload."""
    if isinstance(payload, dict):
        yield payload
    for inner in payload.values() if isinstance(payload, dict) else payload if isinstance(payload, list) else ():
        yield from payload_objects(inner)


def everything(name: str) -> Card:
    """A card with one text in every place that can hold one."""
    spans = (Text(name), Mono(name), Strong(name), Link(name, "https://example.org/a|b?c=<d>"))
    moment = Moment(datetime(2026, 11, 23, 9, tzinfo=UTC), name)
    return Card(
        name,
        (
            Prose((*spans, moment)),
            Code("pass", "python", name),
            Options((OptionLine("A", spans, right=True, count=7, chosen=True, reason=spans),)),
            Ranking((Rank(1, name, name, name, me=True), Rank(1, name, name))),
            Facts(((name, spans),)),
            Buttons((Button(name, Home(), primary=True), Button("Practise", Practice()))),
            Note((*spans, moment, Text(name))),
        ),
        summary=name,
    )


@pytest.mark.parametrize("name", gallery.CARDS)
def test_every_card_is_accepted_and_whole(name: str) -> None:
    card = gallery.CARDS[name]()
    drawn = message(card)
    assert limits.message(drawn) == []
    assert limits.view(modal(card, CHANNEL)) == []
    assert limits.home(home(card)) == []
    for seen in (read_message("", drawn), read_view("", modal(card, CHANNEL)), read_view("", home(card))):
        shown = [seen.text, *seen.buttons]
        assert [piece for piece in words(card.blocks) if not any(piece in one for one in shown)] == []


@pytest.mark.parametrize("name", gallery.HOSTILE_NAMES)
def test_no_text_is_lost_formats_or_pings(name: str) -> None:
    card = everything(name)
    for drawn in (message(card), modal(card, CHANNEL), home(card)):
        for one in payload_objects(drawn):
            assert one.get("type") not in ("user", "usergroup", "channel", "broadcast", "markdown")
            if one.get("type") == "mrkdwn":
                inside = str(one["text"])[1:-1]
                assert not set(inside) & set("<>")
                assert inside.startswith(("!date^", "https://"))
            assert OVERRIDE not in str(one.get("text"))
    assert limits.message(message(card)) == []
    assert limits.view(modal(card, CHANNEL)) == []
    assert not set(message(card)["text"]) & set("<>")
    seen = read_message("", message(card))
    shown = "\n".join([seen.text, *seen.buttons])
    assert [piece for piece in words((card.title, card.blocks)) if piece not in shown] == []


@pytest.mark.parametrize("name", gallery.HOSTILE_NAMES)
def test_a_form_keeps_what_was_typed(name: str) -> None:
    form = Form(
        "Form",
        "setup",
        (Field("at", name, name, name), Field("days", "Days", choices=(Choice("a", name),))),
        "Go",
        Home(),
    )
    drawn = modal(form, CHANNEL)
    assert limits.view(drawn) == []
    assert name.replace(OVERRIDE, "") in read_view("", drawn).text


@pytest.mark.parametrize("name", gallery.FORMS)
def test_every_form_is_accepted_and_whole(name: str) -> None:
    form = gallery.FORMS[name]()
    drawn = modal(form, CHANNEL)
    assert limits.view(drawn) == []
    assert drawn["private_metadata"] == CHANNEL
    seen = read_view("", drawn)
    assert seen.form
    assert seen.buttons == (form.submit,)
    assert all(field.label in seen.text and field.hint in seen.text for field in form.fields)


def test_a_choice_of_more_than_slack_can_list_is_typed() -> None:
    choices = tuple(Choice(str(n), str(n)) for n in range(101))
    drawn = modal(Form("Form", "setup", (Field("at", "At", "7", choices=choices),), "Go", Home()), CHANNEL)
    assert limits.view(drawn) == []
    assert "At: 7" in read_view("", drawn).text


def test_a_value_that_is_no_choice_is_not_chosen() -> None:
    field = Field("days", "Days", "never", choices=(Choice("daily", "Daily"),))
    assert limits.view(modal(Form("Form", "setup", (field,), "Go", Home()), CHANNEL)) == []


def test_long_words_from_right_to_left_fit_with_all_that_keeps_them_apart() -> None:
    long = "שאלה " * 60
    said = Card(long, (Buttons((Button(long, Home()),)),), long)
    form = Form(long, "setup", (Field("at", long, hint=long),), "שמור", Home())
    for refusals in (
        limits.message(message(said)),
        limits.view(modal(said, CHANNEL)),
        limits.view(modal(form, CHANNEL)),
    ):
        assert refusals == []


def test_a_long_text_is_split_not_cut() -> None:
    text = "".join(f"{n:05}" for n in range(1500))
    card = Card("Long", (Prose((Text(text), Strong(text[:10]))),), "Long")
    assert limits.message(message(card)) == []
    assert text in read_message("", message(card)).text


def test_long_small_print_becomes_rich_text() -> None:
    card = Card(
        "Long", (Note(tuple(span for n in range(7) for span in (Text(f"n{n}"), Link("x", "https://x.org")))),), "x"
    )
    assert limits.message(message(card)) == []
    assert all(f"n{n}" in read_message("", message(card)).text for n in range(7))


def test_more_blocks_than_a_message_holds_are_joined() -> None:
    card = Card("Many", tuple(Prose((Text(f"line {n}"),)) for n in range(60)), "Many")
    drawn = message(card)
    assert limits.message(drawn) == []
    assert all(f"line {n}" in read_message("", drawn).text for n in range(60))


def test_a_reveal_shows_signs_counts_and_reasons() -> None:
    line = OptionLine("B", (Text("it flushes"),), right=False, chosen=True, count=3, reason=(Text("because"),))
    text = read_message("", message(Card("Reveal", (Options((line,)),), "Reveal"))).text
    assert "✗ B  it flushes" in text
    assert "3" in text.splitlines()[1]
    assert text.splitlines()[2] == "because"


def test_code_keeps_its_language_and_its_blanks() -> None:
    source = "if x:\n    y = '<b>' & \"`\"  \n\n    z\n"
    (_, block) = message(Card("Code", (Code(source, "python"),), "Code"))["blocks"]
    (listing,) = [one for one in payload_objects(block) if one.get("type") == "rich_text_preformatted"]
    assert listing["language"] == "python"
    assert listing["elements"] == [{"type": "text", "text": source.rstrip("\n")}]
