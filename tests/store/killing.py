"""`python tests/store/killing.py URL REVISION …`: migrate a database over and over, killed at the first statement, then
at the second, through all those of a revision; then the next one. Prints for each how often it was killed.
"""

import asyncio
import os
import signal
import sys
from importlib import import_module
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

sys.path.insert(0, str(Path(__file__).parents[2]))

from bot.store.migrations import migrate


def kills(url: str, revision: str) -> int:
    """How many kills it took until the revision was behind it."""
    return next(done for done in count() if not _is_killed(url, revision, at=done + 1))


def _is_killed(url: str, revision: str, at: int) -> bool:
    child = os.fork()  # everything is imported: a new process for each would take a hundred times as long
    if child == 0:
        _listen(revision, at)
        asyncio.run(migrate(url))
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return True
    if os.WEXITSTATUS(status):
        raise RuntimeError(f"what {at - 1} kills left cannot be migrated")
    return False


def _listen(revision: str, at: int) -> None:
    """Die at so many steps of this process, which a commit is one of; end one step after the revision is written."""
    steps, is_behind = 0, False

    def step(_connection: object, *about: Any) -> None:
        nonlocal steps, is_behind
        steps += 1
        if steps == at:
            os.kill(os.getpid(), signal.SIGKILL)
        if is_behind:
            os._exit(0)
        statement = about[1] if about else ""
        is_behind = "alembic_version" in statement and f"'{revision}'" in statement

    event.listen(Engine, "before_cursor_execute", step)
    event.listen(Engine, "commit", step)


if __name__ == "__main__":
    import_module("bot.store.migrations.upgrade")  # once, and not in each that is killed
    for each in zip(sys.argv[1::2], sys.argv[2::2], strict=True):
        print(kills(*each))  # noqa: T201  # this is its result
