"""What is in a database, and something to put in: without models, so that it holds for the tables of any revision."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time
from typing import Any, TypeVar

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Enum,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Time,
    func,
    inspect,
    make_url,
    select,
)
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from bot.store.database import make_folder
from bot.store.models import Base

_Result = TypeVar("_Result")


async def on(url: str, work: Callable[[Connection], _Result]) -> _Result:
    """Do something with a plain connection that no pragma has touched: SQLite does not enforce foreign keys on it."""
    if make_url(url).get_backend_name() == "sqlite":
        make_folder(url)
    engine = create_async_engine(url, poolclass=NullPool)
    try:
        async with engine.begin() as connection:
            return await connection.run_sync(work)
    finally:
        await engine.dispose()


def names(connection: Connection) -> set[str]:
    """The names of all tables."""
    return set(inspect(connection).get_table_names())


def shape(connection: Connection) -> dict[str, Any]:
    """Everything a database says of its tables, but not in which order it says it."""
    inspector = inspect(connection)
    return {
        table: {
            "columns": {
                column["name"]: {**column, "type": str(column["type"])} for column in inspector.get_columns(table)
            },
            "key": inspector.get_pk_constraint(table),
            "others": sorted(
                repr(sorted((what, _said(value)) for what, value in constraint.items()))
                for constraints in (
                    inspector.get_foreign_keys(table),
                    inspector.get_unique_constraints(table),
                    inspector.get_check_constraints(table),
                    inspector.get_indexes(table),
                )
                for constraint in constraints
            ),
        }
        for table in inspector.get_table_names()
        if table != "alembic_version"
    }


def _said(value: object) -> str:
    """What is said of a constraint; of the condition of an index its words."""
    return str({name: str(words) for name, words in value.items()} if isinstance(value, dict) else value)


def rows(connection: Connection) -> dict[str, Sequence[Any]]:
    """Every row of every table, in the order of their keys."""
    return {
        table.name: connection.execute(select(table).order_by(*table.primary_key)).all()
        for table in _reflected(connection).sorted_tables
    }


def fill(connection: Connection) -> None:
    """Two rows for every table that has none, with something in every column that may stand beside the others."""
    for table in _reflected(connection).sorted_tables:
        if connection.execute(select(table).limit(1)).first() is None:
            columns = [column for column in table.columns if (table.name, column.name) not in _APART]
            connection.execute(table.insert(), [{c.name: _something(c, n) for c in columns} for n in (1, 2)])
            _count_on(connection, table)


def _count_on(connection: Connection, table: Table) -> None:
    """Have PostgreSQL number new rows after those two, as if it had numbered them itself."""
    if connection.dialect.name == "postgresql" and table.autoincrement_column is not None:
        sequence = func.pg_get_serial_sequence(table.name, table.autoincrement_column.name)
        connection.execute(select(func.setval(sequence, 2)))


_APART = {("board", "house_id")}  # of a house or of a workspace, never of both


def _reflected(connection: Connection) -> MetaData:
    found = MetaData()
    found.reflect(connection)
    return found


def _something(column: Column[Any], number: int) -> Any:
    """A value that the column takes. What it may hold besides its type is known to today's model of it."""
    model = Base.metadata.tables.get(column.table.name)
    described = model.columns.get(column.name) if model is not None else None
    match described.type if described is not None and isinstance(described.type, Enum) else column.type:
        case Enum() as kind:
            return kind.enums[0]
        case Boolean():
            return number == 2
        case Integer():
            return number
        case DateTime():
            return datetime(2026, 11, 22, number, tzinfo=UTC)
        case Date():
            return date(2026, 11, number)
        case Time():
            return time(number, 30)
        case LargeBinary():
            return bytes([number]) * 3
        case kind:
            return f"{number}{column.name}"[: getattr(kind, "length", None)]
