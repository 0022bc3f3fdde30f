"""Workspaces that are linked and people who are one player, against a count of every score by hand; and unlinked,
against a pair in which nobody ever was.
"""

import asyncio
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from bot.store import boards, linking, links
from bot.store.database import Database
from bot.store.models import LinkCode, Person, Workspace
from tests.store.pairing import (
    NOW,
    PEOPLE,
    SIDES,
    Close,
    Erase,
    Forget,
    Hide,
    Line,
    LinkPeople,
    LinkWorkspaces,
    Pair,
    Regrade,
    Step,
    Sums,
    UnlinkPerson,
    UnlinkWorkspaces,
    pair,
)
from tests.store.test_standings import MONDAY, NUMBERS

side, person, gained = st.sampled_from(SIDES), st.sampled_from(PEOPLE), st.integers(0, 11)
closes = st.builds(Close, st.integers(1, 20), side, st.dictionaries(person, gained, max_size=4))
steps: st.SearchStrategy[Step] = st.one_of(
    closes,
    closes,
    st.builds(LinkPeople, person, person),
    st.builds(LinkPeople, person, person),
    st.builds(Regrade, st.integers(0, 5), gained | st.none()),
    st.just(LinkWorkspaces()),
    st.builds(UnlinkWorkspaces, side),
    st.builds(UnlinkPerson, side, person),
    st.builds(Forget, side, person),
    st.builds(Hide, side, person),
    st.builds(Erase, side),
)


@given(st.lists(steps, max_size=14), st.booleans())
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_boards_of_a_house_are_what_its_scores_add_up_to(database_url: str, these: list[Step], linked: bool) -> None:
    async def check() -> None:
        database = Database(database_url)
        there = await pair(database)
        before: list[Step] = [LinkWorkspaces(), LinkPeople(0, 1)] if linked else []
        for step in (*before, *these):
            await there.do(step)
        await there.agrees()
        if there.house is not None:
            await reads(there)
        await database.close()

    asyncio.run(check())


async def reads(there: Pair) -> None:
    """The board of all time shows what is kept, from what is kept as from the log, and nobody who hides."""
    within, everybody = boards.Within(boards.Beyond.HOUSE, there.house or 0), boards.Asker(None, 99, 0)
    expected = {line[3]: sums for line, sums in there.counted(()).items() if line[:2] == ("house", date.min)}
    async with there.database.reading() as session:
        row = await boards.find(session, within, date.min, date.max)
        kept = await boards.kept(session, row, within, everybody)
        assert await boards.of_days(session, within, date.min, date.max, everybody) == kept
        names = await links.names_in(session, there.workspaces[0], expected)
    nameless = there.hidden | there.forgotten
    players = {who: next((player for player in there.players if who in player), {who}) for who in expected}
    assert {who for who, name in names.items() if not name} == {who for who in expected if players[who] & nameless}
    assert kept.people == len(expected)
    seen = {each.total.person: (each.total.points, each.total.right, each.total.rounds) for each in kept.top}
    assert seen == {who: sums for who, sums in expected.items() if who not in there.forgotten}


@given(st.lists(steps.filter(lambda step: not isinstance(step, Erase)), max_size=12))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_unlinked_it_is_as_if_nobody_had_ever_been_linked(database_url: str, these: list[Step]) -> None:
    async def check() -> None:
        database = Database(database_url)
        there, apart = await pair(database), await pair(database)
        for step in (LinkWorkspaces(), LinkPeople(0, 1), *these, UnlinkWorkspaces(0)):
            await there.do(step)
        for step in these:
            if not isinstance(step, LinkWorkspaces | LinkPeople | UnlinkWorkspaces | UnlinkPerson):
                await apart.do(step)
        assert {*by_number(there, await there.kept())} == {*by_number(apart, await apart.kept())}
        await database.close()

    asyncio.run(check())


def by_number(those: Pair, kept: dict[Line, Sums]) -> Iterator[tuple[str, date, tuple[int, int], Sums]]:
    """Standings by who it was on which side, not by rows."""
    who = {row: (side, number) for side, its in enumerate(those.people) for number, row in enumerate(its)}
    for (of, since, _, row), sums in kept.items():
        yield of, since, who[row], sums


PLAYED = [Close(0, 0, {0: 10, 1: 2}), Close(0, 1, {0: 7, 1: 11}), Close(30, 1, {1: 3})]


async def linked_pair(database: Database) -> Pair:
    """Two workspaces in which something was played before they were linked, and two people who are one."""
    there = await pair(database)
    steps: list[Step] = [*PLAYED, LinkWorkspaces(), LinkPeople(0, 1)]
    for step in steps:
        await there.do(step)
    return there


async def test_a_player_stands_once_with_the_sums_of_both(database: Database) -> None:
    there = await linked_pair(database)
    kept = await there.kept()
    assert kept["house", date.min, date.max, there.people[0][0]] == (24, 2, 3)
    assert ("house", date.min, date.max, there.people[1][1]) not in kept
    await there.agrees()


async def test_the_latest_weeks_of_a_house_have_boards(database: Database) -> None:
    there = await linked_pair(database)
    await there.do(Close(8, 0, {0: 10, 2: 3}))
    boards = {*(await there.boards()).values()}
    weeks = {since for of, since, until in boards if of == "house" and until - since == timedelta(days=6)}
    assert weeks == {MONDAY + timedelta(weeks=4), MONDAY + timedelta(weeks=5)}
    await there.agrees()


async def test_where_a_whole_round_is_void_nobody_is_left_on_a_board_with_nothing(database: Database) -> None:
    there = await linked_pair(database)
    for number in range(3):
        await there.do(Regrade(number, None))
    assert await there.kept() == {}
    await there.agrees()


async def test_nothing_is_linked_twice_nor_with_one_that_is(database: Database) -> None:
    there = await linked_pair(database)
    other = await pair_beside(database)
    async with database.writing() as session:
        assert await linking.link_workspaces(session, there.workspaces[0], other, NOW) is None
        assert await linking.link_workspaces(session, other, other, NOW) is None
        assert (
            await linking.link_people(session, there.house or 0, [there.people[0][0], there.people[1][2]], NOW) is False
        )


async def test_nobody_is_linked_within_one_workspace(database: Database) -> None:
    there = await linked_pair(database)
    with pytest.raises(IntegrityError):
        async with database.writing() as session:
            await linking.link_people(session, there.house or 0, there.people[0][1:3], NOW)
    await there.agrees()


async def pair_beside(database: Database) -> int:
    """One more workspace."""
    async with database.writing() as session:
        home = Workspace(platform="third", external_id=str(next(NUMBERS)))
        session.add(home)
        await session.flush()
        return home.id


async def test_codes_go_with_what_they_were_for(database: Database) -> None:
    there = await pair(database)
    async with database.writing() as session:
        for number, (home, who) in enumerate([(0, None), (1, None), (0, there.people[0][0]), (1, there.people[1][3])]):
            session.add(
                LinkCode(digest=str(number), workspace_id=there.workspaces[home], person_id=who, expires_at=NOW)
            )
    left: list[tuple[Step, list[str]]] = [
        (LinkWorkspaces(), ["2", "3"]),
        (LinkPeople(0, 1), ["3"]),
        (UnlinkWorkspaces(0), []),
    ]
    for step, those in left:
        await there.do(step)
        async with database.reading() as session:
            assert (await session.scalars(select(LinkCode.digest).order_by(LinkCode.digest))).all() == those


async def test_a_player_has_the_name_they_have_where_it_is_looked_at(database: Database) -> None:
    there = await linked_pair(database)
    (one, *_), (other, same, *_) = there.people
    async with database.writing() as session:
        (await session.get_one(Person, same)).name = "Someone else's name for them"
    async with database.reading() as session:
        assert [await links.stands_for(session, each) for each in (one, same, other)] == [one, one, other]
        here, yonder = [await links.names_in(session, home, [one, other]) for home in there.workspaces]
    assert here == {one: "Person 0", other: "Person 0"}
    assert yonder == {one: "Someone else's name for them", other: "Person 0"}


@pytest.mark.parametrize("hides", [0, 1])
async def test_who_is_hidden_on_one_side_is_hidden_on_both(database: Database, hides: int) -> None:
    there = await linked_pair(database)
    one, same = there.people[0][0], there.people[1][1]
    async with database.writing() as session:
        (await session.get_one(Person, (one, same)[hides])).hidden = True
    async with database.reading() as session:
        assert [await links.names_in(session, home, [one]) for home in there.workspaces] == [{one: ""}] * 2
