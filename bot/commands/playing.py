"""Playing: the daily question, and what comes of it."""

from dataclasses import dataclass

from bot.domain.standings import Reach, Scope, Span


@dataclass(frozen=True, slots=True)
class Home:
    """What can I do here? The bare `/sqla-quiz`. `round` is the open question to show, where there are several."""

    round: int | None = None


@dataclass(frozen=True, slots=True)
class Help:
    """Every word with what it does, or one of them in full."""

    word: str | None = None


@dataclass(frozen=True, slots=True)
class Today:
    """The open question of this place, with what I answered so far."""


@dataclass(frozen=True, slots=True)
class Answer:
    """My answer in a round; the last one before the close counts. `more`: on top of the letters chosen before."""

    round: int
    choice: str
    sure: bool = False
    more: bool = False


@dataclass(frozen=True, slots=True)
class DailyHint:
    """The hint of an open question, which costs points."""

    round: int


@dataclass(frozen=True, slots=True)
class AnswerLate:
    """My answer in a round that has closed, for my streak alone. `draft`: still being put together."""

    round: int
    choice: str
    draft: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """How did I do in a revealed round?"""

    round: int


@dataclass(frozen=True, slots=True)
class Week:
    """How did I do in the week of a round?"""

    round: int


@dataclass(frozen=True, slots=True)
class Board:
    """The leaderboard of this place, or of its workspace."""

    scope: Scope = Scope.PEOPLE
    span: Span = Span.WEEK
    reach: Reach = Reach.HERE


@dataclass(frozen=True, slots=True)
class Account:
    """What my total on a board is made of, and why that is my rank."""

    span: Span = Span.WEEK
    reach: Reach = Reach.HERE


@dataclass(frozen=True, slots=True)
class MyStats:
    """My points, my streak, my strong and weak topics."""


@dataclass(frozen=True, slots=True)
class Away:
    """I am away until a day, back now (`off`), or: am I away? The day is as typed."""

    until: str | None = None
