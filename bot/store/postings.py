"""What is to be sent, taken by one process at a time and fenced by the number of its attempt."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased, joinedload
from sqlalchemy.sql.base import ExecutableOption

from bot.domain.rounds import PostingKind, PostingState, RoundState
from bot.store.models import Place, Posting, Round, Workspace

_UNDONE = (PostingState.DUE, PostingState.SENDING)


async def next_due(session: AsyncSession, now: datetime, platforms: Collection[str]) -> Posting | None:
    """The posting that has waited longest, of a platform that is connected here, with its round and place, locked.

    A question waits until the reveals of its place are out, and a reveal until its question is closed.
    """
    other, its_round = aliased(Posting), aliased(Round)
    blocked = exists(
        select(other.id)
        .join(its_round, other.round_id == its_round.id)
        .where(
            its_round.place_id == Round.place_id,
            other.state.in_(_UNDONE),
            or_(
                and_(Posting.kind == PostingKind.QUESTION, other.kind != PostingKind.QUESTION),
                and_(Posting.kind == PostingKind.REVEAL, other.kind == PostingKind.CLOSING),
            ),
        )
    )
    still_open = exists(
        select(its_round.id).where(its_round.place_id == Round.place_id, its_round.state == RoundState.OPEN)
    )
    query = (
        select(Posting)
        .join(Round, Posting.round_id == Round.id)
        .join(Place, Round.place_id == Place.id)
        .join(Workspace, Place.workspace_id == Workspace.id)
        .where(Posting.state == PostingState.DUE, Posting.due_at <= now, Workspace.platform.in_(platforms))
        .where(~blocked, or_(Posting.kind != PostingKind.QUESTION, ~still_open))
        .options(_with_place())
        .order_by(Posting.due_at, Posting.id)
        .limit(1)
    )
    return await session.scalar(query.with_for_update(of=Posting, skip_locked=True))


async def next_doubtful(session: AsyncSession, now: datetime, platforms: Collection[str]) -> Posting | None:
    """A posting whose sender has not come back within its lease, so that nobody knows what became of it, locked."""
    query = (
        select(Posting)
        .join(Round, Posting.round_id == Round.id)
        .join(Place, Round.place_id == Place.id)
        .join(Workspace, Place.workspace_id == Workspace.id)
        .where(Posting.state == PostingState.SENDING, Posting.lease_until <= now, Workspace.platform.in_(platforms))
        .options(_with_place())
        .order_by(Posting.lease_until)
        .limit(1)
    )
    return await session.scalar(query.with_for_update(of=Posting, skip_locked=True))


async def get_posting(session: AsyncSession, posting_id: int) -> Posting | None:
    """A posting with its round and place, locked."""
    query = select(Posting).where(Posting.id == posting_id).options(_with_place())
    return await session.scalar(query.with_for_update(of=Posting))


async def posting_of(session: AsyncSession, round_id: int, kind: PostingKind) -> Posting | None:
    """The posting of one kind of a round, locked."""
    query = select(Posting).where(Posting.round_id == round_id, Posting.kind == kind)
    return await session.scalar(query.with_for_update())


def _with_place() -> ExecutableOption:
    return joinedload(Posting.round).joinedload(Round.place).joinedload(Place.workspace)
