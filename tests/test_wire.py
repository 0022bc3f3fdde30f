"""Commands as strings in other people's clients: what we wrote comes back, and what we did not write is harmless."""

from dataclasses import MISSING, fields
from types import NoneType
from typing import get_args, get_type_hints

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.commands import Answer, Board, Command, Confirmed, Explain, Home, Layout, Misread, Practice, Setup, Why, Wish
from bot.domain.disputing import Ruling
from bot.domain.standings import Reach, Scope, Span
from bot.domain.teams import TeamDo
from bot.grammar import WORDS
from bot.wire import LONGEST, chosen, decode, decode_form, encode, encode_form

CARRIED = [kind for kind in get_args(Command) if kind is not Misread]
WORDS_OF_OURS = [kind.__name__.lower() for kind in CARRIED]

printable = st.text(st.characters(exclude_categories=("C", "Z")) | st.just(" ") | st.sampled_from(":%/"), min_size=1)
VALUES: dict[object, st.SearchStrategy[object]] = {
    Wish: st.sampled_from(Wish),
    Confirmed: st.sampled_from(Confirmed),
    str: printable.map(lambda text: text[:14]),
    int: st.integers(0, 2**31 - 1),
    bool: st.booleans(),
    **{kind: st.sampled_from(kind) for kind in (Layout, Reach, Ruling, Scope, Span, TeamDo)},
    NoneType: st.none(),
}


def fits(command: Command) -> bool:
    """Whether a button can carry a command."""
    try:
        return bool(encode(command))
    except ValueError:
        return False


def commands_of(kind: type[Command]) -> st.SearchStrategy[Command]:
    """Commands of one kind that a button can carry."""
    hints = get_type_hints(kind)
    values = {
        field.name: st.one_of(*(VALUES[part] for part in get_args(hints[field.name]) or (hints[field.name],)))
        for field in fields(kind)
    }
    made: st.SearchStrategy[Command] = st.builds(kind, **values)
    return made.filter(fits)


@pytest.mark.parametrize("kind", CARRIED)
@given(data=st.data())
def test_every_command_comes_back_as_it_went(kind: type[Command], data: st.DataObject) -> None:
    command = data.draw(commands_of(kind))
    text = encode(command)
    assert decode(text) == command
    assert len(text) <= LONGEST
    assert text.isascii()
    assert text.isprintable()


@pytest.mark.parametrize(
    ("command", "text"),
    [
        (Home(), "q1:home"),
        (Answer(12, "B"), "q1:answer:12:B"),
        (Answer(12, "B", sure=True), "q1:answer:12:B:1"),
        (Practice(level=3), "q1:practice::3"),
        (Board(), "q1:board:people:week:here"),
        (Setup(at="09:00", zone="Europe/Berlin"), "q1:setup:09%3A00:Europe%2FBerlin"),
    ],
)
def test_buttons_that_stand_in_channels_are_read_for_ever(command: Command, text: str) -> None:
    assert encode(command) == text
    assert decode(text) == command


def test_a_button_from_before_a_command_had_its_later_fields_is_read_with_their_defaults() -> None:
    assert decode("q1:board") == decode("q1:board:people:week") == Board()
    assert decode("q1:practice:states") == Practice("states")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "q1",
        "q1:",
        "q1:answer",
        "q1:answer:12",
        "q1:answer::B",
        "q1:answer:12:B:1:more",
        "q1:answer:12:B:2",
        "q1:answer:12:B:true",
        "q1:answer:-1:B",
        "q1:answer:1.5:B",
        "q1:answer:2147483648:B",
        "q1:answer:" + "9" * 75 + ":B",
        "q1:board:everyone",
        "q1:explain:%00",
        "q1:explain:%0A",
        "q1:explain:%ff",
        "q1:explain:%E2%80%AE",
        "q1:explain:a\nb",
        "q1:explain:\ud800",
        "q1:explain:" + "x" * LONGEST,
        "q1:misread:x:button",
        "q1:Answer:12:B",
        "q0:answer:12:B",
        "q2:answer:12:B",
        "Q1:answer:12:B",
        " q1:answer:12:B",
    ],
)
def test_what_is_forged_cut_or_of_another_version_is_a_misread_button(text: str) -> None:
    assert decode(text) == Misread(text[:LONGEST], Why.BUTTON)


anything = st.text(st.characters())
pieces = st.lists(st.sampled_from([":", "%", "%2", "%00", "%C3%A9", "٣", "+1", "1_0", "-1", "9" * 60, " "]) | anything)
forged = st.builds(
    "{}:{}:{}".format, st.sampled_from(["q1", "q2", ""]), st.sampled_from(WORDS_OF_OURS), pieces.map("".join)
)


@given(anything | forged)
def test_no_string_can_do_more_than_be_misread(text: str) -> None:
    command = decode(text)
    if isinstance(command, Misread):
        assert command == Misread(text[:LONGEST], Why.BUTTON)
    for field in fields(command):
        value = getattr(command, field.name)
        assert not isinstance(value, int) or 0 <= value < 2**31
        assert not isinstance(value, str) or value.isprintable() or isinstance(command, Misread)
        assert value != "" or field.default is not MISSING or isinstance(command, Misread)


@given(forged)
@example("q1:explain:" + "é" * 70)
@example("q1:explain:" + " " * 70)
def test_whatever_could_be_read_can_be_put_on_a_button_again(text: str) -> None:
    command = decode(text)
    assert isinstance(command, Misread) or decode(encode(command)) == command


@pytest.mark.parametrize("kind", [Explain, Practice])
def test_a_command_too_long_for_a_button_is_refused_where_it_is_made(kind: type[Explain] | type[Practice]) -> None:
    room = LONGEST - len(f"q1:{kind.__name__.lower()}:")
    assert len(encode(kind("x" * room))) == LONGEST
    with pytest.raises(ValueError, match="longer than the 90 characters"):
        encode(kind("x" * (room + 1)))


@pytest.mark.parametrize("word", [word.name for word in WORDS])
def test_a_form_s_id_names_its_word_and_is_no_button(word: str) -> None:
    text = encode_form(word)
    assert decode_form(text) == (word, {})
    assert len(text) <= LONGEST
    assert isinstance(decode(text), Misread)


@given(anything | forged)
def test_a_button_is_no_form(text: str) -> None:
    form = decode_form(text)
    assert form is None or form[0] in text
    assert decode_form("q1:setup") is None
    assert decode_form("q2-form:setup") is None


@given(anything | forged, st.lists(anything, max_size=3))
@example("q1", ["A"])
@example("q1:answer:12", ["\ud800"])
def test_whatever_was_chosen_from_whatever_menu_can_be_decoded(text: str, values: list[str]) -> None:
    decode(chosen(text, values))


def test_what_was_chosen_is_said_where_the_menu_leaves_it_open() -> None:
    assert decode(chosen(encode(Answer(12, "", sure=True)), ["A", "C"])) == Answer(12, "AC", sure=True)
    assert isinstance(decode(chosen("home", ["A"])), Misread)
