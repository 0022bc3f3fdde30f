"""What is run to prove a question: its program, the program mended in each way, and its twin with `AsyncSession`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from bot.bank.options import buggy_line
from bot.bank.source import OptionSource, Passage, Source
from bot.domain.question import Kind

MAIN, TWIN = "the program", "the program under `## Async`"
GOAL = "goal"


@dataclass(frozen=True, slots=True)
class Program:
    """Something to run. `expressions` are evaluated after it, by name: an option's letter, or `GOAL`."""

    name: str
    code: Passage
    expressions: Mapping[str, Passage] = field(default_factory=dict)


def programs(source: Source) -> Iterator[Program]:
    """All that has to run to prove a question."""
    kind = source.front.kind
    goal = {GOAL: Passage(source.front.goal, 1)} if kind is Kind.BUG else {}
    proofs = {option.letter: option.proof for option in source.options if option.proof and kind is not Kind.BUG}
    yield Program(MAIN, source.code, goal | proofs)
    if source.twin:
        yield Program(TWIN, source.twin)
    if kind is Kind.BUG:
        for option in source.options:
            yield Program(mended(option), _replaced(source.code, option), goal)


def mended(option: OptionSource) -> str:
    """The name of the program in which an option's line is replaced by its fix."""
    return f"the fix of option {option.letter}"


def _replaced(code: Passage, option: OptionSource) -> Passage:
    lines = code.text.split("\n")
    at = buggy_line(option) - 1
    indent = lines[at][: len(lines[at]) - len(lines[at].lstrip())]
    fix = option.proof.text if option.proof else ""
    lines[at] = "\n".join(indent + line for line in fix.split("\n"))
    return Passage("\n".join(lines), code.line)
