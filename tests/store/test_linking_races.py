"""Linking and unlinking while rounds close: nothing is missed or counted twice, and nobody waits in a circle."""

import asyncio
from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from bot.domain.rounds import RoundState
from bot.store import linking, links, scores, standings
from bot.store.database import Database, Session
from bot.store.models import Answer, Person, Round
from tests.store.pairing import (
    NOW,
    PEOPLE,
    Forget,
    LinkPeople,
    Pair,
    Scored,
    UnlinkPerson,
    pair,
    worth,
)
from tests.store.test_linking import PLAYED, linked_pair
from tests.store.test_people import somebody_waits
from tests.store.test_standings import MONDAY


async def test_rounds_that_close_while_people_are_linked_and_unlinked_are_all_counted(postgresql_url: str) -> None:
    """Nobody waits for another in a circle, either: that would raise."""
    database = Database(postgresql_url)
    there = await linked_pair(database)
    await there.do(UnlinkPerson(0, 0))

    async def close(number: int) -> None:
        async with database.writing() as session:
            day = MONDAY + timedelta(days=40 + number * 5)
            at = datetime.combine(day, time(9), UTC)
            this = Round(place_id=there.places[number % 2], day=day, due_at=at, level=1, state=RoundState.CLOSED)
            session.add(this)
            await session.flush()
            for who in there.people[number % 2]:
                session.add(Answer(round_id=this.id, person_id=who, seq=1, choice="A", sure=False, at=at))
                there.log.append(Scored(this.id, number % 2, day, who, 10))
            await session.flush()
            await scores.add(session, this.id, dict.fromkeys(there.people[number % 2], worth(10)))
            await standings.add_round(session, this)

    async def link(number: int) -> None:
        both = [there.people[0][number], there.people[1][number]]
        for _ in range(3):
            async with database.writing() as session:
                assert await linking.link_people(session, there.house or 0, both, NOW)
            async with database.writing() as session:
                await linking.lock_players(session, both[1:])
                assert await linking.unlink_people(session, both[1:])
        async with database.writing() as session:
            assert await linking.link_people(session, there.house or 0, both, NOW)
        there.players.append({*both})

    await asyncio.gather(*(close(number) for number in range(12)), *(link(number) for number in PEOPLE))
    await there.agrees()
    await database.close()


async def scored(session: Session, there: Pair, side: int, day: date, who: int) -> Round:
    """A round of a day in which one person has ten points, which are on no board yet."""
    at = datetime.combine(day, time(9), UTC)
    this = Round(place_id=there.places[side], day=day, due_at=at, level=1, state=RoundState.CLOSED)
    session.add(this)
    await session.flush()
    session.add(Answer(round_id=this.id, person_id=who, seq=1, choice="A", sure=False, at=at))
    await session.flush()
    await scores.add(session, this.id, {who: worth(10)})
    there.log.append(Scored(this.id, side, day, who, 10))
    return this


async def apart(url: str) -> tuple[Database, Pair, list[int]]:
    """A house in which one person of each side could be linked, and is not."""
    database = Database(url)
    there = await linked_pair(database)
    await there.do(UnlinkPerson(0, 0))
    return database, there, [there.people[0][0], there.people[1][1]]


async def test_people_who_are_linked_while_a_season_begins_have_one_line_in_it(postgresql_url: str) -> None:
    """Its board is not there when they begin to wait for the close that makes it."""
    database, there, both = await apart(postgresql_url)
    async with database.writing() as session:
        this = await scored(session, there, 0, MONDAY + timedelta(weeks=20), both[0])
        await standings.add_round(session, this)
        linking_them = asyncio.create_task(there.do(LinkPeople(0, 1)))
        await somebody_waits(database)
    await linking_them
    await there.agrees()
    await database.close()


async def test_who_is_forgotten_while_their_other_identity_scores_is_not_waited_for_in_a_circle(
    postgresql_url: str,
) -> None:
    """A close comes to need the row of whoever stands for a player, who did not answer themselves."""
    database = Database(postgresql_url)
    there = await linked_pair(database)
    async with database.writing() as session:
        this = await scored(session, there, 1, MONDAY + timedelta(weeks=20), there.people[1][1])
        forgetting = asyncio.create_task(there.do(Forget(0, 0)))
        await somebody_waits(database)
        await standings.add_round(session, this)
    await forgetting
    await there.agrees()
    await database.close()


async def test_a_round_that_closes_while_workspaces_are_linked_is_on_the_board_of_both(postgresql_url: str) -> None:
    database = Database(postgresql_url)
    there = await pair(database)
    async with database.writing() as session:
        there.house = await linking.link_workspaces(session, there.workspaces[0], there.workspaces[1], NOW)
        closing = asyncio.create_task(there.do(PLAYED[0]))
        await somebody_waits(database)
    await closing
    await there.agrees()
    async with database.writing() as session:
        await linking.unlink_workspaces(session, there.workspaces[1])
        there.house = None
        closing = asyncio.create_task(there.do(PLAYED[1]))
        await somebody_waits(database)
    await closing
    await there.agrees()
    async with database.reading() as session:
        assert await links.house_of(session, there.workspaces[0]) is None
    await database.close()


async def test_whoever_is_linked_while_a_close_waits_for_them_is_held_with_their_partner(postgresql_url: str) -> None:
    """The close did not know of the partner when it began to wait."""
    database, there, both = await apart(postgresql_url)
    async with database.writing() as session:
        this = await scored(session, there, 0, MONDAY + timedelta(weeks=20), both[0])
    is_held, let_go = asyncio.Event(), asyncio.Event()

    async def hold() -> None:
        async with database.writing() as session:
            await links.hold(session, this.id)
            is_held.set()
            await let_go.wait()

    async with database.writing() as session:
        assert await linking.link_people(session, there.house or 0, both, NOW)
        holding = asyncio.create_task(hold())
        await somebody_waits(database)
    await is_held.wait()
    with pytest.raises(DBAPIError, match="could not obtain lock"):
        async with database.writing() as session:
            await session.execute(select(Person.id).where(Person.id == both[1]).with_for_update(nowait=True))
    let_go.set()
    await holding
    await database.close()
