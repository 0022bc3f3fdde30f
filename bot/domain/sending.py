"""How a posting gets out exactly once: what its row says of its sending, and what each event makes of that.

A platform's "no" and a lost answer are never confused: after a clear refusal a message may be sent again, after a lost
answer only when the platform, asked twice, does not have it. Where it cannot be asked, the message is held. What may be
done twice, an edit or a thread, needs no asking. Only the latest attempt says what it came to, but that a message
stands is believed whoever shows it. A message that was ever in doubt is looked for again once it stands, for copies.

Each function answers the next `Progress`, or why nothing changes.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import assert_never

from bot.domain.rounds import PostingKind, PostingState

LEASE = timedelta(seconds=150)  # how long a sender may be silent before its posting is in doubt
CALL = timedelta(seconds=50)  # how long a call may take; a platform's own limits are shorter
SETTLE = timedelta(seconds=60)  # how long a platform is given to show a message after a lost answer
SECOND_LOOK = timedelta(seconds=30)  # a message is absent only if it is not seen twice, this far apart
BACKOFF, LONGEST_BACKOFF = timedelta(seconds=15), timedelta(minutes=5)
POSTPONED = timedelta(minutes=10)
PATIENCE = 24  # attempts, sends and looks together, before what stays unclear is left to a keeper
TALLY_EVERY = timedelta(seconds=30)  # at least, from one edit to the next: those who answer meanwhile share one
LONGEST_TROUBLE = 255  # characters
# When the channel of a message that was in doubt is looked through for copies: so long after the message is known to
# stand, and after each look. A process that stood still between its last check and its call may wake at any time.
SWEEPS = (timedelta(minutes=5), timedelta(minutes=55), timedelta(hours=5))
NEVER_CLEAR = "it was tried many times, and what became of it is never clear"
NOT_PREPARED = "it could not be prepared: see the log"


MESSAGES = (
    PostingKind.QUESTION,
    PostingKind.REVEAL,
    PostingKind.RECAP,
    PostingKind.CORRECTION,
)  # what makes a message of its own, which could come twice


class Void(StrEnum):
    """Why an event changes nothing."""

    NOT_DUE = "it is not to be sent, or not yet"
    NOT_SENDING = "nobody is sending it"
    FENCED = "a later attempt has taken over"
    LEASED = "its sender may still come back"
    NEVER_SENT = "it was never sent, so that nothing can stand"
    STANDS = "its message is known to stand"
    ON_ITS_WAY = "it is being sent"
    NOT_HELD = "there is nothing to decide"


@dataclass(frozen=True, slots=True)
class Progress:
    """What the row of a posting says of its sending.

    `attempt` counts sends and looks, and fences: only the latest may say what it came to. `lease_until` is when a
    sender that stays silent leaves the posting in doubt, `looked_at` when the message was first not seen. `doubted`: a
    message may stand that nobody could confirm. `sweep_at` is set once copies are possible: from when on they are to be
    looked for where the message stands; `sweeps` is how often they were. `stale`: what it says has changed since it was
    taken. A message that stands and is due or being sent is to be edited.
    """

    kind: PostingKind
    due_at: datetime
    state: PostingState = PostingState.DUE
    attempt: int = 0
    lease_until: datetime | None = None
    looked_at: datetime | None = None
    doubted: bool = False
    message: str | None = None
    trouble: str | None = None
    sweep_at: datetime | None = None
    sweeps: int = 0
    stale: bool = False

    @property
    def edits(self) -> bool:
        """Whether its message is known, so that it can only be edited, which may be done twice."""
        return self.kind in MESSAGES and self.message is not None


def take(it: Progress, now: datetime) -> Progress | Void:
    """Somebody sends it: to be committed before the platform is called, so that a crash leaves a doubt and no gap."""
    if it.state is not PostingState.DUE or it.due_at > now:
        return Void.NOT_DUE
    taken = replace(it, state=PostingState.SENDING, attempt=it.attempt + 1, lease_until=now + LEASE, looked_at=None)
    return replace(taken, stale=False)


def begin_by(it: Progress) -> datetime:
    """Until when whoever took it may begin the call: it ends, and has settled, before anybody looks for its message."""
    if it.lease_until is None:
        raise ValueError("nobody has taken it")
    return it.lease_until - CALL - SETTLE


def postponed(it: Progress, now: datetime) -> Progress | Void:
    """It could not even be prepared: later, so that it keeps no other from being sent."""
    if it.state is not PostingState.DUE:
        return Void.NOT_DUE
    it = replace(it, attempt=it.attempt + 1, due_at=now + POSTPONED, trouble=NOT_PREPARED)
    if it.kind is PostingKind.TALLY:
        return dropped(it)
    return given_up(it, NOT_PREPARED) if it.attempt >= PATIENCE else it


def sent(it: Progress, attempt: int, message: str, now: datetime) -> Progress | Void:
    """The platform did it. Coming too late, that is still news of a message of its own, as a press on it would be."""
    if void := _closed_to(it, attempt):
        return pressed(it, message, now) if it.kind in MESSAGES else void
    return _stands(it, message, now)


def refused(it: Progress, attempt: int, why: str, *, lasting: bool, wait: timedelta, now: datetime) -> Progress | Void:
    """The platform surely did not do it: again later, or given up where asking cannot help.

    If an earlier attempt may have left a message, a refusal says nothing about that one.
    """
    if void := _closed_to(it, attempt):
        return void
    it = replace(it, trouble=why[:LONGEST_TROUBLE])
    if it.kind is PostingKind.TALLY:
        return _settled_tally(it, now, wait)
    if lasting:
        return given_up(replace(it, state=PostingState.DUE), why)
    # Who says how long to wait knows; nothing has gone wrong then.
    wait = wait or min(BACKOFF * 2 ** min(it.attempt, 10), LONGEST_BACKOFF)
    return replace(it, state=PostingState.DUE, due_at=now + wait)


def unclear(it: Progress, attempt: int, why: str, now: datetime) -> Progress | Void:
    """Nobody can tell: it stays in doubt, to be looked into once the platform has settled."""
    if void := _closed_to(it, attempt):
        return void
    if it.kind is PostingKind.TALLY:  # one that still arrives must find the closing waiting
        due_at = now + TALLY_EVERY if _came_since(it) else it.due_at
        it = replace(it, due_at=due_at, doubted=True)
    it = replace(it, trouble=why[:LONGEST_TROUBLE], lease_until=now + SETTLE, looked_at=None)
    return _may_have_copies(it, now)


def look(it: Progress, now: datetime) -> Progress | Void:
    """Whoever sent it has been silent for too long. What still is `SENDING` after this is to be looked for.

    What may be done twice needs no looking: it is done again, or left after a while.
    """
    if it.state is not PostingState.SENDING:
        return Void.NOT_SENDING
    if it.lease_until is not None and it.lease_until > now:
        return Void.LEASED
    if it.edits:
        return _again(it, now)
    match it.kind:
        case PostingKind.QUESTION | PostingKind.REVEAL | PostingKind.RECAP | PostingKind.CORRECTION:
            return _may_have_copies(replace(it, attempt=it.attempt + 1, lease_until=now + LEASE), now)
        case PostingKind.CLOSING | PostingKind.DISCUSSION:
            return _again(it, now)
        case PostingKind.TALLY:  # if only its answer was lost, it waits for the next person who answers
            again = _came_since(it) or not it.doubted
            state = PostingState.DUE if again else PostingState.SENT
            return replace(it, state=state, due_at=now, doubted=False)
        case _:
            assert_never(it.kind)


def absent(it: Progress, attempt: int, now: datetime) -> Progress | Void:
    """The platform does not have the message; if it said so before, it may be sent again."""
    if void := _closed_to(it, attempt):
        return void
    if it.looked_at is None or now - it.looked_at < SECOND_LOOK:
        return replace(it, looked_at=it.looked_at or now, lease_until=now + SECOND_LOOK)
    if it.attempt >= PATIENCE:
        return _held(it, NEVER_CLEAR)
    return replace(it, state=PostingState.DUE, due_at=now, looked_at=None, doubted=False)


def unknown(it: Progress, attempt: int, why: str, *, lasting: bool, now: datetime) -> Progress | Void:
    """The platform could not be asked: again later, and where that cannot help, a keeper has to look and decide."""
    if void := _closed_to(it, attempt):
        return void
    if lasting or it.attempt >= PATIENCE:
        return _held(it, why)
    return replace(it, lease_until=now + min(SETTLE * it.attempt, LONGEST_BACKOFF))


def pressed(it: Progress, message: str, now: datetime) -> Progress | Void:
    """Somebody pressed a button of this message: it stands, whatever we knew. Beside another it is a copy, and looking
    for copies begins anew, as the first look may fail.
    """
    if it.attempt == 0:
        return Void.NEVER_SENT
    if it.message is None:
        return _stands(_may_have_copies(it, now), message, now)
    return Void.STANDS if it.message == message else replace(it, sweep_at=now, sweeps=0)


def decided_there(it: Progress, message: str | None, now: datetime) -> Progress | Void:
    """A keeper sees the message of a posting that is held. Which one it is may stay unknown until a press."""
    if it.state is not PostingState.HELD:
        return Void.STANDS if it.state is PostingState.SENT else Void.NOT_HELD
    return _stands(it, message, now)


def decided_again(it: Progress, now: datetime) -> Progress | Void:
    """A keeper wants it sent now, whatever has kept it. That a message may stand is not forgotten for it."""
    match it.state:
        case PostingState.SENT:
            return Void.STANDS
        case PostingState.SENDING:
            return Void.ON_ITS_WAY
        case PostingState.DUE | PostingState.HELD | PostingState.FAILED:
            return replace(it, state=PostingState.DUE, due_at=now, trouble=None)
        case _:
            assert_never(it.state)


def renewed(it: Progress, now: datetime) -> Progress:
    """What it says has changed: its message is edited where one stands, and where one may stand once that is found.
    What is not yet taken says the new thing anyway.
    """
    match it.state:
        case PostingState.DUE:
            return it
        case PostingState.SENT if it.message is not None:
            return replace(it, state=PostingState.DUE, due_at=now)
        case PostingState.FAILED:
            return replace(it, state=PostingState.DUE, due_at=now, trouble=None)
        case PostingState.SENT | PostingState.SENDING | PostingState.HELD:
            return replace(it, stale=True)
        case _:
            assert_never(it.state)


def swept(it: Progress, now: datetime) -> Progress | Void:
    """Somebody looks for copies now; one who dies over it leaves that to the next look."""
    if it.state is not PostingState.SENT or it.message is None or it.sweep_at is None or it.sweep_at > now:
        return Void.NOT_DUE
    sweeps = it.sweeps + 1
    return replace(it, sweeps=sweeps, sweep_at=now + SWEEPS[sweeps] if sweeps < len(SWEEPS) else None)


def given_up(it: Progress, why: str | None = None) -> Progress:
    """It is not to be sent any more: failed, or held if a message may stand, so that a press on it still proves it."""
    doubted = it.doubted or it.state is PostingState.SENDING
    state = PostingState.HELD if doubted else PostingState.FAILED
    return replace(it, state=state, doubted=doubted, trouble=why[:LONGEST_TROUBLE] if why else it.trouble)


def dropped(it: Progress) -> Progress:
    """A tally that is due no more: it changes a number that the next answer changes anyway."""
    return replace(it, state=PostingState.SENT) if it.state is PostingState.DUE else it


def _closed_to(it: Progress, attempt: int) -> Void | None:
    """Why this attempt has nothing to say any more; `None` if it has."""
    if it.attempt != attempt:
        return Void.FENCED
    return None if it.state is PostingState.SENDING else Void.NOT_SENDING


def _stands(it: Progress, message: str | None, now: datetime) -> Progress:
    older = it.kind is PostingKind.CORRECTION and it.attempt > 1 and it.message is None  # perhaps, and no news to it
    it = replace(it, message=message, trouble=None, stale=it.stale or older)
    if it.kind is PostingKind.TALLY:
        return _settled_tally(it, now, TALLY_EVERY)
    sweep_at = now + SWEEPS[0] if it.sweep_at and message else None
    it = replace(it, state=PostingState.SENT, doubted=False, sweep_at=sweep_at, sweeps=0)
    return replace(it, state=PostingState.DUE, due_at=now, stale=False) if it.stale and message else it


def _again(it: Progress, now: datetime) -> Progress:
    """What may be done twice is done once more, or left after a while."""
    state = PostingState.DUE if it.attempt < PATIENCE else PostingState.FAILED
    return replace(it, state=state, due_at=now)


def _may_have_copies(it: Progress, now: datetime) -> Progress:
    return replace(it, sweep_at=now) if it.kind in MESSAGES and not it.edits else it


def _held(it: Progress, why: str) -> Progress:
    return replace(it, state=PostingState.HELD, doubted=True, trouble=why[:LONGEST_TROUBLE])


def _settled_tally(it: Progress, now: datetime, wait: timedelta) -> Progress:
    """Done with a tally, whatever became of it, until one more person answers; due again if one did since it was taken.

    It holds and fails nothing.
    """
    state = PostingState.DUE if _came_since(it) else PostingState.SENT
    return replace(it, state=state, doubted=False, due_at=max(it.due_at, now + max(wait, TALLY_EVERY)))


def _came_since(it: Progress) -> bool:
    """Whether somebody made a tally due after its present lease began."""
    length = SETTLE if it.doubted else LEASE
    return it.lease_until is not None and it.due_at > it.lease_until - length
