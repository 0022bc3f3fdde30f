"""Transactions on a real file: none loses another's update, none writes by mistake, none leaves half of itself."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from sqlalchemy import func, insert, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

from bot.domain.rounds import RoundState
from bot.store.database import Database, Session, is_outage
from bot.store.models import Place, Round, Workspace

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A database with one round at level 0."""
    database = Database(database_url)
    async with database.writing() as session:
        session.add(Workspace(platform="memory", external_id="1"))
        await session.flush()
        session.add(Place(workspace_id=1, channel="general"))
        await session.flush()
        session.add(Round(place_id=1, day=date(2026, 11, 22), due_at=NOON))
    yield database
    await database.close()


async def level(session: Session) -> int:
    """The level of the one round."""
    return (await session.execute(select(Round.level))).scalar_one()


async def climb(database: Database) -> None:
    """Read the level and write one more."""
    async with database.writing() as session:
        row = await session.get(Round, 1, with_for_update=True)  # SQLite has locked the whole database already
        assert row is not None
        row.level += 1


@pytest.mark.parametrize("processes", [1, 2])
async def test_forty_at_once_lose_no_update_and_meet_no_error(
    database: Database, database_url: str, processes: int
) -> None:
    databases = [database, *(Database(database_url) for _ in range(processes - 1))]
    await asyncio.gather(*(climb(databases[n % processes]) for n in range(40)))
    async with database.reading() as session:
        assert await level(session) == 40
    for other in databases[1:]:
        await other.close()


async def test_who_reads_cannot_write(database: Database) -> None:
    with pytest.raises(DBAPIError, match=r"read-?only"):
        async with database.reading() as session:
            await session.execute(update(Round).values(level=1))
    async with database.reading() as session:
        assert await level(session) == 0


async def test_a_value_that_cannot_be_sent_is_no_outage_of_the_server(postgresql_url: str) -> None:
    database = Database(postgresql_url)
    with pytest.raises(DBAPIError, match="out of int32 range") as raised:
        async with database.reading() as session:
            await session.get(Round, 2**40)
    assert not is_outage(raised.value)
    with pytest.raises(DBAPIError, match="terminating connection") as raised:
        async with database.reading() as session:
            await session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
    assert is_outage(raised.value)
    await database.close()


async def test_who_reads_sees_one_moment_and_stops_nobody(database: Database) -> None:
    async with database.reading() as reader:
        assert await level(reader) == 0
        await climb(database)
        assert await level(reader) == 0
    async with database.reading() as reader:
        assert await level(reader) == 1


async def test_what_is_not_committed_is_seen_by_nobody_else(database: Database) -> None:
    async with database.writing() as writer, database.reading() as reader:
        await writer.execute(update(Round).values(level=1))
        assert await level(reader) == 0


async def test_an_exception_takes_everything_back(database: Database) -> None:
    async def fail() -> None:
        async with database.writing() as session:
            await session.execute(update(Round).values(level=1))
            session.add(Workspace(platform="memory", external_id="2"))
            await session.flush()
            raise RuntimeError("half-way")

    with pytest.raises(RuntimeError, match="half-way"):
        await fail()
    async with database.reading() as session:
        assert await level(session) == 0
        assert await session.scalar(select(func.count()).select_from(Workspace)) == 1


async def test_a_writer_that_is_cancelled_leaves_nothing_and_holds_up_nobody(database: Database) -> None:
    has_written = asyncio.Event()

    async def hang() -> None:
        async with database.writing() as session:
            await session.execute(update(Round).values(level=9))
            has_written.set()
            await asyncio.Event().wait()

    hanging = asyncio.create_task(hang())
    await has_written.wait()
    hanging.cancel()
    with pytest.raises(asyncio.CancelledError):
        await hanging
    await climb(database)
    async with database.reading() as session:
        assert await level(session) == 1


async def test_what_was_loaded_can_be_read_after_the_commit(database: Database) -> None:
    async with database.writing() as session:
        row = await session.get(Round, 1)
        assert row is not None
        row.state = RoundState.OPEN
    assert (row.state, row.due_at) == (RoundState.OPEN, NOON)


async def test_a_row_without_its_parent_is_refused(database: Database) -> None:
    with pytest.raises(IntegrityError, match=r"(?i)foreign key"):
        async with database.writing() as session:
            session.add(Place(workspace_id=7, channel="general"))


async def test_what_belongs_to_a_workspace_goes_with_it(database: Database) -> None:
    async with database.writing() as session:
        await session.execute(text("DELETE FROM workspace"))
    async with database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(Round)) == 0


async def test_a_state_that_does_not_exist_is_refused_by_the_database_itself(database: Database) -> None:
    with pytest.raises(IntegrityError, match=r"(?i)check"):
        async with database.writing() as session:
            await session.execute(text("UPDATE round SET state = 'napping'"))


async def test_sqlite_commits_survive_a_power_cut_and_keys_are_enforced_on_every_connection(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    async with database.writing() as writer, database.reading() as reader:
        for session in (writer, reader):
            said = [
                await session.scalar(text(f"PRAGMA {name}")) for name in ("journal_mode", "synchronous", "foreign_keys")
            ]
            assert said == ["wal", 2, 1]
    await database.close()


async def test_a_datetime_without_a_zone_is_refused(database: Database) -> None:
    naive = NOON.replace(tzinfo=None)
    with pytest.raises(StatementError, match="without a zone"):
        async with database.writing() as session:
            session.add(Round(place_id=1, day=date(2026, 11, 23), due_at=naive))
    with pytest.raises(StatementError, match="without a zone"):
        async with database.reading() as session:
            await session.execute(select(Round).where(Round.due_at < naive))


async def test_instants_of_any_zone_come_back_in_utc_and_compare_as_instants(database: Database) -> None:
    moments = [(NOON + timedelta(minutes=n)).astimezone(timezone(timedelta(hours=(-11, 14, 0)[n]))) for n in range(3)]
    async with database.writing() as session:
        await session.execute(
            insert(Round),
            [
                {"place_id": 1, "day": date(2026, 12, n + 1), "due_at": moment, "closes_at": moment, "level": 1}
                for n, moment in reversed([*enumerate(moments)])
            ],
        )
    async with database.reading() as session:
        kept = (await session.scalars(select(Round.due_at).where(Round.level == 1).order_by(Round.due_at))).all()
        later = await session.scalars(select(Round.closes_at).where(Round.due_at > moments[1]))
        assert later.all() == [moments[2]]
        assert await session.scalar(select(Round.closes_at).where(Round.level == 0)) is None
    assert kept == moments
    assert {moment.tzinfo for moment in kept} == {UTC}
