"""The states of what happens over days: a drill, its rounds, and the things sent for them."""

from datetime import datetime, timedelta
from enum import StrEnum

LATE = timedelta(hours=24)  # for which a closed round can still be answered, for the streak alone
_INSTANT = timedelta(microseconds=1)  # the shortest time that the tables can tell


class DrillState(StrEnum):
    """Whether a drill asks questions."""

    ACTIVE = "active"
    PAUSED = "paused"
    STOPPED = "stopped"


class RevealRule(StrEnum):
    """When the answer is shown: with the round's end, or as soon as somebody who answered asks for it."""

    AT_CLOSE = "at_close"
    ON_REQUEST = "on_request"


class RoundState(StrEnum):
    """planned → open → closed → revealed; or skipped (its day passed) or failed (it could not be posted)."""

    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"
    REVEALED = "revealed"
    SKIPPED = "skipped"
    FAILED = "failed"


class PostingKind(StrEnum):
    """What is sent: the question, its tally (edited: how many have answered), its closing (edited: buttons gone, marks
    on), the reveal, the thread under it, after the last round of a week its review, and once a disputed key was
    ruled on what that has changed.
    """

    QUESTION = "question"
    TALLY = "tally"
    CLOSING = "closing"
    REVEAL = "reveal"
    DISCUSSION = "discussion"
    RECAP = "recap"
    CORRECTION = "correction"


class PostingState(StrEnum):
    """due → sending → sent; or held (nobody can tell whether it was sent), or failed (it surely was not)."""

    DUE = "due"
    SENDING = "sending"
    SENT = "sent"
    HELD = "held"
    FAILED = "failed"


def end(planned: datetime | None, now: datetime, last_said: datetime | None) -> datetime:
    """When a round that is closed now ended: as planned, or now if that is earlier, but after what was said last in it.

    Whoever closes it early may have looked at the clock before somebody answered, and that answer was accepted.
    """
    early = now if last_said is None else max(now, last_said + _INSTANT)
    return early if planned is None else min(planned, early)


def may_answer_late(state: RoundState, closes_at: datetime | None, now: datetime) -> bool:
    """Whether somebody who did not answer a round in time may still do so. Only once it is closed: by then nothing that
    is said in it can score.
    """
    is_over = state in (RoundState.CLOSED, RoundState.REVEALED)
    return is_over and closes_at is not None and now < closes_at + LATE
