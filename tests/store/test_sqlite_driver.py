"""SQLite through our own driver: one trip to its thread for each statement, and all that SQLAlchemy does with it."""

from collections.abc import Mapping, Sequence
from typing import Any

import aiosqlite
import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import IntegrityError

from bot.store.database import Database
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
    assert len(trips) == 4, trips  # begin, insert, select, commit
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


async def _write(database: Database, *parts: Sequence[Mapping[str, str]]) -> None:
    async with database.writing() as session:
        for rows in parts:
            await session.execute(insert(Workspace), rows)
