"""How scores become standings: what each adds, which boards there are, and how what is kept is made right."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, case, delete, func, insert, literal, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from bot.domain.grading import Verdict
from bot.domain.standings import season_of, week_of
from bot.store.models import Board, BoardSum, Round, Score, Standing, TeamStanding, TeamSum

SUMS = ("points", "right", "rounds", "hardness", "hints")
_RIGHT = Score.verdict == Verdict.RIGHT
_WORTH: tuple[ColumnElement[int] | InstrumentedAttribute[int], ...] = (
    Score.points,
    case((_RIGHT, 1), else_=0),
    literal(1),
    case((_RIGHT, Round.level), else_=0),
    case((Score.hinted, 1), else_=0),
)
_WEEK = timedelta(weeks=1)
Kept = type[Standing] | type[BoardSum] | type[TeamStanding] | type[TeamSum]


def worth(times: int) -> list[ColumnElement[int]]:
    """What a score adds to each of `SUMS`, so many times."""
    return [(column * times).label(name) for name, column in zip(SUMS, _WORTH, strict=True)]


def total() -> list[ColumnElement[int]]:
    """What scores add up to, for each of `SUMS`."""
    return [func.sum(column).label(name) for name, column in zip(SUMS, _WORTH, strict=True)]


def gained(
    rows: Select[*tuple[Any, ...]], known: Select[*tuple[Any, ...]], *keys: InstrumentedAttribute[Any]
) -> Select[*tuple[Any, ...]]:
    """What rows of scores add to the sums of boards, or of teams on them, by these keys: points, and people, unless
    they are `known` there. To be asked before the rows are counted.
    """
    people = func.sum(case((known.exists(), 0), else_=1)).label("people")
    points = func.sum(Score.points).label("points")
    named = (key.label(name) for key, name in zip(keys, ("board_id", "team_id")[: len(keys)], strict=True))
    return rows.with_only_columns(*named, points, people).group_by(*keys)


def summed(of: type[Standing] | type[TeamStanding], boards: Collection[int]) -> Select[*tuple[Any, ...]]:
    """What people add up to on some boards, all of them or each team's, and how many they are."""
    keys = (of.board_id,) if of is Standing else (of.board_id, TeamStanding.team_id)
    sums = (func.sum(of.points).label("points"), func.count().label("people"))
    return select(*keys, *sums).where(of.board_id.in_(boards)).group_by(*keys).order_by(*keys)


def spans(days: Collection[date], latest: date) -> list[tuple[date, date]]:
    """What the boards are of that rounds of some days count on: all time, their seasons, and their weeks. No week has
    one before the last two, of which the `latest` begins on that Monday: its scores may be on none any more, and nobody
    looks at it.
    """
    seasons = {(season.first, season.last) for season in map(season_of, days)}
    weeks = {(week.first, week.last) for week in map(week_of, days) if week.first >= latest - _WEEK}
    return [(date.min, date.max), *sorted(seasons), *sorted(weeks)]


async def latest_week(session: AsyncSession, days: Iterable[date], *which: ColumnElement[bool]) -> date:
    """The Monday of the last week that any of these boards or of these days is of."""
    return max([*await _weeks(session, *which), *(week_of(day).first for day in days)], default=date.min)


async def drop_old_weeks(session: AsyncSession, *which: ColumnElement[bool]) -> None:
    """Of some boards keep those of two weeks. All that anybody else may be writing to are locked by now."""
    weeks = await _weeks(session, *which)
    old = [number for monday, those in weeks.items() if monday < max(weeks) - _WEEK for number in those]
    if old:
        await session.execute(delete(Board).where(Board.id.in_(old)))


async def _weeks(session: AsyncSession, *which: ColumnElement[bool]) -> Mapping[date, Collection[int]]:
    """Of some boards those of weeks, by their Mondays."""
    found: dict[date, list[int]] = {}
    for number, since, until in await session.execute(select(Board.id, Board.since, Board.until).where(*which)):
        if until == week_of(since).last:
            found.setdefault(since, []).append(number)
    return found


async def lock_boards(session: AsyncSession, *which: ColumnElement[bool]) -> Sequence[int]:
    """Let nobody else count on some boards until this transaction ends; which those are."""
    return (await session.scalars(select(Board.id).where(*which).order_by(Board.id).with_for_update())).all()


async def mend(session: AsyncSession, boards: Sequence[int], table: Kept, right: Select[*tuple[Any, ...]]) -> int:
    """Make what is kept in a table for some boards what is `right`; how many of its rows were not."""
    columns = table.__table__.c
    if not await session.scalar(select(select(table.board_id).where(table.board_id.in_(boards)).exists())):
        return await insert_all(session, table, right)
    keys = [column.name for column in table.__table__.primary_key]
    there = select(*(columns[each.name] for each in right.selected_columns)).where(columns.board_id.in_(boards))
    right, in_order = right.order_by(None), right
    off = there.except_(right).subquery(), right.except_(there).subquery()
    rows = [select(*(each.c[name] for name in keys)) for each in off]
    number = await session.scalar(select(func.count()).select_from(rows[0].union(rows[1]).subquery())) or 0
    if number:
        await session.execute(delete(table).where(columns.board_id.in_(boards)))
        await insert_all(session, table, in_order)
    return number


async def insert_all(session: AsyncSession, table: Kept, rows: Select[*tuple[Any, ...]]) -> int:
    """Insert what is not there yet; how many rows that were."""
    names = [column.name for column in rows.selected_columns]
    connection = await session.connection()
    return (await connection.execute(insert(table).from_select(names, rows))).rowcount
