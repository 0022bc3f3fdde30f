"""Statements on SQLite that nobody waits for any more: they end by themselves, and the next ones find it as it was."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest
from sqlalchemy import func, insert, select, text

from bot.store.database import Database, Session
from bot.store.models import Workspace

LONG = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000) SELECT count(*) FROM n"
TIMES = 8  # more than there are connections


async def give_up(transaction: Callable[[], AbstractAsyncContextManager[Session]], *, first: bool = False) -> None:
    """Be cancelled in the middle of a statement, which may be the first of its transaction."""
    begun = asyncio.Event()

    async def work() -> None:
        async with transaction() as session:
            if not first:
                await session.execute(text("SELECT 1"))
            begun.set()
            await session.execute(text(LONG))

    working = asyncio.create_task(work())
    await begun.wait()
    await asyncio.sleep(0)  # the thread has the statement from here on
    working.cancel()
    with pytest.raises(asyncio.CancelledError):
        await working


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("way", ["reading", "writing"])
async def test_a_statement_given_up_half_way_leaves_nothing_behind(sqlite_url: str, way: str, *, first: bool) -> None:
    database = Database(sqlite_url)
    for _ in range(TIMES):
        await give_up(database.writing if way == "writing" else database.reading, first=first)
    async with database.writing() as session:
        await session.execute(insert(Workspace).values(platform="memory", external_id="1"))
    async with database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(Workspace)) == 1
    await database.close()


async def test_what_was_written_before_it_is_rolled_back(sqlite_url: str) -> None:
    database = Database(sqlite_url)

    @asynccontextmanager
    async def having_written() -> AsyncIterator[Session]:
        async with database.writing() as session:
            await session.execute(insert(Workspace).values(platform="memory", external_id="1"))
            yield session

    await give_up(having_written)
    async with database.writing() as session:
        assert await session.scalar(select(func.count()).select_from(Workspace)) == 0
    await database.close()
