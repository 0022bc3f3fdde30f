"""Drills and who keeps them."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import and_, delete, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from bot.domain.rounds import DrillState, PostingKind, PostingState, RoundState
from bot.store.models import Drill, Keeper, Person, Posting, Round
from bot.store.once import insert_once


async def find_drill(session: AsyncSession, place_id: int) -> Drill | None:
    """The drill of a place, whatever its state."""
    return await session.scalar(select(Drill).where(Drill.place_id == place_id))


async def is_keeper(session: AsyncSession, drill_id: int, person_id: int) -> bool:
    """Whether a person keeps a drill."""
    return await session.get(Keeper, (drill_id, person_id)) is not None


async def add_keeper(session: AsyncSession, drill_id: int, person_id: int) -> None:
    """Let a person keep a drill from now on."""
    await insert_once(session, Keeper, drill_id=drill_id, person_id=person_id)


async def keepers(session: AsyncSession, drill_id: int) -> Sequence[Person]:
    """Who keeps a drill, by name."""
    query = select(Person).join(Keeper, Keeper.person_id == Person.id).where(Keeper.drill_id == drill_id)
    return (await session.scalars(query.order_by(Person.name, Person.id))).all()


async def remove_keeper(session: AsyncSession, drill_id: int, person_id: int) -> None:
    """Let a person keep a drill no more."""
    await session.execute(delete(Keeper).where(Keeper.drill_id == drill_id, Keeper.person_id == person_id))


async def forget_plans(session: AsyncSession, drill: Drill) -> None:
    """Drop the rounds of a drill that are still to come; the planner may then plan anew.

    One that waits for another try is skipped, and one that is being sent, or may stand already, is left alone. The
    postings are locked first, so that none can be taken in between.
    """
    query = (
        select(Posting)
        .join(Round, Posting.round_id == Round.id)
        .where(Posting.place_id == drill.place_id, Posting.kind == PostingKind.QUESTION)
        .where(Posting.state == PostingState.DUE, Round.state == RoundState.PLANNED)
        .options(joinedload(Posting.round))
    )
    for posting in await session.scalars(query.with_for_update(of=Posting)):
        if posting.attempt == 0:
            await session.delete(posting.round)
        else:
            posting.state, posting.round.state = PostingState.FAILED, RoundState.SKIPPED
    await session.flush()
    drill.planned_to = None


async def drill_ids_to_plan(session: AsyncSession, until: date, limit: int = 200) -> Sequence[int]:
    """Active drills whose rounds are not planned up to and including `until`, and those whose pause ends by then."""
    behind = and_(Drill.state == DrillState.ACTIVE, or_(Drill.planned_to.is_(None), Drill.planned_to < until))
    query = select(Drill.id).where(or_(behind, Drill.paused_to <= until))
    return (await session.scalars(query.order_by(Drill.id).limit(limit))).all()


async def get_drill(session: AsyncSession, drill_id: int) -> Drill | None:
    """A drill, locked."""
    return await session.scalar(select(Drill).where(Drill.id == drill_id).with_for_update())
