"""Boards: who leads, where one person stands, who is around them and how far everybody moved.

A board of a week, a season or all time reads what is kept for it (`bot.store.standings`), one of any other days adds
the log of scores up. A rank is one more than the number of those above: of what is kept an index counts them, however
many people there are. Statements are built once, as that takes longer than to run them; their parameters are named.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    CTE,
    ColumnElement,
    Integer,
    Row,
    ScalarSelect,
    Select,
    and_,
    bindparam,
    case,
    func,
    literal_column,
    select,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain import standings
from bot.domain.grading import Verdict
from bot.domain.standings import Reach, Standing, Total
from bot.store.links import standing_for
from bot.store.merit import MERIT, NAMES, Columns, comes_after, comes_before, in_order
from bot.store.models import Board, BoardSum, Person, Place, Round, Score, Workspace
from bot.store.models import Standing as Kept
from bot.store.names import is_listed, shown_name

_VACANT = 10  # so many more are looked up as may have been forgotten
DEEPEST = 1_000  # the rank up to which a kept board says how far somebody moved: it would take long further down
_TOP, _NEAR = 0, 1


class Beyond(StrEnum):
    """What a board counts that reaches beyond a workspace."""

    HOUSE = "house"


Whose = Reach | Beyond


class Within(NamedTuple):
    """Whose rounds a board counts: by its row, a place's, a whole workspace's or a house's. On a board of a house
    stands one person for each player: the asker, too, is to be named so.
    """

    reach: Whose
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


class Latest(NamedTuple):
    """The last of some days on which anything was scored, how many people scored then, and the row of the board that is
    kept for these days, if one is.
    """

    day: date
    people: int
    board: int | None


async def latest(session: AsyncSession, within: Within, since: date, until: date) -> Latest | None:
    """When the last question of some days was scored; `None` where none was."""
    given = {"within": within.id, "since": since, "until": until}
    day, board, people = (await session.execute(_latest(within.reach, with_people=True), given)).one()
    return Latest(day, people, board) if day else None


async def last_day(session: AsyncSession, within: Within, since: date, until: date) -> tuple[date, int | None] | None:
    """The same without how many people that was: the day, and the row of the board."""
    given = {"within": within.id, "since": since, "until": until}
    day, board = (await session.execute(_latest(within.reach, with_people=False), given)).one()
    return (day, board) if day else None


async def of_days(session: AsyncSession, within: Within, since: date, until: date, asker: Asker) -> Seen:
    """The board of some days, from the log."""
    given = {"within": within.id, "since": since, "until": until}
    return await _read(session, within.reach, given, asker)


async def find(session: AsyncSession, within: Within, since: date, until: date) -> int | None:
    """The row of the board of a week, a season or all time."""
    given = {"within": within.id, "since": since, "until": until}
    return await session.scalar(select(board_of(within.reach)), given)


async def kept(
    session: AsyncSession, board: int | None, within: Within, asker: Asker, last: date | None = None
) -> Seen:
    """A board that is kept, with the ranks before the `last` day if one is given: not of those far down, nor of whoever
    is new. One that has no row has nobody on it.
    """
    if board is None:
        return Seen([], [], 0)
    seen = await _read(session, None, {"board": board}, asker)
    people = [each.total.person for each in {*seen.top, *seen.near} if each.rank <= DEEPEST]
    if last is None or not people:
        return seen
    given = {"within": within.id, "since": last, "until": last, "board": board, "people": people}
    were = {row.person_id: row.rank for row in await session.execute(_ranks_before(within.reach), given)}
    top, near = ([replace(each, was=were.get(each.total.person)) for each in those] for those in seen[:2])
    return Seen(top, near, seen.people)


async def _read(session: AsyncSession, of: Whose | None, given: dict[str, Any], asker: Asker) -> Seen:
    query = _parts(of, asker.top + _VACANT, asker.around + _VACANT)
    rows = (await session.execute(query, {"person": asker.person_id, **given})).all()
    if not rows:
        return Seen([], [], 0)
    best = standings.rank([_total(row) for row in rows if row.part == _TOP])
    top = [each for each in best if each.total.listed][: asker.top]
    first = rows[0]
    near = standings.rank([_total(row) for row in rows if row.part == _NEAR], first.before - first.equal, first.before)
    return Seen(top, _around(near, asker), first.people)


def _around(near: Sequence[Standing], asker: Asker) -> list[Standing]:
    """Of a piece of a board with the asker in it, those who are shown."""
    at = next((number for number, each in enumerate(near) if each.total.person == asker.person_id), None)
    if at is None:
        return []
    above = [each for each in near[:at] if each.total.listed]
    below = [each for each in near[at + 1 :] if each.total.listed]
    return [*above[max(0, len(above) - asker.around) :], near[at], *below[: asker.around]]


def _total(row: Row[*tuple[Any, ...]]) -> Total:
    return Total(*row[:8])


def counts(reach: Whose) -> ColumnElement[bool]:
    """Whether a round counts, by its place: `:within`."""
    within = bindparam("within", type_=Integer)
    return Round.place_id == within if reach is Reach.HERE else Round.place_id.in_(select(Place.id).where(_has(reach)))


def _has(reach: Whose) -> ColumnElement[bool]:
    """Whether a place is one of `:within`, which is not a place itself."""
    within = bindparam("within", type_=Integer)
    if reach is Beyond.HOUSE:
        return Place.workspace_id.in_(select(Workspace.id).where(Workspace.house_id == within))
    return Place.workspace_id == within


def days() -> ColumnElement[bool]:
    """Whether a round is of one of the days `:since` one `:until` another."""
    return Round.day.between(bindparam("since"), bindparam("until"))


def board_of(reach: Whose) -> ScalarSelect[int]:
    """The row of the board that is kept for `:within` and the days from `:since` to `:until`."""
    within = bindparam("within", type_=Integer)
    here: ColumnElement[bool] = Board.place_id == within
    if reach is Reach.WORKSPACE:
        here = and_(Board.workspace_id == within, Board.place_id.is_(None))
    elif reach is Beyond.HOUSE:
        here = Board.house_id == within
    spans = (Board.since == bindparam("since"), Board.until == bindparam("until"))
    return select(Board.id).where(here, *spans).scalar_subquery()


@cache
def _latest(reach: Whose, *, with_people: bool) -> Select[*tuple[Any, ...]]:
    day = select(Round.day).where(Round.place_id == Place.id, days())
    day = day.where(select(Score.round_id).where(Score.round_id == Round.id).exists()).order_by(Round.day.desc())
    within = bindparam("within", type_=Integer)
    here = Place.id == within if reach is Reach.HERE else _has(reach)
    last = select(func.max(day.limit(1).scalar_subquery()).label("day")).select_from(Place).where(here).cte()
    query = select(last.c.day, board_of(reach))
    if not with_people:
        return query
    scored, who = _people(reach)
    then = scored.with_only_columns(func.count(func.distinct(who)))
    then = then.where(counts(reach), Round.day == select(last.c.day).scalar_subquery())
    return query.add_columns(then.scalar_subquery())


def _scored(reach: Whose) -> CTE:
    """What everybody adds up to within some days, from the log."""
    right = Score.verdict == Verdict.RIGHT
    sums = (
        *(func.sum(Score.points), func.sum(case((right, 1), else_=0)), func.count()),
        *(func.sum(case((right, Round.level), else_=0)), func.sum(case((Score.hinted, 1), else_=0))),
    )
    named = (each.label(name) for name, each in zip(NAMES[1:], sums, strict=True))
    scored, who = _people(reach)
    query = scored.with_only_columns(who.label("person_id"), *named)
    return query.where(counts(reach), days()).group_by(who).cte()


def _people(reach: Whose) -> tuple[Select[*tuple[Any, ...]], ColumnElement[int]]:
    """Scores with their rounds, and who has them on a board."""
    query = select(Score.person_id).join(Round, Score.round_id == Round.id)
    if reach is not Beyond.HOUSE:
        return query, query.selected_columns.person_id
    who, stands = standing_for(bindparam("within", type_=Integer))
    query = query.join(Person, Score.person_id == Person.id).outerjoin(who, who.c.player_id == Person.player_id)
    return query, stands


@cache
def _parts(reach: Whose | None, most: int, either_side: int) -> Select[*tuple[Any, ...]]:
    """So many of the best, and `:person` with so many just before and just after them; beside each how many come before
    the first of the latter, how many of these are equal to it, and how many there are. Of the log, or of a `:board`
    that is kept. PostgreSQL keeps no plan for a limit that it does not know: they are no parameters.
    """
    of: Columns = Kept if reach is None else _scored(reach).c
    which = (Kept.board_id == bindparam("board"),) if reach is None else ()
    everybody = select(*(getattr(of, name).label(name) for name in NAMES)).where(*which)
    me = everybody.where(of.person_id == bindparam("person", type_=Integer)).cte("me")
    mine = _scalars(me)
    few, best, one = _literal(either_side), _literal(most), _literal(1)
    above = everybody.where(comes_before(of, mine)).order_by(*in_order(of, backwards=True)).limit(few)
    below = everybody.where(comes_after(of, mine)).order_by(*in_order(of)).limit(few)
    near = union_all(select(above.subquery("above")), select(me), select(below.subquery("below"))).cte("near")
    first = _scalars(select(near).order_by(*in_order(near.c)).limit(one).cte("first"))
    top = select(everybody.order_by(*in_order(of)).limit(best).subquery("best"), _literal(_TOP).label("part"))
    shown = union_all(top, select(near, _literal(_NEAR).label("part"))).cte("shown")
    number = select(func.count(of.person_id)).where(*which)
    people = select(BoardSum.people).where(BoardSum.board_id == bindparam("board")) if reach is None else number
    equal = (*(getattr(of, name) == first[name] for name in MERIT), of.person_id < first["person_id"])
    totals = (shown.c[name] for name in NAMES[1:])
    return select(
        *(shown.c.person_id, shown_name, *totals, is_listed, shown.c.part),
        number.where(comes_before(of, first)).scalar_subquery().label("before"),
        number.where(*equal).scalar_subquery().label("equal"),
        func.coalesce(people.scalar_subquery(), 0).label("people"),
    ).join(Person, shown.c.person_id == Person.id)


@cache
def _ranks_before(reach: Whose) -> Select[*tuple[Any, ...]]:
    """The ranks that `:people` of a `:board` had before what they scored on some last days, for those who had any.
    Nobody had more points than they have, so an index over these finds all who may have been better.
    """
    last = _scored(reach)
    then = {name: getattr(Kept, name) - func.coalesce(last.c[name], 0) for name in (*MERIT, "rounds")}
    known = select(Kept.person_id, *(column.label(name) for name, column in then.items()))
    known = known.select_from(Kept).outerjoin(last, last.c.person_id == Kept.person_id)
    known = known.where(Kept.board_id == bindparam("board"), then["rounds"] > 0)
    people = bindparam("people", type_=Integer, expanding=True)
    floor = known.with_only_columns(func.min(then["points"])).where(Kept.person_id.in_(people)).scalar_subquery()
    before = known.where(Kept.points >= floor).subquery()
    rank = func.rank().over(order_by=in_order(before.c)[:-1]).label("rank")
    ranks = select(before.c.person_id, rank).subquery()
    return select(ranks.c.person_id, ranks.c.rank).where(ranks.c.person_id.in_(people))


def _literal(number: int) -> ColumnElement[int]:
    return literal_column(f"{number}")


def _scalars(one: CTE) -> dict[str, ScalarSelect[Any]]:
    return {name: select(one.c[name]).scalar_subquery() for name in NAMES}
