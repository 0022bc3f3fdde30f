"""Runs snippets for `running`: a job a line on standard input, its outcome a line on standard output, both JSON.

Started as a script, it imports SQLAlchemy once and forks for each job: every snippet has a process of its own, and none
pays for the import. It imports nothing of the quiz, and runs with none of its environment.
"""

import importlib
import io
import json
import os
import signal
import sys
import traceback
import types
import warnings
from contextlib import redirect_stdout
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypedDict

MOST_CHARACTERS, MOST_STATEMENTS = 10_000, 1_000
"""Where output and SQL are cut off: far beyond what a question may show."""


class Check(TypedDict):
    """An expression that is evaluated after the snippet, and the line on which it stands."""

    letter: str
    expression: str
    line: int


class Job(TypedDict):
    """What to run. `file` is the name that tracebacks give, `line` the snippet's first line in that file."""

    prelude: str
    file: str
    code: str
    line: int
    checks: list[Check]
    seconds: float


class Trouble(TypedDict):
    """An error or a warning, and the line of the question file that it comes from."""

    line: int
    what: str


class Outcome(TypedDict):
    """What a snippet did. `checks` holds True, False, or why an expression has neither value."""

    output: str
    sql: list[str]
    warnings: list[Trouble]
    error: Trouble | None
    checks: dict[str, bool | str]


def serve() -> None:
    """Run jobs until the input ends."""
    importlib.import_module("sqlalchemy.ext.asyncio")
    for line in sys.stdin:
        with TemporaryDirectory(prefix="snippet-") as folder:
            outcome = apart(json.loads(line), folder)
        sys.stdout.write(json.dumps(outcome) + "\n")
        sys.stdout.flush()


def apart(job: Job, folder: str) -> Outcome:
    """Run a job in a process of its own, in a folder, within its time."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(reading)
            _settle(folder, job["seconds"])
            with os.fdopen(writing, "w", encoding="utf-8") as answer:
                answer.write(json.dumps(run(job)))
        finally:
            os._exit(1)  # a child never goes on as a second worker, nor waits for threads that the snippet left behind
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as answer:
        said = answer.read()
    ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if ended == -signal.SIGALRM:
        return _broken(job, f"it did not end within {job['seconds']:g} seconds")
    if not said:
        return _broken(job, f"its process ended with code {ended}")
    outcome: Outcome = json.loads(said)
    return outcome


def run(job: Job) -> Outcome:
    """Run prelude and snippet in one namespace, then the checks in their order."""
    module = types.ModuleType("snippet")
    sys.modules["snippet"] = module  # where SQLAlchemy looks up the names in a mapped class's annotations
    names = vars(module)
    printed = io.StringIO()
    error: Trouble | None = None
    with warnings.catch_warnings(record=True) as caught, redirect_stdout(printed):
        warnings.simplefilter("always")
        try:
            _execute(Path(job["prelude"]).read_text(encoding="utf-8"), job["prelude"], 1, names)
            _execute(job["code"], job["file"], job["line"], names)
        except BaseException as raised:  # noqa: BLE001 -- whatever a snippet raises is what we are asked about
            error = _trouble(raised, job)
    sql = list(names.get("emitted", ()))[:MOST_STATEMENTS]
    with redirect_stdout(io.StringIO()):
        checks = {} if error else {check["letter"]: _value(check, job["file"], names) for check in job["checks"]}
    return {
        "output": printed.getvalue()[:MOST_CHARACTERS],
        "sql": sql,
        "warnings": [_warning(warning, job) for warning in caught],
        "error": error,
        "checks": checks,
    }


def _settle(folder: str, seconds: float) -> None:
    """Cut a child off from its parent's streams, and set its time."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    os.chdir(folder)
    signal.setitimer(signal.ITIMER_REAL, seconds)


def _execute(code: str, file: str, line: int, names: dict[str, object]) -> None:
    # Empty lines above the code make every traceback and warning point into the question file.
    padded = "\n" * (line - 1) + code
    exec(compile(padded, file, "exec", dont_inherit=True), names)  # noqa: S102 -- running it is the point


def _value(check: Check, file: str, names: dict[str, object]) -> bool | str:
    # Within brackets an expression may go over several lines.
    padded = "\n" * (check["line"] - 1) + f"({check['expression']}\n)"
    try:
        value = eval(compile(padded, file, "eval", dont_inherit=True), names)  # noqa: S307 -- as above
    except Exception as raised:  # noqa: BLE001 -- told to the author
        return f"it raises {_told(raised)}"
    return value if isinstance(value, bool) else f"its value is {value!r}, which is neither True nor False"


def _trouble(raised: BaseException, job: Job) -> Trouble:
    if isinstance(raised, SyntaxError) and raised.filename == job["file"]:
        return {"line": raised.lineno or job["line"], "what": _told(raised)}
    frames = traceback.extract_tb(raised.__traceback__)
    lines = [frame.lineno for frame in frames if frame.filename == job["file"] and frame.lineno]
    return {"line": lines[-1] if lines else job["line"], "what": _told(raised)}


def _warning(warning: warnings.WarningMessage, job: Job) -> Trouble:
    line = warning.lineno if warning.filename == job["file"] else job["line"]
    return {"line": line, "what": f"{warning.category.__name__}: {warning.message}"}


def _told(raised: BaseException) -> str:
    return f"{type(raised).__name__}: {raised}".splitlines()[0]


def _broken(job: Job, what: str) -> Outcome:
    return {"output": "", "sql": [], "warnings": [], "error": {"line": job["line"], "what": what}, "checks": {}}


if __name__ == "__main__":
    serve()
