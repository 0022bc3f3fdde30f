"""Engines and sessions: the one place where transactions begin and end.

`writing()` is one session, one transaction, committed as the block ends and rolled back if it raises. `reading()` is
the same without the right to write. Neither is ever shared between tasks, and nobody is told anything inside one.
"""

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Executable, Row, event, orm, text
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from bot.store import sqlite_driver

Session = AsyncSession
"""What plays hand from one query to the next. They never begin, commit or roll back: the door does."""

_READERS = 4
_RECYCLED = 300  # seconds: what stands idle for longer may have been dropped by something in between
_CONNECT, _STATEMENT = 5.0, 10.0  # seconds for a connection to a server, and for one statement there
_RIVALS = ("40001", "40P01")  # it could not be serialised, or both waited for each other
_OUTAGES = ("08", "25006", "53", "57", "58")  # SQLSTATE: no connection, a standby, disk full, shut down, disk broken
_PRAGMAS = ("busy_timeout=5000", "synchronous=FULL", f"wal_autocheckpoint={sqlite_driver.TOO_MANY}")
_BEGINS = "begins"  # an execution option of ours, because SQLAlchemy's own would take a trip to set, and one to unset
_QUEUE = 900.0  # seconds that a writer waits for its turn: as long as platforms let an answer come


_Parameters = Mapping[str, Any] | Sequence[Mapping[str, Any]]
_Row = Row[*tuple[Any, ...]]


class Database:
    """One database. On SQLite a single writer connection queues writers fairly here, instead of in SQLite's sleeps."""

    def __init__(self, url: str, patience: float | None = _STATEMENT) -> None:
        """Opens nothing yet, but makes the folder of a SQLite file. `patience`: seconds for a statement on a server."""
        self.url = url
        at_once: dict[str, object]
        self.writers = 1  # who can write at the same time, to any good
        if make_url(url).get_backend_name() == "sqlite":
            make_folder(url)
            at_once = {_BEGINS: False}
            kept = ("foreign_keys=ON", "secure_delete=ON")  # whoever is forgotten shall not be found in free pages
            self._writer = sqlite_engine(
                url, "BEGIN IMMEDIATE", *kept, pool_size=1, max_overflow=0, pool_timeout=_QUEUE
            )
            self._reader = sqlite_engine(
                url, "BEGIN", "foreign_keys=ON", "query_only=ON", pool_size=_READERS, max_overflow=0
            )
        else:
            at_once = {"isolation_level": "AUTOCOMMIT"}
            self.writers = 3  # while the server works for two, we do for the other; more would wait for us
            patient = {"timeout": _CONNECT, "command_timeout": patience}
            self._writer = server_engine(url, pool_recycle=_RECYCLED, connect_args=patient)
            self._reader = self._writer.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        self._write = async_sessionmaker(self._writer, expire_on_commit=False)
        self._read = async_sessionmaker(self._reader, expire_on_commit=False)
        self._at_once = async_sessionmaker(self._writer.execution_options(**at_once))

    def writing(self) -> AbstractAsyncContextManager[AsyncSession]:
        """One transaction that may write."""
        return self._write.begin()

    def writing_to_the_end(self) -> AbstractAsyncContextManager[AsyncSession]:
        """The same for a task that nobody cancels. SQLAlchemy sees each transaction to its end in tasks of its own, in
        case that somebody does.
        """
        return _to_the_end(self._write)

    def at_once(self) -> AbstractAsyncContextManager[AsyncSession]:
        """A session of which each statement is a transaction by itself, with no trips to begin and to commit it; given
        many rows of parameters, perhaps each of them. For a task that nobody cancels.
        """
        return _to_the_end(self._at_once)

    def trying(self) -> AbstractAsyncContextManager[AsyncSession]:
        """One transaction that may write and of which nothing is kept."""
        return self._write()

    def reading(self) -> AbstractAsyncContextManager[AsyncSession]:
        """One transaction that sees one moment of the database."""
        return self._read.begin()

    async def ping(self) -> None:
        """Returns once it has answered. Raises what it fails with: see `is_outage`."""
        async with self.reading() as session:
            await session.execute(text("SELECT 1"))

    async def close(self) -> None:
        """Give every connection back."""
        await self._writer.dispose()
        await self._reader.dispose()


@asynccontextmanager
async def _to_the_end(sessions: async_sessionmaker[AsyncSession]) -> AsyncIterator[AsyncSession]:
    session = sessions()
    try:
        yield session
        await session.run_sync(_end)
    except BaseException:
        await session.close()  # which rolls back
        raise


def _end(session: orm.Session) -> None:
    """Commit, and give the connection back: in one step out of asyncio and back, as in `ask`."""
    session.commit()
    session.close()


async def ask(session: AsyncSession, statement: Executable, parameters: _Parameters) -> Sequence[_Row]:
    """The rows that a statement finds, once what the session holds has been written. It makes no objects of them.

    All of it is one step out of asyncio and back, as each takes a tenth of what a statement of a crowd does.
    """

    def work(within: orm.Session) -> Sequence[_Row]:
        within.flush()
        return within.connection().execute(statement, parameters).all()

    return await session.run_sync(work)


async def insist(session: AsyncSession, work: Callable[[], Awaitable[bool]]) -> None:
    """Do something within a transaction until it says that it is done. What came of it before is undone, and whatever
    it locked is let go.
    """
    while True:
        attempt = await session.begin_nested()
        if await work():
            return await attempt.commit()
        await attempt.rollback()


def is_outage(error: BaseException) -> bool:
    """Whether it is the database that failed, and would fail whatever is asked of it: no fault of what was asked."""
    if isinstance(error, DBAPIError):
        if error.connection_invalidated:
            return True
        if state := getattr(error.orig, "sqlstate", None):
            return str(state).startswith(_OUTAGES)
        if isinstance(error, InterfaceError):  # asyncpg's for a value that it cannot send, too
            return not isinstance(error.orig and error.orig.__cause__, ValueError)
    return isinstance(error, OperationalError | PoolTimeoutError | OSError)  # a timeout is one, too


def is_rivalry(error: BaseException) -> bool:
    """Whether another transaction was in the way, by a unique key or a lock: what it did can be seen by now."""
    if isinstance(error, IntegrityError):
        return True
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) in _RIVALS


def reason(error: BaseException) -> str:
    """What the database says is wrong, in one line and without what was asked of it, which holds what people said."""
    said = str(getattr(error, "orig", None) or error).splitlines()
    return said[0] if said else type(error).__name__


def sqlite_engine(url: str, begin: str, *pragmas: str, **pool: Any) -> AsyncEngine:
    """An engine that starts each transaction itself with `begin`, on connections with these pragmas.

    Left to itself the driver begins late and commits early: updates get lost and savepoints leak. `BEGIN IMMEDIATE`
    takes the write lock before the first read, so that no transaction has to be refused half-way. The file is in WAL
    mode since its first migration.
    Source: SQLAlchemy's SQLite dialect, "Transactions with SQLite and the sqlite3 driver".
    """
    way = {"async_creator_fn": sqlite_driver.connection}
    engine = create_async_engine(url, connect_args=way, hide_parameters=True, **pool)  # in what is logged of errors

    @event.listens_for(engine.sync_engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (*_PRAGMAS, *pragmas):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: Connection) -> None:
        if connection.get_execution_options().get(_BEGINS, True):
            connection.exec_driver_sql(begin)

    return engine


def server_engine(url: str, **pool: Any) -> AsyncEngine:
    """An engine for PostgreSQL. Hosts give out addresses with libpq's `sslmode`, which asyncpg calls `ssl`."""
    address = make_url(url)
    if sslmode := address.query.get("sslmode"):
        address = address.difference_update_query(["sslmode"]).update_query_dict({"ssl": sslmode})
    return create_async_engine(address, hide_parameters=True, **pool)


def told(url: str) -> str:
    """Where a database is, in words for its operator: the file, or the host and the name; no user and no password."""
    address = make_url(url)
    host = address.host or address.query.get("host")  # a socket's folder stands in the query
    return f"{host}/{address.database}" if host else str(address.database)


def file_of(url: str) -> Path | None:
    """The file of a SQLite database; `None` for a database on a server."""
    address = make_url(url)
    return Path(str(address.database)) if address.get_backend_name() == "sqlite" else None


def free_space(url: str) -> int | None:
    """How many bytes are free where a SQLite file lies; `None` for a server, whose disk is its own affair."""
    file = file_of(url)
    return shutil.disk_usage(file.parent).free if file else None


def size(url: str) -> int | None:
    """How many bytes a SQLite file has, with what is not yet written into it; `None` for a server."""
    file = file_of(url)
    parts = (file, file.with_name(f"{file.name}-wal")) if file else ()
    return sum(part.stat().st_size for part in parts if part.exists()) if parts else None


def make_folder(url: str) -> None:
    """Make the folder that a SQLite file is to lie in."""
    if file := file_of(url):
        file.parent.mkdir(parents=True, exist_ok=True)
