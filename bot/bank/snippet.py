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
import weakref
from collections.abc import Mapping
from contextlib import redirect_stdout
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypedDict

MOST_CHARACTERS, MOST_STATEMENTS = 10_000, 1_000
"""Where output and SQL are cut off: far beyond what a question may show."""

_LONGEST_MESSAGE = 500

_TRANSITIONS = {
    "transient_to_pending": "pending",
    "pending_to_persistent": "persistent",
    "pending_to_transient": "transient",
    "loaded_as_persistent": "persistent",
    "persistent_to_transient": "transient",
    "persistent_to_deleted": "deleted",
    "persistent_to_detached": "detached",
    "deleted_to_persistent": "persistent",
    "deleted_to_detached": "detached",
    "detached_to_persistent": "persistent",
}
"""The session's events that tell of a change, and the state that each leads to."""

Change = tuple[weakref.ReferenceType[object], str, int]


class Code(TypedDict):
    """A piece of a question file and the line on which it begins there."""

    text: str
    line: int


class Job(TypedDict):
    """What to run. `file` is the name that tracebacks give.

    `setup` runs first, and what it prints and emits is forgotten. `expressions` are evaluated after the program, by
    name. `trace` names the variables whose states are wanted.
    """

    prelude: str
    file: str
    setup: Code | None
    code: Code
    expressions: dict[str, Code]
    trace: list[str]
    seconds: float


class Trouble(TypedDict):
    """An error or a warning, and the line of the question file that it comes from."""

    line: int
    what: str


class Outcome(TypedDict):
    """What a snippet did. `values` holds what each expression is: a bool, an int, or why it is neither."""

    output: str
    sql: list[str]
    trace: list[str]
    warnings: list[Trouble]
    error: Trouble | None
    values: dict[str, bool | int | str]


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
            mine, told = os.getpid(), run(job)
            if os.getpid() == mine:  # a snippet that forks comes back from `run` twice
                with os.fdopen(writing, "w", encoding="utf-8") as answer:
                    answer.write(json.dumps(told))
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
    """Run prelude, setup and program in one namespace, then evaluate the expressions in their order."""
    module = types.ModuleType("snippet")
    sys.modules["snippet"] = module  # where SQLAlchemy looks up the names in a mapped class's annotations
    names = vars(module)
    printed = io.StringIO()
    error: Trouble | None = None
    trace: list[str] = []
    with warnings.catch_warnings(record=True) as caught, redirect_stdout(printed):
        warnings.simplefilter("always")
        try:
            _prepare(job, names)
            changes = _watched(names) if job["trace"] else []
            _execute(job["code"], job["file"], names)
            trace = _traced(changes, job["trace"], names)
        except BaseException as raised:  # noqa: BLE001 -- whatever a snippet raises is what we are asked about
            error = _trouble(raised, job)
    sql = list(names.get("emitted", ()))[:MOST_STATEMENTS]
    with redirect_stdout(io.StringIO()):
        values = {} if error else {name: _value(code, job["file"], names) for name, code in job["expressions"].items()}
    return {
        "output": _writable(printed.getvalue()[:MOST_CHARACTERS]),
        "sql": sql,
        "trace": trace[:MOST_STATEMENTS],
        "warnings": [_warning(warning, job) for warning in caught],
        "error": error,
        "values": values,
    }


def _prepare(job: Job, names: dict[str, object]) -> None:
    """Run the prelude and the question's own setup, and forget what they printed and emitted."""
    _execute({"text": Path(job["prelude"]).read_text(encoding="utf-8"), "line": 1}, job["prelude"], names)
    if job["setup"]:
        with redirect_stdout(io.StringIO()):
            _execute(job["setup"], job["file"], names)
        _emitted(names).clear()


def _emitted(names: Mapping[str, object]) -> list[str]:
    emitted = names["emitted"]
    if not isinstance(emitted, list):
        raise TypeError("`emitted` is the prelude's list of SQL: choose another name for your own")
    return emitted


def _watched(names: Mapping[str, object]) -> list[Change]:
    """A list to which every change of an object's state is added from now on: the object, the state, the SQL so far."""
    event = importlib.import_module("sqlalchemy.event")
    orm = importlib.import_module("sqlalchemy.orm")
    changes: list[Change] = []

    def note(state: str, instance: object) -> None:
        # Weak, since an object that the trace kept alive would live in the identity map too.
        changes.append((weakref.ref(instance), state, len(_emitted(names))))

    def expired(instance: object, attributes: object) -> None:
        if attributes is None:  # all of them
            note("expired", instance)

    for name, state in _TRANSITIONS.items():
        event.listen(orm.Session, name, lambda _session, instance, state=state: note(state, instance))
    event.listen(orm.Mapper, "init", lambda instance, _args, _kwargs: note("transient", instance))
    event.listen(orm.Mapper, "expire", expired)
    event.listen(orm.Mapper, "refresh", lambda instance, _context, _attributes: note("refreshed", instance))
    return changes


def _traced(changes: list[Change], subjects: list[str], names: Mapping[str, object]) -> list[str]:
    """The states of some variables' objects, with all SQL between them."""
    named = {id(names[subject]): subject for subject in subjects}
    sql, lines, told = list(_emitted(names)), [], 0
    for reference, state, emitted in changes:
        instance = reference()
        if instance is not None and id(instance) in named:
            lines += [*sql[told:emitted], f"{named[id(instance)]}: {state}"]
            told = emitted
    return lines + sql[told:]


def _writable(text: str) -> str:
    """A text that a file can hold: what is no character is written as its number."""
    return text.encode("utf-8", "backslashreplace").decode()


def _settle(folder: str, seconds: float) -> None:
    """Cut a child off from its parent's streams, and set its time."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    os.chdir(folder)
    signal.setitimer(signal.ITIMER_REAL, seconds)


def _execute(code: Code, file: str, names: dict[str, object]) -> None:
    # Empty lines above the code make every traceback and warning point into the question file.
    padded = "\n" * (code["line"] - 1) + code["text"]
    exec(compile(padded, file, "exec", dont_inherit=True), names)  # noqa: S102 -- running it is the point


def _value(code: Code, file: str, names: dict[str, object]) -> bool | int | str:
    # Within brackets an expression may go over several lines.
    padded = "\n" * (code["line"] - 1) + f"({code['text']}\n)"
    try:
        value = eval(compile(padded, file, "eval", dont_inherit=True), names)  # noqa: S307 -- as above
    except Exception as raised:  # noqa: BLE001 -- told to the author
        return f"it raises {_told(raised)}"
    return value if isinstance(value, int) else f"its value is {repr(value)[:_LONGEST_MESSAGE]}"


def _trouble(raised: BaseException, job: Job) -> Trouble:
    if isinstance(raised, SyntaxError) and raised.filename == job["file"]:
        return {"line": raised.lineno or job["code"]["line"], "what": _told(raised)}
    frames = traceback.extract_tb(raised.__traceback__)
    lines = [frame.lineno for frame in frames if frame.filename == job["file"] and frame.lineno]
    return {"line": lines[-1] if lines else job["code"]["line"], "what": _told(raised)}


def _warning(warning: warnings.WarningMessage, job: Job) -> Trouble:
    line = warning.lineno if warning.filename == job["file"] else job["code"]["line"]
    return {"line": line, "what": _writable(f"{warning.category.__name__}: {warning.message}"[:_LONGEST_MESSAGE])}


def _told(raised: BaseException) -> str:
    return _writable(f"{type(raised).__name__}: {raised}".splitlines()[0][:_LONGEST_MESSAGE])


def _broken(job: Job, what: str) -> Outcome:
    error: Trouble = {"line": job["code"]["line"], "what": what}
    return {"output": "", "sql": [], "trace": [], "warnings": [], "error": error, "values": {}}


if __name__ == "__main__":
    serve()
