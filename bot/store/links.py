"""Who is linked with whom: the workspaces of a house, the people of a player.

Locks are taken in one order, people before boards, the boards of workspaces before those of a house. Whoever counts
scores holds everybody first whose row they may come to write (`hold`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Subquery, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from bot.domain import identity
from bot.store.models import Answer, House, Person, Place, Player, Round, Workspace


@dataclass(frozen=True, slots=True)
class Linked:
    """The workspace on the other side of a link, and since when there is one."""

    platform: str
    workspace: str | None
    since: datetime


async def house_of(session: AsyncSession, workspace_id: int) -> int | None:
    """The house that a workspace is in."""
    return await session.scalar(select(Workspace.house_id).where(Workspace.id == workspace_id))


async def platform_of(session: AsyncSession, workspace_id: int) -> str | None:
    """The platform of a workspace."""
    return await session.scalar(select(Workspace.platform).where(Workspace.id == workspace_id))


async def workspace_linked(session: AsyncSession, workspace: identity.Workspace) -> Linked | None:
    """What a workspace is linked with."""
    other = aliased(Workspace)
    query = select(other.platform, other.name, House.linked_at).join_from(Workspace, House)
    query = query.join(other, (other.house_id == House.id) & (other.id != Workspace.id))
    query = query.where(Workspace.platform == workspace.platform, Workspace.external_id == workspace.id)
    row = (await session.execute(query)).one_or_none()
    return Linked(*row) if row else None


async def person_linked(session: AsyncSession, person: identity.Person) -> Linked | None:
    """Where somebody's other identity is."""
    me, mine = aliased(Person), aliased(Workspace)
    query = select(Workspace.platform, Workspace.name, Player.linked_at).join_from(Person, Workspace)
    query = query.join(Player, Person.player_id == Player.id)
    query = query.join(me, (me.player_id == Player.id) & (me.id != Person.id)).join(mine, me.workspace_id == mine.id)
    query = query.where(mine.platform == person.workspace.platform, mine.external_id == person.workspace.id)
    row = (await session.execute(query.where(me.external_id == person.id))).one_or_none()
    return Linked(*row) if row else None


async def people_of(session: AsyncSession, player_id: int) -> Sequence[int]:
    """The people of a player, the one who stands for them first."""
    query = select(Person.id).where(Person.player_id == player_id).order_by(Person.id)
    return (await session.scalars(query)).all()


async def number_of_players(session: AsyncSession, house_id: int) -> int:
    """How many people of a house are known in both of its workspaces."""
    return await session.scalar(select(func.count()).select_from(Player).where(Player.house_id == house_id)) or 0


def standing_for(house_id: int) -> tuple[Subquery, ColumnElement[int]]:
    """Who stands for each player of a house, to be joined to `Person` by `player_id`; and who then stands for that
    person: whoever is not linked, they themselves.
    """
    query = select(Person.player_id, func.min(Person.id).label("first")).join(Player)
    who = query.where(Player.house_id == house_id).group_by(Person.player_id).subquery()
    return who, func.coalesce(who.c.first, Person.id)


async def hold(session: AsyncSession, round_id: int) -> None:
    """Before scores of a round in a house are counted: let nobody who stands for any of those who answered go until the
    transaction ends, so that nobody has to be waited for once boards are locked.
    """
    here = select(Workspace.house_id).join(Place, Place.workspace_id == Workspace.id)
    here = here.join(Round, Round.place_id == Place.id).where(Round.id == round_id)
    if await session.scalar(here) is None:
        return
    answered = select(Answer.person_id).where(Answer.round_id == round_id).cte()
    players = select(Person.player_id).where(Person.id.in_(select(answered.c.person_id)))
    others = select(Person.id).where(Person.player_id.in_(players))
    everybody = select(answered.c.person_id).union(others)
    query = select(Person.id).where(Person.id.in_(everybody)).order_by(Person.id)
    await session.execute(query.with_for_update(read=True, key_share=True))
