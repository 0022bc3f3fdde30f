"""What platforms gave us so that we may speak in their workspaces: sealed, one row for each tenant."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.store.models import Installation
from bot.store.once import insert_once


async def find(session: AsyncSession, platform: str, tenant: str) -> Installation | None:
    """What was given for a tenant, or for the organisation it belongs to."""
    own = await session.scalar(_of(platform, tenant))
    return await session.scalar(_of(platform, own.via)) if own is not None and own.via is not None else own


async def keep(
    session: AsyncSession,
    platform: str,
    tenant: str,
    *,
    sealed: bytes,
    installed_at: datetime,
    expires_at: datetime | None,
) -> None:
    """Keep what was given now, in place of what was given before."""
    await insert_once(session, Installation, platform=platform, tenant=tenant, sealed=sealed, installed_at=installed_at)
    values = {"sealed": sealed, "installed_at": installed_at, "expires_at": expires_at}
    change = update(Installation).where(Installation.platform == platform, Installation.tenant == tenant)
    await session.execute(change.values(**values, via=None, renewing_until=None))


async def belong(session: AsyncSession, platform: str, tenant: str, organisation: str, now: datetime) -> None:
    """Note that a tenant belongs to an organisation, unless something was given for the tenant itself."""
    await insert_once(
        session, Installation, platform=platform, tenant=tenant, via=organisation, sealed=None, installed_at=now
    )


async def claim_renewal(
    session: AsyncSession, platform: str, tenant: str, sealed: bytes, now: datetime, until: datetime
) -> bool:
    """Whether the caller may renew what was given, as it knows it, until then; nobody else may meanwhile."""
    free = or_(Installation.renewing_until.is_(None), Installation.renewing_until <= now)
    mine = update(Installation).where(Installation.platform == platform, Installation.tenant == tenant)
    mine = mine.where(Installation.sealed == sealed, free).values(renewing_until=until)
    return await session.scalar(mine.returning(Installation.id)) is not None


async def end_renewal(session: AsyncSession, platform: str, tenant: str, sealed: bytes) -> None:
    """A renewal came to nothing: somebody else may try."""
    mine = update(Installation).where(Installation.platform == platform, Installation.tenant == tenant)
    await session.execute(mine.where(Installation.sealed == sealed).values(renewing_until=None))


async def replace(
    session: AsyncSession, platform: str, tenant: str, before: bytes, after: bytes, expires_at: datetime | None
) -> bool:
    """Put a renewed secret in place of the one it was renewed from; `False` where that one is no longer kept."""
    mine = update(Installation).where(Installation.platform == platform, Installation.tenant == tenant)
    mine = mine.where(Installation.sealed == before)
    mine = mine.values(sealed=after, expires_at=expires_at, renewing_until=None)
    return await session.scalar(mine.returning(Installation.id)) is not None


async def reseal(session: AsyncSession, row_id: int, before: bytes, after: bytes, now: datetime) -> bool:
    """Put the same secret under another seal, unless it is another one by now or somebody is just renewing it."""
    free = or_(Installation.renewing_until.is_(None), Installation.renewing_until <= now)
    same = update(Installation).where(Installation.id == row_id, Installation.sealed == before, free)
    return await session.scalar(same.values(sealed=after).returning(Installation.id)) is not None


async def spoken_for(session: AsyncSession, platform: str, tenant: str) -> Sequence[str]:
    """The tenants of an organisation that we have met."""
    query = select(Installation.tenant).where(Installation.platform == platform, Installation.via == tenant)
    return (await session.scalars(query.order_by(Installation.id))).all()


async def forget(session: AsyncSession, platform: str, tenant: str, until: datetime) -> bool:
    """Forget what was given for a tenant up to a moment; whether there was any.

    What was given since then stays: platforms may tell of an end only after a new beginning. Which tenants belong to an
    organisation is kept, so that they go on should it take us in again.
    """
    ended = delete(Installation).where(Installation.platform == platform, Installation.tenant == tenant)
    ended = ended.where(Installation.sealed.is_not(None), Installation.installed_at <= until)
    return await session.scalar(ended.returning(Installation.id)) is not None


async def all_sealed(session: AsyncSession) -> Sequence[Installation]:
    """Everything that is sealed."""
    query = select(Installation).where(Installation.sealed.is_not(None)).order_by(Installation.id)
    return (await session.scalars(query)).all()


def _of(platform: str, tenant: str) -> Select[Installation]:
    return select(Installation).where(Installation.platform == platform, Installation.tenant == tenant)
