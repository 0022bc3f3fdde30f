"""What is told after the answer, as one Markdown text: for formats that have a single field for it, and back again.

First the explanation; below a rule a list of the options, each marked **✓**, **✗** or **2** for a second step, and its
reason; then the program and other listings, what differs elsewhere, where to read on.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.cards.questions import said
from bot.cards.text import TIMELINE, timeline
from bot.domain.question import SHOWS_PROGRAM, Kind, Question
from bot.exchange.markdown import Block, Items, Listing, Rule, Words, fence, written

PROGRAM, OUTPUT, SQL, TWIN, FIX = "The program", "It prints", "It emits", "With AsyncSession", "The line mended"

_RIGHT, _WRONG = "✓", "✗"
_MARKED = re.compile(rf"\*\*(?P<mark>{_RIGHT}|{_WRONG}|\d)\*\* (?P<text>.+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Judged:
    """An option as a list of reasons has it: right, wrong, or the number of its step."""

    text: str
    right: bool
    place: int
    reason: str


@dataclass(frozen=True, slots=True)
class Told:
    """A text for after the answer, taken apart."""

    explanation: str
    judged: tuple[Judged, ...]
    program: str


def listings(question: Question) -> Iterator[tuple[str, str, str]]:
    """What a question has in code beside what it asks with: a title, the text, its language."""
    if question.kind not in SHOWS_PROGRAM:
        yield PROGRAM, question.code, "python"
    if question.fix:
        yield FIX, question.fix, "python"
    if question.output:
        yield OUTPUT, question.output, "text"
    if question.sql:
        yield SQL, question.sql, "sql"
    if question.trace:
        yield TIMELINE, "\n".join(timeline(question.trace)), "text"
    if question.twin:
        yield TWIN, question.twin, "python"


def elsewhere(question: Question) -> str:
    """What is different on other versions, or nothing."""
    parts = [
        f"On SQLAlchemy {version} the answer is {said(question, key)}."
        if key != question.key
        else f"On SQLAlchemy {version} the program does something else, with the same answer."
        for version, key in question.elsewhere
    ]
    return " ".join(parts)


def mark(question: Question, letter: str) -> str:
    """How an option is marked: right, wrong, or the number of its step."""
    if question.kind is Kind.ORDER:
        return str(question.key.index(letter) + 1)
    return _RIGHT if letter in question.key else _WRONG


def told(question: Question, *, reasons: bool) -> str:
    """Everything there is to tell; with `reasons` also each option's, where the format has no better place."""
    blocks = [*map(written, question.explanation.split("\n\n")), "---"]
    if reasons:
        items = (f"* **{mark(question, o.letter)}** {_pair(o.text, o.reason)}" for o in question.options)
        blocks.append("\n".join(items).rstrip())
    for title, text, language in listings(question):
        blocks += [f"**{title}**", fence(text, language)]
    if differs := elsewhere(question):
        blocks.append(differs)
    pages = [f"[documentation]({url})" for url in question.docs]
    blocks.append(" · ".join([f"Ran on SQLAlchemy {question.release}", *pages]))
    return "\n\n".join(blocks)


def _pair(text: str, reason: str) -> str:
    return f"{written(text)}\n\n  {written(reason)}\n"


def taken_apart(blocks: Iterable[Block], lost: list[str]) -> Told:
    """A text for after the answer that `told` wrote, or anybody else. What is only here for show is left out."""
    paragraphs: list[str] = []
    judged: list[Judged] = []
    program, title, ours = "", "", False
    for block in blocks:
        match block:
            case Rule():
                ours = True
            case Words(text):
                title = text
                paragraphs += [] if ours else [text]
            case Listing(source, language):
                if title == f"**{PROGRAM}**" or (not ours and language == "python"):
                    program = program or source
                elif not ours:
                    lost.append("code in the explanation is left out")
            case Items(items):
                found = [_judged(item) for item in items] if ours else []
                judged += [one for one in found if one]
                paragraphs += [] if ours else [" ".join(item) for item in items]
    return Told("\n\n".join(paragraphs), tuple(judged), program)


def _judged(item: tuple[str, ...]) -> Judged | None:
    marked = _MARKED.fullmatch(item[0]) if item else None
    if not marked:
        return None
    sign = marked["mark"]
    place = int(sign) if sign.isdigit() else 0
    return Judged(marked["text"], sign != _WRONG and not place, place, " ".join(item[1:]))
