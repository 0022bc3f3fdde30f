"""What the quiz says: a `Card` of blocks that name meaning, not layout, or a `Form` that asks for input.

Text is made of spans, never of markup, so that no renderer can mistake a person's name for formatting or a mention.
Adding a block or a span here makes the type check fail in every renderer that must learn it.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache

from bot.commands import Command
from bot.domain.question import Step

FILE = 8_000_000
"""Bytes of a file at most: platforms that take files take this much."""


class Tone(StrEnum):
    """The mood of a card; never the only carrier of a fact."""

    NEUTRAL = "neutral"
    QUESTION = "question"
    GOOD = "good"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Text:
    """Plain words, shown exactly as they are. Safe for anything a person typed."""

    text: str


@dataclass(frozen=True, slots=True)
class Mono:
    """A piece of code within a sentence."""

    text: str


@dataclass(frozen=True, slots=True)
class Strong:
    """Words that carry the sentence."""

    text: str


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant (aware), shown in the reader's own time where a platform can, else as `fallback`."""

    at: datetime
    fallback: str


@dataclass(frozen=True, slots=True)
class Link:
    """Words that lead to a page."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Group:
    """Those whom a message can notify together, by the platform's id. Only a card's `ping` is really notified."""

    id: str


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel of the reader's workspace by its platform's own id, shown under its name where a platform can."""

    id: str


Span = Text | Mono | Strong | Moment | Link | Group | Channel


@dataclass(frozen=True, slots=True)
class Prose:
    """A paragraph."""

    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Code:
    """A program, its output or its SQL, kept verbatim under a short caption."""

    source: str
    language: str
    caption: str = ""


@dataclass(frozen=True, slots=True)
class OptionLine:
    """One lettered option. After the reveal: whether it is right, why, and how many chose it."""

    letter: str
    spans: tuple[Span, ...]
    right: bool | None = None
    chosen: bool = False
    count: int | None = None
    reason: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Options:
    """The options of a question, in order."""

    lines: tuple[OptionLine, ...]


@dataclass(frozen=True, slots=True)
class Rank:
    """One line of a board: shared ranks are equal numbers. `score` and `note` are ready to show."""

    rank: int
    name: str
    score: str
    note: str = ""
    me: bool = False


@dataclass(frozen=True, slots=True)
class Ranking:
    """A board, best first. At most 50 lines."""

    lines: tuple[Rank, ...]


Fact = tuple[str, tuple[Span, ...]]
"""A value with its name."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Named values, in order."""

    pairs: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Button:
    """Something to press; `press` is the command it asks. Labels stay under 35 characters."""

    label: str
    press: Command
    primary: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a field or a menu with what it is called, in at most 75 characters."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Menu:
    """A choice of several things at once. What is chosen is the first thing that `press` leaves unsaid."""

    label: str
    press: Command
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Buttons:
    """Buttons that belong together, at most 10; no two on a card ask the same thing.

    A platform with menus may show the `menu` instead, which says all of them at once.
    """

    items: tuple[Button, ...]
    menu: Menu | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """Small print."""

    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """The states that objects went through, one step after the other, with the SQL before each."""

    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class File:
    """A text to take along, under a name that ends as its kind does; at most `FILE` bytes, of ASCII only.

    Where a platform gives nobody a file it shows the text: in pages if it is long, of which `page` is the one to show.
    `turn` asks for the card again; the page is the first thing that it leaves unsaid.
    """

    name: str
    text: str
    turn: Command
    page: int = 1


Block = Prose | Code | Options | Ranking | Facts | Buttons | Note | Timeline | File


@dataclass(frozen=True, slots=True)
class Card:
    """One message. `summary` is what a notification shows: plain words, no secrets, at most 150 characters.

    `ping` is the id of the `Group` that it notifies, if it notifies one.
    """

    title: str
    blocks: tuple[Block, ...]
    summary: str
    tone: Tone = Tone.NEUTRAL
    ping: str | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """One thing a form asks. `name` is the grammar argument it fills; with `choices` it is picked, else typed, as a
    paragraph if it is `long`.
    """

    name: str
    label: str
    value: str = ""
    hint: str = ""
    required: bool = True
    choices: tuple[Choice, ...] = ()
    long: bool = False


@dataclass(frozen=True, slots=True)
class Form:
    """Asks for the arguments of the grammar word `word`, of which some may be given already.

    One to five fields; title and submit under 25 characters. `again` asks for the form once more, where a platform
    could not open it.
    """

    title: str
    word: str
    fields: tuple[Field, ...]
    submit: str
    again: Command
    given: tuple[tuple[str, str], ...] = ()


_INLINE = re.compile(r"(?P<ticks>`+)(?P<mono>.+?)(?P=ticks)|\*\*(?P<strong>.+?)\*\*", re.DOTALL)


@lru_cache(maxsize=1024)  # of a question asked in many places it is always the same
def spans(markdown: str) -> tuple[Span, ...]:
    """The spans of an author's inline Markdown: plain words, `code` and **strong**. Never for what people type."""
    found: list[Span] = []
    end = 0
    for match in _INLINE.finditer(markdown):
        if match.start() > end:
            found.append(Text(markdown[end : match.start()]))
        mono, strong = match["mono"], match["strong"]
        found.append(Mono(mono.strip()) if mono is not None else Strong(strong))
        end = match.end()
    if end < len(markdown):
        found.append(Text(markdown[end:]))
    return tuple(found)


def plain(markdown: str) -> str:
    """An author's inline Markdown as plain words."""
    return "".join(span.text for span in spans(markdown) if isinstance(span, Text | Mono | Strong))


def say(*parts: str | Span) -> Prose:
    """A paragraph of words and spans; a plain `str` is our own wording in inline Markdown."""
    return Prose(_join(parts))


def note(*parts: str | Span) -> Note:
    """Small print, put together as `say` does."""
    return Note(_join(parts))


def fact(name: str, *parts: str | Span) -> Fact:
    """One pair for `Facts`, its value put together as `say` does."""
    return name, _join(parts)


def _join(parts: tuple[str | Span, ...]) -> tuple[Span, ...]:
    return tuple(span for part in parts for span in (spans(part) if isinstance(part, str) else (part,)))
