"""Who is linked with whom: the workspaces of a house, the people of a player.

Locks are taken in one order: rounds, people, their teams, the boards of workspaces, those of a house. Whoever counts
scores holds everybody first whose row they may come to write (`hold`).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import BindParameter, ColumnElement, Subquery, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from bot.domain import identity
from bot.store.database import insist
from bot.store.models import Answer, House, Person, Place, Player, Workspace


@dataclass(frozen=True, slots=True)
class Linked:
    """The workspace on the other side of a link, and since when there is one."""

    platform: str
    workspace: str | None
    since: datetime


async def house_of(session: AsyncSession, workspace_id: int) -> int | None:
    """The house that a workspace is in."""
    return await session.scalar(select(Workspace.house_id).where(Workspace.id == workspace_id))


async def house_of_place(session: AsyncSession, place_id: int) -> int | None:
    """The house that the workspace of a place is in."""
    query = select(Workspace.house_id).join(Place, Place.workspace_id == Workspace.id)
    return await session.scalar(query.where(Place.id == place_id))


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


class Identity(NamedTuple):
    """One of the people who are a player: the row of their workspace, and what the platform calls both."""

    workspace_id: int
    workspace: str
    person: str


async def identities(session: AsyncSession, person: identity.Person, *, everywhere: bool) -> Sequence[Identity]:
    """Everybody who is one player with somebody, they themselves among them, as they are known in their workspace or in
    every workspace of its platform; whoever was met first comes first. Nobody, where they are not linked.
    """
    me, mine = aliased(Person), aliased(Workspace)
    query = select(Person.workspace_id, Workspace.external_id, Person.external_id).join_from(Person, Workspace)
    query = query.join(me, me.player_id == Person.player_id).join(mine, me.workspace_id == mine.id)
    query = query.where(me.external_id == person.id, mine.platform == person.workspace.platform)
    query = query if everywhere else query.where(mine.external_id == person.workspace.id)
    return [Identity(*row) for row in await session.execute(query.order_by(Person.id))]


async def people_of(session: AsyncSession, player_id: int) -> Sequence[int]:
    """The people of a player, the one who stands for them first."""
    query = select(Person.id).where(Person.player_id == player_id).order_by(Person.id)
    return (await session.scalars(query)).all()


async def player_of(session: AsyncSession, person_id: int) -> Sequence[int]:
    """All who are one player with somebody, they themselves among them."""
    player = select(Person.player_id).where(Person.id == person_id).scalar_subquery()
    query = select(Person.id).where(or_(Person.id == person_id, Person.player_id == player)).order_by(Person.id)
    return (await session.scalars(query)).all()


async def stands_for(session: AsyncSession, person_id: int) -> int:
    """Who stands for somebody on boards of a house: the first of the people whom they are one player with."""
    player = select(Person.player_id).where(Person.id == person_id).scalar_subquery()
    return await session.scalar(select(func.min(Person.id)).where(Person.player_id == player)) or person_id


async def names_in(session: AsyncSession, workspace_id: int, person_ids: Collection[int]) -> Mapping[int, str]:
    """The names that are seen in a workspace of those who stand for players, or for themselves: the one they have
    there, if they have one; empty for whoever is hidden anywhere, as in `bot.store.names`.
    """
    first, other = aliased(Person), aliased(Person)
    same = or_(other.id == first.id, other.player_id == first.player_id)
    query = select(first.id, other.name, other.hidden).join_from(first, other, same).where(first.id.in_(person_ids))
    found: dict[int, str] = {}
    hidden = set[int]()
    for id_, name, is_hidden in await session.execute(query.order_by(other.workspace_id == workspace_id, first.id)):
        found[id_] = name
        hidden |= {id_} if is_hidden else set()
    return {id_: "" if id_ in hidden else name for id_, name in found.items()}


async def number_of_players(session: AsyncSession, house_id: int) -> int:
    """How many people of a house are known in both of its workspaces."""
    return await session.scalar(select(func.count()).select_from(Player).where(Player.house_id == house_id)) or 0


def standing_for(house_id: int | BindParameter[int]) -> tuple[Subquery, ColumnElement[int]]:
    """Who stands for each player of a house, to be joined to `Person` by `player_id`; and who then stands for that
    person: whoever is not linked, they themselves.
    """
    query = select(Person.player_id, func.min(Person.id).label("first")).join(Player)
    who = query.where(Player.house_id == house_id).group_by(Person.player_id).subquery()
    return who, func.coalesce(who.c.first, Person.id)


async def hold(session: AsyncSession, round_id: int) -> None:
    """Before scores of a round are fixed or counted: let none of those who answered, nor whoever stands for them in a
    house, go until the transaction ends, so that nobody has to be waited for once teams and boards are locked.
    """
    answered = select(Answer.person_id).where(Answer.round_id == round_id).cte()
    players = select(Person.player_id).where(Person.id.in_(select(answered.c.person_id)))
    others = select(Person.id).where(Person.player_id.in_(players))
    await _hold(session, Person.id.in_(select(answered.c.person_id).union(others)))


async def hold_all(session: AsyncSession, workspace_id: int) -> None:
    """The same for everybody of a workspace, and of the one that it is linked with."""
    house_id = select(Workspace.house_id).where(Workspace.id == workspace_id).scalar_subquery()
    theirs = select(Workspace.id).where(or_(Workspace.id == workspace_id, Workspace.house_id == house_id))
    await _hold(session, Person.workspace_id.in_(theirs))


async def _hold(session: AsyncSession, which: ColumnElement[bool]) -> None:
    """Hold people in the order in which everybody does. Where some were linked while this waited, whom it did not know
    of, all are let go and held again: to hold them afterwards would be another order.
    """
    people = select(Person.id).where(which).order_by(Person.id)

    async def hold_everybody() -> bool:
        held = {*await session.scalars(people.with_for_update(read=True, key_share=True))}
        return held >= {*await session.scalars(people)}

    await insist(session, hold_everybody)
