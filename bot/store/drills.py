"""Drills and who keeps them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from sqlalchemy import and_, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import contains_eager, joinedload

from bot.domain import identity
from bot.domain.rounds import DrillState, PostingKind, PostingState, RoundState
from bot.domain.sending import given_up
from bot.store.models import Drill, Keeper, Person, Place, Posting, Round, Workspace
from bot.store.names import shown_name
from bot.store.once import insert_once
from bot.store.presence import of_present


async def find_drill(session: AsyncSession, place_id: int) -> Drill | None:
    """The drill of a place, whatever its state."""
    return await session.scalar(select(Drill).where(Drill.place_id == place_id))


async def drills_of(session: AsyncSession, place_ids: Collection[int]) -> Mapping[int, Drill]:
    """The drills of some places, by place, whatever their states."""
    return {
        drill.place_id: drill for drill in await session.scalars(select(Drill).where(Drill.place_id.in_(place_ids)))
    }


async def are_any_in(session: AsyncSession, workspace_id: int) -> bool:
    """Whether any place of a workspace has a drill that has not ended."""
    query = select(Drill.id).join(Place, Drill.place_id == Place.id).where(Place.workspace_id == workspace_id)
    return await session.scalar(query.where(Drill.state != DrillState.STOPPED).limit(1)) is not None


async def is_keeper(session: AsyncSession, drill_id: int, person_id: int) -> bool:
    """Whether a person was named as a drill's keeper."""
    keeper = await session.get(Keeper, (drill_id, person_id))
    return keeper is not None and keeper.named


async def add_keeper(session: AsyncSession, drill_id: int, person_id: int, *, named: bool) -> None:
    """Tell a person of a drill's troubles from now on; one `named` as its keeper may also administer it."""
    if not await insert_once(session, Keeper, drill_id=drill_id, person_id=person_id, named=named) and named:
        await session.execute(
            update(Keeper).where(Keeper.drill_id == drill_id, Keeper.person_id == person_id).values(named=True)
        )


async def keepers(
    session: AsyncSession, drill_id: int, workspace: identity.Workspace, *, named: bool
) -> tuple[identity.Person, ...]:
    """Everybody who is told of a drill's troubles, by name; or only those `named` as its keepers."""
    query = select(Person.external_id, shown_name).join(Keeper, Keeper.person_id == Person.id)
    query = query.where(Keeper.named) if named else query
    rows = await session.execute(query.where(Keeper.drill_id == drill_id).order_by(Person.name, Person.id))
    return tuple(identity.Person(workspace, external_id, name) for external_id, name in rows)


async def untold_ids(session: AsyncSession, platforms: Collection[str], limit: int) -> Sequence[int]:
    """Drills with a trouble that their keepers have not been told of, on platforms that are connected here."""
    query = of_present(select(Drill.id), Drill.place_id).where(Workspace.platform.in_(platforms))
    query = query.where(Drill.trouble.is_not(None), Drill.told.is_distinct_from(Drill.trouble))
    return (await session.scalars(query.order_by(Drill.id).limit(limit))).all()


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
            posting.progress, posting.round.state = given_up(posting.progress), RoundState.SKIPPED
    await session.flush()
    drill.planned_to = None


async def drill_ids_to_plan(session: AsyncSession, until: date, limit: int = 200) -> Sequence[int]:
    """Active drills whose rounds are not planned up to and including `until`, and those whose pause ends by then, of
    workspaces that we are in. Those that pause come last: until their own day has come they only wait.
    """
    behind = and_(Drill.state == DrillState.ACTIVE, or_(Drill.planned_to.is_(None), Drill.planned_to < until))
    query = of_present(select(Drill.id), Drill.place_id).where(or_(behind, Drill.paused_to <= until))
    waiting = Drill.paused_to.is_not(None)
    return (await session.scalars(query.order_by(waiting, Drill.paused_to, Drill.id).limit(limit))).all()


async def get_drill(session: AsyncSession, drill_id: int) -> Drill | None:
    """A drill, locked."""
    return await session.scalar(select(Drill).where(Drill.id == drill_id).with_for_update())


async def lock_drills(session: AsyncSession, workspace_id: int) -> Sequence[Drill]:
    """Every drill of a workspace, locked."""
    query = select(Drill).join(Place, Drill.place_id == Place.id).where(Place.workspace_id == workspace_id)
    return (await session.scalars(query.order_by(Drill.id).with_for_update(of=Drill))).all()


async def active_drills(session: AsyncSession) -> Sequence[Drill]:
    """Every drill that asks questions, with its place, in workspaces that we are in."""
    query = (
        select(Drill)
        .join(Drill.place)
        .join(Place.workspace)
        .where(Drill.state == DrillState.ACTIVE, Workspace.left_at.is_(None))
        .options(contains_eager(Drill.place).contains_eager(Place.workspace))
    )
    return (await session.scalars(query.order_by(Drill.id))).all()
