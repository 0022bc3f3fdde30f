"""The codes by which people, and workspaces, are linked: kept as a digest, for a short while, and good once."""

from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.store.models import LinkCode


async def keep(
    session: AsyncSession, digest: str, workspace_id: int, person_id: int | None, now: datetime, expires_at: datetime
) -> None:
    """Keep a new code of a person, or of a workspace where none is named, in place of the one they had. Those whose
    time is over go.
    """
    mine = LinkCode.person_id == person_id if person_id else LinkCode.person_id.is_(None)
    await session.execute(delete(LinkCode).where(LinkCode.expires_at <= now))
    await session.execute(delete(LinkCode).where(LinkCode.workspace_id == workspace_id, mine))
    row = {"digest": digest, "workspace_id": workspace_id, "person_id": person_id, "expires_at": expires_at}
    await session.execute(insert(LinkCode), [row])


async def find(session: AsyncSession, digest: str) -> LinkCode | None:
    """A code that was not used yet. It is locked: whoever says it at the same moment waits, and then finds none."""
    return await session.scalar(select(LinkCode).where(LinkCode.digest == digest).with_for_update())


async def use(session: AsyncSession, digest: str) -> bool:
    """Use a code up; whether it was there to be used."""
    gone = delete(LinkCode).where(LinkCode.digest == digest).returning(LinkCode.digest)
    return await session.scalar(gone.execution_options(synchronize_session=False)) is not None
