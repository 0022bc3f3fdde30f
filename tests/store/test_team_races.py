"""Joining, leaving and being forgotten while rounds close: nobody is missed, and nobody waits in a circle."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import select, update

from bot.domain import identity
from bot.domain.rounds import RoundState
from bot.store import places, privacy, scores, standings, teams
from bot.store.database import Database, Session
from bot.store.models import Answer, Round, Standing, TeamStanding, Workspace
from tests.store.league import PEOPLE, Close, Depart, Join, League, league, worth
from tests.store.test_people import somebody_waits
from tests.store.test_standings import MONDAY
from tests.store.test_teams import scored

AT = datetime.combine(MONDAY, time(12), UTC)
Work = Callable[[Session, League], Awaitable[None]]


async def test_whoever_leaves_while_a_round_closes_is_in_the_team_no_more(postgresql_url: str) -> None:
    """What they scored for it first stands beside nothing yet when they leave."""
    database = Database(postgresql_url)
    it = await league(database)
    await it.do(Join(0, 0))
    async with database.writing() as session:
        await it._close(session, Close(1, 0, {0: 5}))
        leaving = asyncio.create_task(it.do(Depart(0)))
        await somebody_waits(database)
    await leaving
    async with database.writing() as session:
        assert not (await session.scalars(select(TeamStanding).where(TeamStanding.present))).all()
        assert await standings.recount(session, it.workspace) == 0
    await database.close()


async def test_whoever_comes_back_while_a_round_is_graded_anew_is_in_the_team(postgresql_url: str) -> None:
    """What they have there is gone for a moment, and made anew."""
    database = Database(postgresql_url)
    it = await league(database)
    for step in (Join(0, 0), Close(1, 0, {0: 5}), Depart(0)):
        await it.do(step)
    async with database.writing() as session:
        [this] = await session.scalars(select(Round))
        await standings.take_off(session, this, ["A"])
        coming_back = asyncio.create_task(it.do(Join(0, 0)))
        await somebody_waits(database)
        await standings.put_back(session, this, ["A"])
    await coming_back
    async with database.writing() as session:
        present = await session.scalars(select(TeamStanding.present).where(TeamStanding.last.is_not(None)))
        assert [*present] == [True, True], "in the place and in the workspace"
        assert await standings.recount(session, it.workspace) == 0
    await database.close()


async def test_whoever_is_moved_while_they_leave_is_where_they_were_put(postgresql_url: str) -> None:
    """They leave the team that they were in, which is locked, and no other."""
    database = Database(postgresql_url)
    it = await league(database)
    await it.do(Join(0, 0))
    async with database.writing() as session:
        await teams.move(session, it.teams[1], it.people[0], AT)
        leaving = asyncio.create_task(leave(it, 0))
        await somebody_waits(database)
    await leaving
    async with database.reading() as session:
        team = await teams.of_person(session, it.people[0])
        assert team is not None
        assert team.id == it.teams[1]
    await database.close()


async def leave(it: League, number: int) -> None:
    async with it.database.writing() as session:
        assert not await teams.leave(session, [it.people[number]])


async def test_people_join_and_disband_while_rounds_close(postgresql_url: str) -> None:
    """Each score counts for the team its person was in, wherever that has gone since; and nothing waits in a circle."""
    database = Database(postgresql_url)
    it = await league(database)

    async def close(number: int) -> None:
        async with database.writing() as session:
            await it._close(session, Close(number + 1, number % 2, dict.fromkeys(PEOPLE, 2)))

    async def move(number: int) -> None:
        who = it.people[number % len(PEOPLE)]
        async with database.writing() as session:
            await teams.move(session, it.teams[number % 2], who, datetime.combine(MONDAY, time(12), UTC))

    async def disband() -> None:
        async with database.writing() as session:
            await teams.disband(session, it.teams[2])

    async with database.writing() as session:
        await teams.join(session, it.teams[2], it.people[0], datetime.combine(MONDAY, time(12), UTC))
    await asyncio.gather(*(work(number) for number in range(8) for work in (close, move)), disband())
    async with database.writing() as session:
        assert await standings.recount(session, it.workspace) == 0
        assert len(await scored(session, it.workspace)) == 8 * len(PEOPLE)
    await database.close()


async def close(session: Session, it: League) -> None:
    [_, this] = await session.scalars(select(Round).order_by(Round.id))
    await scores.add(session, this.id, dict.fromkeys(it.people[:2], worth(7)))
    await standings.add_round(session, this)


async def grade_anew(session: Session, _: League) -> None:
    this = (await session.scalars(select(Round).order_by(Round.id))).first()
    assert this is not None
    await standings.take_off(session, this, ["A"])
    await standings.put_back(session, this, ["A"])


async def mend(session: Session, it: League) -> None:
    await session.execute(update(Standing).values(points=99))
    await standings.recount(session, it.workspace)


async def join(session: Session, it: League) -> None:
    assert not await teams.join(session, it.teams[0], await places.meet_person(session, await met(session, it, 1)), AT)


async def move(session: Session, it: League) -> None:
    await teams.move(session, it.teams[0], await places.meet_person(session, await met(session, it, 1)), AT)


async def forget(session: Session, it: League) -> None:
    assert await privacy.forget(session, await met(session, it, 1), AT, everywhere=False)


async def met(session: Session, it: League, number: int) -> identity.Person:
    """One of them, as a platform names them."""
    home = await session.get_one(Workspace, it.workspace)
    return identity.Person(identity.Workspace(home.platform, home.external_id), str(number), f"Person {number}")


async def answered(session: Session, it: League) -> None:
    """A round in which two have answered, and that is not counted yet."""
    day = MONDAY + timedelta(days=9)
    this = Round(place_id=it.places[0], day=day, due_at=AT, level=1, state=RoundState.CLOSED)
    session.add(this)
    await session.flush()
    for who in it.people[:2]:
        session.add(Answer(round_id=this.id, person_id=who, seq=1, choice="A", sure=False, at=AT))


@pytest.mark.parametrize("rival", [join, move, forget])
@pytest.mark.parametrize("work", [close, grade_anew, mend])
async def test_nobody_waits_in_a_circle(postgresql_url: str, work: Work, rival: Work) -> None:
    """While the work waits for somebody it holds nothing yet that another needs who was met, and then wants a team."""
    database = Database(postgresql_url)
    it = await league(database)
    for step in (Join(0, 0), Join(1, 1), Close(1, 0, {0: 7, 1: 7})):
        await it.do(step)
    async with database.writing() as session:
        await answered(session, it)

    async def do(this: Work) -> None:
        async with database.writing() as session:
            await this(session, it)

    async with database.writing() as session:
        await places.meet_person(session, await met(session, it, 0))
        working = asyncio.create_task(do(work))
        await somebody_waits(database)
        async with asyncio.timeout(10):
            await do(rival)
    await working
    async with database.writing() as session:
        assert await standings.recount(session, it.workspace) == 0
    await database.close()
