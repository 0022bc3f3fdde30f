"""Insert, unless somebody already did: the database's unique keys decide, never a look before the write."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Select, case, or_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from bot.store.database import ask
from bot.store.models import Base

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql, sqlite


@cache
def insert_of(dialect: str) -> "Callable[[type[Base]], sqlite.Insert | postgresql.Insert]":
    """The INSERT of a dialect, which knows of conflicts. The other dialect is not even imported: it takes a while."""
    return import_module(f"sqlalchemy.dialects.{dialect}").insert  # type: ignore[no-any-return]  # by its name


async def insert_once(session: AsyncSession, model: type[Base], **values: Any) -> bool:
    """Insert a row unless a unique key of its table forbids it; whether it was inserted."""
    insert = insert_of(session.get_bind().dialect.name)
    statement = insert(model).values(**values).on_conflict_do_nothing()
    return (await session.execute(statement.returning(*model.__mapper__.primary_key))).first() is not None


async def insert_new(
    session: AsyncSession, model: type[Base], rows: Sequence[Mapping[str, Any]], *known_by: InstrumentedAttribute[Any]
) -> set[Any]:
    """Insert the rows that no unique key of their table forbids; returns those that were, by these columns. They are
    inserted in this order, which has to be the same for all: rivals then never wait for each other in a circle.
    """
    if not rows:
        return set()
    insert = insert_of(session.get_bind().dialect.name)
    statement = insert(model).on_conflict_do_nothing().returning(*known_by)
    return {tuple(row) for row in await ask(session, statement, rows)}


async def add_up(
    session: AsyncSession, model: type[Base], rows: Select[*tuple[Any, ...]], *sums: str, latest: str | None = None
) -> None:
    """Insert selected rows, by the names of their columns; to those that are there already their `sums` are added, and
    the greater `latest` counts.
    """
    insert = insert_of(session.get_bind().dialect.name)
    statement = insert(model).from_select([column.name for column in rows.selected_columns], rows)
    table = model.__table__
    added: dict[str, ColumnElement[Any]] = {name: table.c[name] + statement.excluded[name] for name in sums}
    if latest is not None:
        old, new = table.c[latest], statement.excluded[latest]
        added[latest] = case((or_(old.is_(None), new > old), new), else_=old)
    await session.execute(statement.on_conflict_do_update(index_elements=[*table.primary_key], set_=added))
