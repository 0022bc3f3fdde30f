"""Drills and who keeps them."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import delete, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.rounds import DrillState, PostingKind, PostingState, RoundState
from bot.store.models import Drill, Keeper, Posting, Round
from bot.store.once import insert_once


async def find_drill(session: AsyncSession, place_id: int) -> Drill | None:
    """The drill of a place, whatever its state."""
    return await session.scalar(select(Drill).where(Drill.place_id == place_id))


async def drills_to_plan(session: AsyncSession, until: date, limit: int = 500) -> Sequence[Drill]:
    """Active drills whose rounds are not planned up to and including `until`."""
    behind = or_(Drill.planned_to.is_(None), Drill.planned_to < until)
    return (await session.scalars(select(Drill).where(Drill.state == DrillState.ACTIVE, behind).limit(limit))).all()


async def is_keeper(session: AsyncSession, drill_id: int, person_id: int) -> bool:
    """Whether a person keeps a drill."""
    return await session.get(Keeper, (drill_id, person_id)) is not None


async def add_keeper(session: AsyncSession, drill_id: int, person_id: int) -> None:
    """Let a person keep a drill from now on."""
    await insert_once(session, Keeper, drill_id=drill_id, person_id=person_id)


async def forget_plans(session: AsyncSession, drill: Drill) -> None:
    """Drop the rounds of a drill that are planned and not yet on their way; the planner may then plan anew."""
    on_its_way = select(Posting.round_id).where(
        or_(Posting.attempt > 0, Posting.state != PostingState.DUE), Posting.kind == PostingKind.QUESTION
    )
    await session.execute(
        delete(Round).where(
            Round.place_id == drill.place_id, Round.state == RoundState.PLANNED, Round.id.not_in(on_its_way)
        )
    )
    drill.planned_to = None
