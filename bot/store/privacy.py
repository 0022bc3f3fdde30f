"""Everything that is stored about one person: how much it is, how it is hidden, how it is taken away.

Each table that refers to `person` is in `STAYS` or in `GOES`, and in `bot.store.handing_out`: a test walks the tables
and finds the one that is not.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from sqlalchemy import ColumnElement, Select, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from bot.domain import identity
from bot.store import linking, teams
from bot.store.models import (
    Answer,
    Base,
    Dispute,
    HintUsed,
    Keeper,
    Leave,
    LinkCode,
    Member,
    Person,
    Score,
    Standing,
    TeamStanding,
    Workspace,
)
from bot.store.numbers import keep_used

STAYS: Sequence[type[Base]] = (Answer, HintUsed, Score, Standing, TeamStanding)
"""What others' ranks and counts are made of. It stays, and belongs to nobody any more."""
GOES: Sequence[type[Base]] = (Keeper, Leave, Member, Dispute, LinkCode)
"""What is only about a person."""


@dataclass(frozen=True, slots=True)
class Amount:
    """How much is stored about somebody; `alone`: how many drills have nobody else named as their keeper."""

    answers: int
    scores: int
    keeps: int
    alone: int


def named_so(person: identity.Person, *, everywhere: bool) -> Select[Person]:
    """The rows of a person in their workspace, or in every workspace of its platform."""
    query = select(Person).join(Workspace, Person.workspace_id == Workspace.id).order_by(Person.id)
    query = query.where(Person.external_id == person.id, Workspace.platform == person.workspace.platform)
    return query if everywhere else query.where(Workspace.external_id == person.workspace.id)


async def identities(session: AsyncSession, person: identity.Person, *, everywhere: bool) -> Sequence[Person]:
    """The rows of a person in their workspace, or in every workspace of its platform."""
    return (await session.scalars(named_so(person, everywhere=everywhere))).all()


async def hide(session: AsyncSession, person_ids: Collection[int], *, hidden: bool) -> None:
    """Have others see somebody as someone, or by name."""
    await session.execute(update(Person).where(Person.id.in_(person_ids)).values(hidden=hidden))


async def amount(session: AsyncSession, person_ids: Collection[int]) -> Amount:
    """How much is stored about somebody."""
    said = select(func.count()).select_from(Answer).where(Answer.person_id.in_(person_ids))
    scored = select(func.count()).select_from(Score).where(Score.person_id.in_(person_ids))
    keeps = select(func.count()).select_from(Keeper).where(_names(Keeper, person_ids))
    other = aliased(Keeper)
    shared = select(other.drill_id).where(other.named, other.person_id.not_in(person_ids))
    alone = select(func.count()).select_from(Keeper).where(_names(Keeper, person_ids), Keeper.drill_id.not_in(shared))
    answers, scores, kept, only = [await session.scalar(query) or 0 for query in (said, scored, keeps, alone)]
    return Amount(answers, scores, kept, only)


def _names(keeper: type[Keeper], person_ids: Collection[int]) -> ColumnElement[bool]:
    return keeper.named & keeper.person_id.in_(person_ids)


async def forget(session: AsyncSession, person: identity.Person, now: datetime, *, everywhere: bool) -> int:
    """Take everything away that tells who somebody is; how many identities that was.

    They are locked first, as by an answer: one that is being written is forgotten, too, and one that waits for this
    finds nobody of that id any more. Whom they were linked with has their own points again. What stays belongs to a row
    that is nobody's.
    """
    known = named_so(person, everywhere=everywhere).with_only_columns(Person.id)
    await linking.lock_players(session, (await session.scalars(known)).all())
    rows = (await session.scalars(named_so(person, everywhere=everywhere).with_for_update(of=Person))).all()
    ids = [row.id for row in rows]
    await teams.leave(session, ids)
    await linking.unlink_people(session, ids)
    for table in GOES:
        await session.execute(delete(table).where(table.__table__.c.person_id.in_(ids)))
    for row in rows:
        row.external_id, row.name = f"forgotten-{uuid4().hex}", ""
        row.hidden, row.forgotten_at = True, now
    if person.workspace.own:  # it is named after them
        await session.execute(delete(Workspace).where(_is(person.workspace)))
    return len(rows)


async def erase_workspace(session: AsyncSession, workspace: identity.Workspace) -> bool:
    """Erase everything of a workspace but its installation; whether there was anything."""
    await keep_used(session)
    workspace_id = await session.scalar(select(Workspace.id).where(_is(workspace)))
    if workspace_id is not None:
        await linking.unlink_workspaces(session, workspace_id)
    gone = delete(Workspace).where(_is(workspace)).returning(Workspace.id)
    return (await session.execute(gone)).one_or_none() is not None


def _is(workspace: identity.Workspace) -> ColumnElement[bool]:
    return (Workspace.platform == workspace.platform) & (Workspace.external_id == workspace.id)
