"""The numbers of rounds and postings are given once: buttons and keys of messages that stand carry them.

SQLite gives the highest again once its row is erased. A new question would then have the key of an old one, and a
platform that is asked for it would say that it stands already. Other databases count on by themselves.
"""

from datetime import UTC, datetime

from sqlalchemy import delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain import identity
from bot.domain.rounds import PostingKind, PostingState, RoundState
from bot.store.models import Posting, Round
from bot.store.places import meet_place

_NOWHERE = identity.Place(identity.Workspace("", "numbers"), "")  # on no platform, so that nobody does anything for it
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


async def keep_used(session: AsyncSession) -> None:
    """Before something is erased: see that a row above it stays, which says nothing but its number."""
    if session.get_bind().dialect.name != "sqlite":
        return
    place_id = await meet_place(session, _NOWHERE)
    this, posting = await session.scalar(select(func.max(Round.id))), await session.scalar(select(func.max(Posting.id)))
    number, other = (this or 0) + 1, (posting or 0) + 1
    await session.execute(delete(Round).where(Round.place_id == place_id))
    held = {"id": number, "place_id": place_id, "day": _NEVER.date(), "due_at": _NEVER, "state": RoundState.SKIPPED}
    await session.execute(insert(Round), [held])
    kind, state = PostingKind.QUESTION, PostingState.SENT
    held = {"id": other, "round_id": number, "place_id": place_id, "kind": kind, "due_at": _NEVER, "state": state}
    await session.execute(insert(Posting), [held])
