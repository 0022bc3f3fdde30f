"""Words that several cards share: questions, moments, names, the usual buttons."""

import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from importlib.metadata import version

from bot.cards.model import (
    Block,
    Button,
    Code,
    Link,
    Moment,
    Note,
    OptionLine,
    Options,
    Prose,
    Rank,
    Ranking,
    Text,
    note,
    spans,
)
from bot.commands import Board, Home, MyStats, Practice, Today
from bot.domain.calendar import zone
from bot.domain.question import Kind, Question
from bot.domain.standings import Standing
from bot.domain.words import visible

TODAY = Button("Today's question", Today())
PRACTISE = Button("Practise", Practice())
BOARD = Button("Board", Board())
ME = Button("My numbers", MyStats())
HOME = Button("Home", Home())

_LONGEST_NAME = 32
_LEVELS = {1: "name it", 2: "predict it", 3: "debug it", 4: "edge case"}


def moment(at: datetime, zone_name: str) -> Moment:
    """An instant, with the drill's local time where a platform cannot show the reader's own."""
    return Moment(at, f"{at.astimezone(zone(zone_name)):%a %d %b, %H:%M} {zone_name}")


def day(when: date) -> str:
    """A day as a title says it: `Monday 23 November`."""
    return f"{when:%A} {when.day} {when:%B}"


def name(raw: str) -> Text:
    """A person's name, cut and without characters that hide or reorder others; `someone` where nothing is left."""
    shown = " ".join(visible(unicodedata.normalize("NFC", raw)).split())
    return Text(shown[:_LONGEST_NAME].strip() or "someone")


def count(number: int, one: str, many: str = "") -> str:
    """A number with its noun: `1 person`, `3 people`."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def listed(words: Iterable[str], last: str = "or") -> str:
    """Words as a list in code font: `a`, `b` or `c`."""
    quoted = [f"`{word}`" for word in words]
    return f" {last} ".join([", ".join(quoted[:-1]), quoted[-1]] if len(quoted) > 1 else quoted)


def asked(question: Question) -> list[Block]:
    """What is asked: the stem and the options with nothing given away. The program is part of the question only where
    one has to say what it prints; elsewhere it is the proof, and comes with the answer.
    """
    options = Options(tuple(OptionLine(option.letter, spans(option.text)) for option in question.options))
    return [*_stem(question), options]


def _stem(question: Question) -> list[Block]:
    program: list[Block] = [Code(question.code, "python")] if question.kind is Kind.OUTPUT else []
    return [Prose(spans(question.stem)), *program]


def closed(question: Question, counts: Mapping[str, int]) -> list[Block]:
    """What was asked, with its options marked and counted."""
    return [*_stem(question), judged(question, counts=counts, reasons=False)]


def answered(question: Question, chosen: str | None = None, counts: Mapping[str, int] | None = None) -> list[Block]:
    """What is told: stem and program, every option judged and reasoned, output, SQL and the explanation."""
    blocks: list[Block] = [Prose(spans(question.stem)), Code(question.code, "python"), judged(question, chosen, counts)]
    if question.output:
        blocks.append(Code(question.output, "text", "It prints"))
    if question.sql:
        blocks.append(Code(question.sql, "sql", "It emits"))
    paragraphs = question.explanation.split("\n\n")
    return blocks + [Prose(spans(" ".join(paragraph.split()))) for paragraph in paragraphs]


def judged(
    question: Question, chosen: str | None = None, counts: Mapping[str, int] | None = None, *, reasons: bool = True
) -> Options:
    """The options marked right and wrong, with how many chose each and why."""
    return Options(
        tuple(
            OptionLine(
                option.letter,
                spans(option.text),
                right=option.letter in question.right,
                chosen=option.letter == chosen,
                count=None if counts is None else counts.get(option.letter, 0),
                reason=spans(option.reason) if reasons else (),
            )
            for option in question.options
        )
    )


def source(question: Question) -> Note:
    """Small print under an explanation: which question, what it ran on, where to read on."""
    words = note(f"`{question.slug}` · {level(question)} · ran on SQLAlchemy {version('sqlalchemy')}").spans
    pages = [part for n, url in enumerate(question.docs, 1) for part in (Text(" · "), Link(f"documentation {n}", url))]
    return Note((*words, *pages))


def level(question: Question) -> str:
    """A question's level in words."""
    return f"level {question.level}, {_LEVELS[question.level]}"


def ranking(standings: Iterable[Standing], me: int | None = None) -> Ranking:
    """Standings as lines of a board. `me` is the asker's person."""
    return Ranking(
        tuple(
            Rank(
                standing.rank,
                name(standing.total.name).text,
                f"{standing.total.points} points",
                f"{standing.total.right} of {standing.total.rounds} right",
                me=standing.total.person == me,
            )
            for standing in standings
        )
    )
