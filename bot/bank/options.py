"""The options of a question: their marks, their reasons, and the proof that each kind asks for."""

import re
from textwrap import dedent

from bot.bank.blocks import Block
from bot.bank.front import FormatError, Front
from bot.bank.page import known, within, words
from bot.bank.source import OptionSource, Passage
from bot.domain.question import FIX, LETTERS, ONE_LETTER, OPTION, POINT, REASON, Kind

FEWEST_OPTIONS = 3

_MARKS = {
    Kind.ORDER: (re.compile(r"\[(?P<mark>[1-5])\]\s+(?P<text>.+)", re.DOTALL), "[1], [2] … by its place"),
    Kind.OPEN: (re.compile(r"\[(?P<mark>x)\]\s+(?P<text>.+)", re.DOTALL), "[x], being a key point"),
}
_MARK = re.compile(r"\[(?P<mark>x(?: \d\.\d+)*| )\]\s+(?P<text>.+)", re.DOTALL), "[x], [x 2.1] or [ ]"

_PROOFS = {
    Kind.CHOICE: "check",
    Kind.SEVERAL: "check",
    Kind.ORDER: "at",
    Kind.BUG: "fix",
    Kind.OPEN: "check",
}
"""What each kind asks for under an option; the others are proved by the program's output or SQL alone."""

_COMMENT = re.compile(r"<!--\s*(?P<word>\w+):[ \t]*\n?(?P<proof>.+?)\s*-->\s*", re.DOTALL)
_CATCH_ALL = re.compile(r"\b(?:all|none|both|neither) of (?:the above|these|them)\b", re.IGNORECASE)
_LINE = re.compile(r"line (?P<number>\d+)")
_BARE_NUMBER = re.compile(r"\d+")


def options(listed: Block, front: Front, code: Passage) -> tuple[OptionSource, ...]:
    """The options of a list, of which as many are right as the kind wants. Raises `FormatError`."""
    items, line = listed.children, listed.line
    if not FEWEST_OPTIONS <= len(items) <= len(LETTERS):
        raise FormatError(line, f"{len(items)} options: a question has {FEWEST_OPTIONS} to {len(LETTERS)}")
    found = tuple(_option(letter, item, front, code) for letter, item in zip(LETTERS, items, strict=False))
    if len({option.text.text.casefold() for option in found}) < len(found):
        raise FormatError(line, "two options say the same: change one")
    if front.kind is Kind.ORDER:
        _in_some_order(found, line)
    for version in front.versions:
        _rightly_marked([option.letter for option in found if version in option.right_on], front.kind, version, line)
    if front.kind is Kind.SEVERAL and all(set(front.versions) & option.right_on for option in found):
        raise FormatError(line, "every option is right: leave at least one [ ]")
    return found


def _in_some_order(found: tuple[OptionSource, ...], line: int) -> None:
    places = [option.place for option in found]
    if sorted(places) != list(range(1, len(found) + 1)):
        raise FormatError(line, f"the marks are {places}: give every number from 1 to {len(found)} to one step")
    if places == sorted(places):
        raise FormatError(line, "the steps stand in their right order: mix them")


def _rightly_marked(right: list[str], kind: Kind, version: str, line: int) -> None:
    named = f" ({', '.join(right)})" if right else ""
    if kind in ONE_LETTER and len(right) != 1:
        raise FormatError(line, f"{len(right)} options are right on {version}{named}: mark exactly one [x]")
    if kind is Kind.SEVERAL and len(right) < 2:
        raise FormatError(line, f"{len(right)} options are right on {version}{named}: mark two or more [x]")


def _option(letter: str, item: Block, front: Front, code: Passage) -> OptionSource:
    line = item.line
    if [node.type for node in item.children[:2]] != ["paragraph", "blockquote"]:
        raise FormatError(line, f"option {letter} has no reason: put `  > why` right under it")
    said, quote = item.children[0].children[0], item.children[1]
    pattern, example = _MARKS.get(front.kind, _MARK)
    marked = pattern.fullmatch(said.content)
    if not marked:
        raise FormatError(line, f"option {letter} must begin with {example}")
    limit = POINT if front.kind is Kind.OPEN else OPTION
    text = words(said, f"option {letter}", limit, hidden=marked.start("text"))
    mark = marked["mark"]
    versions = tuple(mark.split()[1:])
    known(versions, front, line)
    place = int(mark) if front.kind is Kind.ORDER else 0
    right_on = frozenset(versions or front.versions) if mark != " " and not place else frozenset[str]()
    if [node.type for node in quote.children] != ["paragraph"]:
        raise FormatError(quote.line, f"the reason of option {letter} must be one paragraph")
    reason = words(quote.children[0].children[0], f"the reason of option {letter}", REASON)
    proof = _proof(letter, item, front.kind)
    return OptionSource(letter, _claim(letter, text, front.kind, code), right_on, place, reason, proof)


def _claim(letter: str, text: Passage, kind: Kind, code: Passage) -> Passage:
    """What an option says, where its kind has a form for that."""
    if _CATCH_ALL.search(text.text):
        why = f"option {letter} points at the others: options may be shown alone, so say what it means"
        raise FormatError(text.line, why)
    if kind is Kind.COUNT and not _BARE_NUMBER.fullmatch(text.text):
        raise FormatError(text.line, f"option {letter} must be a bare number, such as 2")
    if kind is not Kind.BUG:
        return text
    named = _LINE.fullmatch(text.text)
    program = code.text.split("\n")
    if not named or not 0 < int(named["number"]) <= len(program) or not program[int(named["number"]) - 1].strip():
        raise FormatError(text.line, f"option {letter} must name a line of the program that is not blank: `line 4`")
    return within(
        Passage(f"line {named['number']}: `{program[int(named['number']) - 1].strip()}`", text.line),
        f"the line that option {letter} names",
        OPTION,
    )


def buggy_line(option: OptionSource) -> int:
    """The number of the program's line that an option of a `bug` question names, counted from 1."""
    return int(option.text.text.split(":")[0].removeprefix("line "))


def _proof(letter: str, item: Block, kind: Kind) -> Passage | None:
    rest, wanted = item.children[2:], _PROOFS.get(kind)
    found = [
        (node, match) for node in rest if node.type == "html_block" and (match := _COMMENT.fullmatch(node.content))
    ]
    if len(found) != len(rest) or any(match["word"] != (wanted or match["word"]) for _, match in found):
        raise FormatError(rest[0].line, f"option {letter} holds only its text, `> why` and {_example(wanted)}")
    if wanted is None:
        if found:
            raise FormatError(rest[0].line, f"{kind} is proved by what the program does: remove {_example('check')}")
        return None
    if len(found) != 1:
        raise FormatError(item.line, f"option {letter} needs one proof: {_example(wanted)}")
    node, match = found[0]
    passage = Passage(dedent(match["proof"]).strip(), node.line)
    return within(passage, f"the fix of option {letter}", FIX) if kind is Kind.BUG else passage


def _example(word: str | None) -> str:
    return f"`<!-- {word}: {'code' if word == 'fix' else 'expression'} -->`" if word else "nothing else"
