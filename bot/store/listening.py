"""Who hears a platform that one process alone may hear: a lease in one row, with word of who waits for it.

What time it is says the database where it is a server, because the clocks of several machines differ; on SQLite all
processes share one. It is asked for once the row is locked: whoever had to wait for that would judge by a time long
past.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.store.columns import UTCDateTime
from bot.store.models import Listening
from bot.store.once import insert_once

Now = Callable[[], datetime]
_NOBODY = ""
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


async def take(session: AsyncSession, platform: str, holder: str, lease: timedelta, now: Now) -> bool:
    """Whether it is this process's turn from now on, for as long as the lease; else it is known to wait for it."""
    row = await _lock(session, platform)
    moment = await _moment(session, now)
    if row.holder != holder and row.until > moment:
        row.awaited_until = moment + lease
        return False
    row.holder, row.until, row.is_heard, row.awaited_until = holder, moment + lease, False, None
    return True


async def is_free(session: AsyncSession, platform: str, now: Now) -> bool:
    """Whether `take` could succeed: a look that locks nothing."""
    until = await session.scalar(select(Listening.until).where(Listening.platform == platform))
    return until is None or until <= await _moment(session, now)


async def renew(
    session: AsyncSession, platform: str, holder: str, lease: timedelta, now: Now, *, is_heard: bool
) -> bool:
    """Whether it still is this process's turn, for as long as the lease from now on."""
    row = await _lock(session, platform)
    if row.holder != holder:
        return False
    row.until, row.is_heard = await _moment(session, now) + lease, is_heard
    return True


async def hand_over(session: AsyncSession, platform: str, holder: str, now: Now) -> bool:
    """Let another process have its turn at once; whether one is known to wait for that."""
    row = await _lock(session, platform)
    if row.holder != holder:
        return False
    row.until = moment = await _moment(session, now)
    return row.awaited_until is not None and row.awaited_until > moment


async def is_handed_over(session: AsyncSession, platform: str, holder: str) -> bool:
    """Whether another process hears the platform by now."""
    query = select(Listening.holder, Listening.is_heard).where(Listening.platform == platform)
    row = (await session.execute(query)).one_or_none()
    return row is not None and row.holder != holder and row.is_heard


async def _lock(session: AsyncSession, platform: str) -> Listening:
    await insert_once(session, Listening, platform=platform, holder=_NOBODY, until=_NEVER)
    query = select(Listening).where(Listening.platform == platform).with_for_update()
    return (await session.scalars(query)).one()


async def _moment(session: AsyncSession, now: Now) -> datetime:
    if session.get_bind().dialect.name == "sqlite":
        return now()
    return (await session.scalars(select(func.clock_timestamp(type_=UTCDateTime())))).one()
