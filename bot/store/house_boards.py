"""Boards of a house: what its players add up to in both of its workspaces, of all time, in each season and in the
latest weeks.

They are kept beside those of the workspaces, which know nothing of links, so that unlinking takes them away and leaves
everything else as if nobody had ever been linked. For each player stands the first of their people
(`bot.store.links.standing_for`); whoever is not linked stands for themselves.

There is always a board of all time, which is locked by whoever writes on any of them.
"""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, delete, select
from sqlalchemy.ext.asyncio import AsyncSession

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
from bot.store.links import house_of_place, standing_for
from bot.store.models import Board, BoardSum, Person, Place, Round, Score, Standing, Workspace
from bot.store.once import add_up, insert_new


async def add(session: AsyncSession, this: Round) -> None:
    """Add the scores of a round to the boards of the house that its workspace is in, if it is in one. The boards of
    that workspace are locked, so that it is not just being linked.
    """
    house_id = await house_of_place(session, this.place_id)
    if house_id is None:
        return
    made = await _make_boards(session, house_id, [this.day])
    await _count(session, this, house_id, 1, besides=made)
    if made:
        await insert_all(session, Standing, _recounted(house_id, Board.id.in_(made)))
        await insert_all(session, BoardSum, summed(Standing, made))
        await drop_old_weeks(session, Board.house_id == house_id)


async def take_off(session: AsyncSession, this: Round, *which: ColumnElement[bool]) -> None:
    """Take scores of a round off them. Whoever is left with no round is on it no more."""
    house_id = await house_of_place(session, this.place_id)
    if house_id is not None:
        await _count(session, this, house_id, -1, *which)


async def put_back(session: AsyncSession, this: Round, *which: ColumnElement[bool]) -> None:
    """Add the scores of some answers in a round that were taken off."""
    house_id = await house_of_place(session, this.place_id)
    if house_id is not None:
        boards = await _count(session, this, house_id, 1, *which)
        await mend(session, boards, BoardSum, summed(Standing, boards))


async def _count(
    session: AsyncSession,
    this: Round,
    house_id: int,
    times: int,
    *which: ColumnElement[bool],
    besides: Collection[int] = (),
) -> Sequence[int]:
    """Add scores of a round to its boards so many times, `besides` some of them; which boards those are. Sums get only
    what is new: after `which` were taken off and put back they are made anew.
    """
    counting = (Board.house_id == house_id, this.day >= Board.since, this.day <= Board.until)
    locked = await lock_boards(session, *counting)
    boards = [each for each in locked if each not in besides]
    who, stands = standing_for(house_id)
    rows = select(Board.id.label("board_id"), stands.label("person_id"), *worth(times)).join_from(Score, Round)
    rows = rows.join(Person, Score.person_id == Person.id).outerjoin(who, who.c.player_id == Person.player_id)
    rows = rows.join(Board, Board.id.in_(boards)).where(Score.round_id == this.id, *which)
    if not which:
        known = select(Standing.board_id).where(Standing.board_id == Board.id, Standing.person_id == stands)
        await add_up(session, BoardSum, gained(rows, known, Board.id), "points", "people")
    await add_up(session, Standing, rows, *SUMS)
    if times < 0:
        here = rows.with_only_columns(stands)
        gone = delete(Standing).where(Standing.board_id.in_(boards), Standing.rounds == 0, Standing.person_id.in_(here))
        await session.execute(gone.execution_options(synchronize_session=False))
    return boards


async def recount(session: AsyncSession, house_id: int) -> int:
    """Make the standings of a house what its scores add up to; how many of them were not."""
    scored = select(Round.day).join(Place).join(Workspace, Place.workspace_id == Workspace.id).distinct()
    scored = scored.where(Workspace.house_id == house_id, select(Score).where(Score.round_id == Round.id).exists())
    await _make_boards(session, house_id, (await session.scalars(scored)).all())
    await lock_boards(session, Board.house_id == house_id)
    await drop_old_weeks(session, Board.house_id == house_id)
    boards = await lock_boards(session, Board.house_id == house_id)
    wrong = await mend(session, boards, Standing, _recounted(house_id))
    return wrong + await mend(session, boards, BoardSum, summed(Standing, boards))


async def recount_people(session: AsyncSession, house_id: int, person_ids: Collection[int]) -> None:
    """The same for a few people, all of a player or none, after they were linked or unlinked."""
    await lock_boards(session, Board.house_id == house_id)
    boards = await lock_boards(session, Board.house_id == house_id)  # those that others have made until now, too
    theirs = delete(Standing).where(Standing.board_id.in_(boards), Standing.person_id.in_(person_ids))
    await session.execute(theirs.execution_options(synchronize_session=False))
    await insert_all(session, Standing, _recounted(house_id, Person.id.in_(person_ids)))
    await mend(session, boards, BoardSum, summed(Standing, boards))


async def _make_boards(session: AsyncSession, house_id: int, days: Collection[date]) -> set[int]:
    """Make the boards that rounds of some days count on, as far as they are missing; those that were."""
    latest = await latest_week(session, days, Board.house_id == house_id)
    rows = [
        {"house_id": house_id, "workspace_id": None, "since": since, "until": until}
        for since, until in spans(days, latest)
    ]
    return {number for (number,) in await insert_new(session, Board, rows, Board.id)}


def _recounted(house_id: int, *which: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """What scores of a house add up to on its boards, for each player, in the order in which everybody locks people."""
    who, stands = standing_for(house_id)
    found = (
        select(Board.id.label("board_id"), stands.label("person_id"), *total())
        .join_from(Board, Workspace, Workspace.house_id == Board.house_id)
        .join(Place, Place.workspace_id == Workspace.id)
        .join(Round, and_(Round.place_id == Place.id, Round.day.between(Board.since, Board.until)))
        .join(Score, Score.round_id == Round.id)
        .join(Person, Score.person_id == Person.id)
        .outerjoin(who, who.c.player_id == Person.player_id)
        .where(Board.house_id == house_id, *which)
        .group_by(Board.id, stands)
        .subquery()
    )
    return select(found).order_by(found.c.person_id, found.c.board_id)
