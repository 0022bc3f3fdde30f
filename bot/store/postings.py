"""What is to be sent, taken by one process at a time and fenced by the number of its attempt."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased, joinedload
from sqlalchemy.sql.base import ExecutableOption

from bot.domain import identity
from bot.domain.rounds import PostingKind, PostingState, RoundState
from bot.store.models import Place, Posting, Round, Workspace
from bot.store.presence import of_present


def _its_turn() -> ColumnElement[bool]:
    """A question waits until no other is open in its place and every reveal there is out, a reveal until its question
    is closed.
    """
    other, earlier = aliased(Posting), aliased(Round)
    before = exists(
        select(other.id).where(
            other.place_id == Posting.place_id,
            other.state.in_((PostingState.DUE, PostingState.SENDING)),
            or_(
                and_(Posting.kind == PostingKind.QUESTION, other.kind != PostingKind.QUESTION),
                and_(Posting.kind == PostingKind.REVEAL, other.kind == PostingKind.CLOSING),
            ),
        )
    )
    still_open = exists(
        select(earlier.id).where(earlier.place_id == Posting.place_id, earlier.state == RoundState.OPEN)
    )
    return ~before & or_(Posting.kind != PostingKind.QUESTION, ~still_open)


def _of_platforms(query: Select[int], platforms: Collection[str]) -> Select[int]:
    return of_present(query, Posting.place_id).where(Workspace.platform.in_(platforms))


async def due_ids(session: AsyncSession, now: datetime, platforms: Collection[str], limit: int) -> Sequence[int]:
    """The postings whose turn it is, of platforms that are connected here, those first that have waited longest."""
    query = select(Posting.id).where(Posting.state == PostingState.DUE, Posting.due_at <= now, _its_turn())
    query = _of_platforms(query, platforms).order_by(Posting.due_at, Posting.id).limit(limit)
    return (await session.scalars(query)).all()


async def doubtful_ids(session: AsyncSession, now: datetime, platforms: Collection[str], limit: int) -> Sequence[int]:
    """The postings whose sender has not come back within its lease, so that nobody knows what became of them."""
    query = select(Posting.id).where(Posting.state == PostingState.SENDING, Posting.lease_until <= now)
    query = _of_platforms(query, platforms).order_by(Posting.lease_until, Posting.id).limit(limit)
    return (await session.scalars(query)).all()


async def lock_due(session: AsyncSession, posting_id: int, now: datetime) -> Posting | None:
    """A posting if it is still its turn, with its round and place, locked; `None` if another process was quicker."""
    query = select(Posting).where(Posting.id == posting_id, Posting.state == PostingState.DUE, Posting.due_at <= now)
    query = of_present(query, Posting.place_id).where(_its_turn()).options(_with_place())
    return await session.scalar(query.with_for_update(of=Posting, skip_locked=True))


async def lock_doubtful(session: AsyncSession, posting_id: int, now: datetime) -> Posting | None:
    """A posting if it is still in doubt, with its round and place, locked."""
    query = select(Posting).where(Posting.id == posting_id, Posting.state == PostingState.SENDING)
    query = of_present(query, Posting.place_id).where(Posting.lease_until <= now).options(_with_place())
    return await session.scalar(query.with_for_update(of=Posting, skip_locked=True))


async def lock_stale_news(session: AsyncSession, workspace_id: int, over_by: datetime) -> Sequence[Posting]:
    """What is still to be sent in a workspace about rounds that were over by then, as a message of its own; locked."""
    query = (
        select(Posting)
        .join(Round, Posting.round_id == Round.id)
        .join(Place, Posting.place_id == Place.id)
        .where(Place.workspace_id == workspace_id, Posting.state == PostingState.DUE)
        .where(Posting.kind.in_((PostingKind.REVEAL, PostingKind.DISCUSSION)), Round.closes_at <= over_by)
    )
    return (await session.scalars(query.with_for_update(of=Posting))).all()


async def get_posting(session: AsyncSession, posting_id: int) -> Posting | None:
    """A posting with its round and place, locked."""
    query = select(Posting).where(Posting.id == posting_id).options(_with_place())
    return await session.scalar(query.with_for_update(of=Posting))


async def find_troubled(session: AsyncSession, place_id: int, trouble: str) -> Posting | None:
    """The latest question or reveal of a place that was not sent because of a trouble, with its round and place."""
    query = (
        select(Posting)
        .join(Round, Posting.round_id == Round.id)
        .where(Posting.place_id == place_id, Posting.state.in_((PostingState.HELD, PostingState.FAILED)))
        .where(Posting.kind.in_((PostingKind.QUESTION, PostingKind.REVEAL)), Posting.trouble == trouble)
        .options(_with_place())
    )
    return await session.scalar(query.order_by(Round.day.desc(), Posting.id.desc()).limit(1))


async def posting_of(session: AsyncSession, round_id: int, kind: PostingKind) -> Posting | None:
    """The posting of one kind of a round, with its round and place, locked."""
    query = select(Posting).where(Posting.round_id == round_id, Posting.kind == kind).options(_with_place())
    return await session.scalar(query.with_for_update(of=Posting))


async def round_of_message(session: AsyncSession, place: identity.Place, message: str) -> Round | None:
    """The round that a message of a place was posted for."""
    query = (
        select(Round)
        .join(Posting, Posting.round_id == Round.id)
        .join(Place, Round.place_id == Place.id)
        .join(Workspace, Place.workspace_id == Workspace.id)
        .where(Workspace.platform == place.workspace.platform, Workspace.external_id == place.workspace.id)
        .where(Place.channel == place.channel, Posting.message == message)
    )
    return await session.scalar(query.limit(1))


def _with_place() -> ExecutableOption:
    return joinedload(Posting.round).joinedload(Round.place).joinedload(Place.workspace)
