"""Boards of teams: what each adds up to, of how many contributors, beside what people have there on average.

All of it is one statement. A season's and all time's reads what is kept for teams (`bot.store.standings`), a day's and
a week's the log of scores. Present members who are active count as well, with nothing: see `bot.domain.teams`.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from typing import Any, NamedTuple

from sqlalchemy import CTE, ColumnElement, ScalarSelect, Select, and_, case, func, literal, or_, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.rounds import RoundState
from bot.domain.standings import Reach
from bot.domain.teams import ACTIVE_DAYS, TeamTotal, mean
from bot.store.boards import Within
from bot.store.columns import UTCDateTime
from bot.store.models import Board, Leave, Member, Person, Place, Round, Score, Standing, Team, TeamStanding
from bot.store.names import shown_name

_LONGEST = timedelta(weeks=10)  # further back than this no day is one of the last ten with a question
_ASKED = (RoundState.CLOSED, RoundState.REVEALED)

_Rows = Select[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Counting:
    """What a board of teams counts: the days `since` one until another; kept for ever, or from the log. `last` is the
    day of its last question, `today` that on which it is looked at.
    """

    within: Within
    since: date
    until: date
    is_kept: bool
    last: date
    today: date


class Contributor(NamedTuple):
    """Somebody who counts for a team, with what they scored for it. `present`: they are still in it."""

    person: int
    name: str
    points: int
    present: bool


@dataclass(frozen=True, slots=True)
class Seen:
    """Every team with anybody in it and on the board, and what all people there have on average: so many points of so
    many people. `full` counts the contributors who answered as many questions as were `asked`.
    """

    totals: list[TeamTotal]
    points: int
    people: int
    full: int = 0

    @property
    def mean(self) -> Fraction:
        """What people have on average."""
        return mean(self.points, self.people)


async def seen(session: AsyncSession, counting: Counting, asked: int = 0) -> Seen:
    """The board, as it stands."""
    people, lately = _contributors(counting), _lately(counting)
    points, number = _everybody(counting)
    full = func.sum(case((people.c.rounds >= asked, 1), else_=0))
    query = (
        select(Team.id, Team.name, func.sum(people.c.points), func.count(), func.coalesce(lately.c.people, 0))
        .add_columns(full, points, number)
        .join_from(people, Team, people.c.team_id == Team.id)
        .outerjoin(lately, lately.c.team_id == Team.id)
        .where(select(Member.person_id).where(Member.team_id == Team.id).exists())
        .group_by(Team.id, Team.name, lately.c.people)
    )
    rows = (await session.execute(query)).all()
    totals = [TeamTotal(team, name, int(sums), *numbers) for team, name, sums, *numbers in (row[:5] for row in rows)]
    if not rows:
        return Seen([], 0, 0)
    return Seen(totals, int(rows[0][6] or 0), rows[0][7], sum(int(row[5]) for row in rows))


async def contributors(session: AsyncSession, counting: Counting, team_id: int) -> list[Contributor]:
    """Everybody who counts for a team, the most points first."""
    people = _contributors(counting, team_id)
    query = select(people.c.person_id, shown_name, people.c.points, Member.team_id)
    query = query.join_from(people, Person, people.c.person_id == Person.id)
    query = query.outerjoin(Member, and_(Member.person_id == Person.id, Member.team_id == team_id))
    query = query.order_by(people.c.points.desc(), Person.id)
    return [
        Contributor(person, name, int(points), present is not None)
        for person, name, points, present in await session.execute(query)
    ]


def _contributors(counting: Counting, team_id: int | None = None) -> CTE:
    """What all scored for each team, with the present members who are active: `team_id person_id points rounds`."""
    rows = union_all(_scored(counting, team_id), _active(counting, team_id)).subquery()
    sums = (func.sum(rows.c[name]).label(name) for name in ("points", "rounds"))
    return select(rows.c.team_id, rows.c.person_id, *sums).group_by(rows.c.team_id, rows.c.person_id).cte()


def _scored(counting: Counting, team_id: int | None) -> _Rows:
    if counting.is_kept:
        columns = (TeamStanding.team_id, TeamStanding.person_id, TeamStanding.points, TeamStanding.rounds)
        query = select(*columns).where(TeamStanding.board_id == _board(counting))
        return query if team_id is None else query.where(TeamStanding.team_id == team_id)
    query = _log(counting, Score.team_id, Score.person_id, Score.points, literal(1).label("rounds"))
    return query.where(Score.team_id.is_not(None) if team_id is None else Score.team_id == team_id)


def _active(counting: Counting, team_id: int | None) -> _Rows:
    """Present members who answered on one of the last days with a question, or joined within them, and are here. Where
    there have been few such days, whoever joined before the first of them counts as well.
    """
    days = (
        select(Round.day, func.min(Round.due_at).label("at"))
        .where(_here(counting), Round.state.in_(_ASKED))
        .where(Round.day.between(counting.last - _LONGEST, counting.last))
        .group_by(Round.day)
        .order_by(Round.day.desc())
        .limit(ACTIVE_DAYS)
        .cte()
    )
    answered = select(Score.person_id).join(Round, Score.round_id == Round.id).where(_here(counting))
    answered = answered.where(Round.day.between(select(func.min(days.c.day)).scalar_subquery(), counting.last))
    oldest = literal(datetime.combine(counting.last - _LONGEST, time.min, UTC), UTCDateTime())
    began = select(case((func.count() >= ACTIVE_DAYS, func.min(days.c.at)), else_=oldest)).select_from(days)
    lately = Member.joined_at >= began.scalar_subquery()
    away = select(Leave.person_id).where(Leave.person_id == Member.person_id, Leave.day == counting.today)
    nothing = (literal(0).label("points"), literal(0).label("rounds"))
    query = select(Member.team_id, Member.person_id, *nothing).join(Team, Member.team_id == Team.id)
    query = query.where(Team.workspace_id == _workspace(counting), ~away.exists())
    query = query.where(or_(lately, Member.person_id.in_(answered)))
    return query if team_id is None else query.where(Team.id == team_id)


def _lately(counting: Counting) -> CTE:
    """How many people answered the last question for each team."""
    query = select(Score.team_id, func.count(func.distinct(Score.person_id)).label("people"))
    query = query.join(Round, Score.round_id == Round.id).where(_here(counting), Round.day == counting.last)
    return query.where(Score.team_id.is_not(None)).group_by(Score.team_id).cte()


def _everybody(counting: Counting) -> tuple[ScalarSelect[Any], ScalarSelect[Any]]:
    """The points of all people on the board, in teams or not, and how many they are."""
    if counting.is_kept:
        queries = (select(what).where(Standing.board_id == _board(counting)) for what in _sums(Standing))
    else:
        queries = (_log(counting, what) for what in _sums(Score))
    points, number = (query.scalar_subquery() for query in queries)
    return points, number


def _sums(table: type[Standing | Score]) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    return func.sum(table.points), func.count(func.distinct(table.person_id))


def _log(counting: Counting, *columns: Any) -> _Rows:
    query = select(*columns).join_from(Score, Round, Score.round_id == Round.id)
    return query.where(_here(counting), Round.day.between(counting.since, counting.until))


def _here(counting: Counting) -> ColumnElement[bool]:
    """Whether a round counts, by its place."""
    if counting.within.reach is Reach.HERE:
        return Round.place_id == counting.within.id
    return Round.place_id.in_(select(Place.id).where(Place.workspace_id == counting.within.id))


def _workspace(counting: Counting) -> ScalarSelect[int] | int:
    if counting.within.reach is Reach.WORKSPACE:
        return counting.within.id
    return select(Place.workspace_id).where(Place.id == counting.within.id).scalar_subquery()


def _board(counting: Counting) -> ScalarSelect[int]:
    here: ColumnElement[bool] = Board.place_id == counting.within.id
    if counting.within.reach is Reach.WORKSPACE:
        here = and_(Board.workspace_id == counting.within.id, Board.place_id.is_(None))
    return select(Board.id).where(here, Board.since == counting.since).scalar_subquery()
