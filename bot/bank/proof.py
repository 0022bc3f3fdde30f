"""Does a question tell the truth? What it says against what its programs did."""

import ast
from collections.abc import Iterator
from itertools import zip_longest
from typing import assert_never

from bot.bank.findings import Finding
from bot.bank.programs import GOAL, MAIN, TWIN, mended
from bot.bank.running import Run, Runs
from bot.bank.source import OptionSource, Passage, Source
from bot.domain.question import Kind


def proof(source: Source, runs: Runs, version: str) -> Iterator[Finding]:
    """Everything in which a question and the runs of its programs disagree."""
    run = runs[MAIN]
    if run.error:
        yield Finding(source.file, run.error.line, "snippet", f"the snippet fails: {run.error.what}")
        return
    for warning in run.warnings:
        why = f"the snippet warns: {warning.what}. Avoid it, or catch and print it if it is the lesson"
        yield Finding(source.file, warning.line, "warning", why)
    yield from _recorded(source, run, version)
    if source.twin:
        yield from _twin(source, source.twin, runs[TWIN], run)
    yield from _empty(source)
    match source.front.kind:
        case Kind.CHOICE | Kind.SEVERAL | Kind.OPEN:
            yield from _holds(source, run, version)
        case Kind.OUTPUT:
            yield from _prints(source, run.output, version)
        case Kind.COUNT:
            yield from _counts(source, run.sql, version)
        case Kind.ORDER:
            yield from _follows(source, run)
        case Kind.BUG:
            yield from _mends(source, runs, version)
        case _:
            assert_never(source.front.kind)


def _recorded(source: Source, run: Run, version: str) -> Iterator[Finding]:
    """What the fences of a version say otherwise than the run."""
    yield from _same(source, "output", source.output[version], run.output)
    yield from _same(source, "sql", source.sql[version], run.sql)
    if source.trace:
        yield from _same(source, "trace", source.trace[version], run.trace)


def _same(source: Source, rule: str, said: Passage, seen: str) -> Iterator[Finding]:
    if said.text == seen:
        return
    pairs = zip_longest(said.text.split("\n"), seen.split("\n"))
    at, (old, new) = next((at, pair) for at, pair in enumerate(pairs) if pair[0] != pair[1])
    why = f"the file says {_quoted(old)}, the run says {_quoted(new)}: run with --accept if the run is right"
    yield Finding(source.file, said.line + at, rule, why)


def _quoted(line: str | None) -> str:
    return f"`{line}`" if line else "nothing"


def _twin(source: Source, twin: Passage, ran: Run, run: Run) -> Iterator[Finding]:
    if ran.error:
        yield Finding(source.file, ran.error.line, "twin", f"the program under `## Async` fails: {ran.error.what}")
    elif ran.output != run.output:
        why = f"it prints {_quoted(ran.output)}, the question's program {_quoted(run.output)}: make them tell the same"
        yield Finding(source.file, twin.line, "twin", why)


def _empty(source: Source) -> Iterator[Finding]:
    """Proofs that look at nothing: what they say is so whatever the program does. A `fix` is code, and runs."""
    for option in source.options if source.front.kind is not Kind.BUG else ():
        if option.proof and not _looks_at_something(option.proof.text):
            why = (
                f"the proof of option {option.letter} names nothing that the program did: it would hold for any program"
            )
            yield Finding(source.file, option.proof.line, "check", why)


def _looks_at_something(expression: str) -> bool:
    try:
        tree = ast.parse(f"({expression}\n)", mode="eval")
    except SyntaxError:  # which its evaluation tells
        return True
    return any(isinstance(node, ast.Name) for node in ast.walk(tree))


def _holds(source: Source, run: Run, version: str) -> Iterator[Finding]:
    for option in source.options:
        value = run.values.get(option.letter)
        line = _line(option)
        if not isinstance(value, bool):
            told = value if isinstance(value, str) else f"its value is {value}"
            yield Finding(
                source.file,
                line,
                "check",
                f"the check of option {option.letter} is no proof: {told}, not True or False",
            )
        elif value != (version in option.right_on):
            yield _disproved(source, option, version, f"has a check that is {value}")


def _prints(source: Source, printed: str, version: str) -> Iterator[Finding]:
    for option in source.options:
        same = option.text.text.strip("`").strip() == printed
        if same != (version in option.right_on):
            yield _disproved(source, option, version, f"{'is' if same else 'is not'} what the snippet prints")


def _counts(source: Source, sql: str, version: str) -> Iterator[Finding]:
    counted = source.front.counts
    number = sum(line == counted or line.startswith(f"{counted} ") for line in sql.split("\n"))
    for option in source.options:
        if (int(option.text.text) == number) != (version in option.right_on):
            yield _disproved(source, option, version, f"{number} statements are {counted}")


def _follows(source: Source, run: Run) -> Iterator[Finding]:
    """The numbers under the steps must rise in the order that the marks give."""
    before: tuple[OptionSource, int] | None = None
    for option in sorted(source.options, key=lambda option: option.place):
        at = run.values.get(option.letter)
        if not isinstance(at, int) or isinstance(at, bool):
            told = at if isinstance(at, str) else f"its value is {at}"
            why = f"the `at` of option {option.letter} is no proof: {told}, not a number"
            yield Finding(source.file, _line(option), "check", why)
            continue
        if before and at <= before[1]:
            first = before[0]
            why = (
                f"step {option.place} ({option.letter}) is at {at}, step {first.place} ({first.letter}) at {before[1]}"
            )
            yield Finding(source.file, _line(option), "proof", f"{why}: mend the marks, or what `at` looks for")
        before = option, at


def _mends(source: Source, runs: Runs, version: str) -> Iterator[Finding]:
    if (value := runs[MAIN].values[GOAL]) is not False:
        why = f"the goal must be False while the bug is there, and is {value}: mend the goal or the program"
        yield Finding(source.file, source.code.line, "proof", why)
    for option in source.options:
        run = runs[mended(option)]
        if run.error:
            yield Finding(source.file, _line(option), "check", f"{mended(option)} fails: {run.error.what}")
        elif not isinstance(value := run.values[GOAL], bool):
            yield Finding(source.file, _line(option), "check", f"with {mended(option)} the goal is no proof: {value}")
        elif value != (version in option.right_on):
            reached = "is reached" if value else "is not reached"
            yield _disproved(source, option, version, f"the goal {reached} with its fix")


def _line(option: OptionSource) -> int:
    return option.proof.line if option.proof else option.text.line


def _disproved(source: Source, option: OptionSource, version: str, found: str) -> Finding:
    marked = "right" if version in option.right_on else "wrong"
    why = f"option {option.letter} is marked {marked} on {version} but {found}: mend the mark, the proof or the claim"
    return Finding(source.file, _line(option), "proof", why)
