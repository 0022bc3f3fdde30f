"""Keeping a drill: for those who may administer it."""

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.standings import Span


@dataclass(frozen=True, slots=True)
class Setup:
    """Set this place's drill up, or change it. With nothing said it asks with a form. Values are as typed."""

    at: str | None = None
    zone: str | None = None
    days: str | None = None
    topics: str | None = None
    version: str | None = None
    ping: str | None = None
    discussion: str | None = None
    holidays: str | None = None
    skip: str | None = None
    window: str | None = None
    recap: str | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """How a question will look here, for me alone."""


@dataclass(frozen=True, slots=True)
class Keepers:
    """Who keeps this place's drill; one more, or one less. A person is given as their id, a blank and their name."""

    add: str | None = None
    remove: str | None = None


@dataclass(frozen=True, slots=True)
class Pause:
    """No new questions here until the drill is resumed, or until a day comes. The day is as typed."""

    until: str | None = None


@dataclass(frozen=True, slots=True)
class Resume:
    """Go on after a pause."""


@dataclass(frozen=True, slots=True)
class Stop:
    """End this place's drill. Points and history stay."""


@dataclass(frozen=True, slots=True)
class Post:
    """Post today's question now instead of waiting for its time."""


@dataclass(frozen=True, slots=True)
class Reveal:
    """Close the open round now and reveal it."""


@dataclass(frozen=True, slots=True)
class Decide:
    """A message of which nobody knows whether it was sent: it stands, or it is to be sent once more."""

    posting: int
    stands: bool = False


class Layout(StrEnum):
    """What a report looks like: words, or a table for a spreadsheet."""

    WORDS = "words"
    CSV = "csv"


@dataclass(frozen=True, slots=True)
class Report:
    """How this place does: who takes part, topics, questions. `page` of the table, where a platform shows pages."""

    span: Span = Span.SEASON
    layout: Layout = Layout.WORDS
    page: int | None = None
