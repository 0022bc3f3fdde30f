"""A question in words: as it is asked, as it is answered, and the letters in between."""

from collections.abc import Mapping
from textwrap import shorten
from typing import assert_never

from bot.cards import text
from bot.cards.model import (
    Block,
    Button,
    Choice,
    Code,
    Link,
    Menu,
    Note,
    OptionLine,
    Options,
    Prose,
    Strong,
    Text,
    Timeline,
    note,
    plain,
    say,
    spans,
)
from bot.cards.phrases import level
from bot.commands import Command, Explain
from bot.domain.grading import Verdict
from bot.domain.question import SHOWS_PROGRAM, Kind, Option, Question

_LABEL = 75  # characters of a choice

VERDICTS = {Verdict.RIGHT: "Right", Verdict.PARTLY: "Partly right", Verdict.WRONG: "Not this time"}
"""What an answer turned out to be, as a title says it."""


def asked(question: Question) -> list[Block]:
    """What is asked: the stem, the program where it belongs to it, and the options with nothing given away."""
    lines = tuple(OptionLine(option.letter, spans(option.text)) for option in question.options)
    return [*_stem(question), *(() if question.kind is Kind.OPEN else (Options(lines),))]


def _stem(question: Question) -> list[Block]:
    return [Prose(spans(question.stem)), *([_program(question)] if question.kind in SHOWS_PROGRAM else [])]


def _program(question: Question) -> Code:
    """The program, with numbered lines where one of them is asked for."""
    if question.kind is not Kind.BUG:
        return Code(question.code, "python")
    lines = question.code.split("\n")
    return Code("\n".join(f"{number:>2}  {line}".rstrip() for number, line in enumerate(lines, 1)), "python")


def label(question: Question) -> str:
    """Small print of a question: its name, its level, and whose answer is asked for where that matters."""
    version = f" · on SQLAlchemy {question.version}" if question.differs else ""
    return f"`{question.slug}` · {level(question)}{version}"


def how(question: Question) -> str:
    """How one answers this kind of question, where it is more than pressing one letter; else nothing."""
    match question.kind:
        case Kind.SEVERAL:
            return "More than one is right: press each of them."
        case Kind.ORDER:
            return "Press the steps in their order, the first one first."
        case Kind.OPEN:
            return "Say it in your own words, then compare."
        case Kind.CHOICE | Kind.OUTPUT | Kind.COUNT | Kind.BUG:
            return ""
        case _:
            assert_never(question.kind)


def said(question: Question, choice: str) -> str:
    """An answer as a sentence says it: `B`, `A and C`, or `C → A → B`."""
    match question.kind:
        case Kind.ORDER:
            return " → ".join(choice)
        case Kind.OPEN:
            return f"{choice} of {len(question.options)} key points"
        case Kind.SEVERAL:
            return " and ".join(filter(None, [", ".join(choice[:-1]), choice[-1:]]))
        case Kind.CHOICE | Kind.OUTPUT | Kind.COUNT | Kind.BUG:
            return choice
        case _:
            assert_never(question.kind)


def others_than(question: Question, choice: str) -> list[tuple[str, str]]:
    """The answers that are one press away from another, each with its label. A letter by itself chooses or adds."""
    letters = [option.letter for option in question.options]
    match question.kind:
        case Kind.SEVERAL:
            adding = [(letter, "".join(sorted(choice + letter))) for letter in letters if letter not in choice]
            dropping = [(f"Not {letter}", choice.replace(letter, "")) for letter in choice if len(choice) > 1]
            return adding + dropping
        case Kind.ORDER:
            following = [(letter, choice + letter) for letter in letters if letter not in choice]
            if len(choice) > 1:
                return [*following, ("One step back", choice[:-1])]
            return following + [(f"Start with {letter}", letter) for letter in letters if choice and letter != choice]
        case Kind.CHOICE | Kind.OUTPUT | Kind.COUNT | Kind.BUG:
            return [(letter, letter) for letter in letters if letter != choice]
        case Kind.OPEN:
            return [(f"{number} of {len(letters)}", str(number)) for number in range(len(letters) + 1)]
        case _:
            assert_never(question.kind)


def menu(question: Question, press: Command) -> Menu | None:
    """All options at once, where more than one may be right."""
    if question.kind is not Kind.SEVERAL:
        return None
    choices = (Choice(option.letter, _cut(f"{option.letter}: {plain(option.text)}")) for option in question.options)
    return Menu("Choose all that are right", press, tuple(choices))


def _cut(words: str) -> str:
    return words if len(words) <= _LABEL else f"{words[: _LABEL - 1]}…"


def solution(question: Question) -> str:
    """The right answer as a title says it: `the answer is B`, `the order is C → A → B`."""
    match question.kind:
        case Kind.ORDER:
            return f"the order is {said(question, question.key)}"
        case Kind.OPEN:
            return "the key points"
        case Kind.SEVERAL:
            return f"the answers are {said(question, question.key)}"
        case Kind.CHOICE | Kind.OUTPUT | Kind.COUNT | Kind.BUG:
            return f"the answer is {question.key}"
        case _:
            assert_never(question.kind)


def closed(question: Question, counts: Mapping[str, int] | None) -> list[Block]:
    """What was asked, with its options marked and counted."""
    return [*_stem(question), judged(question, "", counts, reasons=False)]


def answered(question: Question, chosen: str = "", counts: Mapping[str, int] | None = None) -> list[Block]:
    """What is told: stem and program, every option judged and reasoned, output, SQL or states, and the explanation.

    `chosen` are the letters of the reader's own answer, `counts` how many people chose each letter.
    """
    blocks: list[Block] = [Prose(spans(question.stem)), _program(question), judged(question, chosen, counts)]
    if question.fix:
        blocks.append(Code(question.fix, "python", f"Line {_buggy_line(question)} mended"))
    blocks += _did(question)
    paragraphs = question.explanation.split("\n\n")
    blocks += [Prose(spans(" ".join(paragraph.split()))) for paragraph in paragraphs]
    return blocks + ([_elsewhere(question)] if question.differs else [])


def tried(question: Question, counts: Mapping[str, int] | None) -> list[Block]:
    """What decides about a key: what was asked, who chose what, and what the program did, without any opinion."""
    told: list[Block] = [Prose(spans(question.stem)), _program(question), judged(question, "", counts, reasons=False)]
    return [*told, *_did(question), *([_elsewhere(question)] if question.differs else [])]


def _did(question: Question) -> list[Block]:
    """What the program printed and emitted, or the states that its objects went through."""
    blocks: list[Block] = [Code(question.output, "text", "It prints")] if question.output else []
    if question.trace:
        blocks.append(Timeline(question.trace))
    elif question.sql:
        blocks.append(Code(question.sql, "sql", "It emits"))
    return blocks


def _buggy_line(question: Question) -> str:
    [option] = [option for option in question.options if option.letter in question.key]
    return option.text.split(":")[0].removeprefix("line ")


def _elsewhere(question: Question) -> Prose:
    """What is different on the other versions."""
    others = [version for version, key in question.elsewhere if key == question.key]
    changed = [(version, key) for version, key in question.elsewhere if key != question.key]
    parts = [f"On {version} the answer is {said(question, key)}." for version, key in changed]
    if others:
        parts.append(f"On {' and '.join(others)} the program does something else, with the same answer.")
    return say(Strong(f"This is so on SQLAlchemy {question.version}. "), Text(" ".join(parts)))


def judged(
    question: Question, chosen: str = "", counts: Mapping[str, int] | None = None, *, reasons: bool = True
) -> Options:
    """The options marked right and wrong, with how many chose each and why. Steps come in their right order."""
    ordered = question.kind is Kind.ORDER
    options = (
        sorted(question.options, key=lambda option: question.key.index(option.letter)) if ordered else question.options
    )

    def line(option: Option) -> OptionLine:
        return OptionLine(
            option.letter,
            spans(option.text),
            right=None if question.kind in {Kind.ORDER, Kind.OPEN} else option.letter in question.key,
            chosen=not ordered and option.letter in chosen,
            count=None if counts is None else counts.get(option.letter, 0),
            reason=spans(option.reason) if reasons else (),
        )

    return Options(tuple(map(line, options)))


def twin(question: Question) -> tuple[Button, ...]:
    """The way to the same program with `AsyncSession`, where there is one."""
    return (
        (Button("With AsyncSession", Explain(question.slug, twin=True, version=question.version)),)
        if question.twin
        else ()
    )


def source(question: Question) -> Note:
    """Small print under an explanation: which question, what it ran on, where to read on."""
    words = note(f"`{question.slug}` · {level(question)} · ran on SQLAlchemy {question.release}").spans
    pages = [part for n, url in enumerate(question.docs, 1) for part in (Text(" · "), Link(f"documentation {n}", url))]
    return Note((*words, *pages))


def opening(question: Question, longest: int) -> str:
    """The first words of a question without their marks, in so many characters at most."""
    words = text.plain(spans(" ".join(question.stem.split()))).replace("`", "")
    return shorten(words, longest, placeholder=" …")
