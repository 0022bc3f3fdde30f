"""A table as one parameter: what is asked of many rows is one statement, however many there are.

With a parameter for each value there would be a statement for each number of rows, to be built, prepared and planned
anew, and to hand its parameters over takes longer than what is done with them. Here the rows travel as JSON, which both
databases read.
"""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib import import_module
from typing import Any, NamedTuple, get_type_hints

from sqlalchemy import (
    ARRAY,
    JSON,
    Boolean,
    ColumnElement,
    FromClause,
    Integer,
    SQLColumnExpression,
    String,
    any_,
    bindparam,
    cast,
    func,
    literal_column,
    select,
    type_coerce,
)
from sqlalchemy.types import TypeEngine

from bot.store.columns import UTCDateTime

_KINDS: dict[type, type[TypeEngine[Any]]] = {bool: Boolean, datetime: UTCDateTime, int: Integer, str: String}


def given(dialect: str, parameter: str, row: type[NamedTuple]) -> FromClause:
    """A table to select from, with the fields of `row` as its columns; its rows, `packed`, are that parameter."""
    rows, kinds = bindparam(parameter, type_=String()), [_KINDS[kind]() for kind in get_type_hints(row).values()]
    values: list[ColumnElement[Any]]
    if dialect == "sqlite":
        each = func.json_each(rows).table_valued("value")
        parts = (func.json_extract(each.c.value, _text(f"$[{position}]")) for position in range(len(kinds)))
        values = [type_coerce(part, kind) for part, kind in zip(parts, kinds, strict=True)]
    else:
        each = func.jsonb_array_elements(cast(rows, _jsonb())).table_valued("value")
        parts = (func.jsonb_extract_path_text(each.c.value, _text(str(position))) for position in range(len(kinds)))
        values = [cast(part, kind) for part, kind in zip(parts, kinds, strict=True)]
    columns = (value.label(name) for name, value in zip(row._fields, values, strict=True))
    return select(*columns).select_from(each).cte(parameter)


def _text(text: str) -> ColumnElement[Any]:
    """A text of ours as it stands, and no parameter."""
    return literal_column(f"'{text}'")


def _jsonb() -> TypeEngine[Any]:
    """PostgreSQL's own type. Its dialect is not even imported elsewhere: that takes a while."""
    return import_module("sqlalchemy.dialects.postgresql").JSONB()  # type: ignore[no-any-return]  # by its name


def is_one_of(dialect: str, known: SQLColumnExpression[int], parameter: str) -> ColumnElement[bool]:
    """Whether a column is one of the numbers in the parameter of that name, which is a list."""
    if dialect == "sqlite":
        each = func.json_each(bindparam(parameter, type_=JSON())).table_valued("value")
        return known.in_(select(each.c.value))
    return known == any_(bindparam(parameter, type_=ARRAY(Integer)))


def among(dialect: str, known: SQLColumnExpression[Any], values: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether a column has one of the values of a given one. A server may read the whole table through rather than
    believe that few are given, even where both are joined; like this it uses the column's index.
    """
    if dialect == "sqlite":
        return known.in_(select(values))
    return known == any_(func.array(select(values).scalar_subquery()))


def packed(dialect: str, rows: Sequence[tuple[Any, ...]]) -> str:
    """The rows of such a table, each with a value for every column, as its parameter."""

    def stored(moment: datetime) -> str:
        """As SQLite keeps it, without its zone (see `UTCDateTime`), and as PostgreSQL reads it."""
        utc = moment.astimezone(UTC).isoformat(" ", "microseconds")
        return utc.removesuffix("+00:00") if dialect == "sqlite" else utc

    return json.dumps(rows, default=stored, check_circular=False)
