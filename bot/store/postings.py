"""What is to be sent, taken by one process at a time and fenced by the number of its attempt."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cache

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    exists,
    func,
    or_,
    select,
    tuple_,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased, joinedload
from sqlalchemy.sql.base import ExecutableOption

from bot.domain import identity
from bot.domain.rounds import PostingKind, PostingState, RoundState
from bot.store.models import Place, Posting, Round, Workspace
from bot.store.presence import of_present

_AWAITED = (PostingKind.QUESTION, PostingKind.CLOSING, PostingKind.REVEAL, PostingKind.RECAP)
_TOLD = (PostingKind.QUESTION, PostingKind.REVEAL, PostingKind.DISCUSSION, PostingKind.CORRECTION)
_UNSETTLED = (PostingState.DUE, PostingState.SENDING)


@cache
def _its_turn() -> ColumnElement[bool]:
    """A question waits until no other is open in its place and every reveal there is out, and the review of last
    week unless that has trouble; a reveal until its question is closed, and the closing until no tally is on its
    way that would undo it; a correction until its reveal is out. Anything else always has its turn. Built once: that
    takes longer than to run it.
    """
    other, earlier = aliased(Posting), aliased(Round)
    of_it = other.round_id == Posting.round_id
    on_its_way = and_(of_it, other.state == PostingState.SENDING)
    before = exists(
        select(other.id).where(
            other.place_id == Posting.place_id,
            other.state.in_(_UNSETTLED),
            or_(
                and_(Posting.kind == PostingKind.QUESTION, other.kind.in_((PostingKind.CLOSING, PostingKind.REVEAL))),
                and_(Posting.kind == PostingKind.QUESTION, other.kind == PostingKind.RECAP, other.trouble.is_(None)),
                and_(Posting.kind == PostingKind.REVEAL, other.kind == PostingKind.CLOSING),
                and_(Posting.kind == PostingKind.CORRECTION, other.kind == PostingKind.REVEAL, of_it),
                and_(Posting.kind == PostingKind.CLOSING, other.kind == PostingKind.TALLY, on_its_way),
            ),
        )
    )
    still_open = exists(
        select(earlier.id).where(earlier.place_id == Posting.place_id, earlier.state == RoundState.OPEN)
    )
    return ~before & or_(Posting.kind != PostingKind.QUESTION, ~still_open)


def _of_platforms(query: Select[int], platforms: Collection[str]) -> Select[int]:
    return of_present(query, Posting.place_id).where(Workspace.platform.in_(platforms))


async def due(
    session: AsyncSession,
    now: datetime,
    platforms: Collection[str],
    limit: int,
    busy: Collection[identity.Workspace] = (),
) -> Sequence[tuple[int, identity.Workspace]]:
    """The postings whose turn it is, of platforms that are connected here and workspaces that are not busy: first those
    that people wait for, and of each sort those that have waited longest.
    """
    query = of_present(select(Posting.id, Workspace.platform, Workspace.external_id), Posting.place_id)
    query = query.where(Posting.state == PostingState.DUE, Posting.due_at <= now, _its_turn())
    query = query.where(Workspace.platform.in_(platforms)).order_by(Posting.due_at, Posting.id)
    if busy:
        names = [(workspace.platform, workspace.id) for workspace in busy]
        query = query.where(tuple_(Workspace.platform, Workspace.external_id).not_in(names))
    found = (await session.execute(query.where(Posting.kind.in_(_AWAITED)).limit(limit))).all()
    if len(found) < limit:
        # A query of its own: an order by kind could use no index, and on the hour thousands are due.
        more = query.where(Posting.kind.not_in(_AWAITED)).limit(limit - len(found))
        found = [*found, *(await session.execute(more)).all()]
    return [(number, identity.Workspace(platform, name)) for number, platform, name in found]


async def unsettled(session: AsyncSession, now: datetime) -> Mapping[str, int]:
    """How many postings there are in each state but that of being sent, and how many of those due are due by now."""
    states = tuple(state for state in PostingState if state is not PostingState.SENT)
    by_now = func.count().filter(Posting.due_at <= now)
    query = select(Posting.state, func.count(), by_now).where(Posting.state.in_(states)).group_by(Posting.state)
    found = dict.fromkeys([*map(str, states), "waiting"], 0)
    for state, count, waiting in await session.execute(query):
        found[state] = count
        if state is PostingState.DUE:
            found["waiting"] = waiting
    return found


def _may_stand() -> ColumnElement[bool]:
    """After a restore a reveal may be in doubt whose round is open again: that is closed first, for its points."""
    is_open = exists(select(Round.id).where(Round.id == Posting.round_id, Round.state == RoundState.OPEN))
    return or_(Posting.kind != PostingKind.REVEAL, ~is_open)


async def doubtful_ids(session: AsyncSession, now: datetime, platforms: Collection[str], limit: int) -> Sequence[int]:
    """The postings whose sender has not come back within its lease, so that nobody knows what became of them."""
    query = select(Posting.id).where(Posting.state == PostingState.SENDING, Posting.lease_until <= now, _may_stand())
    query = _of_platforms(query, platforms).order_by(Posting.lease_until, Posting.id).limit(limit)
    return (await session.scalars(query)).all()


async def copied_ids(session: AsyncSession, now: datetime, platforms: Collection[str], limit: int) -> Sequence[int]:
    """The postings whose message stands, perhaps together with copies that are to be looked for now."""
    query = select(Posting.id).where(Posting.state == PostingState.SENT, Posting.sweep_at <= now)
    query = _of_platforms(query, platforms).order_by(Posting.sweep_at, Posting.id).limit(limit)
    return (await session.scalars(query)).all()


async def lock_due(session: AsyncSession, posting_ids: Sequence[int], now: datetime) -> Sequence[Posting]:
    """Those of these postings whose turn it still is, with their rounds, places and drills, locked, in this order; not
    among them are those with which another process was quicker.
    """
    query = select(Posting).where(Posting.id.in_(posting_ids), Posting.state == PostingState.DUE, Posting.due_at <= now)
    query = of_present(query, Posting.place_id).where(_its_turn()).options(_with_place())
    found = {each.id: each for each in await session.scalars(query.with_for_update(of=Posting, skip_locked=True))}
    return [found[posting_id] for posting_id in posting_ids if posting_id in found]


async def lock_doubtful(session: AsyncSession, posting_id: int, now: datetime) -> Posting | None:
    """A posting if it is still in doubt, with its round and place, locked."""
    query = select(Posting).where(Posting.id == posting_id, Posting.state == PostingState.SENDING, _may_stand())
    query = of_present(query, Posting.place_id).where(Posting.lease_until <= now).options(_with_place())
    return await session.scalar(query.with_for_update(of=Posting, skip_locked=True))


async def lock_copied(session: AsyncSession, posting_id: int, now: datetime) -> Posting | None:
    """A posting whose copies are still to be looked for, with its round and place, locked."""
    query = select(Posting).where(Posting.id == posting_id, Posting.state == PostingState.SENT)
    query = of_present(query, Posting.place_id).where(Posting.sweep_at <= now).options(_with_place())
    return await session.scalar(query.with_for_update(of=Posting, skip_locked=True))


async def lock_stale(session: AsyncSession, workspace_id: int, over_by: datetime, now: datetime) -> Sequence[Posting]:
    """What is still to be sent in a workspace as a message of its own, or is in doubt, about rounds over by then."""
    messages = (PostingKind.QUESTION, PostingKind.REVEAL, PostingKind.DISCUSSION, PostingKind.RECAP)
    in_doubt = and_(Posting.state == PostingState.SENDING, Posting.lease_until <= now)
    query = (
        select(Posting)
        .join(Round, Posting.round_id == Round.id)
        .join(Place, Posting.place_id == Place.id)
        .where(Place.workspace_id == workspace_id, Round.closes_at <= over_by)
        .where(Posting.kind.in_(messages), or_(Posting.state == PostingState.DUE, in_doubt))
    )
    return (await session.scalars(query.with_for_update(of=Posting))).all()


async def get_posting(session: AsyncSession, posting_id: int) -> Posting | None:
    """A posting with its round, place and drill, locked."""
    query = select(Posting).where(Posting.id == posting_id).options(_with_place())
    return await session.scalar(query.with_for_update(of=Posting))


async def get_postings(session: AsyncSession, posting_ids: Collection[int]) -> Mapping[int, Posting]:
    """Postings by id, each with its round and its drill, locked in an order that is the same for everybody.

    Of their places only what their drills need is read: on the hour there are thousands of them.
    """
    query = select(Posting).where(Posting.id.in_(posting_ids)).order_by(Posting.id)
    query = query.options(joinedload(Posting.round).joinedload(Round.place).joinedload(Place.drill))
    return {posting.id: posting for posting in await session.scalars(query.with_for_update(of=Posting))}


async def messages(session: AsyncSession, round_ids: Collection[int]) -> Mapping[tuple[int, PostingKind], str]:
    """The messages that are known to stand for some rounds, by round and kind."""
    query = select(Posting.round_id, Posting.kind, Posting.message).where(Posting.round_id.in_(round_ids))
    found = await session.execute(query.where(Posting.message.is_not(None)))
    return {(round_id, kind): str(message) for round_id, kind, message in found}


async def find_troubled(session: AsyncSession, place_id: int, trouble: str) -> Posting | None:
    """The latest question or reveal of a place that was not sent because of a trouble, with its round and place."""
    query = (
        select(Posting)
        .join(Round, Posting.round_id == Round.id)
        .where(Posting.place_id == place_id, Posting.state.in_((PostingState.HELD, PostingState.FAILED)))
        .where(Posting.kind.in_(_TOLD), Posting.trouble == trouble)
        .options(_with_place())
    )
    return await session.scalar(query.order_by(Round.day.desc(), Posting.id.desc()).limit(1))


async def posting_of(session: AsyncSession, round_id: int, kind: PostingKind, *, wait: bool = True) -> Posting | None:
    """The posting of one kind of a round, with its round and place, locked; without `wait` only if nobody holds it."""
    query = select(Posting).where(Posting.round_id == round_id, Posting.kind == kind).options(_with_place())
    return await session.scalar(query.with_for_update(of=Posting, skip_locked=not wait))


async def shown(session: AsyncSession, round_id: int, kind: PostingKind) -> tuple[PostingState, str | None] | None:
    """How far the posting of one kind of a round is, and its message, if it is known to have one."""
    query = select(Posting.state, Posting.message).where(Posting.round_id == round_id, Posting.kind == kind)
    found = (await session.execute(query)).one_or_none()
    return (found.state, found.message) if found else None


async def lock_unconfirmed(session: AsyncSession, round_ids: Collection[int]) -> None:
    """Lock the questions of these rounds that are not known to stand: before the rounds, as whoever sends them does."""
    query = select(Posting.id).where(Posting.round_id.in_(round_ids), Posting.kind == PostingKind.QUESTION)
    query = query.where(Posting.state != PostingState.SENT).order_by(Posting.id)
    await session.execute(query.with_for_update())


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
    place = joinedload(Posting.round).joinedload(Round.place)
    return place.options(joinedload(Place.workspace), joinedload(Place.drill))
