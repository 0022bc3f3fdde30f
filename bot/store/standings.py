"""Standings: what everybody adds up to in a week, a season and of all time, for themselves and for the teams that they
were in, kept in the transaction that fixes the points.

There is a board for each place and for each workspace, of all time, of each season in which anything was scored, and of
the latest week with the one before, a round of which may close in this. A new board is counted from the log. Boards are
locked, in the order of their ids and those of a house (`bot.store.house_boards`) last, before a row of theirs is
written: rounds that close at the same moment in one workspace take turns, and whoever recounts sees all of a round or
nothing of it.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, delete, false, func, null, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.store import house_boards, links, teams
from bot.store.adding_up import (
    SUMS,
    drop_old_weeks,
    gained,
    insert_all,
    latest_week,
    lock_boards,
    mend,
    spans,
    summed,
    total,
    worth,
)
from bot.store.models import Board, BoardSum, Member, Place, Round, Score, Standing, Team, TeamStanding, TeamSum
from bot.store.once import add_up, insert_new

_TEAM_SUMS = SUMS[:3]
_OF_ALL_TIME = Board.since == date.min
_LAST = case((_OF_ALL_TIME, Round.day), else_=null()).label("last")
_IS_IN = select(Member.person_id).where(Member.person_id == Score.person_id, Member.team_id == Score.team_id)
_PRESENT = case((_OF_ALL_TIME, _IS_IN.exists()), else_=false()).label("present")


async def add_round(session: AsyncSession, this: Round) -> None:
    """Add the scores of a round to the boards that it counts on."""
    await session.flush()
    home = await session.scalar(select(Place.workspace_id).where(Place.id == this.place_id)) or 0
    made = await _make_boards(session, home, {this.place_id: {this.day}})
    await _count(session, this, 1, besides=made)
    if made:
        await _add_recounted(session, made)
        await drop_old_weeks(session, Board.workspace_id == home)
    await house_boards.add(session, this)


async def take_off(session: AsyncSession, this: Round, choices: Collection[str]) -> None:
    """Take the scores of some answers in a round off its boards, before they are made anew and put back: nobody else
    sees a board in between, for it stays locked. Whoever is left with no round is on it no more.
    """
    await links.hold(session, this.id)
    await teams.hold_of(session, this.id)
    boards = await _count(session, this, -1, Score.choice.in_(choices))
    here = select(Score.person_id).where(Score.round_id == this.id)
    for table in (Standing, TeamStanding):
        gone = delete(table).where(table.board_id.in_(boards), table.rounds == 0, table.person_id.in_(here))
        await session.execute(gone.execution_options(synchronize_session=False))
    await house_boards.take_off(session, this, Score.choice.in_(choices))


async def put_back(session: AsyncSession, this: Round, choices: Collection[str]) -> None:
    """Add the scores of some answers in a round to the boards that it counts on."""
    boards = await _count(session, this, 1, Score.choice.in_(choices))
    await _look_back(session, this, boards)
    await _mend_sums(session, boards)
    await house_boards.put_back(session, this, Score.choice.in_(choices))


async def _count(
    session: AsyncSession, this: Round, times: int, *which: ColumnElement[bool], besides: Collection[int] = ()
) -> Sequence[int]:
    """Add scores of a round to its boards so many times, `besides` some of them; which boards those are. Sums get only
    what is new: after `which` were taken off and put back they are made anew.
    """
    await session.flush()
    home = select(Place.workspace_id).where(Place.id == this.place_id).scalar_subquery()
    counting = (Board.workspace_id == home, this.day >= Board.since, this.day <= Board.until)
    boards = await lock_boards(session, *counting, or_(Board.place_id == this.place_id, Board.place_id.is_(None)))
    boards = [each for each in boards if each not in besides]
    sums = worth(times)
    rows = select(Board.id.label("board_id"), Score.person_id, *sums).join_from(Score, Round)
    rows = rows.join(Board, Board.id.in_(boards)).where(Score.round_id == this.id, *which)
    if not which:
        known = select(Standing.board_id).where(Standing.board_id == Board.id, Standing.person_id == Score.person_id)
        await add_up(session, BoardSum, gained(rows, known, Board.id), "points", "people")
    await add_up(session, Standing, rows, *SUMS)
    of_teams = rows.where(Score.team_id.is_not(None)).with_only_columns(
        *(Board.id.label("board_id"), Score.team_id, Score.person_id, *sums[: len(_TEAM_SUMS)], _LAST, _PRESENT)
    )
    if not which:
        of = (TeamStanding.board_id == Board.id, TeamStanding.team_id == Score.team_id)
        known = select(TeamStanding.board_id).where(*of, TeamStanding.person_id == Score.person_id)
        await add_up(session, TeamSum, gained(of_teams, known, Board.id, Score.team_id), "points", "people")
    await add_up(session, TeamStanding, of_teams, *_TEAM_SUMS, latest="last")
    return boards


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
    """Make the standings of a workspace, and of the house that it is in, what scores add up to; how many were not."""
    await links.hold_all(session, workspace_id)
    scored = select(Round.place_id, Round.day).join(Place).where(Place.workspace_id == workspace_id)
    scored = scored.where(select(Score).where(Score.round_id == Round.id).exists()).order_by(Round.place_id)
    days: dict[int, set[date]] = {}
    for place_id, day in await session.execute(scored):
        days.setdefault(place_id, set()).add(day)
    await _make_boards(session, workspace_id, days)
    await teams.hold(session, Team.workspace_id == workspace_id)
    await lock_boards(session, Board.workspace_id == workspace_id)
    await drop_old_weeks(session, Board.workspace_id == workspace_id)
    boards = await lock_boards(session, Board.workspace_id == workspace_id)
    of_people, of_teams = _recounted(boards)
    wrong = await mend(session, boards, Standing, of_people) + await mend(session, boards, TeamStanding, of_teams)
    wrong += await _mend_sums(session, boards)
    house_id = await links.house_of(session, workspace_id)
    return wrong + (await house_boards.recount(session, house_id) if house_id else 0)


async def _mend_sums(session: AsyncSession, boards: Sequence[int]) -> int:
    """Make the sums of boards what people add up to on them; how many were not."""
    wrong = await mend(session, boards, BoardSum, summed(Standing, boards))
    return wrong + await mend(session, boards, TeamSum, summed(TeamStanding, boards))


async def _add_recounted(session: AsyncSession, boards: Collection[int]) -> None:
    """Fill boards that are new with what the log says."""
    of_people, of_teams = _recounted(boards)
    await insert_all(session, Standing, of_people)
    await insert_all(session, TeamStanding, of_teams)
    await insert_all(session, BoardSum, summed(Standing, boards))
    await insert_all(session, TeamSum, summed(TeamStanding, boards))


_ITS_PLACES = and_(Place.workspace_id == Board.workspace_id, or_(Board.place_id.is_(None), Board.place_id == Place.id))


def _recounted(boards: Collection[int]) -> tuple[Select[*tuple[Any, ...]], Select[*tuple[Any, ...]]]:
    """What scores add up to on these boards: for people, and for the teams that they are for."""
    sums = total()
    board = Board.id.label("board_id")
    people = select(board, Score.person_id, *sums).join_from(Board, Place, _ITS_PLACES)
    people = people.join(Round, and_(Round.place_id == Place.id, Round.day.between(Board.since, Board.until)))
    people = people.join(Score, Score.round_id == Round.id).where(Board.id.in_(boards))
    last = func.max(_LAST.element).label("last")
    for_teams = (Score.team_id, Score.person_id)
    members = people.with_only_columns(board, *for_teams, *sums[: len(_TEAM_SUMS)], last, _PRESENT)
    members = members.where(Score.team_id.is_not(None)).group_by(Board.id, *for_teams)
    people = people.group_by(Board.id, Score.person_id)
    # In the order in which everybody locks people.
    return people.order_by(Score.person_id, Board.id), members.order_by(Score.person_id, Board.id)


async def _make_boards(session: AsyncSession, workspace_id: int, days: Mapping[int, Collection[date]]) -> set[int]:
    """Make the boards that rounds of some days of each place count on, as far as they are missing; those that were."""
    every_day = [day for those in days.values() for day in those]
    latest = await latest_week(session, every_day, Board.workspace_id == workspace_id)
    rows = list[dict[str, Any]]()
    for place_id, those in sorted(days.items()):
        rows += [
            {"workspace_id": workspace_id, "place_id": place, "since": since, "until": until}
            for place in (None, place_id)
            for since, until in spans(those, latest)
        ]
    return {number for (number,) in await insert_new(session, Board, rows, Board.id)}
