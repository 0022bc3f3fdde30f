"""A whole house from one database to another, SQLite or PostgreSQL.

The source is read in one transaction, which sees one moment of it. The tables of the target are made, filled and read
again in one transaction, too: where anything fails, or a single value came out differently, nothing of it is left.
"""

import json
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import date, time
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import Row, Table, func, insert, inspect, literal, select
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import CopyError, SettingsError
from bot.store.database import Database, file_of, reason, told
from bot.store.migrations import VERSION_TABLE, Tables, connected, migrating, refuse_orphans, revision_of, tables_at
from bot.store.models import Base

BATCH = 1_000  # rows in memory at a time
_EMPTY = "copy to a new, empty database"

Progress = Callable[[str, int, int], None]
"""Hears of a table how many rows of how many have been copied."""


@dataclass(frozen=True, slots=True)
class Copied:
    """A table of which both databases have the same rows: how many, and what all their values come to."""

    table: str
    rows: int
    checksum: str


async def copy_house(source: str, target: str, heard: Progress) -> Sequence[Copied]:
    """Copy every table to a database that has no rows yet. Raises `CopyError`."""
    if _same(source, target):
        raise CopyError(f"{told(source)} cannot be copied to itself: name two databases")
    async with _reading(source) as there:
        with _removed_again(file_of(target)):
            try:
                await _refuse_rows(target)
                async with migrating(target) as here:
                    copied = [await _copy(table, there, here, heard) for table in Base.metadata.sorted_tables]
                    await refuse_orphans(here)
                    return copied
            except SettingsError as error:
                raise CopyError(f"{told(target)}: {error.why}") from None


def _same(source: str, target: str) -> bool:
    one, other = file_of(source), file_of(target)
    return one.resolve() == other.resolve() if one and other else source == target


@asynccontextmanager
async def _reading(source: str) -> AsyncIterator[AsyncConnection]:
    """One moment of a house of this release."""
    file = file_of(source)
    if file is not None and not file.is_file():
        raise CopyError(f"there is no database at {file}")
    database = Database(source)
    try:
        async with database.reading() as session:
            try:
                connection = await session.connection()
                found = tables_at(await connection.run_sync(revision_of))
            except (OSError, SQLAlchemyError) as error:
                raise CopyError(f"{told(source)} cannot be read: {reason(error)}") from None
            match found:
                case Tables.CURRENT:
                    yield connection
                case Tables.FOREIGN:
                    raise CopyError(f"{told(source)} was made by a later release: copy it with that one")
                case Tables.OLDER | Tables.MISSING:
                    raise CopyError(
                        f"{told(source)} has tables of an older release, or none. "
                        "Set DATABASE_URL to it and run: python -m bot migrate"
                    )
    finally:
        await database.close()


@contextmanager
def _removed_again(file: Path | None) -> Iterator[None]:
    """Where this fails, a SQLite file that was not there before is not there after."""
    is_new = file is not None and not file.exists()
    try:
        yield
    except BaseException:
        if file is not None and is_new:
            for ending in ("", "-wal", "-shm"):
                file.with_name(f"{file.name}{ending}").unlink(missing_ok=True)
        raise


async def _refuse_rows(target: str) -> None:
    """Only what is empty is written to: an older release's tables without rows are, a stranger's tables are not."""
    async with connected(target) as connection:
        found = await connection.run_sync(lambda connection: set(inspect(connection).get_table_names()))
        ours = [table for table in Base.metadata.sorted_tables if table.name in found]
        if strange := found - {table.name for table in ours} - {VERSION_TABLE}:
            raise CopyError(f"{told(target)} has tables that are not of this release, {min(strange)} for one: {_EMPTY}")
        for table in ours:
            if await connection.scalar(select(literal(1)).select_from(table).limit(1)):
                raise CopyError(f"{told(target)} is not empty, its table {table.name} has rows: {_EMPTY}")


async def _copy(table: Table, there: AsyncConnection, here: AsyncConnection, heard: Progress) -> Copied:
    """Copy one table, and read it again."""
    total = await there.scalar(select(func.count()).select_from(table)) or 0
    read = _Sum()
    try:
        async for batch in _batches(table, there):
            await here.execute(insert(table), [row._asdict() for row in batch])
            read.add(batch)
            heard(table.name, read.rows, total)
    except DBAPIError as error:  # what SQLite lets pass, a text that is too long for one, PostgreSQL does not
        raise CopyError(f"{table.name} cannot be copied after {read.rows} rows: {reason(error)}") from None
    await _count_on(table, here)
    written = _Sum()
    async for batch in _batches(table, here):
        written.add(batch)
    if (written.rows, written.checksum) != (read.rows, read.checksum):
        raise CopyError(f"{table.name} came out differently, {written.rows} rows of {read.rows}: nothing was kept")
    return Copied(table.name, read.rows, read.checksum)


async def _batches(table: Table, connection: AsyncConnection) -> AsyncIterator[Sequence[Row[Any]]]:
    result = await connection.stream(select(table), execution_options={"yield_per": BATCH})
    async for batch in result.partitions():
        yield batch


async def _count_on(table: Table, connection: AsyncConnection) -> None:
    """Have PostgreSQL number new rows after those that came with their numbers. SQLite does so by itself."""
    column = table.autoincrement_column
    if connection.dialect.name != "postgresql" or column is None:
        return
    name = connection.dialect.identifier_preparer.format_table(table)
    last = select(func.max(column)).scalar_subquery()
    await connection.execute(select(func.setval(func.pg_get_serial_sequence(name, column.name), last)))


class _Sum:
    """What rows come to, in whatever order a database gives them: texts sort differently everywhere."""

    def __init__(self) -> None:
        self.rows, self._sum = 0, 0

    def add(self, batch: Sequence[Row[Any]]) -> None:
        """Take some rows in."""
        self.rows += len(batch)
        for row in batch:
            written = json.dumps([*row], default=_written, sort_keys=True)
            self._sum += int.from_bytes(sha256(written.encode()).digest())

    @property
    def checksum(self) -> str:
        """The sum of the rows' SHA-256, in hexadecimal digits."""
        return f"{self._sum % 2**256:064x}"


def _written(value: object) -> str:
    """A value as no driver's type shows in it."""
    match value:
        case bytes():
            return value.hex()
        case date() | time():  # a datetime, too, which is aware and in UTC whatever the database makes of it
            return value.isoformat()
        case _:
            raise TypeError(f"{type(value).__name__} is not a type that a table of ours has")
