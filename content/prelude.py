"""What every snippet finds ready: an empty database, two tables, the usual names, and a record of the SQL it emits.

A snippet runs below this file, in the same namespace, in a fresh process and an empty working folder.
"""

import asyncio
import re
from collections.abc import Callable
from itertools import count
from typing import Any

from sqlalchemy import (
    Connection,
    Engine,
    ForeignKey,
    create_engine,
    delete,
    event,
    func,
    insert,
    inspect,
    select,
    text,
    update,
)
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    Session,
    joinedload,
    mapped_column,
    object_session,
    relationship,
    scoped_session,
    selectinload,
    sessionmaker,
)

__all__ = [
    "Address",
    "AsyncSession",
    "Base",
    "ForeignKey",
    "Mapped",
    "Session",
    "User",
    "async_sessionmaker",
    "asyncio",
    "delete",
    "emitted",
    "engine",
    "event",
    "fails",
    "func",
    "insert",
    "inspect",
    "joinedload",
    "mapped_column",
    "new_async_engine",
    "new_engine",
    "object_session",
    "relationship",
    "scoped_session",
    "select",
    "selectinload",
    "sessionmaker",
    "sql_of",
    "text",
    "update",
]

emitted: list[str] = []
"""The SQL so far, one `VERB table` a line: what `sql emitted` shows. Full SQL differs between versions."""

_TABLE = r'["`]?(\w+)'
_STATEMENTS = (
    (rf"INSERT INTO {_TABLE}", "INSERT"),
    (rf"UPDATE {_TABLE}", "UPDATE"),
    (rf"DELETE FROM {_TABLE}", "DELETE"),  # noqa: S608 -- a pattern, not a statement
    (rf"(?:SELECT|WITH)\b.*?\bFROM {_TABLE}", "SELECT"),
    (r"(?:SELECT|WITH)\b", "SELECT"),
    (rf"(?:CREATE|DROP|ALTER) TABLE {_TABLE}", "DDL"),
    (r"ROLLBACK TO SAVEPOINT\b", "ROLLBACK TO SAVEPOINT"),
    (r"RELEASE SAVEPOINT\b", "RELEASE SAVEPOINT"),
    (r"SAVEPOINT\b", "SAVEPOINT"),
    (r"BEGIN\b", "BEGIN"),
)
_files = count(1)


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "user_account"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    addresses: Mapped[list["Address"]] = relationship(back_populates="user", order_by="Address.id")


class Address(Base):
    __tablename__ = "address"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str]
    # Optional, so that deleting a user can be watched setting it to NULL.
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    user: Mapped["User | None"] = relationship(back_populates="addresses")


def new_engine() -> Engine:
    """An engine on an empty database of its own, with the tables of `Base`; what it emits is recorded."""
    engine = create_engine(f"sqlite:///{next(_files)}.db")
    _own_transactions(engine)
    Base.metadata.create_all(engine)
    _record(engine)
    return engine


def new_async_engine() -> AsyncEngine:
    """The same as `new_engine`, as an `AsyncEngine`."""
    file = new_engine().url.database
    engine = create_async_engine(f"sqlite+aiosqlite:///{file}")
    _own_transactions(engine.sync_engine)
    _record(engine.sync_engine)
    return engine


def fails(error: type[BaseException], call: Callable[[], object]) -> bool:
    """Whether a call raises that error. Any other error passes through."""
    try:
        call()
    except error:
        return True
    return False


def sql_of(call: Callable[[], object]) -> list[str]:
    """The SQL that a call emits, in the form of `emitted`."""
    before = len(emitted)
    call()
    return emitted[before:]


def _own_transactions(engine: Engine) -> None:
    # sqlite3 begins transactions on its own terms: a released SAVEPOINT would survive an outer rollback().
    @event.listens_for(engine, "connect")
    def _leave_transactions_to_us(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA synchronous=OFF")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN")


def _record(engine: Engine) -> None:
    @event.listens_for(engine, "before_cursor_execute")
    def _statement(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        emitted.append(_normal(statement))

    @event.listens_for(engine, "commit")
    def _commit(_connection: Connection) -> None:
        emitted.append("COMMIT")

    @event.listens_for(engine, "rollback")
    def _rollback(_connection: Connection) -> None:
        emitted.append("ROLLBACK")


def _normal(statement: str) -> str:
    for pattern, verb in _STATEMENTS:
        if match := re.match(rf"\s*{pattern}", statement, re.IGNORECASE | re.DOTALL):
            return " ".join([verb, *match.groups()])
    return " ".join(statement.split())


engine = new_engine()
