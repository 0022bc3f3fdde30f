"""Reads the TOML of mdbook-quiz. The models follow its schema: https://docs.rs/mdbook-quiz-schema.

TOML is read whole or not at all, so a slip in its syntax is the one remark; what a single question lacks is told of it.
"""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.alias_generators import to_camel

from bot.domain.question import LETTERS, Kind
from bot.exchange.draft import Draft, DraftOption, Imported, Remark
from bot.exchange.foreign import asked
from bot.exchange.markdown import Block, Items, Words, joined
from bot.exchange.markdown import read as blocks_of
from bot.exchange.mdbook import ASKS_ORDER, ASKS_WORDS, DONE
from bot.exchange.telling import Told, taken_apart

_LETTERED = re.compile(rf"\*\*(?P<letter>[{LETTERS}])\*\* (?P<text>.+)", re.DOTALL)


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, alias_generator=to_camel)


class _Question(_Model):
    """The fields of every type."""

    id: str | None = None
    multipart: str | None = None
    context: str | None = None
    prompt_explanation: bool | None = None


class _ChoicePrompt(_Model):
    prompt: str
    distractors: list[str]
    answer_index: Annotated[int, Field(ge=0)] | None = None
    sort_answers: bool | None = None


class _ChoiceAnswer(_Model):
    answer: str | Annotated[list[str], Field(min_length=1)]


class MultipleChoice(_Question):
    """A question where one selects among several answers."""

    type: Literal["MultipleChoice"]
    prompt: _ChoicePrompt
    answer: _ChoiceAnswer


class _ShortPrompt(_Model):
    prompt: str
    response: Literal["short", "long", "code"] | None = None


class _ShortAnswer(_Model):
    answer: str
    alternatives: list[str] | None = None


class ShortAnswer(_Question):
    """A question where one types the answer."""

    type: Literal["ShortAnswer"]
    prompt: _ShortPrompt
    answer: _ShortAnswer


class _TracingPrompt(_Model):
    program: str


class _TracingAnswer(_Model):
    does_compile: bool
    stdout: str | None = None
    line_number: Annotated[int, Field(ge=0)] | None = None


class Tracing(_Question):
    """A question about what a Rust program does."""

    type: Literal["Tracing"]
    prompt: _TracingPrompt
    answer: _TracingAnswer


QUESTION: TypeAdapter[MultipleChoice | ShortAnswer | Tracing] = TypeAdapter(
    Annotated[MultipleChoice | ShortAnswer | Tracing, Field(discriminator="type")]
)


def read(text: str) -> Imported:
    """The questions of a quiz file."""
    try:
        quiz = tomllib.loads(text.removeprefix("\ufeff").replace("\r\n", "\n"))
    except (ValueError, RecursionError) as error:  # a TOMLDecodeError is a ValueError; so is a number of 5,000 digits
        at = re.search(r"at line (\d+)", str(error))
        return Imported((), (Remark(int(at[1]) if at else 1, f"this is not TOML: {error}", fault=True),))
    listed, shared = quiz.get("questions"), quiz.get("multipart", {})
    if not isinstance(listed, list) or not listed:
        return Imported((), (Remark(1, "there is no [[questions]] in this file", fault=True),))
    drafts: list[Draft] = []
    remarks: list[Remark] = []
    for line, table in zip(_lines(text, len(listed)), listed, strict=True):
        lost: list[str] = []
        try:
            found = _draft(line, QUESTION.validate_python(table), shared if isinstance(shared, dict) else {}, lost)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            where = ".".join(str(part) for part in first["loc"])
            remarks.append(Remark(line, f"{where or 'question'}: {first['msg']}", fault=True))
            continue
        drafts += [found] if found else []
        remarks += [Remark(line, why) for why in dict.fromkeys(lost)]
    return Imported(tuple(drafts), tuple(remarks))


def _lines(text: str, count: int) -> Sequence[int]:
    """The line on which each question begins: where the headings can be told, else the first of the file."""
    found = [n for n, line in enumerate(text.splitlines(), 1) if re.match(r"\s*\[\[\s*questions\s*\]\]", line)]
    return found if len(found) == count else [1] * count


def _draft(
    line: int, question: MultipleChoice | ShortAnswer | Tracing, shared: dict[str, object], lost: list[str]
) -> Draft | None:
    if isinstance(question, Tracing):
        lost.append(f"{question.id or 'a question'} traces a Rust program: it is left out")
        return None
    if question.prompt_explanation:
        lost.append("nobody is asked why they answered so")
    page = blocks_of(question.prompt.prompt, lost)
    if question.multipart is not None:
        page = (*blocks_of(str(shared.get(question.multipart, "")), lost), *page)
    told = taken_apart(blocks_of(question.context or "", lost), lost)
    steps = [step for block in page for step in _steps(block)]
    stem, program = asked((block for block in page if not _is_ours(block)), lost)
    bare = Draft(line, question.id or "", Kind.CHOICE, stem, (), told.explanation, program=program or told.program)
    if not bare.stem:
        lost.append("the question has no words")
    if isinstance(question, MultipleChoice):
        return _multiple_choice(bare, question, told, lost)
    return _short_answer(bare, question, steps, told, lost)


def _is_ours(block: Block) -> bool:
    """Whether a part of what is asked only says how to answer."""
    return bool(_steps(block)) or (isinstance(block, Words) and block.text in {ASKS_ORDER, ASKS_WORDS})


def _steps(block: Block) -> list[tuple[str, str]]:
    """The letters and texts of a list of steps, if the block is one."""
    items = block.items if isinstance(block, Items) else ()
    found = [step for step in map(_lettered, items) if step]
    return found if len(found) == len(items) else []


def _multiple_choice(bare: Draft, question: MultipleChoice, told: Told, lost: list[str]) -> Draft:
    answer = question.answer.answer
    right = [joined(blocks_of(text, lost), lost) for text in ([answer] if isinstance(answer, str) else answer)]
    wrong = [joined(blocks_of(text, lost), lost) for text in question.prompt.distractors]
    index = question.prompt.answer_index or 0
    texts = [*wrong[:index], *right, *wrong[index:]]
    reasons = {one.text: one.reason for one in told.judged}
    if sorted(reasons) == sorted(texts):
        texts = list(reasons)  # the order that its author gave them
    options = tuple(DraftOption(text, text in right, reasons.get(text, "")) for text in texts)
    return replace(bare, kind=Kind.SEVERAL if len(right) > 1 else Kind.CHOICE, options=options)


def _short_answer(
    bare: Draft, question: ShortAnswer, steps: Sequence[tuple[str, str]], told: Told, lost: list[str]
) -> Draft:
    reasons = {one.text: one.reason for one in told.judged}
    key = question.answer.answer
    if steps and sorted(key) == [letter for letter, _ in steps]:
        options = tuple(
            DraftOption(text, right=False, reason=reasons.get(text, ""), place=key.index(letter) + 1)
            for letter, text in steps
        )

        return replace(bare, kind=Kind.ORDER, options=options)
    if key == DONE:
        points = tuple(DraftOption(one.text, right=True, reason=one.reason) for one in told.judged)
        return replace(bare, kind=Kind.OPEN, options=points)
    lost.append("an answer that one types is now the right option: give it wrong ones")
    if question.answer.alternatives:
        lost.append(f"it could also be typed as {', '.join(question.answer.alternatives)}: that is left out")
    return replace(bare, options=(DraftOption(" ".join(key.split()), right=True),))


def _lettered(item: tuple[str, ...]) -> tuple[str, str] | None:
    found = _LETTERED.fullmatch(item[0]) if len(item) == 1 else None
    return (found["letter"], found["text"]) if found else None
