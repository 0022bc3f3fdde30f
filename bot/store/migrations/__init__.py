"""Bringing a database to the tables of this release, and telling whether it is there.

Alembic takes as long to import as the whole rest of the store: it is asked for only where something has to change.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from enum import StrEnum
from functools import cache
from pathlib import Path

from sqlalchemy import inspect, text
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.pool import NullPool

from bot.errors import SettingsError
from bot.store.database import Database, file_of, make_folder, reason, server_engine, sqlite_engine

_TRIES, _PAUSE = 100, 0.05  # five seconds, as long as a connection waits for a lock
VERSION_TABLE = "alembic_version"  # the table in which Alembic writes down where a database is


@cache
def revisions() -> Sequence[str]:
    """Every revision of this release in their order: each is the number that its file begins with."""
    return sorted(path.name[:4] for path in (Path(__file__).parent / "versions").glob("[0-9]*.py"))


async def migrate(url: str) -> None:
    """Bring the database at `url` to the newest revision, all or nothing. Safe to run again, and by two at a time."""
    async with migrating(url):
        pass


@asynccontextmanager
async def migrating(url: str) -> AsyncIterator[AsyncConnection]:
    """The transaction of `migrate`, for whatever is to come about with it or not at all."""
    async with connected(url) as connection:
        if await connection.run_sync(revision_of) != revisions()[-1]:
            from bot.store.migrations.upgrade import upgrade  # noqa: PLC0415  # see above

            await connection.run_sync(upgrade)
            await refuse_orphans(connection)
        yield connection


async def refuse_orphans(connection: AsyncConnection) -> None:
    """SQLite enforces no foreign keys on connections of this module: raises `SettingsError` where one is broken."""
    if connection.dialect.name == "sqlite":
        orphans = (await connection.execute(text("PRAGMA foreign_key_check"))).all()
        if orphans:
            strays = ", ".join(sorted({f"{child} of no {parent}" for child, _, parent, _ in orphans}))
            raise SettingsError("DATABASE_URL", f"there would be rows without their parents: {strays}")


async def at_head(url: str) -> bool:
    """Whether the database has every revision of this release."""
    async with connected(url) as connection:
        return await connection.run_sync(revision_of) == revisions()[-1]


async def is_current(database: Database) -> bool:
    """The same of a database in use, over a connection that it has: cheap enough to be asked again and again."""
    async with database.reading() as session:
        connection = await session.connection()
        return await connection.run_sync(revision_of) == revisions()[-1]


class Tables(StrEnum):
    """What is in a database, seen from this release: nothing yet, tables to bring to it, its own, or a later one's."""

    MISSING = "missing"
    OLDER = "older"
    CURRENT = "current"
    FOREIGN = "foreign"


async def tables(url: str) -> Tables:
    """Which tables the database has; makes no file. Raises `SettingsError` where it cannot be opened or written to."""
    if _to_be_made(url):
        return Tables.MISSING
    try:
        async with connected(url) as connection:
            revision = await connection.run_sync(revision_of)
    except SQLAlchemyError as error:
        raise SettingsError("DATABASE_URL", f"the database cannot be used: {reason(error)}") from None
    return tables_at(revision)


def tables_at(revision: str | None) -> Tables:
    """Which tables a database has whose revision is this one."""
    if revision == revisions()[-1]:
        return Tables.CURRENT
    return Tables.OLDER if revision is None or revision in revisions() else Tables.FOREIGN


def _to_be_made(url: str) -> bool:
    """Whether this is a SQLite file that is not there yet."""
    file = file_of(url)
    return file is not None and not file.exists()


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[AsyncConnection]:
    """One transaction on a connection of its own. Raises `SettingsError` where the database cannot be opened."""
    try:
        connection = await _connect(_engine(url))  # NullPool: the engine keeps nothing open besides
    except (OSError, TypeError, ValueError, SQLAlchemyError) as error:  # the driver refuses odd options in its own ways
        raise SettingsError("DATABASE_URL", f"the database cannot be opened: {reason(error)}") from None
    try:
        async with connection.begin():
            yield connection
    finally:
        await connection.close()


async def _connect(engine: AsyncEngine) -> AsyncConnection:
    """A connection. Two that turn a new file to WAL at once refuse each other without SQLite's own waiting."""
    for _ in range(_TRIES):
        try:
            return await engine.connect()
        except OperationalError as error:
            if "locked" not in str(error.orig):
                raise
            await asyncio.sleep(_PAUSE)
    return await engine.connect()


def _engine(url: str) -> AsyncEngine:
    """An engine of migrations' own: on SQLite without foreign keys, for a table that is rebuilt would take its
    children with it, and with an immediate BEGIN, so that a run killed half-way leaves nothing behind.
    """
    if make_url(url).get_backend_name() == "sqlite":
        make_folder(url)
        return sqlite_engine(url, "BEGIN IMMEDIATE", "journal_mode=WAL", "foreign_keys=OFF", poolclass=NullPool)
    return server_engine(url, poolclass=NullPool)


def revision_of(connection: Connection) -> str | None:
    """The newest revision that a database has."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    found: str | None = connection.scalar(text(f"SELECT max(version_num) FROM {VERSION_TABLE}"))  # noqa: S608  # our own name
    return found
