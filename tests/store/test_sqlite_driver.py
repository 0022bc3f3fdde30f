"""SQLite through our own driver: one trip to its thread for each statement, and all that SQLAlchemy does with it."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import aiosqlite
import pytest
from sqlalchemy import insert, make_url, select, text
from sqlalchemy.exc import IntegrityError, OperationalError

from bot.store import sqlite_driver
from bot.store.database import Database, Session, sqlite_engine
from bot.store.models import Workspace

ROWS = [{"platform": "memory", "external_id": f"W{number}"} for number in range(5)]


@pytest.fixture
def trips(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was done in the thread of a connection, from now on."""
    made: list[str] = []
    execute = aiosqlite.Connection._execute  # the one way into the thread

    async def counted(self: aiosqlite.Connection, fn: Any, *args: Any, **kwargs: Any) -> Any:
        made.append(fn.__name__)
        return await execute(self, fn, *args, **kwargs)  # type: ignore[no-untyped-call]  # the library leaves it untyped

    monkeypatch.setattr(aiosqlite.Connection, "_execute", counted)
    return made


async def test_a_transaction_makes_one_trip_for_each_statement(sqlite_url: str, trips: list[str]) -> None:
    database = Database(sqlite_url)
    async with database.writing() as session:
        await session.execute(insert(Workspace), ROWS[:1])
    trips.clear()
    async with database.writing() as session:
        await session.execute(insert(Workspace), ROWS[1:])
        assert len((await session.scalars(select(Workspace))).all()) == len(ROWS)
    assert trips == ["_done", "_found", "_commit"]  # the begin goes along with the insert
    await database.close()


async def test_a_statement_at_once_makes_one_trip_and_needs_no_commit(sqlite_url: str, trips: list[str]) -> None:
    database = Database(sqlite_url)
    async with database.writing() as session:
        await session.execute(insert(Workspace), ROWS[:1])
    trips.clear()
    async with database.at_once() as session:
        await session.execute(insert(Workspace).values(platform="memory", external_id="W1"))
        assert trips == ["_found"]
        async with database.reading() as others:
            assert [*await others.scalars(select(Workspace.external_id))] == ["W0", "W1"]
        trips.clear()
    assert trips == []
    await database.close()


async def test_a_transaction_without_a_statement_begins_nothing(sqlite_url: str, trips: list[str]) -> None:
    database = Database(sqlite_url)
    async with database.writing() as session:
        await session.execute(insert(Workspace), ROWS[:1])
    async with database.writing() as session:
        connection = await _driver(session)
        assert connection.begins == "BEGIN IMMEDIATE"
    assert connection.begins == ""
    with pytest.raises(ZeroDivisionError):
        await _fail(database)
    assert connection.begins == ""
    trips.clear()
    async with database.writing() as session:
        assert len((await session.scalars(select(Workspace))).all()) == 1
    assert trips == ["_found", "_commit"]
    await database.close()


async def _driver(session: Session) -> Any:
    """The driver's own connection under a session."""
    fairy = await (await session.connection()).get_raw_connection()
    return fairy.driver_connection


async def _fail(database: Database) -> None:
    async with database.writing() as session:
        await session.connection()
        raise ZeroDivisionError


async def test_a_transaction_that_cannot_begin_says_so_with_its_first_statement(sqlite_url: str) -> None:
    database, impatient = Database(sqlite_url), sqlite_engine(sqlite_url, "BEGIN IMMEDIATE", "busy_timeout=0")
    async with database.writing() as session:
        await session.execute(insert(Workspace), ROWS[:1])
        async with impatient.connect() as connection:
            for _ in range(2):  # nor does the next one run outside of any transaction
                with pytest.raises(OperationalError, match="locked"):
                    await connection.execute(text("SELECT 1"))
    async with impatient.connect() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM workspace"))).scalar_one() == 1
    await impatient.dispose()
    await database.close()


async def test_rows_come_one_by_one_and_in_parts(database: Database) -> None:
    async with database.writing() as session:
        await session.execute(insert(Workspace), ROWS)
    names = [row["external_id"] for row in ROWS]
    query = select(Workspace.external_id).order_by(Workspace.id)
    async with database.reading() as session:
        parts = await session.stream_scalars(query.execution_options(yield_per=2))
        assert [name async for name in parts] == names
        one = await session.stream_scalars(query)
        assert [await one.fetchmany(1), await one.fetchmany(2), await one.all()] == [names[:1], names[1:3], names[3:]]


async def test_what_fails_is_undone_and_the_connection_is_good_again(database: Database) -> None:
    with pytest.raises(IntegrityError):
        await _write(database, ROWS, ROWS[:1])
    async with database.writing() as session:
        assert (await session.execute(text("SELECT count(*) FROM workspace"))).scalar_one() == 0


def _rows(first: int, count: int) -> list[dict[str, str]]:
    return [{"platform": "memory", "external_id": f"row {number};"} for number in range(first, first + count)]


def _in_file(url: str) -> bool:
    """Whether an early row stands in the file itself."""
    return b"row 7;" in Path(str(make_url(url).database)).read_bytes()


async def test_the_log_is_moved_into_the_file_after_many_rows(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    await _write(database, _rows(0, sqlite_driver.MANY - 1))
    await _write(database)
    assert not _in_file(sqlite_url)
    await _write(database, _rows(sqlite_driver.MANY, 2))
    await _write(database)  # which comes after it in the connection's thread
    assert _in_file(sqlite_url)
    await database.close()


async def test_what_is_written_at_once_is_moved_as_well(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    row = {"platform": "memory", "external_id": "row 7;"}
    others = [{"platform": "memory", "external_id": f"other {number}"} for number in range(sqlite_driver.MANY)]
    async with database.at_once() as session:
        await session.execute(insert(Workspace).values([row, *others]))
    async with database.at_once() as session:
        await session.execute(text("SELECT 1"))  # which comes after it, as above
    assert _in_file(sqlite_url)
    await database.close()


async def test_a_log_that_cannot_be_moved_is_left_as_it_is(sqlite_url: str, caplog: pytest.LogCaptureFixture) -> None:
    database = Database(sqlite_url)
    async with database.writing() as session:
        connection = await _driver(session)
        await session.execute(insert(Workspace), ROWS[:1])
        await connection._execute(connection._move)  # within a transaction, which SQLite refuses
    assert ["locked" in record.message for record in caplog.records] == [True]
    async with database.reading() as session:
        assert len((await session.scalars(select(Workspace))).all()) == 1
    await database.close()


async def _write(database: Database, *parts: Sequence[Mapping[str, str]]) -> None:
    async with database.writing() as session:
        await session.execute(text("SELECT 1"))
        for rows in parts:
            await session.execute(insert(Workspace), rows)
