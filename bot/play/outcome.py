"""What became of a posting: recorded once, by its latest attempt only, and looked into where nobody knows.

A platform's "no" and a lost answer are never confused: after a clear refusal the posting may be tried again, after a
lost answer only when the platform, asked twice, does not have the message. Where it cannot be asked, it is held.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import assert_never

from bot.domain.identity import Place
from bot.domain.rounds import PostingKind, PostingState, RoundState
from bot.play.posting import LEASE, NO_THREAD, PATIENCE, TALLY_EVERY, tell_keepers
from bot.play.trouble import strike
from bot.store import drills, places, postings, rounds
from bot.store.database import Session
from bot.store.models import Posting

SETTLE = timedelta(seconds=60)  # how long a platform is given to show a message after a lost answer
SECOND_LOOK = timedelta(seconds=30)  # a message is absent only if it is not seen twice, this far apart
BACKOFF, LONGEST_BACKOFF = timedelta(seconds=15), timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Doubt:
    """A posting that may or may not have been sent, taken for looking into."""

    posting: int
    attempt: int
    kind: PostingKind
    place: Place
    round: int


async def _mine(session: Session, posting_id: int, attempt: int) -> Posting | None:
    """The posting if this attempt is still its latest and still unsettled, locked."""
    posting = await postings.get_posting(session, posting_id)
    if posting is None or posting.attempt != attempt or posting.state is not PostingState.SENDING:
        return None
    return posting


async def sent(session: Session, posting_id: int, attempt: int, message: str, now: datetime) -> None:
    """The platform did it: the question is open, the answer revealed, a message edited or a thread opened."""
    posting = await _mine(session, posting_id, attempt)
    if posting is not None:
        await stands(session, posting, message, now)


async def stands(session: Session, posting: Posting, message: str, now: datetime) -> None:
    """The message of a posting is known to stand."""
    posting.state, posting.message, posting.trouble = PostingState.SENT, message, None
    match posting.kind:
        case PostingKind.QUESTION:
            posting.round.state, posting.round.opened_at = RoundState.OPEN, now
            await _clear_trouble(session, posting, with_threads=False)
        case PostingKind.REVEAL:
            posting.round.state = RoundState.REVEALED
            drill = await drills.find_drill(session, posting.place_id)
            if drill is not None and drill.discussion:
                await rounds.add_posting(session, posting.round, PostingKind.DISCUSSION, now)
        case PostingKind.DISCUSSION:
            await _clear_trouble(session, posting, with_threads=True)
        case PostingKind.TALLY:
            _settle_tally(posting, now)
        case PostingKind.CLOSING:
            pass
        case _:
            assert_never(posting.kind)


async def _clear_trouble(session: Session, posting: Posting, *, with_threads: bool) -> None:
    """What could be sent is no trouble any more. A question says nothing about threads, nor they about it."""
    drill = await drills.find_drill(session, posting.place_id)
    if drill is not None and (drill.trouble or "").startswith(NO_THREAD) is with_threads:
        drill.trouble = drill.told = None


def _settle_tally(posting: Posting, now: datetime, wait: timedelta = TALLY_EVERY) -> None:
    """Done with a tally, whatever became of it, until one more person answers; due again if one did since it was taken.

    It holds and fails nothing: it changes a number that the next answer changes anyway.
    """
    _drop_tally(posting, again=_came_since(posting))
    posting.due_at = max(posting.due_at, now + max(wait, TALLY_EVERY))


def _came_since(posting: Posting) -> bool:
    """Whether somebody made a tally due after its present lease began."""
    length = SETTLE if posting.doubted else LEASE
    return posting.lease_until is not None and posting.due_at > posting.lease_until - length


def _drop_tally(posting: Posting, *, again: bool) -> None:
    is_open = posting.round.state is RoundState.OPEN
    posting.state, posting.doubted = PostingState.DUE if again and is_open else PostingState.SENT, False


async def refused(
    session: Session, posting_id: int, attempt: int, why: str, *, lasting: bool, wait: timedelta, now: datetime
) -> None:
    """The platform surely did not do it: try again until its grace ends, or give up where asking cannot help.

    If an earlier attempt may have left a message, a refusal says nothing about that one: it is held again.
    """
    posting = await _mine(session, posting_id, attempt)
    if posting is None:
        return
    posting.trouble = why[:255]
    if posting.kind is PostingKind.TALLY:
        _settle_tally(posting, now, wait)
        return
    if not lasting:
        posting.state = PostingState.DUE
        # Who says how long to wait knows; nothing has gone wrong then.
        posting.due_at = now + (wait or min(BACKOFF * 2 ** min(posting.attempt, 10), LONGEST_BACKOFF))
        return
    posting.state = PostingState.HELD if posting.doubted else PostingState.FAILED
    if posting.kind is PostingKind.QUESTION and not posting.doubted:
        posting.round.state = RoundState.FAILED
    await _note_trouble(session, posting)


async def _note_trouble(session: Session, posting: Posting) -> None:
    """Leave a trouble where keepers see it and are told of it."""
    if drill := await drills.find_drill(session, posting.place_id):
        tell_keepers(posting, drill, posting.trouble or "")
        if posting.round.state is RoundState.FAILED:
            await strike(session, drill)


async def unclear(session: Session, posting_id: int, attempt: int, why: str, now: datetime) -> None:
    """Nobody can tell: leave it in doubt, to be looked into once the platform has settled."""
    posting = await _mine(session, posting_id, attempt)
    if posting is None:
        return
    if posting.kind is PostingKind.TALLY:  # one that still arrives must find the closing waiting
        posting.due_at = now + TALLY_EVERY if _came_since(posting) else posting.due_at
        posting.doubted = True
    posting.trouble, posting.lease_until, posting.looked_at = why[:255], now + SETTLE, None


async def doubtful(session: Session, posting_id: int, now: datetime) -> Doubt | None:
    """Take a posting in doubt for looking into.

    What may be done twice needs no looking: it is done again, or left after a while.
    """
    posting = await postings.lock_doubtful(session, posting_id, now)
    if posting is None:
        return None
    match posting.kind:
        case PostingKind.CLOSING | PostingKind.DISCUSSION:
            posting.state = PostingState.DUE if posting.attempt < PATIENCE else PostingState.FAILED
            posting.due_at = now
            return None
        case PostingKind.TALLY:  # if only its answer was lost, it waits for the next person who answers
            _drop_tally(posting, again=_came_since(posting) or not posting.doubted)
            posting.due_at = now
            return None
        case PostingKind.QUESTION | PostingKind.REVEAL:
            posting.attempt += 1
            posting.lease_until = now + LEASE
        case _:
            assert_never(posting.kind)
    return Doubt(posting.id, posting.attempt, posting.kind, places.address(posting.round.place), posting.round_id)


async def absent(session: Session, doubt: Doubt, now: datetime) -> None:
    """The platform does not have the message; if it said so before, the posting may be sent again."""
    posting = await _mine(session, doubt.posting, doubt.attempt)
    if posting is None:
        return
    if posting.looked_at is None or now - posting.looked_at < SECOND_LOOK:
        posting.looked_at = posting.looked_at or now
        posting.lease_until = now + SECOND_LOOK
    elif posting.attempt < PATIENCE:
        posting.state, posting.due_at, posting.looked_at = PostingState.DUE, now, None
    else:
        await _hold(session, posting, "it was tried many times, and what became of it is never clear")


async def unknown(session: Session, doubt: Doubt, why: str, *, lasting: bool, now: datetime) -> None:
    """The platform could not be asked: try again, and where that cannot help, let a keeper look and decide."""
    posting = await _mine(session, doubt.posting, doubt.attempt)
    if posting is None:
        return
    if lasting or posting.attempt >= PATIENCE:
        await _hold(session, posting, why)
    else:
        posting.lease_until = now + min(SETTLE * posting.attempt, LONGEST_BACKOFF)


async def _hold(session: Session, posting: Posting, why: str) -> None:
    posting.state, posting.doubted, posting.trouble = PostingState.HELD, True, why[:255]
    await _note_trouble(session, posting)
