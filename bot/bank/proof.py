"""Does a question tell the truth? What it says against what its snippet did."""

from collections.abc import Iterator
from itertools import zip_longest

from bot.bank.findings import Finding
from bot.bank.running import Run
from bot.bank.source import OptionSource, Passage, Source
from bot.domain.question import Kind


def proof(source: Source, run: Run, version: str) -> Iterator[Finding]:
    """Everything in which a question and a run of its snippet disagree."""
    if run.error:
        yield Finding(source.file, run.error.line, "snippet", f"the snippet fails: {run.error.what}")
        return
    for warning in run.warnings:
        why = f"the snippet warns: {warning.what}. Avoid it, or catch and print it if it is the lesson"
        yield Finding(source.file, warning.line, "warning", why)
    yield from _same(source, "output", source.output[version], run.output)
    yield from _same(source, "sql", source.sql[version], run.sql)
    if source.front.kind is Kind.OUTPUT:
        yield from _one_prints(source, run.output, version)
    else:
        yield from _one_holds(source, run, version)


def _same(source: Source, rule: str, said: Passage, seen: str) -> Iterator[Finding]:
    if said.text == seen:
        return
    pairs = zip_longest(said.text.split("\n"), seen.split("\n"))
    at, (old, new) = next((at, pair) for at, pair in enumerate(pairs) if pair[0] != pair[1])
    why = f"the file says {_quoted(old)}, the run says {_quoted(new)}: run with --accept if the run is right"
    yield Finding(source.file, said.line + at, rule, why)


def _quoted(line: str | None) -> str:
    return f"`{line}`" if line else "nothing"


def _one_prints(source: Source, printed: str, version: str) -> Iterator[Finding]:
    for option in source.options:
        same = option.text.text.strip("`").strip() == printed
        if same != (version in option.right_on):
            found = "is" if same else "is not"
            yield _disproved(source, option.text.line, option, version, f"{found} what the snippet prints")


def _one_holds(source: Source, run: Run, version: str) -> Iterator[Finding]:
    for option in source.options:
        value = run.checks.get(option.letter)
        line = option.check.line if option.check else option.text.line
        if not isinstance(value, bool):
            yield Finding(source.file, line, "check", f"the check of option {option.letter} is no proof: {value}")
        elif value != (version in option.right_on):
            yield _disproved(source, line, option, version, f"has a check that is {value}")


def _disproved(source: Source, line: int, option: OptionSource, version: str, found: str) -> Finding:
    marked = "right" if version in option.right_on else "wrong"
    why = f"option {option.letter} is marked {marked} on {version} but {found}: mend the mark, the check or the claim"
    return Finding(source.file, line, "proof", why)
