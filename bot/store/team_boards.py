"""Boards of teams: what each adds up to, of how many contributors, beside what people have there on average.

A week's, a season's and all time's reads what is kept for teams (`bot.store.standings`), a day's the log of scores.
Present members who are active count as well, with nothing: see `bot.domain.teams`. Who has scored for a team within the
days of its board has done so since the first of them, and what is kept of all time says when each did so last: so the
others are found without looking anybody up who counts anyway.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    CTE,
    BindParameter,
    ColumnElement,
    Date,
    FromClause,
    Integer,
    ScalarSelect,
    Select,
    and_,
    bindparam,
    func,
    literal_column,
    or_,
    select,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from bot.domain.rounds import RoundState
from bot.domain.standings import Reach
from bot.domain.teams import ACTIVE_DAYS, TeamTotal, mean
from bot.store import boards
from bot.store.boards import Whose, Within
from bot.store.models import BoardSum, Leave, Member, Person, Place, Round, Score, Team, TeamStanding, TeamSum
from bot.store.names import shown_name

_LONGEST = timedelta(weeks=10)  # further back than this no day is one of the last ten with a question
_NOT_ASKED = tuple(state for state in RoundState if state not in (RoundState.CLOSED, RoundState.REVEALED))

_Rows = Select[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Counting:
    """What a board of teams counts: the scores of the days `since` one until another, which are those of `board`, or of
    the log where none is kept for them. `last` is the day of its last question, `today` that on which it is looked at.

    `lifelong` is the board of all time. Active is who has scored since the day `active_from`, or joined since
    `joined_from`.
    """

    within: Within
    since: date
    until: date
    board: int | None
    last: date
    today: date
    lifelong: int
    active_from: date
    joined_from: datetime


async def counting(
    session: AsyncSession, within: Within, since: date, until: date, today: date, *, only_last: bool = False
) -> Counting | None:
    """What a board of some days counts, or of the last of them on which anything was scored; `None` where nothing was.

    Where there have been few days with a question, whoever joined before the first of them is active as well.
    """
    latest = await boards.last_day(session, within, since, until)
    if latest is None:
        return None
    day, board = latest
    longest = day - _LONGEST
    given = {"within": within.id, "first": longest, "last": day, "since": date.min, "until": date.max}
    asked, first, began, lifelong = (await session.execute(_last_days(within.reach), given)).one()
    if asked < ACTIVE_DAYS:
        began = datetime.combine(longest, time.min, UTC)
    if only_last:
        since, until, board = day, day, None
    return Counting(within, since, until, board, day, today, lifelong, first, began)


@cache
def _last_days(reach: Whose) -> _Rows:
    """Of the last days with a question: how many there are, the first of them, since when one was asked; and the board
    of all time.
    """
    days = select(Round.day, func.min(Round.due_at).label("at"))
    days = days.where(boards.counts(reach), Round.state.not_in(_NOT_ASKED))  # by an index of places, not one of states
    days = days.where(Round.day.between(bindparam("first"), bindparam("last"))).group_by(Round.day)
    those = days.order_by(Round.day.desc()).limit(ACTIVE_DAYS).subquery()
    return select(func.count(), func.min(those.c.day), func.min(those.c.at), boards.board_of(reach)).select_from(those)


class Contributor(NamedTuple):
    """Somebody who counts for a team, with what they scored for it. `present`: they are still in it."""

    person: int
    name: str
    points: int
    present: bool


@dataclass(frozen=True, slots=True)
class Seen:
    """Every team with anybody in it and on the board, and what all people there have on average: so many points of so
    many people.
    """

    totals: list[TeamTotal]
    points: int
    people: int

    @property
    def mean(self) -> Fraction:
        """What people have on average."""
        return mean(self.points, self.people)


async def seen(session: AsyncSession, counting: Counting) -> Seen:
    """The board, as it stands. A board of days that are over counts nobody as active who has only scored since."""
    query = _board(counting.within.reach, is_kept=counting.board is not None)
    rows = (await session.execute(query, _given(counting))).all()
    if not rows:
        return Seen([], 0, 0)
    # PostgreSQL's sums of sums are decimals.
    totals = [TeamTotal(team, name, *map(int, numbers[:3])) for team, name, *numbers in rows]
    return Seen(totals, *map(int, rows[0][5:]))


async def steady(session: AsyncSession, counting: Counting, asked: int) -> int:
    """How many people answered as many questions as were asked, all of them for one team that still has people."""
    there = select(Member.person_id).where(Member.team_id == Score.team_id).exists()
    each = select(Score.person_id).join(Round, Score.round_id == Round.id).where(there)
    each = each.where(boards.counts(counting.within.reach), boards.days())
    each = each.group_by(Score.team_id, Score.person_id).having(func.count() >= asked)
    return await session.scalar(select(func.count()).select_from(each.subquery()), _given(counting)) or 0


async def contributors(session: AsyncSession, counting: Counting, team_id: int) -> list[Contributor]:
    """Everybody who counts for a team, the most points first."""
    query = _contributors(counting.within.reach, is_kept=counting.board is not None)
    return [
        Contributor(person, name, int(points), present is not None)
        for person, name, points, present in await session.execute(query, {**_given(counting), "team": team_id})
    ]


def _given(counting: Counting) -> dict[str, Any]:
    """The parameters of the statements."""
    given = {"within": counting.within.id, "since": counting.since, "until": counting.until, "board": counting.board}
    given |= {"last": counting.last, "today": counting.today, "lifelong": counting.lifelong}
    return {**given, "active_from": counting.active_from, "joined_from": counting.joined_from}


@cache
def _board(reach: Whose, *, is_kept: bool) -> _Rows:
    """Every team: its number and name, its points, people and people lately; and the points of everybody, and how many
    they are.
    """
    log = None if is_kept else _log(reach)
    sums, others, everybody = _sums(log), _others(reach), _everybody(log)
    people = func.coalesce(sums.c.people, 0) + func.coalesce(others.c.people, 0)
    return (
        select(Team.id, Team.name, func.coalesce(sums.c.points, 0), people, func.coalesce(others.c.lately, 0))
        .add_columns(*(func.coalesce(select(column).scalar_subquery(), 0) for column in everybody.c))
        .select_from(Team)
        .outerjoin(sums, sums.c.team_id == Team.id)
        .outerjoin(others, others.c.team_id == Team.id)
        .where(Team.workspace_id == _workspace(reach), people > 0)
        .where(select(Member.person_id).where(Member.team_id == Team.id).exists())
    )


@cache
def _contributors(reach: Whose, *, is_kept: bool) -> _Rows:
    """What all scored for a `:team`, with the present members who are active, the most points first."""
    team = bindparam("team", type_=Integer)
    if is_kept:
        scored: _Rows = select(TeamStanding.person_id, TeamStanding.points)
        scored = scored.where(TeamStanding.board_id == bindparam("board"), TeamStanding.team_id == team)
    else:
        log = _log(reach)
        scored = select(log.c.person_id, log.c.points).where(log.c.team_id == team)
    nothing: ColumnElement[int] = literal_column("0").label("points")
    played = _played().where(TeamStanding.team_id == team).add_columns(nothing)
    joined = _joined(reach).where(Member.team_id == team).add_columns(nothing)
    rows = union_all(scored, played, joined).subquery()
    people = select(rows.c.person_id, func.sum(rows.c.points).label("points")).group_by(rows.c.person_id).cte()
    query = select(people.c.person_id, shown_name, people.c.points, Member.team_id)
    query = query.join_from(people, Person, people.c.person_id == Person.id)
    query = query.outerjoin(Member, and_(Member.person_id == Person.id, Member.team_id == team))
    return query.order_by(people.c.points.desc(), Person.id)


def _log(reach: Whose) -> CTE:
    """What was scored within the days of a board, for each team or for none: `team_id person_id points`."""
    query = select(Score.team_id, Score.person_id, Score.points).join(Round, Score.round_id == Round.id)
    return query.where(boards.counts(reach), boards.days()).cte()


def _sums(log: CTE | None) -> FromClause:
    """What was scored for each team, and by how many: `team_id points people`."""
    if log is None:
        kept = select(TeamSum.team_id, TeamSum.points, TeamSum.people)
        return kept.where(TeamSum.board_id == bindparam("board")).subquery()
    people = func.count(func.distinct(log.c.person_id)).label("people")
    query = select(log.c.team_id, func.sum(log.c.points).label("points"), people)
    return query.where(log.c.team_id.is_not(None)).group_by(log.c.team_id).cte()


def _others(reach: Whose) -> CTE:
    """How many present members of each team are active without having scored for it on the board; and how many people
    answered the last question for it: `team_id people lately`.
    """
    since, last = bindparam("since", type_=Date), bindparam("last", type_=Date)
    none: ColumnElement[int] = literal_column("0")
    some = func.count().label("people"), none.label("lately")
    idle = (
        _played().where(TeamStanding.last < since).with_only_columns(TeamStanding.team_id, *some),
        _joined(reach).where(_not_since(since)).with_only_columns(Member.team_id, *some),
    )
    lately = select(TeamStanding.team_id, none, func.count()).where(TeamStanding.board_id == _lifelong())
    lately = lately.where(TeamStanding.last == last).group_by(TeamStanding.team_id)
    idle = idle[0].group_by(TeamStanding.team_id), idle[1].group_by(Member.team_id)
    rows = union_all(*idle, lately).subquery().c
    sums = (func.sum(rows.people).label("people"), func.sum(rows.lately).label("lately"))
    return select(rows.team_id, *sums).group_by(rows.team_id).cte()


def _played() -> _Rows:
    """Present members who scored for their team on one of the last days with a question. Who scored for another team
    meanwhile has joined this one since.
    """
    played = select(TeamStanding.person_id).where(TeamStanding.board_id == _lifelong(), TeamStanding.present)
    return played.where(TeamStanding.last >= bindparam("active_from", type_=Date), _not_away(TeamStanding.person_id))


def _joined(reach: Whose) -> _Rows:
    """Who joined within the last days with a question, and has scored on none of them for the team."""
    theirs = (Member.person_id == TeamStanding.person_id, Member.team_id == TeamStanding.team_id)
    joined = select(Member.person_id)
    joined = joined.outerjoin_from(Member, TeamStanding, and_(*theirs, TeamStanding.board_id == _lifelong()))
    joined = joined.where(Member.team_id.in_(select(Team.id).where(Team.workspace_id == _workspace(reach))))
    joined = joined.where(Member.joined_at >= bindparam("joined_from"), _not_away(Member.person_id))
    return joined.where(_not_since(bindparam("active_from", type_=Date)))


def _not_since(day: BindParameter[date]) -> ColumnElement[bool]:
    return or_(TeamStanding.last.is_(None), TeamStanding.last < day)


def _not_away(person_id: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """Whether a member is not on leave. Whoever is today is looked up once, not for each member."""
    return person_id.not_in(select(Leave.person_id).where(Leave.day == bindparam("today")))


def _lifelong() -> BindParameter[int]:
    return bindparam("lifelong", type_=Integer)


def _everybody(log: CTE | None) -> CTE:
    """The points of all people on the board, in teams or not, and how many they are."""
    if log is not None:
        return select(func.sum(log.c.points).label("points"), func.count(func.distinct(log.c.person_id))).cte()
    return select(BoardSum.points, BoardSum.people).where(BoardSum.board_id == bindparam("board")).cte()


def _workspace(reach: Whose) -> ScalarSelect[int] | BindParameter[int]:
    within = bindparam("within", type_=Integer)
    if reach is Reach.WORKSPACE:
        return within
    return select(Place.workspace_id).where(Place.id == within).scalar_subquery()
