"""Writes GIFT, which Moodle and many others import: https://docs.moodle.org/en/GIFT_format.

| kind | in GIFT |
|---|---|
| choice, output, count, bug | multiple choice with one right answer |
| several | multiple choice with weights: the right ones make 100 %, the wrong ones take as much away |
| order | matching: each step and its number |
| open | essay, with the key points in the general feedback |
"""

import re
from collections.abc import Iterator
from itertools import groupby
from typing import assert_never

from bot.domain.question import SHOWS_PROGRAM, Kind, Question
from bot.exchange.markdown import JOINER, fence, written
from bot.exchange.parcel import Parcel, Shelf, losses
from bot.exchange.telling import told

HINT = "hint: "
"""What a comment with a hint begins with: Moodle skips it, our own reader does not."""

LEVEL, KIND = "level ", "kind "
"""What the tags for a level and a kind begin with; a tag that is nothing but a slug is a topic."""

ARROW = f"-{JOINER}>"
"""An arrow within a step, which looks the same and parts no pair."""

_SPECIAL = re.compile(r"[\\~=#{}:]")


def export(shelf: Shelf) -> Parcel:
    """The questions as a GIFT file, in one category for each area."""
    parts = ["// Written by sqla-quiz. Comments hold what GIFT has no other place for."]
    by_area = sorted(shelf.questions, key=lambda question: list(shelf.topics).index(question.topics[0]))
    for area, questions in groupby(by_area, key=lambda question: question.topics[0]):
        title = shelf.topics[area].replace("/", "//")  # a single one would begin a category within it
        parts.append(f"$CATEGORY: $course$/sqla-quiz/{title}")
        parts += ["\n".join(_question(question)) for question in questions]
    lost = losses(
        shelf.questions,
        ("GIFT has no hints, so they are comments only", lambda question: bool(question.hint)),
        ("GIFT cannot judge own words, so these are essays", lambda question: question.kind is Kind.OPEN),
    )
    return Parcel(("\n\n".join(parts) + "\n").encode(), lost)


def _question(question: Question) -> Iterator[str]:
    tags = (*question.topics, f"{LEVEL}{question.level}", f"{KIND}{question.kind}")
    yield f"// [id:{question.slug}] {' '.join(f'[tag:{tag}]' for tag in tags)}"
    if question.hint:
        yield f"// {HINT}{' '.join(question.hint.split())}"
    yield f"::{question.slug}::[markdown]{_escaped(_stem(question))}{{"
    yield from (f"\t{answer}" for answer in _answers(question))
    reasons = question.kind in {Kind.ORDER, Kind.OPEN}  # there is no feedback for a pair, and no answer to an essay
    yield f"\t####{_escaped(told(question, reasons=reasons))}"
    yield "}"


def _stem(question: Question) -> str:
    shown = [fence(question.code, "python")] if question.kind in SHOWS_PROGRAM else []
    return "\n\n".join([written(question.stem), *shown])


def _answers(question: Question) -> Iterator[str]:
    match question.kind:
        case Kind.CHOICE | Kind.OUTPUT | Kind.COUNT | Kind.BUG:
            for option in question.options:
                yield f"{'=' if option.letter in question.key else '~'}{_answer(option.text, option.reason)}"
        case Kind.SEVERAL:
            wrong = len(question.options) - len(question.key)
            for option in question.options:
                weight = _share(len(question.key)) if option.letter in question.key else f"-{_share(wrong)}"
                yield f"~%{weight}%{_answer(option.text, option.reason)}"
        case Kind.ORDER:
            for option in question.options:
                step = _escaped(_guarded(option.text).replace("->", ARROW))
                yield f"={step} -> {question.key.index(option.letter) + 1}"
        case Kind.OPEN:
            pass
        case _:
            assert_never(question.kind)


def _share(of: int) -> str:
    """A part of 100 % with the five digits that Moodle knows its fractions by."""
    return f"{100 / of:.5f}".rstrip("0").rstrip(".")


def _answer(text: str, reason: str) -> str:
    feedback = f"#{_escaped(_guarded(reason))}" if reason else ""
    return f"{_escaped(_guarded(text))}{feedback}"


def _guarded(inline: str) -> str:
    """A text that cannot be read as a weight."""
    said = written(inline)
    return f"&#37;{said[1:]}" if said.startswith("%") else said


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\g<0>", text).replace("\n", r"\n")
