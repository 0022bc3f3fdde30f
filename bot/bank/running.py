"""Runs a question's snippet in a fresh process, in an empty folder, with a time limit."""

import asyncio
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.bank.snippet import Job, Outcome
from bot.bank.source import Source
from bot.errors import ContentError

SECONDS = 20.0
"""How long a snippet may take. One takes about half a second, nearly all of it the import of SQLAlchemy."""

_SCRIPT = Path(__file__).with_name("snippet.py")


@dataclass(frozen=True, slots=True)
class Trouble:
    """An error or a warning, and the line of the question file that it comes from."""

    line: int
    what: str


@dataclass(frozen=True, slots=True)
class Run:
    """What a snippet did. `checks` holds, by letter, True, False, or why the expression has neither value."""

    output: str
    sql: str
    warnings: tuple[Trouble, ...]
    error: Trouble | None
    checks: Mapping[str, bool | str]


async def run(source: Source, prelude: Path, python: str = sys.executable, seconds: float = SECONDS) -> Run:
    """Run a question's snippet and checks with a Python that has SQLAlchemy."""
    with TemporaryDirectory(prefix="snippet-") as folder:
        process = await asyncio.create_subprocess_exec(
            python,
            "-I",  # neither the caller's environment nor its folder can change what a snippet does
            str(_SCRIPT),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            cwd=folder,
            env={},
        )
        try:
            async with asyncio.timeout(seconds):
                out, err = await process.communicate(json.dumps(_job(source, prelude)).encode())
        except TimeoutError:
            return _broken(source, f"it did not end within {seconds:g} seconds")
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
    if process.returncode != 0:
        last = err.decode(errors="replace").strip().splitlines()[-1:] or ["no message"]
        return _broken(source, f"its process ended with code {process.returncode}: {last[0]}")
    return _told(json.loads(out))


async def version_of(python: str = sys.executable) -> str:
    """The series of the SQLAlchemy that a Python has: "2.1" for 2.1.9. Raises `ContentError` where it has none."""
    code = "from importlib.metadata import version; print(version('sqlalchemy'))"
    process = await asyncio.create_subprocess_exec(
        python, "-I", "-c", code, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
    )
    out, _ = await process.communicate()
    if process.returncode != 0:
        raise ContentError(python, 1, "this Python has no SQLAlchemy to run snippets with: install one there")
    return ".".join(out.decode().split(".")[:2])


def _job(source: Source, prelude: Path) -> Job:
    return {
        "prelude": str(prelude.resolve()),
        "file": source.file,
        "code": source.code.text,
        "line": source.code.line,
        "checks": [
            {"letter": option.letter, "expression": option.check.text, "line": option.check.line}
            for option in source.options
            if option.check
        ],
    }


def _told(outcome: Outcome) -> Run:
    return Run(
        output=outcome["output"].rstrip(),
        sql="\n".join(outcome["sql"]),
        warnings=tuple(Trouble(**warning) for warning in outcome["warnings"]),
        error=Trouble(**outcome["error"]) if outcome["error"] else None,
        checks=outcome["checks"],
    )


def _broken(source: Source, what: str) -> Run:
    return Run("", "", (), Trouble(source.code.line, what), {})
