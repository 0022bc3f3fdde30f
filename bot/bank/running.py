"""Runs the snippets of questions: each in a process and a folder of its own, with a time limit.

Needs an operating system that can fork, as Linux and macOS can.
"""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from bot.bank.programs import MAIN, Program, programs
from bot.bank.snippet import Code, Job, Outcome
from bot.bank.source import Passage, Source
from bot.errors import ContentError

SECONDS = 20.0
"""How long a snippet may take. One takes some hundredths of a second."""

Progress = Callable[[str, int], object]
"""Told before each question: its slug, and how many have run."""

_SCRIPT = Path(__file__).with_name("snippet.py")
_LONGEST_LINE = 1 << 20  # far above what snippet.py lets through


@dataclass(frozen=True, slots=True)
class Trouble:
    """An error or a warning, and the line of the question file that it comes from."""

    line: int
    what: str


@dataclass(frozen=True, slots=True)
class Run:
    """What a program did. `values` holds what each expression is, by name: a bool, an int, or why it is neither."""

    output: str
    sql: str
    trace: str
    warnings: tuple[Trouble, ...]
    error: Trouble | None
    values: Mapping[str, bool | int | str]


Runs = Mapping[str, Run]
"""The runs of one question's programs, by the names that `programs` gives them."""


async def version_of(python: str) -> str:
    """The release of the SQLAlchemy that a Python has, such as "2.1.9". Raises `ContentError` where it has none."""
    if python == sys.executable:
        return version("sqlalchemy")
    code = "from importlib.metadata import version; print(version('sqlalchemy'))"
    process = await asyncio.create_subprocess_exec(
        python, "-I", "-c", code, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
    )
    out, _ = await process.communicate()
    if process.returncode != 0:
        raise ContentError(python, 1, "this Python has no SQLAlchemy to run snippets with: install one there")
    return out.decode().strip()


async def run_all(
    sources: Sequence[Source], prelude: Path, python: str, seconds: float, progress: Progress | None
) -> Mapping[str, Runs]:
    """The runs of every question's programs, by slug, as many questions at once as there are processors.

    Raises `ContentError` where a worker cannot go on.
    """
    runs: dict[str, Runs] = {}
    left = iter(sources)  # shared: each worker takes the next

    async def work(left: Iterator[Source]) -> None:
        async with _worker(python) as process:
            for source in left:
                if progress:
                    progress(source.front.id, len(runs))
                runs[source.front.id] = {
                    program.name: await _ask(process, source, program, prelude, seconds) for program in programs(source)
                }

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(min(len(sources), os.cpu_count() or 1)):
                group.create_task(work(left))
    except* ContentError as errors:
        raise _first(errors) from None
    return runs


def _first(errors: ExceptionGroup[ContentError]) -> ContentError:
    """One error of several workers: they stopped for the same reason."""
    first = errors.exceptions[0]
    return first if isinstance(first, ContentError) else _first(first)


@asynccontextmanager
async def _worker(python: str) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        python,
        "-I",  # neither the caller's environment nor its folder can change what a snippet does
        str(_SCRIPT),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env={},
        limit=_LONGEST_LINE,
    )
    try:
        yield process
    finally:
        process.kill()
        await process.communicate()


async def _ask(
    process: asyncio.subprocess.Process, source: Source, program: Program, prelude: Path, seconds: float
) -> Run:
    if process.stdin is None or process.stdout is None:
        raise ValueError("a worker is asked and answers through pipes")
    process.stdin.write(json.dumps(_job(source, program, prelude, seconds)).encode() + b"\n")
    line = await process.stdout.readline()
    if not line:
        raise ContentError(source.file, source.code.line, "the worker that runs snippets ended: see its message above")
    return _told(json.loads(line))


def _job(source: Source, program: Program, prelude: Path, seconds: float) -> Job:
    return {
        "prelude": str(prelude.resolve()),
        "file": source.file,
        "setup": _code(source.setup) if source.setup else None,
        "code": _code(program.code),
        "expressions": {name: _code(expression) for name, expression in program.expressions.items()},
        "trace": list(source.front.trace) if program.name == MAIN else [],
        "seconds": seconds,
    }


def _code(passage: Passage) -> Code:
    return {"text": passage.text, "line": passage.line}


def _told(outcome: Outcome) -> Run:
    return Run(
        output=outcome["output"].rstrip(),
        sql="\n".join(outcome["sql"]),
        trace="\n".join(outcome["trace"]),
        warnings=tuple(Trouble(**warning) for warning in outcome["warnings"]),
        error=Trouble(**outcome["error"]) if outcome["error"] else None,
        values=outcome["values"],
    )
