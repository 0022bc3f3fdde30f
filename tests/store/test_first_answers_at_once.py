"""First answers in rounds that were seen a moment ago: one statement, which sees for itself what has changed since."""

import asyncio
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from datetime import timedelta

import pytest
from sqlalchemy import insert, select, update

from bot.domain.rounds import PostingKind, PostingState, RoundState
from bot.play.taking import postpone
from bot.store.database import Database, Session
from bot.store.first_answers import FirstAnswer, _adding_at_once, add_first_at_once
from bot.store.given import packed
from bot.store.models import Person, Posting, Round
from bot.store.places import meet_people
from bot.store.rounds import add_posting, begin_tallies, lock_open_round
from tests.store.test_first_answers import NOW, ask_in, log
from tests.store.test_people import somebody_waits

NAMES = {"ada": "Ada", "bob": "Bob", "cy": "Cy"}


def first(round_id: int, home: int, who: str, name: str | None = None, tallied: int = 0) -> FirstAnswer:
    """What somebody says, by the name that they have unless they come with another."""
    name = NAMES.get(who, "") if name is None else name
    return FirstAnswer(tallied, round_id, home, who, name, "A", sure=True, at=NOW)


async def met(session: Session) -> tuple[int, int, int]:
    """The ids of two open rounds, whose tallies are due, and of the workspace that they are in, with three people."""
    one, two, home = await ask_in(session)
    for this in [await session.get_one(Round, number) for number in (one, two)]:
        await add_posting(session, this, PostingKind.TALLY, NOW)
    await meet_people(session, {(home, who): name for who, name in NAMES.items()})
    return one, two, home


async def added(database: Database, said: Sequence[FirstAnswer]) -> AbstractSet[tuple[int, str]]:
    """What came of it."""
    async with database.at_once() as session:
        return await add_first_at_once(session, said)


async def test_whoever_is_known_is_added_and_told_apart(database: Database) -> None:
    async with database.writing() as session:
        one, two, home = await met(session)
    assert await added(database, [first(one, home, "ada")]) == {(one, "ada")}
    said = [first(two, home, "bob"), first(one, home, "bob"), first(two, home, "ada", "")]
    said += [first(one, home, "ada"), first(two, home, "cy", "Cyrus"), first(one, home, "new", "New")]
    assert await added(database, said) == {(two, "bob"), (one, "bob"), (two, "ada")}
    kept = [(one, "ada"), (one, "bob"), (two, "ada"), (two, "bob")]
    assert sorted(row[:2] for row in await log(database)) == kept
    assert {row[2:] for row in await log(database)} == {("A", 1, True, NOW)}
    assert await added(database, [first(one, home, "ada")]) == await added(database, []) == set()


async def test_nothing_is_added_to_a_round_that_is_not_as_it_was(database: Database) -> None:
    async with database.writing() as session:
        one, two, home = await met(session)
    async with database.writing() as session:
        assert await begin_tallies(session, [one, 999]) == {one}
    everywhere = [first(one, home, "ada"), first(two, home, "ada"), first(999, home, "ada")]
    assert await added(database, everywhere) == {(two, "ada")}
    assert await added(database, [first(one, home, "ada", tallied=1)]) == {(one, "ada")}
    async with database.writing() as session:
        await session.execute(update(Round).where(Round.id == two).values(state=RoundState.CLOSED))
        assert await begin_tallies(session, [one, two]) == {one}
    assert await added(database, [first(two, home, "bob")]) == set()


@pytest.mark.parametrize("state", [state for state in PostingState if state is not PostingState.DUE])
async def test_nothing_is_added_where_no_tally_is_due(database: Database, state: PostingState) -> None:
    async with database.writing() as session:
        one, two, home = await met(session)
        await session.execute(update(Posting).where(Posting.round_id == one).values(state=state))
    assert await added(database, [first(one, home, "ada"), first(two, home, "bob")]) == {(two, "bob")}


@pytest.mark.parametrize("change", ["closed", "tallied", "postponed"])
async def test_who_waited_for_the_round_sees_what_became_of_it(postgresql_url: str, change: str) -> None:
    """It began before the change was committed, so that it looks at the database as it was then."""
    database = Database(postgresql_url)
    async with database.writing() as session:
        one, two, home = await met(session)
    async with database.writing() as session:
        if change == "closed":
            this = await lock_open_round(session, one)
            assert this is not None
            this.state = RoundState.CLOSED
            await session.flush()
        elif change == "tallied":
            assert await begin_tallies(session, [one]) == {one}
        else:
            tally = await session.scalar(select(Posting.id).where(Posting.round_id == one))
            await postpone(session, tally or 0, NOW)
            await session.flush()
        rival = asyncio.create_task(added(database, [first(one, home, "ada"), first(two, home, "bob")]))
        await somebody_waits(database)
    assert await rival == {(two, "bob")}
    await database.close()


async def test_a_round_in_which_somebody_is_just_answering_is_not_counted(postgresql_url: str) -> None:
    """The statement holds it until its answers can be counted."""
    database = Database(postgresql_url)
    async with database.writing() as session:
        one, two, home = await met(session)
    async with database.writing() as session:
        await session.execute(update(Person).where(Person.external_id == "ada").values(hidden=True))
        rival = asyncio.create_task(added(database, [first(one, home, "ada")]))
        await somebody_waits(database)
        async with database.trying() as counting:
            assert await begin_tallies(counting, [one, two]) == {two}
    assert await rival == {(one, "ada")}
    await database.close()


async def test_rounds_are_locked_before_people(postgresql_url: str) -> None:
    """As whoever closes one does, who would else wait for those who wait for them."""
    database = Database(postgresql_url)
    async with database.writing() as session:
        one, _, home = await met(session)
    async with database.writing() as session:
        assert await lock_open_round(session, one)
        rival = asyncio.create_task(added(database, [first(one, home, "ada"), first(one, home, "bob")]))
        await somebody_waits(database)
        assert len(await meet_people(session, {(home, "ada"): "", (home, "bob"): ""})) == 2
    assert await rival == {(one, "ada"), (one, "bob")}
    await database.close()


async def test_it_looks_up_what_it_needs_and_reads_through_nothing(database: Database) -> None:
    """Also where a server has never counted how many there are, as in the first hours of a house."""
    async with database.writing() as session:
        one, _, home = await met(session)
        this = await session.get_one(Round, one)
        days = [{"day": NOW.date() - timedelta(days=number)} for number in range(1, 8_000)]
        await session.execute(insert(Round).values(place_id=this.place_id, due_at=NOW, state=RoundState.OPEN), days)
        await meet_people(session, {(home, f"U{number}"): "Somebody" for number in range(5_000)})
        connection = await session.connection()
        name = connection.dialect.name
        statement = _adding_at_once(name).compile(dialect=connection.dialect)
        values = statement.params | {"said": packed(name, [first(one, home, "ada")])}
        explain = "EXPLAIN" if name == "postgresql" else "EXPLAIN QUERY PLAN"
        in_order = tuple(values[each] for each in statement.positiontup or ())
        plan = [str(row) for row in await connection.exec_driver_sql(f"{explain} {statement}", in_order)]
    read_through = [step for step in plan if "Seq Scan on" in step or ("SCAN" in step and "VIRTUAL" not in step)]
    assert [step for step in read_through if any(table in step for table in ("person", "round ", "answer"))] == []
    assert any("round" in step and ("pk_round" in step or "PRIMARY KEY" in step) for step in plan)
    assert name == "sqlite" or any("One-Time Filter" in step for step in plan), "which locks all rounds first"
