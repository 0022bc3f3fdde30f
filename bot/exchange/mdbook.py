"""Writes the TOML of mdbook-quiz, the quizzes of mdBook: https://docs.rs/mdbook-quiz-schema.

| kind | in mdbook-quiz |
|---|---|
| choice, output, count, bug | MultipleChoice with one answer |
| several | MultipleChoice with a list of answers |
| order | ShortAnswer: one types the letters |
| open | ShortAnswer: one answers for oneself, types `done` and compares |

Its third type, Tracing, is about Rust programs only. Options have no feedback, so their reasons stand in `context`.
"""

import json
from collections.abc import Iterator
from typing import assert_never

from bot.domain.question import SHOWS_PROGRAM, Kind, Question
from bot.exchange.markdown import fence, written
from bot.exchange.parcel import Parcel, Shelf, losses
from bot.exchange.telling import told

DONE = "done"
"""What one types under an open question to see the key points."""

_THREE = '"' * 3

ASKS_ORDER = "Type the letters in their right order, the first step first."
ASKS_WORDS = f"Answer in your own words, then type `{DONE}` to compare."


def export(shelf: Shelf) -> Parcel:
    """The questions as a quiz file."""
    parts = ["# Written by sqla-quiz for mdbook-quiz.", *("\n".join(_question(q)) for q in shelf.questions)]
    lost = losses(
        shelf.questions,
        ("mdbook-quiz has no hints", lambda question: bool(question.hint)),
        ("mdbook-quiz has no field for topics and level, so they are comments", lambda _: True),
        ("mdbook-quiz cannot judge an order, so the letters are typed", lambda question: question.kind is Kind.ORDER),
        ("mdbook-quiz cannot judge own words, so one compares", lambda question: question.kind is Kind.OPEN),
    )
    return Parcel(("\n\n".join(parts) + "\n").encode(), lost)


def _question(question: Question) -> Iterator[str]:
    yield f"# {question.slug}: {question.kind}, level {question.level}, {', '.join(question.topics)}"
    yield "[[questions]]"
    yield f"id = {_string(question.slug)}"
    match question.kind:
        case Kind.CHOICE | Kind.OUTPUT | Kind.COUNT | Kind.BUG | Kind.SEVERAL:
            yield from _multiple_choice(question)
        case Kind.ORDER:
            steps = "\n".join(f"* **{option.letter}** {written(option.text)}" for option in question.options)
            orders = sorted({sign.join(question.key) for sign in (" ", ", ", ",", "-", " > ", ">")})
            yield from _short_answer(question, f"{steps}\n\n{ASKS_ORDER}", question.key, orders)
        case Kind.OPEN:
            yield from _short_answer(question, ASKS_WORDS, DONE, [f"{DONE}.", f"`{DONE}`"])
        case _:
            assert_never(question.kind)
    yield f"context = {_text(told(question, reasons=True))}"


def _multiple_choice(question: Question) -> Iterator[str]:
    right = [written(option.text) for option in question.options if option.letter in question.key]
    wrong = [written(option.text) for option in question.options if option.letter not in question.key]
    yield 'type = "MultipleChoice"'
    yield f"prompt.prompt = {_text(_stem(question))}"
    yield from _list("prompt.distractors", wrong)
    if question.kind is Kind.SEVERAL:
        yield from _list("answer.answer", right)
    else:
        yield f"prompt.answerIndex = {next(n for n, o in enumerate(question.options) if o.letter in question.key)}"
        yield f"answer.answer = {_string(right[0])}"


def _short_answer(question: Question, asks: str, answer: str, others: list[str]) -> Iterator[str]:
    yield 'type = "ShortAnswer"'
    yield f"prompt.prompt = {_text(_stem(question, asks))}"
    yield f"answer.answer = {_string(answer)}"
    yield from _list("answer.alternatives", others)


def _stem(question: Question, *more: str) -> str:
    shown = [fence(question.code, "python")] if question.kind in SHOWS_PROGRAM else []
    return "\n\n".join([written(question.stem), *shown, *more])


def _list(name: str, values: list[str]) -> Iterator[str]:
    yield f"{name} = ["
    yield from (f"  {_string(value)}," for value in values)
    yield "]"


def _string(text: str) -> str:
    """A basic string of TOML, which is one of JSON but for one character: https://toml.io/en/v1.0.0#string."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _text(text: str) -> str:
    """A string over several lines, in which quotation marks need no escape but where they would end it."""
    if "\n" not in text:
        return _string(text)
    lines = ('"'.join(_string(part)[1:-1] for part in line.split('"')) for line in text.split("\n"))
    body = "\n".join(lines).replace(_THREE, '""\\"')
    body = f'{body[:-1]}\\"' if body.endswith('"') else body
    return f"{_THREE}\n{body}{_THREE}"
