"""Rounds: planned, found, opened, closed."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from bot.domain import identity
from bot.domain.rounds import PostingKind, PostingState, RoundState
from bot.store.models import Place, Posting, Round, Workspace
from bot.store.once import insert_once

_ASKED = (RoundState.OPEN, RoundState.CLOSED, RoundState.REVEALED)


async def plan_round(session: AsyncSession, place_id: int, day: date, due_at: datetime) -> bool:
    """Plan the round of a day with the posting of its question; whether it was not planned before."""
    if not await insert_once(
        session, Round, place_id=place_id, day=day, due_at=due_at, state=RoundState.PLANNED, level=0
    ):
        return False
    planned = select(Round.id).where(Round.place_id == place_id, Round.day == day)
    await add_posting(session, (await session.execute(planned)).scalar_one(), PostingKind.QUESTION, due_at)
    return True


async def find_round(
    session: AsyncSession, round_id: int, workspace: identity.Workspace, *, lock: bool = False
) -> Round | None:
    """A round of this workspace with its place; `None` for any other workspace's.

    `lock` keeps the round from being closed before the caller's transaction ends.
    """
    query = (
        select(Round)
        .join(Place, Round.place_id == Place.id)
        .join(Workspace, Place.workspace_id == Workspace.id)
        .where(Round.id == round_id, Workspace.platform == workspace.platform, Workspace.external_id == workspace.id)
        .options(joinedload(Round.place).joinedload(Place.workspace))
    )
    return await session.scalar(query.with_for_update(read=True, of=Round) if lock else query)


async def round_of_day(session: AsyncSession, place_id: int, day: date) -> Round | None:
    """The round of a place's local day."""
    return await session.scalar(select(Round).where(Round.place_id == place_id, Round.day == day))


async def open_round(session: AsyncSession, place_id: int) -> Round | None:
    """The latest round of a place that can be answered."""
    query = select(Round).where(Round.place_id == place_id, Round.state == RoundState.OPEN)
    return await session.scalar(query.order_by(Round.day.desc()).limit(1))


async def latest_round(session: AsyncSession, place_id: int) -> Round | None:
    """The latest round of a place that was ever asked."""
    query = select(Round).where(Round.place_id == place_id, Round.state.in_(_ASKED))
    return await session.scalar(query.order_by(Round.day.desc()).limit(1))


async def next_planned(session: AsyncSession, place_id: int) -> Round | None:
    """The next round of a place that is still to come."""
    query = select(Round).where(Round.place_id == place_id, Round.state == RoundState.PLANNED)
    return await session.scalar(query.order_by(Round.due_at).limit(1))


async def rounds_to_close(session: AsyncSession, now: datetime, limit: int = 100) -> Sequence[Round]:
    """Open rounds whose time is over, oldest first, locked against another process."""
    query = select(Round).where(Round.state == RoundState.OPEN, Round.closes_at <= now)
    return (await session.scalars(query.order_by(Round.closes_at).limit(limit).with_for_update(skip_locked=True))).all()


async def times_asked(session: AsyncSession, place_id: int) -> Mapping[str, int]:
    """How often each question has been asked in a place."""
    query = select(Round.question, func.count()).where(Round.place_id == place_id, Round.question.is_not(None))
    return {str(slug): count for slug, count in await session.execute(query.group_by(Round.question))}


async def open_questions(session: AsyncSession, workspace_id: int) -> set[str]:
    """The questions that can still be answered somewhere in a workspace: not to be explained or practised yet."""
    query = (
        select(Round.question)
        .join(Place, Round.place_id == Place.id)
        .where(Place.workspace_id == workspace_id, Round.state == RoundState.OPEN, Round.question.is_not(None))
    )
    return {str(slug) for slug in await session.scalars(query)}


async def revealed_questions(session: AsyncSession, workspace_id: int, limit: int = 100) -> Sequence[str]:
    """The questions revealed in a workspace, latest first, each once."""
    query = (
        select(Round.question)
        .join(Place, Round.place_id == Place.id)
        .where(Place.workspace_id == workspace_id, Round.state == RoundState.REVEALED, Round.question.is_not(None))
        .group_by(Round.question)
        .order_by(func.max(Round.day).desc())
    )
    return [str(slug) for slug in await session.scalars(query.limit(limit))]


async def add_posting(session: AsyncSession, round_id: int, kind: PostingKind, due_at: datetime) -> None:
    """Have one more thing sent for a round, once."""
    await insert_once(session, Posting, round_id=round_id, kind=kind, due_at=due_at, state=PostingState.DUE, attempt=0)
