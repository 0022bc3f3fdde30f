"""Boards: who leads, where one person stands, and who is around them.

Whatever a board covers, it is read through the same few queries, over one row for each person: those that are kept
(`bot.store.standings`) for a season and for all time, or sums of the log of scores for a day or a week. A rank is one
more than the number of those above, which an index counts; a window function would go through everybody.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import (
    CTE,
    ColumnElement,
    Row,
    Select,
    Subquery,
    and_,
    case,
    func,
    literal,
    or_,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain import standings
from bot.domain.grading import Verdict
from bot.domain.standings import Reach, Standing, Total
from bot.store.models import Board, Person, Place, Round, Score
from bot.store.models import Standing as Kept

Source = CTE | Subquery
"""A row for each person: `person_id points right rounds hardness hints`."""

DEEPEST = (
    1_000  # the rank up to which a board says how far somebody moved: further down that takes too long to find out
)


class Within(NamedTuple):
    """Whose rounds a board counts: by its row, a place's or a whole workspace's."""

    reach: Reach
    id: int


def scored(within: Within, since: date, until: date) -> CTE:
    """What everybody adds up to within some days, from the log."""
    right = Score.verdict == Verdict.RIGHT
    query = (
        select(
            Score.person_id,
            func.sum(Score.points).label("points"),
            func.sum(case((right, 1), else_=0)).label("right"),
            func.count().label("rounds"),
            func.sum(case((right, Round.level), else_=0)).label("hardness"),
            func.sum(literal(0)).label("hints"),
        )
        .join(Round, Score.round_id == Round.id)
        .where(Round.day.between(since, until))
        .group_by(Score.person_id)
    )
    if within.reach is Reach.HERE:
        return query.where(Round.place_id == within.id).cte()
    return query.join(Place, Round.place_id == Place.id).where(Place.workspace_id == within.id).cte()


def kept(within: Within, since: date) -> Subquery:
    """What everybody adds up to since a day on which a season begins, or since ever, as it is kept."""
    here = Board.place_id == within.id
    if within.reach is Reach.WORKSPACE:
        here = and_(Board.workspace_id == within.id, Board.place_id.is_(None))
    board = select(Board.id).where(here, Board.since == since).scalar_subquery()
    columns = (Kept.person_id, Kept.points, Kept.right, Kept.rounds, Kept.hardness, Kept.hints)
    return select(*columns).where(Kept.board_id == board).subquery()


async def leaders(session: AsyncSession, source: Source, most: int) -> list[Standing]:
    """The best of a board, in order."""
    query = _named(source).order_by(*_order(source)).limit(most)
    return standings.rank([_total(row) for row in await session.execute(query)])


async def count(session: AsyncSession, source: Source) -> int:
    """How many people are on a board."""
    return await session.scalar(select(func.count()).select_from(source)) or 0


async def around(session: AsyncSession, source: Source, person_id: int, either_side: int) -> list[Standing]:
    """Somebody on a board, with so many of those just before them and just after them; empty if they are not on it."""
    mine = (await session.execute(_named(source).where(source.c.person_id == person_id))).first()
    if mine is None:
        return []
    me = _total(mine)
    above = _named(source).where(_comes_before(source, me)).order_by(*_order(source, backwards=True)).limit(either_side)
    below = _named(source).where(_comes_after(source, me)).order_by(*_order(source)).limit(either_side)
    near = [_total(row) for part in (above, below) for row in await session.execute(part)]
    first = min([me, *near], key=standings.order)
    ranks = select(
        select(func.count()).select_from(source).where(_is_better(source, first)).scalar_subquery(),
        select(func.count()).select_from(source).where(_comes_before(source, first)).scalar_subquery(),
    )
    better, before = (await session.execute(ranks)).one()
    return standings.rank([me, *near], better, before)


async def with_movement(
    session: AsyncSession, source: Source, last: Source, shown: Sequence[Standing]
) -> list[Standing]:
    """These standings with the ranks they had before the `last` scores of all were added; of those far down, and of
    whoever is new, nothing is told.
    """
    ids = [each.total.person for each in shown if each.rank <= DEEPEST]
    found = await session.execute(select(last).where(last.c.person_id.in_(ids)))
    gained = {row.person_id: row for row in found}
    before = {each.total.person: _without(each.total, gained.get(each.total.person)) for each in shown}
    were = await _ranks(session, source, last, [before[id_] for id_ in ids if before[id_].rounds])
    return [replace(each, was=were.get(each.total.person)) for each in shown]


async def _ranks(session: AsyncSession, source: Source, last: Source, before: Collection[Total]) -> Mapping[int, int]:
    """The ranks of some totals among what everybody had before."""
    if not before:
        return {}
    joined = source.outerjoin(last, source.c.person_id == last.c.person_id)
    then = [source.c[name] - func.coalesce(last.c[name], 0) for name in ("points", "right", "hardness", "hints")]
    parts = [
        select(literal(each.person).label("person_id"), func.count().label("better"))
        .select_from(joined)
        .where(source.c.points >= each.points)  # nobody had more than they have, so that an index finds these
        .where(_better(then, each))
        for each in before
    ]
    return {row.person_id: 1 + row.better for row in await session.execute(union_all(*parts))}


def _without(total: Total, gained: Row[*tuple[Any, ...]] | None) -> Total:
    """A total before somebody's last scores."""
    if gained is None:
        return total
    less = {name: getattr(total, name) - getattr(gained, name) for name in ("points", "right", "hardness", "hints")}
    return replace(total, **less, rounds=total.rounds - gained.rounds)


def _named(source: Source) -> Select[*tuple[Any, ...]]:
    columns = (source.c[name] for name in ("points", "right", "rounds", "hardness", "hints"))
    return select(source.c.person_id, Person.name, *columns).join(Person, source.c.person_id == Person.id)


def _total(row: Row[*tuple[Any, ...]]) -> Total:
    return Total(*row)


def _order(source: Source, *, backwards: bool = False) -> list[ColumnElement[int]]:
    """`bot.domain.standings.order`, for the database."""
    best_first = [source.c.points.desc(), source.c.right.desc(), source.c.hardness.desc()]
    worst_first = [source.c.points.asc(), source.c.right.asc(), source.c.hardness.asc()]
    if backwards:
        return [*worst_first, source.c.hints.desc(), source.c.person_id.desc()]
    return [*best_first, source.c.hints.asc(), source.c.person_id.asc()]


def _is_better(source: Source, than: Total) -> ColumnElement[bool]:
    return _better([source.c[name] for name in ("points", "right", "hardness", "hints")], than)


def _better(columns: Sequence[ColumnElement[int]], than: Total) -> ColumnElement[bool]:
    """Said so that an index over the points can be used, and one over all of them alone answers it."""
    points, right, hardness, hints = columns
    tied = tuple_(right, hardness, -hints) > tuple_(than.right, than.hardness, -than.hints)
    return and_(points >= than.points, or_(points > than.points, tied))


def _comes_before(source: Source, one: Total) -> ColumnElement[bool]:
    columns = tuple_(source.c.right, source.c.hardness, -source.c.hints, -source.c.person_id)
    tied = columns > tuple_(one.right, one.hardness, -one.hints, -one.person)
    return and_(source.c.points >= one.points, or_(source.c.points > one.points, tied))


def _comes_after(source: Source, one: Total) -> ColumnElement[bool]:
    columns = tuple_(source.c.right, source.c.hardness, -source.c.hints, -source.c.person_id)
    tied = columns < tuple_(one.right, one.hardness, -one.hints, -one.person)
    return and_(source.c.points <= one.points, or_(source.c.points < one.points, tied))
