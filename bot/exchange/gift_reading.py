"""Reads GIFT: https://docs.moodle.org/en/GIFT_format, and where that leaves something open, as Moodle does.

One question ends at a blank line, so one that is malformed keeps no other from being read.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from bot.domain.question import Kind
from bot.exchange.draft import Draft, DraftOption, Imported, Remark
from bot.exchange.foreign import Format, asked, blocks, one_line
from bot.exchange.gift import ARROW, HINT, KIND, LEVEL
from bot.exchange.telling import Told, taken_apart

_TOKEN = re.compile(r"\\(?P<escaped>[\\~=#{}:n])|(?P<mark>::|####|[~=#{}])|(?P<text>[^\\~=#{}:]+|.)", re.DOTALL)
_FORMAT = re.compile(r"\s*\[(?P<name>html|moodle|plain|markdown)\]")
_WEIGHT = re.compile(r"\s*%(?P<weight>-?\d{1,3}(?:\.\d*)?)%")
_TAG = re.compile(r"\[(?P<name>id|tag):(?P<value>[^\]]*)\]")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class _Token:
    """A piece of text with its escapes undone, or one that means something."""

    text: str
    is_mark: bool = False


@dataclass(frozen=True, slots=True)
class _Answer:
    """One answer between the braces, as it is written: its sign, its weight in per cent, its text and its feedback."""

    sign: str
    weight: float
    text: str
    feedback: str


@dataclass(frozen=True, slots=True)
class _Entry:
    """One question as it is written."""

    line: int
    comments: tuple[str, ...]
    title: str
    stem: str
    answers: tuple[_Token, ...] | None
    general: str
    format: Format


class _MalformedError(Exception):
    """What is wrong with a question."""


class _LeftOutError(Exception):
    """Why there is no kind for a question that is well written."""


def read(text: str) -> Imported:
    """The questions of a GIFT file."""
    drafts: list[Draft] = []
    remarks: list[Remark] = []
    for line, lines in _parts(text):
        lost: list[str] = []
        try:
            if entry := _entry(line, lines):
                drafts.append(_draft(entry, lost))
        except _MalformedError as error:
            remarks.append(Remark(line, str(error), fault=True))
        except _LeftOutError as error:
            remarks.append(Remark(line, str(error)))
        remarks += [Remark(line, why) for why in dict.fromkeys(lost)]
    return Imported(tuple(drafts), tuple(remarks))


def _parts(text: str) -> Iterator[tuple[int, list[str]]]:
    """What stands between blank lines, with the line on which its words begin. Comments belong to what comes next."""
    found: list[str] = []
    begins = 1
    for number, line in enumerate([*re.split(r"\r\n|\r|\n", text.removeprefix("\ufeff")), ""], 1):
        if line.strip():
            begins = number if all(part.startswith("//") for part in found) else begins
            found.append(line.strip() if line.lstrip().startswith("//") else line)
        elif any(not part.startswith("//") for part in found):
            yield begins, found
            found = []


def _entry(line: int, lines: list[str]) -> _Entry | None:
    comments = tuple(part[2:].strip() for part in lines if part.startswith("//"))
    text = "\n".join(part for part in lines if not part.startswith("//")).strip()
    if text.startswith("$CATEGORY:"):
        rest = text.partition("\n")[2]  # a category needs no blank line behind it
        return _entry(line + 1, rest.split("\n")) if rest.strip() else None
    tokens = [_token(found) for found in _TOKEN.finditer(text)]
    title, tokens = _title(tokens)
    opening, closing = _braces(tokens)
    if opening is None or closing is None:
        return _Entry(line, comments, title, _text(tokens), None, "", Format.MOODLE)
    stem, tail = _text(tokens[:opening]), _text(tokens[closing + 1 :])
    stem = f"{stem}_____{tail}" if tail.strip() else stem
    stem, format_ = _formatted(stem, Format.MOODLE)
    answers = tokens[opening + 1 : closing]
    at = max((n for n, token in enumerate(answers) if token == _Token("####", is_mark=True)), default=len(answers))
    return _Entry(line, comments, title, stem, tuple(answers[:at]), _text(answers[at + 1 :]), format_)


def _token(found: re.Match[str]) -> _Token:
    if found["escaped"]:
        return _Token("\n" if found["escaped"] == "n" else found["escaped"])
    return _Token(found["mark"], is_mark=True) if found["mark"] else _Token(found["text"])


def _title(tokens: list[_Token]) -> tuple[str, list[_Token]]:
    colons = _Token("::", is_mark=True)
    if tokens[:1] != [colons]:
        return "", tokens
    if colons not in tokens[1:]:
        raise _MalformedError("the title has no end: put :: behind it")
    end = tokens.index(colons, 1)
    return _text(tokens[1:end]).strip(), tokens[end + 1 :]


def _braces(tokens: Sequence[_Token]) -> tuple[int | None, int | None]:
    """Where the answers begin and end: as Moodle has it, the first of each brace."""
    opening = next((n for n, token in enumerate(tokens) if token == _Token("{", is_mark=True)), None)
    closing = next((n for n, token in enumerate(tokens) if token == _Token("}", is_mark=True)), None)
    if opening is None and closing is None:
        return None, None
    if opening is None:
        raise _MalformedError(r"there is a } without a {: write \} if it is meant as itself")
    if closing is None or closing < opening:
        raise _MalformedError("the answers have no end: put } behind them, with no blank line in between")
    return opening, closing


def _text(tokens: Iterable[_Token]) -> str:
    return "".join(token.text for token in tokens)


def _formatted(text: str, default: Format) -> tuple[str, Format]:
    named = _FORMAT.match(text)
    return (text[named.end() :].strip(), Format(named["name"])) if named else (text.strip(), default)


def _draft(entry: _Entry, lost: list[str]) -> Draft:
    words, program = asked(blocks(entry.stem, entry.format, lost), lost)
    after = taken_apart(blocks(*_formatted(entry.general, entry.format), lost), lost)
    if not words:
        raise _MalformedError("there is no question before the answers")
    bare = Draft(entry.line, entry.title, Kind.CHOICE, words, (), after.explanation)
    bare = replace(bare, program=program or after.program)
    return _commented(_answered(entry, bare, after, lost), entry.comments)


def _commented(draft: Draft, comments: Iterable[str]) -> Draft:
    """A draft with what our own comments say about it."""
    topics: list[str] = []
    for comment in comments:
        if comment.startswith(HINT):
            draft = replace(draft, hint=comment.removeprefix(HINT))
            continue
        for tag in _TAG.finditer(comment):
            value = tag["value"].strip()
            kind, level = value.removeprefix(KIND), value.removeprefix(LEVEL)
            if tag["name"] == "id":
                draft = replace(draft, name=value)
            elif kind != value and kind in {Kind.OUTPUT, Kind.COUNT, Kind.BUG} and draft.kind is Kind.CHOICE:
                draft = replace(draft, kind=Kind(kind))
            elif level in {"1", "2", "3", "4"} and level != value:
                draft = replace(draft, level=int(level))
            elif kind == value and level == value:
                topics.append(value)
    return replace(draft, topics=tuple(topics))


def _answered(entry: _Entry, bare: Draft, after: Told, lost: list[str]) -> Draft:
    """The draft with its options, by what stands between the braces."""
    tokens = entry.answers
    if tokens is None:
        raise _LeftOutError("this only describes and asks nothing: it is left out")
    inside = _text(tokens).strip()
    if not inside:
        points = tuple(DraftOption(one.text, right=True, reason=one.reason) for one in after.judged)
        return replace(bare, kind=Kind.OPEN, options=points)
    if inside.startswith("#"):
        return replace(bare, options=_numeric(inside[1:], lost))
    word, *feedback = _between_hashes(tokens)
    if word.strip() in {"T", "TRUE", "F", "FALSE"}:
        return replace(bare, options=_true_or_false(word.strip().startswith("T"), feedback, entry.format))
    answers = list(_answers(tokens, entry.format, lost))
    if all(answer.sign == "=" for answer in answers):
        if all("->" in answer.text for answer in answers):
            return replace(bare, kind=Kind.ORDER, options=_steps(answers, after))
        lost.append("an answer that one types is now the right option: give it wrong ones")
    return _chosen(bare, answers, lost)


def _answers(tokens: Sequence[_Token], default: Format, lost: list[str]) -> Iterator[_Answer]:
    starts = [n for n, token in enumerate(tokens) if token.is_mark and token.text in {"=", "~"}]
    if not starts:
        raise _MalformedError("the answers begin with neither = nor ~")
    if _text(tokens[: starts[0]]).strip():
        raise _MalformedError(
            r"there is text before the first = or ~: put one before it, or write \= and \~ for the characters"
        )
    for start, end in zip(starts, [*starts[1:], len(tokens)], strict=True):
        mine = tokens[start + 1 : end]
        at = next((n for n, token in enumerate(mine) if token == _Token("#", is_mark=True)), len(mine))
        text, sign = _text(mine[:at]), tokens[start].text
        weight = 100.0 if sign == "=" else 0.0
        if weighted := _WEIGHT.match(text):
            text, weight = text[weighted.end() :], float(weighted["weight"])
        feedback = one_line(*_formatted(_text(mine[at + 1 :]), default), lost)
        yield _Answer(sign, weight, one_line(*_formatted(text, default), lost), feedback)


def _chosen(bare: Draft, answers: Sequence[_Answer], lost: list[str]) -> Draft:
    """A question of one right option, or of several where the right ones share the points."""
    single = any(answer.sign == "=" for answer in answers)
    right = [answer.weight >= 100 if single else answer.weight > 0 for answer in answers]
    if single and any(0 < answer.weight < 100 for answer in answers):
        lost.append("an option that is partly right is a wrong one now")
    if not any(right):
        raise _MalformedError("no answer is right: put = before one of them")
    options = [DraftOption(a.text, good, a.feedback) for a, good in zip(answers, right, strict=True)]
    return replace(bare, kind=Kind.SEVERAL if sum(right) > 1 else Kind.CHOICE, options=tuple(options))


def _steps(answers: Sequence[_Answer], after: Told) -> tuple[DraftOption, ...]:
    pairs = [answer.text.rpartition("->") for answer in answers]
    if sorted(place.strip() for _, _, place in pairs) != [str(n) for n in range(1, len(pairs) + 1)]:
        raise _LeftOutError("pairs are left out: only those with 1, 2, 3 … can be steps in an order")
    reasons = {one.text: one.reason for one in after.judged}
    steps = [(" ".join(step.replace(ARROW, "->").split()), int(place)) for step, _, place in pairs]
    return tuple(DraftOption(step, right=False, reason=reasons.get(step, ""), place=at) for step, at in steps)


def _between_hashes(tokens: Iterable[_Token]) -> list[str]:
    found = [""]
    for token in tokens:
        found = [*found, ""] if token == _Token("#", is_mark=True) else [*found[:-1], found[-1] + token.text]
    return found


def _true_or_false(is_true: bool, feedback: list[str], default: Format) -> tuple[DraftOption, ...]:
    """The first feedback is for the wrong answer, the second for the right one."""
    wrong, right = (one_line(*_formatted(text, default), []) for text in [*feedback, "", ""][:2])
    return tuple(
        DraftOption(str(claim), claim is is_true, right if claim is is_true else wrong) for claim in (True, False)
    )


def _numeric(said: str, lost: list[str]) -> tuple[DraftOption, ...]:
    number = _NUMBER.search(said)
    if not number:
        raise _MalformedError("a question for a number needs one behind the #")
    if said.strip().lstrip("=") != number[0]:
        lost.append(f"of the number that one types, {said.strip()[:60]!r}, only {number[0]} is kept")
    lost.append("a number that one types is now the right option: give it wrong ones")
    return (DraftOption(number[0], right=True),)
