"""The states of what happens over days: a drill, its rounds, and the things sent for them."""

from enum import StrEnum


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
    on), the reveal, the thread under it, and after the last round of a week its review.
    """

    QUESTION = "question"
    TALLY = "tally"
    CLOSING = "closing"
    REVEAL = "reveal"
    DISCUSSION = "discussion"
    RECAP = "recap"


class PostingState(StrEnum):
    """due → sending → sent; or held (nobody can tell whether it was sent), or failed (it surely was not)."""

    DUE = "due"
    SENDING = "sending"
    SENT = "sent"
    HELD = "held"
    FAILED = "failed"
