"""What became of a posting, and what follows from it: `bot.domain.sending` says how far it is, this what that means
for its round and for those who keep the drill.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import assert_never

from bot.domain import sending
from bot.domain.identity import Place, Posted
from bot.domain.rounds import PostingKind, PostingState, RoundState
from bot.domain.sending import Progress, Void
from bot.play.posting import NO_THREAD, tell_keepers
from bot.play.recap import review_if_over
from bot.play.trouble import strike
from bot.store import places, postings, rounds
from bot.store.database import Session
from bot.store.models import Posting


@dataclass(frozen=True, slots=True)
class Doubt:
    """A posting that may or may not have been sent, taken for looking into."""

    posting: int
    attempt: int
    kind: PostingKind
    place: Place
    round: int


@dataclass(frozen=True, slots=True)
class Swept:
    """A message that stands and was in doubt, taken for looking whether there are copies of it."""

    kind: PostingKind
    round: int
    kept: Posted


async def sent(session: Session, posting: Posting, attempt: int, message: str, now: datetime) -> None:
    """The platform did it: the question is open, the answer revealed, a message edited or a thread opened."""
    await keep(session, posting, sending.sent(posting.progress, attempt, message, now), now)


async def refused(
    session: Session, posting: Posting, attempt: int, why: str, *, lasting: bool, wait: timedelta, now: datetime
) -> None:
    """The platform surely did not do it."""
    it = sending.refused(posting.progress, attempt, why, lasting=lasting, wait=wait, now=now)
    await keep(session, posting, it, now)


async def unclear(session: Session, posting: Posting, attempt: int, why: str, now: datetime) -> None:
    """Nobody can tell."""
    await keep(session, posting, sending.unclear(posting.progress, attempt, why, now), now)


async def doubtful(session: Session, posting_id: int, now: datetime) -> Doubt | None:
    """Take a posting in doubt for looking into; `None` where there is nothing to look for."""
    posting = await postings.lock_doubtful(session, posting_id, now)
    if posting is None:
        return None
    await keep(session, posting, sending.look(posting.progress, now), now)
    if posting.state is not PostingState.SENDING:
        return None
    return Doubt(posting.id, posting.attempt, posting.kind, places.address(posting.round.place), posting.round_id)


async def absent(session: Session, posting: Posting, attempt: int, now: datetime) -> None:
    """The platform does not have the message."""
    await keep(session, posting, sending.absent(posting.progress, attempt, now), now)


async def unknown(session: Session, posting: Posting, attempt: int, why: str, *, lasting: bool, now: datetime) -> None:
    """The platform could not be asked."""
    it = sending.unknown(posting.progress, attempt, why, lasting=lasting, now=now)
    await keep(session, posting, it, now)


async def swept(session: Session, posting_id: int, now: datetime) -> Swept | None:
    """Take a posting for removing the copies of its message; `None` where another process was quicker."""
    posting = await postings.lock_copied(session, posting_id, now)
    if posting is None or not await keep(session, posting, sending.swept(posting.progress, now), now):
        return None
    kept = Posted(places.address(posting.round.place), posting.message or "")
    return Swept(posting.kind, posting.round_id, kept)


async def keep(session: Session, posting: Posting, it: Progress | Void, now: datetime) -> bool:
    """Write down how far a posting is now, and do what follows from it; whether anything has changed."""
    if isinstance(it, Void):
        return False
    before, posting.progress = posting.state, it
    if it.state is before:
        return True
    match it.state:
        case PostingState.SENT:
            await _has_been_sent(session, posting, now)
        case PostingState.HELD | PostingState.FAILED:
            await _was_given_up(session, posting, now)
        case PostingState.DUE | PostingState.SENDING:
            pass
        case _:
            assert_never(it.state)
    return True


async def _has_been_sent(session: Session, posting: Posting, now: datetime) -> None:
    match posting.kind:
        case PostingKind.QUESTION:
            posting.round.state, posting.round.opened_at = RoundState.OPEN, now
            _clear_trouble(posting, with_threads=False)
        case PostingKind.REVEAL:
            posting.round.state = RoundState.REVEALED
            drill = posting.round.place.drill
            if drill is not None and drill.discussion:
                await rounds.add_posting(session, posting.round, PostingKind.DISCUSSION, now)
            if drill is not None:
                await review_if_over(session, drill, posting.round.day, now)
        case PostingKind.DISCUSSION:
            _clear_trouble(posting, with_threads=True)
        case PostingKind.TALLY | PostingKind.CLOSING | PostingKind.RECAP | PostingKind.CORRECTION:
            pass
        case _:
            assert_never(posting.kind)


def _clear_trouble(posting: Posting, *, with_threads: bool) -> None:
    """What could be sent is no trouble any more. A question says nothing about threads, nor they about it."""
    drill = posting.round.place.drill
    if drill is not None and (drill.trouble or "").startswith(NO_THREAD) is with_threads:
        drill.trouble = drill.told = None


async def _was_given_up(session: Session, posting: Posting, now: datetime) -> None:
    """Leave the trouble where keepers see it and are told of it."""
    if posting.kind is PostingKind.QUESTION and posting.state is PostingState.FAILED:
        posting.round.state = RoundState.FAILED
    if drill := posting.round.place.drill:
        tell_keepers(posting, drill, posting.trouble or "")
        if posting.round.state is RoundState.FAILED:
            await strike(session, drill)
        if posting.kind is PostingKind.REVEAL or posting.round.state is RoundState.FAILED:
            await review_if_over(session, drill, posting.round.day, now)
