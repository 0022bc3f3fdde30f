"""Runs one snippet in a process of its own: a job as JSON on standard input, what happened as JSON on standard output.

Started as a script by `running`, it imports nothing of the quiz, so that a snippet cannot reach it either.
"""

import io
import json
import sys
import traceback
import types
import warnings
from contextlib import redirect_stdout
from typing import TypedDict


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


def run(job: Job) -> Outcome:
    """Run prelude and snippet in one namespace, then the checks in their order."""
    module = types.ModuleType("snippet")
    sys.modules["snippet"] = module  # where SQLAlchemy looks up the names in a mapped class's annotations
    names = vars(module)
    _execute(_read(job["prelude"]), job["prelude"], 1, names)
    printed = io.StringIO()
    error: Trouble | None = None
    with warnings.catch_warnings(record=True) as caught, redirect_stdout(printed):
        warnings.simplefilter("always")
        try:
            _execute(job["code"], job["file"], job["line"], names)
        except BaseException as raised:  # noqa: BLE001 -- whatever a snippet raises is what we are asked about
            error = _trouble(raised, job)
    sql = list(names["emitted"])
    with redirect_stdout(io.StringIO()):
        checks = {} if error else {check["letter"]: _value(check, job["file"], names) for check in job["checks"]}
    return {
        "output": printed.getvalue(),
        "sql": sql,
        "warnings": [_warning(warning, job) for warning in caught],
        "error": error,
        "checks": checks,
    }


def _read(path: str) -> str:
    with open(path, encoding="utf-8") as file:  # noqa: PTH123 -- nothing is imported that is not needed
        return file.read()


def _execute(code: str, file: str, line: int, names: dict[str, object]) -> None:
    # Empty lines above the code make every traceback and warning point into the question file.
    padded = "\n" * (line - 1) + code
    exec(compile(padded, file, "exec", dont_inherit=True), names)  # noqa: S102 -- running it is the point


def _value(check: Check, file: str, names: dict[str, object]) -> bool | str:
    padded = "\n" * (check["line"] - 1) + check["expression"]
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


if __name__ == "__main__":
    json.dump(run(json.load(sys.stdin)), sys.stdout)
