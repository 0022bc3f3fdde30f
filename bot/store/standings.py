"""Standings: what everybody adds up to in a week, a season and of all time, for themselves and for the teams that they
were in, kept in the transaction that fixes the points.

There is a board for each place and for each workspace, of all time, of each season in which anything was scored, and of
the latest week with the one before, a round of which may close in this. A new board is counted from the log. Boards are
locked, in the order of their ids, before a row of theirs is written: rounds that close at the same moment in one
workspace take turns, and whoever recounts sees all of a round or nothing of it.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, delete, func, insert, literal, null, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from bot.domain.grading import Verdict
from bot.domain.standings import season_of, week_of
from bot.store.models import Board, Place, Round, Score, Standing, Team, TeamStanding, TeamSum
from bot.store.once import add_up, insert_new

SUMS = ("points", "right", "rounds", "hardness", "hints")
_RIGHT = Score.verdict == Verdict.RIGHT
_WORTH: tuple[ColumnElement[int] | InstrumentedAttribute[int], ...] = (
    Score.points,
    case((_RIGHT, 1), else_=0),
    literal(1),
    case((_RIGHT, Round.level), else_=0),
    case((Score.hinted, 1), else_=0),
)
"""What a score adds to each of `SUMS`."""
_TEAM_SUMS = SUMS[:3]
_LAST = case((Board.since == date.min, Round.day), else_=null()).label("last")
_WEEK = timedelta(weeks=1)
_Kept = type[Standing] | type[TeamStanding] | type[TeamSum]


async def add_round(session: AsyncSession, this: Round) -> None:
    """Add the scores of a round to the boards that it counts on."""
    await session.flush()
    home = await session.scalar(select(Place.workspace_id).where(Place.id == this.place_id)) or 0
    made = await _make_boards(session, home, {this.place_id: {this.day}})
    await _count(session, this, 1, besides=made)
    if made:
        await _add_recounted(session, made)
        await _drop_old_weeks(session, home)


async def take_off(session: AsyncSession, this: Round, choices: Collection[str]) -> None:
    """Take the scores of some answers in a round off its boards, before they are made anew and put back: nobody else
    sees a board in between, for it stays locked. Whoever is left with no round is on it no more.
    """
    boards = await _count(session, this, -1, Score.choice.in_(choices))
    here = select(Score.person_id).where(Score.round_id == this.id)
    for table in (Standing, TeamStanding):
        gone = delete(table).where(table.board_id.in_(boards), table.rounds == 0, table.person_id.in_(here))
        await session.execute(gone.execution_options(synchronize_session=False))


async def put_back(session: AsyncSession, this: Round, choices: Collection[str]) -> None:
    """Add the scores of some answers in a round to the boards that it counts on."""
    boards = await _count(session, this, 1, Score.choice.in_(choices))
    await _look_back(session, this, boards)
    await _mend(session, boards, TeamSum, _summed(boards))


async def _count(
    session: AsyncSession, this: Round, times: int, *which: ColumnElement[bool], besides: Collection[int] = ()
) -> Sequence[int]:
    """Add scores of a round to its boards so many times, `besides` some of them; which boards those are."""
    await session.flush()
    home = select(Place.workspace_id).where(Place.id == this.place_id).scalar_subquery()
    counting = (Board.workspace_id == home, this.day >= Board.since, this.day <= Board.until)
    boards = await _lock(session, *counting, or_(Board.place_id == this.place_id, Board.place_id.is_(None)))
    boards = [each for each in boards if each not in besides]
    worth = [(column * times).label(name) for name, column in zip(SUMS, _WORTH, strict=True)]
    rows = select(Board.id.label("board_id"), Score.person_id, *worth).join_from(Score, Round)
    rows = rows.join(Board, Board.id.in_(boards)).where(Score.round_id == this.id, *which)
    await add_up(session, Standing, rows, *SUMS)
    of_teams = rows.where(Score.team_id.is_not(None)).with_only_columns(
        *(Board.id.label("board_id"), Score.team_id, Score.person_id, *worth[: len(_TEAM_SUMS)], _LAST)
    )
    if times > 0:
        await add_up(session, TeamSum, _gained(of_teams), "points", "people")
    await add_up(session, TeamStanding, of_teams, *_TEAM_SUMS, latest="last")
    return boards


def _gained(of_teams: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """What teams get by scores that are not yet counted, and how many people they are who are new on a board."""
    known = select(TeamStanding.person_id).where(TeamStanding.board_id == Board.id)
    known = known.where(TeamStanding.team_id == Score.team_id, TeamStanding.person_id == Score.person_id)
    people = func.sum(case((known.exists(), 0), else_=1)).label("people")
    points = func.sum(Score.points).label("points")
    sums = of_teams.with_only_columns(Board.id.label("board_id"), Score.team_id, points, people)
    return sums.group_by(Board.id, Score.team_id)


async def _look_back(session: AsyncSession, this: Round, boards: Sequence[int]) -> None:
    """Find out when people last scored for their teams of whom a round, just graded anew, has no score any more."""
    before = select(func.max(Round.day)).join_from(Board, Place, _ITS_PLACES)
    before = before.join(Round, and_(Round.place_id == Place.id, Round.day.between(Board.since, Board.until)))
    before = before.join(Score, Score.round_id == Round.id).where(Board.id == TeamStanding.board_id)
    before = before.where(Score.person_id == TeamStanding.person_id, Score.team_id == TeamStanding.team_id)
    here = select(Score.person_id).where(Score.round_id == this.id, Score.person_id == TeamStanding.person_id)
    here = here.where(Score.team_id == TeamStanding.team_id)
    stale = update(TeamStanding).where(TeamStanding.board_id.in_(boards), TeamStanding.last == this.day)  # of all time
    stale = stale.where(~here.exists()).values(last=before.scalar_subquery())
    await session.execute(stale.execution_options(synchronize_session=False))


async def recount(session: AsyncSession, workspace_id: int) -> int:
    """Make the standings of a workspace what its scores add up to; how many of them were not."""
    scored = select(Round.place_id, Round.day).join(Place).where(Place.workspace_id == workspace_id)
    scored = scored.where(select(Score).where(Score.round_id == Round.id).exists()).order_by(Round.place_id)
    days: dict[int, set[date]] = {}
    for place_id, day in await session.execute(scored):
        days.setdefault(place_id, set()).add(day)
    await _make_boards(session, workspace_id, days)
    await _lock_teams(session, workspace_id)
    await _lock(session, Board.workspace_id == workspace_id)
    await _drop_old_weeks(session, workspace_id)
    boards = await _lock(session, Board.workspace_id == workspace_id)
    of_people, of_teams = _recounted(boards)
    wrong = await _mend(session, boards, Standing, of_people) + await _mend(session, boards, TeamStanding, of_teams)
    return wrong + await _mend(session, boards, TeamSum, _summed(boards))


async def _lock_teams(session: AsyncSession, workspace_id: int) -> None:
    """Let no team of a workspace go until this transaction ends. Teams are locked before boards, as by a close."""
    teams = select(Team.id).where(Team.workspace_id == workspace_id).order_by(Team.id)
    await session.execute(teams.with_for_update(read=True, key_share=True))


async def _mend(session: AsyncSession, boards: Sequence[int], table: _Kept, right: Select[*tuple[Any, ...]]) -> int:
    """Make what is kept in a table for some boards what is `right`; how many of its rows were not."""
    columns = table.__table__.c
    if not await session.scalar(select(select(table.board_id).where(table.board_id.in_(boards)).exists())):
        return await _insert(session, table, right)
    keys = [column.name for column in table.__table__.primary_key]
    there = select(*(columns[each.name] for each in right.selected_columns)).where(columns.board_id.in_(boards))
    right, in_order = right.order_by(None), right
    off = there.except_(right).subquery(), right.except_(there).subquery()
    rows = [select(*(each.c[name] for name in keys)) for each in off]
    number = await session.scalar(select(func.count()).select_from(rows[0].union(rows[1]).subquery())) or 0
    if number:
        await session.execute(delete(table).where(columns.board_id.in_(boards)))
        await _insert(session, table, in_order)
    return number


async def _add_recounted(session: AsyncSession, boards: Collection[int]) -> None:
    """Fill boards that are new with what the log says."""
    of_people, of_teams = _recounted(boards)
    await _insert(session, Standing, of_people)
    await _insert(session, TeamStanding, of_teams)
    await _insert(session, TeamSum, _summed(boards))


async def _insert(session: AsyncSession, table: _Kept, rows: Select[*tuple[Any, ...]]) -> int:
    """Insert what is not there yet; how many rows that were."""
    names = [column.name for column in rows.selected_columns]
    connection = await session.connection()
    return (await connection.execute(insert(table).from_select(names, rows))).rowcount


_ITS_PLACES = and_(Place.workspace_id == Board.workspace_id, or_(Board.place_id.is_(None), Board.place_id == Place.id))


def _recounted(boards: Collection[int]) -> tuple[Select[*tuple[Any, ...]], Select[*tuple[Any, ...]]]:
    """What scores add up to on these boards: for people, and for the teams that they are for."""
    sums = [func.sum(worth).label(name) for name, worth in zip(SUMS, _WORTH, strict=True)]
    board = Board.id.label("board_id")
    people = select(board, Score.person_id, *sums).join_from(Board, Place, _ITS_PLACES)
    people = people.join(Round, and_(Round.place_id == Place.id, Round.day.between(Board.since, Board.until)))
    people = people.join(Score, Score.round_id == Round.id).where(Board.id.in_(boards))
    last = func.max(_LAST.element).label("last")
    teams = people.with_only_columns(board, Score.team_id, Score.person_id, *sums[: len(_TEAM_SUMS)], last)
    teams = teams.where(Score.team_id.is_not(None)).group_by(Board.id, Score.team_id, Score.person_id)
    people = people.group_by(Board.id, Score.person_id)
    # In the order in which everybody locks people.
    return people.order_by(Score.person_id, Board.id), teams.order_by(Score.person_id, Board.id)


def _summed(boards: Collection[int]) -> Select[*tuple[Any, ...]]:
    """What people's sums for their teams add up to on these boards."""
    of = (TeamStanding.board_id, TeamStanding.team_id)
    sums = (func.sum(TeamStanding.points).label("points"), func.count().label("people"))
    return select(*of, *sums).where(TeamStanding.board_id.in_(boards)).group_by(*of).order_by(*of)


async def _make_boards(session: AsyncSession, workspace_id: int, days: Mapping[int, Collection[date]]) -> set[int]:
    """Make the boards that rounds of some days of each place count on, as far as they are missing. No week before the
    last two gets one: its scores may be on none any more, and nobody looks at it.
    """
    kept = await _weeks(session, workspace_id)
    latest = max([*kept, *(week_of(day).first for those in days.values() for day in those)], default=date.min)
    rows = list[dict[str, Any]]()
    for place_id, those in sorted(days.items()):
        seasons = {(season.first, season.last) for season in map(season_of, those)}
        weeks = {(week.first, week.last) for week in map(week_of, those) if week.first >= latest - _WEEK}
        spans = [(date.min, date.max), *sorted(seasons), *sorted(weeks)]
        rows += [
            {"workspace_id": workspace_id, "place_id": place, "since": since, "until": until}
            for place in (None, place_id)
            for since, until in spans
        ]
    return {number for (number,) in await insert_new(session, Board, rows, Board.id)}


async def _weeks(session: AsyncSession, workspace_id: int) -> Mapping[date, Collection[int]]:
    """The boards of weeks that there are, by their Mondays."""
    query = select(Board.id, Board.since, Board.until).where(Board.workspace_id == workspace_id)
    found: dict[date, list[int]] = {}
    for number, since, until in await session.execute(query):
        if until == week_of(since).last:
            found.setdefault(since, []).append(number)
    return found


async def _drop_old_weeks(session: AsyncSession, workspace_id: int) -> None:
    """Keep the boards of two weeks. All boards that anybody else may be writing to are locked by now."""
    weeks = await _weeks(session, workspace_id)
    old = [number for monday, those in weeks.items() if monday < max(weeks) - _WEEK for number in those]
    if old:
        await session.execute(delete(Board).where(Board.id.in_(old)))


async def _lock(session: AsyncSession, *which: ColumnElement[bool]) -> Sequence[int]:
    return (await session.scalars(select(Board.id).where(*which).order_by(Board.id).with_for_update())).all()
