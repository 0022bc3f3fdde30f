"""Standings: what everybody adds up to in a season and of all time, kept in the transaction that fixes the points.

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
from bot.store.models import Board, Place, Round, Score, Standing
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


async def add_round(session: AsyncSession, this: Round) -> None:
    """Add the scores of a round to the boards that it counts on."""
    await _count(session, this, 1)


async def take_off(session: AsyncSession, this: Round, choices: Collection[str]) -> None:
    """Take the scores of some answers in a round off its boards, before they are made anew and put back: nobody else
    sees a board in between, for it stays locked. Whoever is left with no round is on it no more.
    """
    boards = await _count(session, this, -1, Score.choice.in_(choices))
    here = select(Score.person_id).where(Score.round_id == this.id)
    gone = delete(Standing).where(Standing.board_id.in_(boards), Standing.rounds == 0, Standing.person_id.in_(here))
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
    worth = ((column * times).label(name) for name, column in zip(SUMS, _WORTH, strict=True))
    rows = select(Board.id.label("board_id"), Score.person_id, *worth).join_from(Score, Round)
    rows = rows.join(Board, Board.id.in_(boards)).where(Score.round_id == this.id, *which)
    await add_up(session, Standing, rows, *SUMS)
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
    boards = await _lock(session, Board.workspace_id == workspace_id)
    there = select(Standing.board_id, Standing.person_id, *(getattr(Standing, name) for name in SUMS))
    there, right = there.where(Standing.board_id.in_(boards)), _recounted(boards)
    off = there.except_(right).subquery(), right.except_(there).subquery()
    wrong = (
        select(off[0].c.board_id, off[0].c.person_id).union(select(off[1].c.board_id, off[1].c.person_id)).subquery()
    )
    number = await session.scalar(select(func.count()).select_from(wrong)) or 0
    if number:
        await session.execute(delete(Standing).where(Standing.board_id.in_(boards)))
        in_order = right.order_by(Score.person_id, Board.id)  # in which everybody locks people
        await add_up(session, Standing, in_order, *SUMS)
    return number


def _recounted(boards: Sequence[int]) -> Select[*tuple[Any, ...]]:
    """What everybody's scores add up to on these boards."""
    sums = (func.sum(column).label(name) for name, column in zip(SUMS, _WORTH, strict=True))
    its_places = (Place.workspace_id == Board.workspace_id) & or_(Board.place_id.is_(None), Board.place_id == Place.id)
    return (
        select(Board.id.label("board_id"), Score.person_id, *sums)
        .join_from(Board, Place, its_places)
        .join(Round, (Round.place_id == Place.id) & Round.day.between(Board.since, Board.until))
        .join(Score, Score.round_id == Round.id)
        .where(Board.id.in_(boards))
        .group_by(Board.id, Score.person_id)
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
