"""Workspaces, places and people: from the addresses platforms use to rows, made when first met."""

from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import FromClause, Select, and_, bindparam, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased, joinedload

from bot.domain import identity
from bot.domain.words import visible
from bot.store.database import ask
from bot.store.given import among, given, packed
from bot.store.models import VERSION, Answer, Drill, Member, Person, Place, Round, Workspace
from bot.store.once import insert_new, insert_once

PersonKey = tuple[int, str]
"""The row of a workspace, and what its platform calls a person there."""


async def find_workspace(session: AsyncSession, workspace: identity.Workspace) -> Workspace | None:
    """The row of a workspace we have met."""
    return await session.scalar(
        select(Workspace).where(Workspace.platform == workspace.platform, Workspace.external_id == workspace.id)
    )


async def version_of(session: AsyncSession, workspace: identity.Workspace) -> str:
    """The series of SQLAlchemy whose answers a workspace is told; the usual one where we have never met it."""
    row = await find_workspace(session, workspace)
    return row.version if row else VERSION


async def set_version(session: AsyncSession, workspace: identity.Workspace, version: str) -> None:
    """Tell a workspace we have met the answers of another version from now on."""
    row = await find_workspace(session, workspace)
    if row is not None:
        row.version = version


async def find_place(session: AsyncSession, place: identity.Place) -> Place | None:
    """The row of a place we have met."""
    workspace = await find_workspace(session, place.workspace)
    if workspace is None:
        return None
    return await session.scalar(select(Place).where(Place.workspace_id == workspace.id, Place.channel == place.channel))


async def find_person(session: AsyncSession, person: identity.Person) -> Person | None:
    """The row of a person we have met."""
    workspace = await find_workspace(session, person.workspace)
    if workspace is None:
        return None
    return await session.scalar(
        select(Person).where(Person.workspace_id == workspace.id, Person.external_id == person.id)
    )


class Around(NamedTuple):
    """Where somebody is: the rows of the workspace and of the place, the zone of the drill there, their own row and
    their team, as far as we know of them; and the house that the workspace is linked in.
    """

    workspace_id: int
    place_id: int | None
    zone: str | None
    person_id: int | None
    team_id: int | None
    house_id: int | None


async def look_around(session: AsyncSession, place: identity.Place, person: identity.Person) -> Around | None:
    """Where a person is who asks in a place, in one statement; `None` in a workspace we have never met."""
    here, home = place.workspace, person.workspace
    given = {"platform": here.platform, "workspace": here.id, "channel": place.channel}
    given |= {"home_platform": home.platform, "home": home.id, "person": person.id}
    found = (await session.execute(_around(), given)).one_or_none()
    return Around(*found) if found else None


@cache
def _around() -> Select[int, int, str, int, int, int | None]:
    """Built once: that takes longer than to run it."""
    home = aliased(Workspace)
    them = select(Person.id).join(home, Person.workspace_id == home.id)
    them = them.where(home.platform == bindparam("home_platform"), home.external_id == bindparam("home"))
    them = them.where(Person.external_id == bindparam("person"))
    return (
        select(Workspace.id, Place.id, Drill.zone, Person.id, Member.team_id, Workspace.house_id)
        .outerjoin(Place, and_(Place.workspace_id == Workspace.id, Place.channel == bindparam("channel")))
        .outerjoin(Drill, Drill.place_id == Place.id)
        .outerjoin(Person, Person.id == them.scalar_subquery())
        .outerjoin(Member, Member.person_id == Person.id)
        .where(Workspace.platform == bindparam("platform"), Workspace.external_id == bindparam("workspace"))
    )


async def workspaces_of(session: AsyncSession, person: identity.Person) -> Sequence[int]:
    """The workspaces of a platform in which we have met somebody of that id."""
    query = (
        select(Person.workspace_id)
        .join(Workspace, Person.workspace_id == Workspace.id)
        .where(Person.external_id == person.id, Workspace.platform == person.workspace.platform)
    )
    return (await session.scalars(query)).all()


async def answered_in(session: AsyncSession, person_id: int, limit: int) -> Sequence[Place]:
    """The places where a person has answered, the latest first."""
    query = (
        select(Place)
        .join(Round, Round.place_id == Place.id)
        .join(Answer, Answer.round_id == Round.id)
        .where(Answer.person_id == person_id)
        .group_by(Place.id)
        .order_by(func.max(Round.day).desc(), Place.id)
    )
    return (await session.scalars(query.limit(limit))).all()


async def meet_workspace(session: AsyncSession, workspace: identity.Workspace) -> int:
    """The id of a workspace, met now if never before; a new name is kept."""
    await insert_once(session, Workspace, platform=workspace.platform, external_id=workspace.id)
    query = select(Workspace).where(Workspace.platform == workspace.platform, Workspace.external_id == workspace.id)
    row = (await session.execute(query)).scalar_one()
    keep_name(row, workspace)
    return row.id


def keep_name(row: Workspace, workspace: identity.Workspace) -> None:
    """Keep the name of a workspace, as far as it can be stored and seen, where the platform says one."""
    name = kept_name(workspace.name)
    if name and row.name != name:
        row.name = name


async def meet_place(session: AsyncSession, place: identity.Place) -> int:
    """The id of a place, met now if never before; what the platform says of it now is kept."""
    workspace_id = await meet_workspace(session, place.workspace)
    await insert_once(session, Place, workspace_id=workspace_id, channel=place.channel)
    query = select(Place).where(Place.workspace_id == workspace_id, Place.channel == place.channel)
    row = (await session.execute(query)).scalar_one()
    keep_openness(row, place)
    return row.id


def keep_openness(row: Place, place: identity.Place) -> None:
    """Keep whether everybody may see a place, where the platform just said so of this very one."""
    if place.is_open is not None and place.channel == row.channel and row.is_open != place.is_open:
        row.is_open = place.is_open


async def keep_told(session: AsyncSession, place_id: int, told: identity.Place) -> None:
    """Keep what a platform says of the workspace of a place, and of the place if it is this very one."""
    place = await session.get_one(Place, place_id, options=[joinedload(Place.workspace)])
    keep_name(place.workspace, told.workspace)
    keep_openness(place, told)


async def meet_person(session: AsyncSession, person: identity.Person) -> int:
    """The id of a person, met now if never before; a new name is kept."""
    workspace_id = await meet_workspace(session, person.workspace)
    [person_id] = (await meet_people(session, {(workspace_id, person.id): person.name})).values()
    return person_id


async def meet_people(session: AsyncSession, names: Mapping[PersonKey, str]) -> Mapping[PersonKey, int]:
    """The ids of people under these names, each met now if never before; a new name is kept, as far as it can be stored
    and seen.

    Whoever comes without a name keeps the one they have, or has their id for one. They are locked: what else one of
    them says meanwhile waits until the caller's transaction ends.
    """
    kept = {key: kept_name(name) for key, name in names.items()}
    people = await _lock_people(session, kept.keys())
    if missing := sorted(kept.keys() - people.keys()):
        rows = [{"workspace_id": key[0], "external_id": key[1], "name": kept[key] or key[1]} for key in missing]
        new = await insert_new(session, Person, rows, Person.workspace_id, Person.external_id, Person.id)
        people |= {(home, them): (id_, kept[home, them]) for home, them, id_ in new}
        if rivals := [key for key in missing if key not in people]:  # somebody else met them at this moment
            people |= await _lock_people(session, rivals)
    if renamed := [
        {"id": id_, "name": kept[key]} for key, (id_, name) in people.items() if kept[key] not in ("", name)
    ]:
        await session.execute(update(Person), renamed)
    return {key: id_ for key, (id_, _) in people.items()}


def kept_name(name: str) -> str:
    """A name as far as it can be stored and seen."""
    return visible(name)[:255]


class Named(NamedTuple):
    """A person by what their platform calls them in a workspace."""

    workspace_id: int
    external_id: str


def met(dialect: str, them: FromClause) -> Select[*tuple[Any, ...]]:
    """Those of a given table of people, who are `Named` in it, whom we have met: with `person_id` and `known_as`, the
    name they have. All of them are locked, in the same order by everybody.
    """
    query = (
        select(them, Person.id.label("person_id"), Person.name.label("known_as"))
        .join(Person, and_(Person.workspace_id == them.c.workspace_id, Person.external_id == them.c.external_id))
        .order_by(Person.id)
        .with_for_update(of=Person)
    )
    return query if dialect == "sqlite" else query.where(among(dialect, Person.external_id, them.c.external_id))


@cache
def _met(dialect: str) -> Select[*tuple[Any, ...]]:
    """Built once, as the query of `rounds.keep_from_closing` is."""
    return met(dialect, given(dialect, "them", Named))


async def _lock_people(session: AsyncSession, keys: Collection[PersonKey]) -> dict[PersonKey, tuple[int, str]]:
    """The ids and names of those of these people whom we have met, locked."""
    dialect = session.get_bind().dialect.name
    found = await ask(session, _met(dialect), {"them": packed(dialect, [*keys])})
    return {(home, them): (id_, name) for home, them, id_, name in found}


def address(place: Place) -> identity.Place:
    """What platforms call a place whose workspace was loaded with it."""
    return identity.Place(identity.Workspace(place.workspace.platform, place.workspace.external_id), place.channel)
