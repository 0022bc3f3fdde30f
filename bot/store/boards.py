"""Boards: who leads, where one person stands, who is around them and how far everybody moved.

A board of a season or of all time reads what is kept for it (`bot.store.standings`): a rank is one more than the number
of those above, which an index counts, however many people there are. One of a day or a week adds the log of scores up,
which is short, and numbers everybody at once.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import (
    CTE,
    ColumnElement,
    FromClause,
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
)
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain import standings
from bot.domain.grading import Verdict
from bot.domain.standings import Reach, Standing, Total
from bot.store.models import Board, Person, Place, Round, Score
from bot.store.models import Standing as Kept
from bot.store.names import is_listed, shown_name

_VACANT = 10  # so many more are looked up as may have been forgotten
DEEPEST = 1_000  # the rank up to which a kept board says how far somebody moved: it would take long further down


class Within(NamedTuple):
    """Whose rounds a board counts: by its row, a place's or a whole workspace's."""

    reach: Reach
    id: int


class Asker(NamedTuple):
    """Whom a board is shown to, and how much of it: so many of its best, and so many on either side of them."""

    person_id: int | None
    top: int
    around: int


class Seen(NamedTuple):
    """A part of a board: its best, the asker with those around them (nobody, if they are not on it), and how many
    people are on it. Ranks before the last day are told as far as they were asked for. Whoever is not listed has their
    rank, which stays vacant.
    """

    top: list[Standing]
    near: list[Standing]
    people: int


async def latest_day(session: AsyncSession, within: Within, since: date, until: date) -> date | None:
    """The last of some days on which anything was scored."""
    day = select(Round.day).where(Round.place_id == Place.id, Round.day.between(since, until))
    day = day.where(select(Score.round_id).where(Score.round_id == Round.id).exists()).order_by(Round.day.desc())
    query = select(func.max(day.limit(1).scalar_subquery())).select_from(Place)
    query = query.where(Place.id == within.id if within.reach is Reach.HERE else Place.workspace_id == within.id)
    return await session.scalar(query)


def scored(within: Within, since: date, until: date) -> CTE:
    """What everybody adds up to within some days: `person_id points right rounds hardness hints`."""
    right = Score.verdict == Verdict.RIGHT
    query = (
        select(
            Score.person_id,
            func.sum(Score.points).label("points"),
            func.sum(case((right, 1), else_=0)).label("right"),
            func.count().label("rounds"),
            func.sum(case((right, Round.level), else_=0)).label("hardness"),
            func.sum(case((Score.hinted, 1), else_=0)).label("hints"),
        )
        .join(Round, Score.round_id == Round.id)
        .where(Round.day.between(since, until))
        .group_by(Score.person_id)
    )
    if within.reach is Reach.HERE:
        return query.where(Round.place_id == within.id).cte()
    return query.join(Place, Round.place_id == Place.id).where(Place.workspace_id == within.id).cte()


async def count(session: AsyncSession, within: Within, since: date, until: date) -> int:
    """How many people scored anything within some days."""
    return await session.scalar(select(func.count()).select_from(scored(within, since, until))) or 0


async def of_days(
    session: AsyncSession, within: Within, since: date, until: date, asker: Asker, last: date | None = None
) -> Seen:
    """The board of some days, with the ranks before the `last` of them, if one is given."""
    now = _numbered(scored(within, since, until))
    mine = select(now.c.place).where(now.c.person_id == asker.person_id).scalar_subquery()
    near = now.c.place.between(mine - asker.around - _VACANT, mine + asker.around + _VACANT)
    best = now.c.place <= asker.top + _VACANT
    query = _named(now, now.c.rank, now.c.place, now.c.people).where(or_(best, near))
    if last is None:
        query = query.add_columns(literal(None).label("was"))
    else:
        before = _numbered(scored(within, since, last - timedelta(days=1)))
        query = query.add_columns(before.c.rank.label("was"))
        query = query.outerjoin(before, before.c.person_id == now.c.person_id)
    found = (await session.execute(query.order_by(now.c.place))).all()
    shown = [Standing(row.rank, _total(row), row.was) for row in found]
    best_of = [each for row, each in zip(found, shown, strict=True) if row.place <= asker.top + _VACANT]
    return _seen(best_of, shown, found[0].people if found else 0, asker)


async def kept(session: AsyncSession, within: Within, since: date, asker: Asker, last: date | None = None) -> Seen:
    """The board since the first day of a season, or since ever, with the ranks before the `last` day if one is given:
    not of those far down, nor of whoever is new.
    """
    board = _board(within, since)
    leaders = _named(board).order_by(*_order(board)).limit(asker.top + _VACANT)
    top = standings.rank([_total(row) for row in await session.execute(leaders)])
    mine = _named(board).where(board.c.person_id == asker.person_id)
    me = next((_total(row) for row in await session.execute(mine)), None) if asker.person_id else None
    near = await _around(session, board, me, asker.around + _VACANT) if me else []
    seen = _seen(top, near, await session.scalar(select(func.count()).select_from(board)) or 0, asker)
    if last is None:
        return seen
    were = await _ranks_before(session, board, scored(within, last, last), [*seen.top, *seen.near])
    top, near = ([replace(each, was=were.get(each.total.person)) for each in part] for part in seen[:2])
    return Seen(top, near, seen.people)


def _seen(best: Sequence[Standing], near: Sequence[Standing], people: int, asker: Asker) -> Seen:
    """What is shown of the best, and of a piece of the board with the asker in it."""
    top = [each for each in best if each.total.listed][: asker.top]
    at = next((number for number, each in enumerate(near) if each.total.person == asker.person_id), None)
    if at is None:
        return Seen(top, [], people)
    above = [each for each in near[:at] if each.total.listed]
    below = [each for each in near[at + 1 :] if each.total.listed]
    return Seen(top, [*above[max(0, len(above) - asker.around) :], near[at], *below[: asker.around]], people)


def _numbered(source: CTE) -> CTE:
    """Everybody with their rank, with their place in the order of the board, and with how many there are."""
    best_first = _order(source)
    numbers = (
        func.rank().over(order_by=best_first[:-1]).label("rank"),
        func.row_number().over(order_by=best_first).label("place"),
        func.count().over().label("people"),
    )
    return select(source, *numbers).cte()


def _board(within: Within, since: date) -> Subquery:
    here: ColumnElement[bool] = Board.place_id == within.id
    if within.reach is Reach.WORKSPACE:
        here = and_(Board.workspace_id == within.id, Board.place_id.is_(None))
    board = select(Board.id).where(here, Board.since == since).scalar_subquery()
    columns = (Kept.person_id, Kept.points, Kept.right, Kept.rounds, Kept.hardness, Kept.hints)
    return select(*columns).where(Kept.board_id == board).subquery()


async def _around(session: AsyncSession, board: Subquery, me: Total, either_side: int) -> list[Standing]:
    """Somebody on a board, with those just before them and just after them."""
    above = _named(board).where(_comes_before(board, me)).order_by(*_order(board, backwards=True)).limit(either_side)
    below = _named(board).where(_comes_after(board, me)).order_by(*_order(board)).limit(either_side)
    near = [me] + [_total(row) for part in (above, below) for row in await session.execute(part)]
    first = min(near, key=standings.order)
    ranks = select(
        select(func.count()).select_from(board).where(_is_better(board, first)).scalar_subquery(),
        select(func.count()).select_from(board).where(_comes_before(board, first)).scalar_subquery(),
    )
    better, before = (await session.execute(ranks)).one()
    return standings.rank(near, better, before)


async def _ranks_before(session: AsyncSession, board: Subquery, last: CTE, shown: Sequence[Standing]) -> dict[int, int]:
    """The ranks that people had before their `last` scores, for those who had any. Nobody had more points than they
    have, so an index over these finds all who may have been better.
    """
    me, gained = board.alias(), last.alias()
    mine, theirs = _before(me, gained), _before(board, last)
    better = select(func.count()).select_from(board.outerjoin(last, last.c.person_id == board.c.person_id))
    known = board.c.rounds > func.coalesce(last.c.rounds, 0)
    more = and_(board.c.points >= mine[0], _above(theirs, mine), known)
    better = better.where(more).correlate(me, gained)
    query = select(me.c.person_id, better.scalar_subquery().label("better"))
    query = query.select_from(me.outerjoin(gained, gained.c.person_id == me.c.person_id))
    query = query.where(me.c.person_id.in_({each.total.person for each in shown if each.rank <= DEEPEST}))
    found = await session.execute(query.where(me.c.rounds > func.coalesce(gained.c.rounds, 0)))
    return {row.person_id: 1 + row.better for row in found}


def _named(source: CTE | Subquery, *more: ColumnElement[Any]) -> Select[*tuple[Any, ...]]:
    columns = (source.c[name] for name in ("points", "right", "rounds", "hardness", "hints"))
    query = select(source.c.person_id, shown_name, *columns, is_listed, *more)
    return query.join(Person, source.c.person_id == Person.id)


def _total(row: Row[*tuple[Any, ...]]) -> Total:
    return Total(*row[:8])


_Merit = Sequence[Any]
"""Columns or numbers: points, how many right, how hard those were, hints."""


def _merit(source: FromClause) -> _Merit:
    return [source.c[name] for name in ("points", "right", "hardness", "hints")]


def _before(source: FromClause, last: FromClause) -> _Merit:
    return [now - func.coalesce(gained, 0) for now, gained in zip(_merit(source), _merit(last), strict=True)]


def _above(one: _Merit, other: _Merit) -> ColumnElement[bool]:
    """Whether one ranks above the other: `bot.domain.standings.order`, for the database."""
    tied = tuple_(one[1], one[2], -one[3]) > tuple_(other[1], other[2], -other[3])
    return or_(one[0] > other[0], and_(one[0] == other[0], tied))


def _is_better(board: Subquery, than: Total) -> ColumnElement[bool]:
    merit = (than.points, than.right, than.hardness, than.hints)
    return and_(board.c.points >= than.points, _above(_merit(board), merit))


def _comes_before(board: Subquery, one: Total) -> ColumnElement[bool]:
    columns = tuple_(board.c.right, board.c.hardness, -board.c.hints, -board.c.person_id)
    tied = columns > tuple_(one.right, one.hardness, -one.hints, -one.person)
    return and_(board.c.points >= one.points, or_(board.c.points > one.points, tied))


def _comes_after(board: Subquery, one: Total) -> ColumnElement[bool]:
    columns = tuple_(board.c.right, board.c.hardness, -board.c.hints, -board.c.person_id)
    tied = columns < tuple_(one.right, one.hardness, -one.hints, -one.person)
    return and_(board.c.points <= one.points, or_(board.c.points < one.points, tied))


def _order(source: CTE | Subquery, *, backwards: bool = False) -> list[ColumnElement[int]]:
    """Best first; the last of it only to have an order among equals."""
    most, least = (source.c.points, source.c.right, source.c.hardness), (source.c.hints, source.c.person_id)
    if backwards:
        return [*(column.asc() for column in most), *(column.desc() for column in least)]
    return [*(column.desc() for column in most), *(column.asc() for column in least)]
