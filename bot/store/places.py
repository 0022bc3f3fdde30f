"""Workspaces, places and people: from the addresses platforms use to rows, made when first met."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain import identity
from bot.domain.words import visible
from bot.store.models import VERSION, Person, Place, Workspace
from bot.store.once import insert_once


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


async def workspaces_of(session: AsyncSession, person: identity.Person) -> Sequence[int]:
    """The workspaces of a platform in which we have met somebody of that id."""
    query = (
        select(Person.workspace_id)
        .join(Workspace, Person.workspace_id == Workspace.id)
        .where(Person.external_id == person.id, Workspace.platform == person.workspace.platform)
    )
    return (await session.scalars(query)).all()


async def meet_workspace(session: AsyncSession, workspace: identity.Workspace) -> int:
    """The id of a workspace, met now if never before; a new name is kept."""
    name = visible(workspace.name)[:255] or None
    await insert_once(session, Workspace, platform=workspace.platform, external_id=workspace.id, name=name)
    query = select(Workspace).where(Workspace.platform == workspace.platform, Workspace.external_id == workspace.id)
    row = (await session.execute(query)).scalar_one()
    if name and row.name != name:
        row.name = name
    return row.id


async def meet_place(session: AsyncSession, place: identity.Place) -> int:
    """The id of a place, met now if never before."""
    workspace_id = await meet_workspace(session, place.workspace)
    await insert_once(session, Place, workspace_id=workspace_id, channel=place.channel)
    query = select(Place.id).where(Place.workspace_id == workspace_id, Place.channel == place.channel)
    return (await session.execute(query)).scalar_one()


async def meet_person(session: AsyncSession, person: identity.Person) -> int:
    """The id of a person, met now if never before; a new name is kept, as far as it can be stored and seen."""
    workspace_id = await meet_workspace(session, person.workspace)
    name = visible(person.name)[:255]
    await insert_once(session, Person, workspace_id=workspace_id, external_id=person.id, name=name)
    query = select(Person).where(Person.workspace_id == workspace_id, Person.external_id == person.id)
    row = (await session.execute(query)).scalar_one()
    if row.name != name:
        row.name = name
    return row.id


def address(place: Place) -> identity.Place:
    """What platforms call a place whose workspace was loaded with it."""
    return identity.Place(identity.Workspace(place.workspace.platform, place.workspace.external_id), place.channel)
