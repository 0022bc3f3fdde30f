"""Everything a person can ask of the quiz: one closed union of frozen dataclasses.

A field is `str`, `int`, `bool`, an enum, or one of these `| None`, so that `wire` can carry every command in a button.
Add a command here, to `Command`, and the type checker names the places that must learn it.
"""

from dataclasses import dataclass
from enum import StrEnum

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
class Practice:
    """A question for me alone, judged at once, worth no points. `after` is the one I have just had."""

    topic: str | None = None
    level: int | None = None
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """My answer to a practice question. `draft`: still being put together from several letters."""

    question: str
    choice: str
    topic: str | None = None
    level: int | None = None
    draft: bool = False


@dataclass(frozen=True, slots=True)
class Write:
    """Let me answer an open question in my own words."""

    question: str


@dataclass(frozen=True, slots=True)
class Compare:
    """My own words on an open question, beside its key points."""

    question: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Hint:
    """A hint for a practice question."""

    question: str
    topic: str | None = None
    level: int | None = None


@dataclass(frozen=True, slots=True)
class Explain:
    """The explanation of one question, with its code, output and SQL; `twin`: its program with `AsyncSession`.

    `version` is the one it was asked on, where that matters; else the workspace's.
    """

    question: str
    twin: bool = False
    version: str | None = None


@dataclass(frozen=True, slots=True)
class Lookup:
    """The explanation of the question that a message of ours is about. `message` is the platform's id of it."""

    message: str


@dataclass(frozen=True, slots=True)
class Board:
    """The leaderboard of this place, or of its workspace."""

    scope: Scope = Scope.PEOPLE
    span: Span = Span.WEEK
    reach: Reach = Reach.HERE


@dataclass(frozen=True, slots=True)
class MyStats:
    """My points, my streak, my strong and weak topics."""


@dataclass(frozen=True, slots=True)
class Away:
    """I am away until a day, back now (`off`), or: am I away? The day is as typed."""

    until: str | None = None


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


class Wish(StrEnum):
    """What may become of what is stored."""

    HIDE = "hide"  # others see no name
    SHOW = "show"  # they do again
    EXPORT = "export"  # all of it, handed out
    FORGET = "forget"  # nothing that tells who it was
    ERASE = "erase"  # nothing of the whole workspace


class Confirmed(StrEnum):
    """How often it was said that it is really meant."""

    YES = "yes"
    TWICE = "twice"


@dataclass(frozen=True, slots=True)
class Privacy:
    """What is stored about me, and what I can do about it. `page` is that of an export for whoever gets no files."""

    do: Wish | None = None
    page: int | None = None
    confirm: Confirmed | None = None

    @property
    def erases(self) -> bool:
        """Whether this takes something away for good. A workspace goes when that was confirmed twice."""
        return (self.do is Wish.FORGET and self.confirm is not None) or (
            self.do is Wish.ERASE and self.confirm is Confirmed.TWICE
        )

    @property
    def writes(self) -> bool:
        """Whether this changes anything."""
        return self.erases or self.do in (Wish.HIDE, Wish.SHOW)


class Why(StrEnum):
    """What stopped words or a button from being read."""

    BUTTON = "button"  # from another release, or forged
    WORD = "word"  # no such word
    MISSING = "missing"  # a word lacks an argument it cannot do without
    VALUE = "value"  # a word was given something it does not know


@dataclass(frozen=True, slots=True)
class Decide:
    """A message of which nobody knows whether it was sent: it stands, or it is to be sent once more."""

    posting: int
    stands: bool = False


@dataclass(frozen=True, slots=True)
class Misread:
    """Something that could not be read as a command, so that even this is answered by the quiz.

    `said` is what came, `word` the word it was said to (if any), `near` the likeliest words meant.
    """

    said: str
    why: Why
    word: str = ""
    near: tuple[str, ...] = ()


Command = (
    Home
    | Help
    | Today
    | Answer
    | DailyHint
    | AnswerLate
    | Result
    | Week
    | Practice
    | Attempt
    | Write
    | Compare
    | Hint
    | Explain
    | Lookup
    | Board
    | MyStats
    | Away
    | Setup
    | Preview
    | Keepers
    | Pause
    | Resume
    | Stop
    | Post
    | Reveal
    | Decide
    | Privacy
    | Misread
)
