"""Standings: what everybody adds up to in a season and of all time, for themselves and for the teams they were in, kept
in the transaction that fixes the points.

There is a board for each place and for each workspace, of all time and of each season in which anything was scored.
Boards are locked, in the order of their ids, before a row of theirs is written: rounds that close at the same moment in
one workspace take turns, and whoever recounts sees all of a round or nothing of it.
"""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, case, delete, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from bot.domain.grading import Verdict
from bot.domain.standings import season_of
from bot.store.models import Board, Place, Round, Score, Standing, Team, TeamStanding
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


async def add_round(session: AsyncSession, this: Round) -> None:
    """Add the scores of a round to the boards that it counts on."""
    await _count(session, this, 1)


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
    await _count(session, this, 1, Score.choice.in_(choices))


async def _count(session: AsyncSession, this: Round, times: int, *which: ColumnElement[bool]) -> Sequence[int]:
    """Add scores of a round to its boards so many times; which boards those are."""
    await session.flush()
    workspace_id = await session.scalar(select(Place.workspace_id).where(Place.id == this.place_id))
    await _make_boards(session, workspace_id or 0, this.place_id, {this.day})
    counting = (Board.workspace_id == workspace_id, this.day >= Board.since, this.day <= Board.until)
    boards = await _lock(session, *counting, or_(Board.place_id == this.place_id, Board.place_id.is_(None)))
    worth = [(column * times).label(name) for name, column in zip(SUMS, _WORTH, strict=True)]
    rows = select(Board.id.label("board_id"), Score.person_id, *worth).join_from(Score, Round)
    rows = rows.join(Board, Board.id.in_(boards)).where(Score.round_id == this.id, *which)
    await add_up(session, Standing, rows, *SUMS)
    of_teams = rows.where(Score.team_id.is_not(None)).with_only_columns(
        Board.id.label("board_id"), Score.team_id, Score.person_id, *worth[: len(_TEAM_SUMS)]
    )
    await add_up(session, TeamStanding, of_teams, *_TEAM_SUMS)
    return boards


async def recount(session: AsyncSession, workspace_id: int) -> int:
    """Make the standings of a workspace what its scores add up to; how many of them were not."""
    scored = select(Round.place_id, Round.day).join(Place).where(Place.workspace_id == workspace_id)
    scored = scored.where(select(Score).where(Score.round_id == Round.id).exists()).order_by(Round.place_id)
    days: dict[int, set[date]] = {}
    for place_id, day in await session.execute(scored):
        days.setdefault(place_id, set()).add(day)
    for place_id, those in days.items():
        await _make_boards(session, workspace_id, place_id, those)
    await _lock_teams(session, workspace_id)
    boards = await _lock(session, Board.workspace_id == workspace_id)
    of_people = _recounted(boards, SUMS, Score.person_id)
    of_teams = _recounted(boards, _TEAM_SUMS, Score.team_id, Score.person_id).where(Score.team_id.is_not(None))
    wrong = await _mend(session, boards, Standing, of_people, SUMS)
    return wrong + await _mend(session, boards, TeamStanding, of_teams, _TEAM_SUMS)


async def _lock_teams(session: AsyncSession, workspace_id: int) -> None:
    """Let no team of a workspace go until this transaction ends. Teams are locked before boards, as by a close."""
    teams = select(Team.id).where(Team.workspace_id == workspace_id).order_by(Team.id)
    await session.execute(teams.with_for_update(read=True, key_share=True))


async def _mend(
    session: AsyncSession,
    boards: Sequence[int],
    table: type[Standing | TeamStanding],
    right: Select[*tuple[Any, ...]],
    sums: Sequence[str],
) -> int:
    """Make what is kept in a table for some boards what is `right`; how many of its rows were not."""
    columns = table.__table__.c
    keys = [column.name for column in table.__table__.primary_key]
    there = select(*(columns[name] for name in (*keys, *sums))).where(columns.board_id.in_(boards))
    off = there.except_(right).subquery(), right.except_(there).subquery()
    rows = [select(*(each.c[name] for name in keys)) for each in off]
    number = await session.scalar(select(func.count()).select_from(rows[0].union(rows[1]).subquery())) or 0
    if number:
        await session.execute(delete(table).where(columns.board_id.in_(boards)))
        in_order = right.order_by(Score.person_id, Board.id)  # in which everybody locks people
        await add_up(session, table, in_order, *sums)
    return number


def _recounted(boards: Sequence[int], sums: Sequence[str], *of: InstrumentedAttribute[Any]) -> Select[*tuple[Any, ...]]:
    """What scores add up to on these boards, for each of whom they are `of`."""
    worth = dict(zip(SUMS, _WORTH, strict=True))
    its_places = (Place.workspace_id == Board.workspace_id) & or_(Board.place_id.is_(None), Board.place_id == Place.id)
    return (
        select(Board.id.label("board_id"), *of, *(func.sum(worth[name]).label(name) for name in sums))
        .join_from(Board, Place, its_places)
        .join(Round, (Round.place_id == Place.id) & Round.day.between(Board.since, Board.until))
        .join(Score, Score.round_id == Round.id)
        .where(Board.id.in_(boards))
        .group_by(Board.id, *of)
    )


async def _make_boards(session: AsyncSession, workspace_id: int, place_id: int, days: set[date]) -> None:
    """Make the boards that rounds of some days count on, as far as they are missing."""
    seasons = {(season.first, season.last) for season in map(season_of, days)}
    spans = [(date.min, date.max), *sorted(seasons)]
    rows = [
        {"workspace_id": workspace_id, "place_id": place, "since": since, "until": until}
        for place in (None, place_id)
        for since, until in spans
    ]
    await insert_new(session, Board, rows, Board.id)


async def _lock(session: AsyncSession, *which: ColumnElement[bool]) -> Sequence[int]:
    return (await session.scalars(select(Board.id).where(*which).order_by(Board.id).with_for_update())).all()
