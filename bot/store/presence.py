"""Which workspaces we are in, and since when we are no longer in the others."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, bindparam, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from bot.domain import identity
from bot.store.models import Installation, Place, Workspace
from bot.store.numbers import keep_used

_Query = TypeVar("_Query", bound=Select[*tuple[Any, ...]])


def of_present(query: _Query, place_id: InstrumentedAttribute[int]) -> _Query:
    """Only what belongs to a place of a workspace that we are in; `Place` and `Workspace` are joined to the query.

    Every query of the sweep goes through here, so that nothing is done for a workspace that was left.
    """
    joined = query.join(Place, place_id == Place.id).join(Workspace, Place.workspace_id == Workspace.id)
    return joined.where(Workspace.left_at.is_(None))


async def left_at(session: AsyncSession, workspace: identity.Workspace) -> datetime | None:
    """Since when we are in a workspace no longer, if we have ever been."""
    return await session.scalar(_left_at(), {"platform": workspace.platform, "workspace": workspace.id})


@cache
def _left_at() -> Select[datetime | None]:
    """Built once, as each command asks."""
    named = (Workspace.platform == bindparam("platform"), Workspace.external_id == bindparam("workspace"))
    return select(Workspace.left_at).where(*named)


async def mark_left(session: AsyncSession, workspace: identity.Workspace, now: datetime) -> None:
    """We are in a workspace no more, unless that has been noted before."""
    here = update(Workspace).where(_named(workspace), Workspace.left_at.is_(None))
    await session.execute(here.values(left_at=now))


async def mark_joined(session: AsyncSession, workspace: identity.Workspace) -> int | None:
    """We are in a workspace again: its id, or `None` where it was never left, or never met."""
    left = update(Workspace).where(_named(workspace), Workspace.left_at.is_not(None))
    return await session.scalar(left.values(left_at=None).returning(Workspace.id))


async def workspaces(session: AsyncSession, platform: str) -> Mapping[str, bool]:
    """Every workspace of a platform that was ever met, by its platform's id, and whether we are in it."""
    query = select(Workspace.external_id, Workspace.left_at).where(Workspace.platform == platform)
    return {external_id: left_at is None for external_id, left_at in await session.execute(query)}


async def all_ids(session: AsyncSession) -> Sequence[int]:
    """Every workspace that there is."""
    return (await session.scalars(select(Workspace.id).order_by(Workspace.id))).all()


async def ids_left_by(session: AsyncSession, moment: datetime, limit: int = 20) -> Sequence[int]:
    """The workspaces that were left at that moment or before."""
    query = select(Workspace.id).where(Workspace.left_at <= moment).order_by(Workspace.left_at).limit(limit)
    return (await session.scalars(query)).all()


async def erase(session: AsyncSession, workspace_id: int, left_by: datetime) -> None:
    """Erase a workspace and everything of it, unless we came back after all."""
    await keep_used(session)
    gone = delete(Workspace).where(Workspace.id == workspace_id, Workspace.left_at <= left_by)
    named = (await session.execute(gone.returning(Workspace.platform, Workspace.external_id))).one_or_none()
    if named is not None:
        of_it = (Installation.platform == named.platform) & (Installation.tenant == named.external_id)
        await session.execute(delete(Installation).where(of_it))


def _named(workspace: identity.Workspace) -> ColumnElement[bool]:
    return (Workspace.platform == workspace.platform) & (Workspace.external_id == workspace.id)
