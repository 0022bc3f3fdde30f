"""The words of the quiz: each is reachable in every order people say things in, and nothing they say breaks it."""

import re
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands import (
    Away,
    Board,
    Command,
    Compare,
    Confirmed,
    Dispute,
    Disputes,
    Explain,
    Help,
    Home,
    House,
    Keepers,
    Layout,
    Link,
    Lookup,
    Misread,
    MyStats,
    Pause,
    Practice,
    Privacy,
    Report,
    Setup,
    Team,
    Today,
    Why,
    Wish,
)
from bot.domain.disputing import Ruling
from bot.domain.standings import Scope, Span
from bot.domain.teams import TeamDo
from bot.grammar import (
    ANYWHERE,
    NAME,
    SHORTCUTS,
    WORDS,
    Anywhere,
    Argument,
    Shortcut,
    Word,
    parse,
    read,
    shortcut,
    word,
)

EXAMPLES: dict[str, Command] = {
    "practice transactions 3": Practice("transactions", 3),
    "board people season": Board(Scope.PEOPLE, Span.SEASON),
    "explain sess-0035": Explain("sess-0035"),
    "away until:2w": Away("2w"),
    "keepers add:@ada": Keepers(add="@ada"),
    "pause until:2w": Pause("2w"),
    "team create Night Owls": Team(TeamDo.CREATE, "Night Owls"),
    "compare sess-0035 it begins anew on its next use": Compare("sess-0035", "it begins anew on its next use"),
    "setup at:09:00 zone:Europe/Berlin days:mon-fri": Setup("09:00", "Europe/Berlin", "mon-fri"),
    "help board": Help("board"),
    "dispute B is right as well, on 2.0": Dispute("B", "is right as well, on 2.0"),
    "disputes 12 also C": Disputes("12", Ruling.ALSO, "C"),
    "link ACDEF-GHJKM": Link("ACDEF-GHJKM"),
    "house ACDEF-GHJKM": House("ACDEF-GHJKM"),
    "privacy hide": Privacy(Wish.HIDE),
    "report season csv": Report(Span.SEASON, Layout.CSV),
}
every_word = pytest.mark.parametrize("entry", WORDS, ids=lambda entry: entry.name)


@every_word
def test_every_word_alone_is_its_command_or_says_what_is_missing(entry: Word) -> None:
    missing = [argument.name for argument in entry.arguments if argument.required]
    if missing:
        assert parse(entry.name) == Misread(missing[0], Why.MISSING, entry.name)
    else:
        assert parse(entry.name) == entry.command()  # type: ignore[call-arg]  # nothing of it is required
    assert word(entry.name) is entry


def test_every_example_of_the_table_is_the_command_it_stands_for() -> None:
    assert {entry.example: parse(entry.example) for entry in WORDS if entry.example} == EXAMPLES


@every_word
def test_a_word_with_arguments_shows_an_example_of_itself(entry: Word) -> None:
    assert entry.example.startswith(f"{entry.name} ") == bool(entry.arguments)


@every_word
def test_names_and_help_are_such_as_chat_platforms_accept_for_native_commands(entry: Word) -> None:
    everything: list[Word | Argument] = [entry, *entry.arguments]
    for named in everything:
        assert re.fullmatch(r"[-_a-z]{1,32}", named.name)
        assert 1 <= len(named.help) <= 100
    assert re.fullmatch(r"[-_a-z]{1,32}", NAME)
    needed = [argument.required for argument in entry.arguments]
    assert needed == sorted(needed, reverse=True), "what is required comes first"
    assert all(len(argument.choices) <= 25 for argument in entry.arguments)


def test_no_name_stands_for_two_words() -> None:
    assert len({entry.name for entry in WORDS}) == len(WORDS) <= 25


@every_word
def test_a_word_s_arguments_are_its_command_s_fields(entry: Word) -> None:
    offered = [argument.name for argument in entry.arguments]
    assert len(set(offered)) == len(offered)
    assert set(offered) <= {field.name for field in fields(entry.command)}


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("", Home()),
        ("   ", Home()),
        ("me", MyStats()),
        ("TODAY", Today()),
        ("  pause\n", Pause()),
        ("board", Board()),
        ("board season", Board(span=Span.SEASON)),
        ("board Season People", Board(Scope.PEOPLE, Span.SEASON)),
        ("board span:all scope:teams", Board(Scope.TEAMS, Span.ALL)),
        ("board SPAN:All teams", Board(Scope.TEAMS, Span.ALL)),
        ("practice 3", Practice(level=3)),
        ("practice 3 transactions", Practice("transactions", 3)),
        ("practice level:2 states", Practice("states", 2)),
        ("practice states level:2", Practice("states", 2)),
        ("practice topic:", Practice()),
        ("setup 09:00 Europe/Berlin mon-fri", Setup("09:00", "Europe/Berlin", "mon-fri")),
        ("setup zone:Europe/Berlin 09:00 daily", Setup("09:00", "Europe/Berlin", "daily")),
        ("setup topics:states,queries", Setup(topics="states,queries")),
        ("setup 9:00 UTC daily states 2.1", Setup("9:00", "UTC", "daily", "states", "2.1")),
        ("help a board", Help("a board")),
        ("link", Link()),
        ("link ACDEF GHJKM", Link("ACDEF GHJKM")),
        ("link off yes", Link("off", Confirmed.YES)),
        ("house code:off", House("off")),
        ("team", Team()),
        ("team Night Owls", Team(name="Night Owls")),
        ("team do:join name:Night Owls", Team(TeamDo.JOIN, "Night Owls")),
        ("team create draft", Team(TeamDo.CREATE, "draft")),
        ("team draft 4", Team(TeamDo.DRAFT, "4")),
        ("team assign Night Owls person:7", Team(TeamDo.ASSIGN, "Night Owls", "7")),
        ("team person:7 invite", Team(TeamDo.INVITE, person="7")),
    ],
)
def test_arguments_come_in_any_order_by_name_by_kind_or_by_position(text: str, command: Command) -> None:
    assert parse(text) == command


def value_of(argument: Argument) -> st.SearchStrategy[str]:
    """Something an argument accepts, as one types it."""
    if argument.choices:
        return st.sampled_from(argument.choices).flatmap(lambda choice: st.sampled_from([choice, choice.upper()]))
    return st.text(st.characters(exclude_categories=("C", "Z")), min_size=1)


@pytest.mark.parametrize("entry", [entry for entry in WORDS if entry.arguments], ids=lambda entry: entry.name)
@given(data=st.data())
def test_named_arguments_mean_the_same_in_every_order_as_a_native_list_of_them(
    entry: Word, data: st.DataObject
) -> None:
    chosen = data.draw(st.lists(st.sampled_from(entry.arguments), unique_by=lambda argument: argument.name))
    values = {argument.name: data.draw(value_of(argument)) for argument in chosen}
    typed = data.draw(st.permutations([f"{name}:{value}" for name, value in values.items()]))
    command = parse(" ".join([entry.name, *typed]))
    assert command == read(entry.name, values)
    needed = {argument.name for argument in entry.arguments if argument.required}
    assert isinstance(command, entry.command) == (needed <= {*values})
    for argument in chosen:
        if not isinstance(command, Misread):
            said = values[argument.name]
            assert str(getattr(command, argument.name)) == (said.lower() if argument.choices else said)


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("bord", "board"),
        ("practise", "practice"),
        ("stup", "setup"),
        ("explian sess-0006", "explain"),
        ("Pauze", "pause"),
    ],
)
def test_a_word_nobody_knows_is_answered_with_the_nearest_ones(text: str, near: str) -> None:
    misread = parse(text)
    assert isinstance(misread, Misread)
    assert (misread.said, misread.why, misread.near[0]) == (text, Why.WORD, near)


def test_a_word_unlike_any_other_has_none_near() -> None:
    assert parse("xyzzy") == Misread("xyzzy", Why.WORD)
    assert read("xyzzy", {}) == Misread("xyzzy", Why.WORD)


@pytest.mark.parametrize(
    ("text", "said", "near"),
    [
        ("board scope:peple", "peple", ("people",)),
        ("board span:seasn", "seasn", ("season",)),
        ("board span:xyz", "xyz", tuple(Span)),
        ("practice level:7", "7", ("1", "2", "3", "4")),
        ("practice level:²", "²", ("1", "2", "3", "4")),
        ("today please", "please", ()),
        ("board people people", "people", ()),
    ],
)
def test_a_value_nobody_knows_is_named_with_what_may_have_been_meant(
    text: str, said: str, near: tuple[str, ...]
) -> None:
    assert parse(text) == Misread(said, Why.VALUE, text.partition(" ")[0], near)


def test_a_value_nobody_knows_is_compared_with_the_choices_even_where_it_is_not_named() -> None:
    misread = parse("board seasn")
    assert isinstance(misread, Misread)
    assert "season" in misread.near


words_and_junk = st.builds(
    "{} {}".format,
    st.sampled_from([entry.name for entry in WORDS]),
    st.lists(
        st.text(max_size=5)
        | st.sampled_from([":", "at:", ":x", "level:²", "topic:a:b", "scope:", "PEOPLE", "9" * 5000, "\x00", "\ud800"])
    ).map(" ".join),
)


@given(st.text() | words_and_junk)
def test_whatever_is_said_is_a_command_or_a_misread(text: str) -> None:
    command = parse(text)
    name = (text.split() or [""])[0].lower()
    entry = word(name)
    if isinstance(command, Misread):
        assert command.word == (entry.name if entry else "")
    else:
        assert isinstance(command, entry.command if entry else Home)


def test_a_word_that_came_alone_is_compared_with_the_known_ones_too() -> None:
    assert read("boad", {}) == Misread("boad", Why.WORD, near=("board",))


@given(st.sampled_from([entry.name for entry in WORDS]) | st.text(), st.dictionaries(st.text(), st.text()), st.data())
def test_whatever_a_form_or_a_native_list_holds_is_a_command_or_a_misread(
    name: str, values: dict[str, str], data: st.DataObject
) -> None:
    entry = word(name)
    if entry is None:
        found = read(name, values)
        assert isinstance(found, Misread)
        assert (found.said, found.why, found.word) == (name, Why.WORD, "")
        return
    for argument in entry.arguments:
        values[argument.name] = data.draw(st.text())
    assert isinstance(read(name, values), entry.command | Misread)


def test_shortcuts_are_named_as_chat_platforms_accept_and_keep_their_ids() -> None:
    everywhere: list[Shortcut | Anywhere] = [*SHORTCUTS, *ANYWHERE]
    assert [each.id for each in everywhere] == ["explain_question", "practise"], "people's clients remember them"
    assert all(0 < len(each.name) < 25 and 0 < len(each.help) <= 100 for each in everywhere)


def test_a_shortcut_is_its_command() -> None:
    assert shortcut("explain_question", "17.1") == Lookup("17.1")
    assert shortcut("practise", "") == Practice()
    assert shortcut("practise", "17.1") == Practice()
    for forged in (shortcut("explain_question", ""), shortcut("gone", "17.1"), shortcut("", "")):
        assert isinstance(forged, Misread)
        assert forged.why is Why.BUTTON
