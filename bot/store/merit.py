"""The order of a board, for the database: `bot.domain.standings.order` in SQL."""

from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, and_, or_, tuple_

NAMES = ("person_id", "points", "right", "rounds", "hardness", "hints")
MERIT = ("points", "right", "hardness", "hints")

Columns = Any
"""What has a column of each of `NAMES`."""


def comes_before(of: Columns, one: dict[str, ScalarSelect[Any]]) -> ColumnElement[bool]:
    """Whether somebody stands above one on a board. The points alone come first, as an index can find those."""
    tied = _tie(of) > tuple_(one["right"], one["hardness"], -one["hints"], -one["person_id"])
    return and_(of.points >= one["points"], or_(of.points > one["points"], tied))


def comes_after(of: Columns, one: dict[str, ScalarSelect[Any]]) -> ColumnElement[bool]:
    """Whether somebody stands below one on a board."""
    tied = _tie(of) < tuple_(one["right"], one["hardness"], -one["hints"], -one["person_id"])
    return and_(of.points <= one["points"], or_(of.points < one["points"], tied))


def _tie(of: Columns) -> Any:
    return tuple_(of.right, of.hardness, -of.hints, -of.person_id)


def in_order(of: Columns, *, backwards: bool = False) -> list[ColumnElement[int]]:
    """Best first; the last of it only to have an order among equals."""
    most, least = (of.points, of.right, of.hardness), (of.hints, of.person_id)
    if backwards:
        return [*(column.asc() for column in most), *(column.desc() for column in least)]
    return [*(column.desc() for column in most), *(column.asc() for column in least)]
