"""Migrations that are killed, at whatever statement: the next one finds what there was before, and does it all."""

import asyncio
import sys
from asyncio.subprocess import PIPE
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy.engine import Connection

from bot.store.migrations import at_head, migrate, revisions
from bot.store.migrations.upgrade import config
from tests.tables import fill, on, rows, shape

REVISIONS = revisions()
KILLING = Path(__file__).with_name("killing.py")


def everything(connection: Connection) -> tuple[Any, Any]:
    """Tables and rows."""
    return shape(connection), rows(connection)


def alike(found: tuple[Any, Any]) -> tuple[Any, Any]:
    """The same with boards numbered by their order: a killed transaction has used numbers of PostgreSQL's up."""
    tables, those = found
    numbers = {row.id: number for number, row in enumerate(those.get("board", ()))}
    return tables, {
        table: [
            tuple(
                numbers[value] if name == "board_id" or (table, name) == ("board", "id") else value
                for name, value in row._mapping.items()
            )
            for row in rows_of
        ]
        for table, rows_of in those.items()
    }


async def prepare(url: str, revision: str) -> None:
    """Bring a new database to where a revision begins, with rows in all tables that there are by then."""

    def work(connection: Connection) -> None:
        if revision != REVISIONS[0]:
            command.upgrade(config(connection), REVISIONS[REVISIONS.index(revision) - 1])
            fill(connection)

    await on(url, work)


@pytest.mark.timeout(180)
async def test_one_that_is_killed_at_any_statement_is_done_by_the_next(new: Callable[[], str]) -> None:
    killed = {revision: new() for revision in REVISIONS}
    for revision, url in killed.items():
        await prepare(url, revision)
    before = {revision: await on(url, everything) for revision, url in killed.items()}
    words = [word for revision, url in killed.items() for word in (url, revision)]
    process = await asyncio.create_subprocess_exec(sys.executable, str(KILLING), *words, stdout=PIPE)
    said, _ = await process.communicate()
    assert process.returncode == 0
    for (revision, url), kills in zip(killed.items(), said.split(), strict=True):
        assert int(kills) > 3, "where it stands, what the revision does, its number, the step after"
        if revision != REVISIONS[-1]:  # whose last step is the commit
            assert await on(url, everything) == before[revision]
        calm = new()
        await prepare(calm, revision)
        await migrate(calm)
        await migrate(url)
        assert await at_head(url)
        assert alike(await on(url, everything)) == alike(await on(calm, everything))
