"""SQLite's driver, with one trip to its thread for each statement.

aiosqlite does in another thread whatever touches the file, and each trip there and back costs more than what it is for:
it makes one to open a cursor, one to execute, one to fetch and one to close. Here a statement is executed and all that
it finds is fetched in the same trip, and the cursor is opened and closed without one: neither touches the file. The
BEGIN of a transaction goes along with the first of its statements.

What was committed is moved from the write-ahead log into the file right after the commit has been told to the loop, and
not within it, where SQLite itself would do it: meanwhile those who waited for the commit are told.
"""

import logging
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import islice
from typing import Any

import aiosqlite

log = logging.getLogger(__name__)

MANY = 400  # rows that stand in the log alone: some thousand pages, as many as SQLite itself would wait for
TOO_MANY = 4_000  # pages, which it moves by itself after all, as those of one long transaction may be


class _Cursor(aiosqlite.Cursor):
    """Has its rows before anybody asks for them."""

    _conn: "_Connection"
    _rows: Iterator[Any] = iter(())

    async def execute(self, sql: str, parameters: Any = None) -> aiosqlite.Cursor:
        if sql.startswith("BEGIN"):
            self._conn.begins = sql
            return self
        found: list[Any] = await self._execute(self._found, sql, parameters or ())  # type: ignore[no-untyped-call]  # the library leaves it untyped
        self._rows = iter(found)
        return self

    async def executemany(self, sql: str, parameters: Iterable[Any]) -> aiosqlite.Cursor:
        await self._execute(self._done, sql, parameters)  # type: ignore[no-untyped-call]  # as above
        return self

    async def fetchone(self) -> Any:
        return next(self._rows, None)

    async def fetchmany(self, size: int | None = None) -> list[Any]:
        return [*islice(self._rows, self.arraysize if size is None else size)]

    async def fetchall(self) -> list[Any]:
        return [*self._rows]

    async def close(self) -> None:
        self._cursor.close()

    def _found(self, sql: str, parameters: Sequence[Any]) -> list[Any]:
        self._conn.begin()
        found = self._cursor.execute(sql, parameters).fetchall()
        self._conn.move_soon()
        return found

    def _done(self, sql: str, parameters: Iterable[Any]) -> None:
        self._conn.begin()
        self._cursor.executemany(sql, parameters)
        self._conn.move_soon()


class _Connection(aiosqlite.Connection):
    """`begins` is what starts the next transaction, where one is about to start. `moved`: how many rows had been
    changed when the log was last moved into the file.
    """

    begins = ""
    moved = 0

    def begin(self) -> None:
        """Start a transaction that is about to start. In the connection's own thread.

        What cannot begin is still about to: the next statement must not be committed by itself.
        """
        if self.begins:
            self._conn.execute(self.begins)
            self.begins = ""

    def cursor(self) -> aiosqlite.Cursor:  # type: ignore[override]  # one that is there at once can be awaited no more
        return _Cursor(self, self._conn.cursor())

    async def commit(self) -> None:
        self.begins = ""
        if self.in_transaction:  # which there is none of where each statement is one by itself
            await self._execute(self._commit)  # type: ignore[no-untyped-call]  # the library leaves it untyped

    def _commit(self) -> None:
        self._conn.commit()
        self.move_soon()

    def move_soon(self) -> None:
        """Have what was committed moved once it is many rows. From the connection's own thread, which then does
        so at once: asked from outside it would wait until all who wait for the commit have been told.
        """
        if not self._conn.in_transaction and self._conn.total_changes - self.moved >= MANY:
            self.moved = self._conn.total_changes
            self._tx.put_nowait((None, self._move))  # nobody waits for it, but whoever asks for something next

    def _move(self) -> None:
        """Move the log into the file, as far as nobody reads in it. In the connection's own thread."""
        try:
            self._conn.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        except sqlite3.Error as error:  # nothing is lost: it stands in the log, and is moved another time
            log.warning("what was written could not be moved into the file yet: %s", error)

    async def rollback(self) -> None:
        self.begins = ""
        if self.in_transaction:  # which after a commit there is none: SQLAlchemy rolls back whatever it is done with
            await super().rollback()


def connection(file: str, **options: Any) -> aiosqlite.Connection:
    """A connection about to be opened, for SQLAlchemy's `async_creator_fn`; the options are those of `sqlite3`."""
    opened = _Connection(partial(sqlite3.connect, file, **options), iter_chunk_size=64)
    opened._thread.daemon = True  # noqa: SLF001  # as SQLAlchemy does with those it opens itself
    return opened
