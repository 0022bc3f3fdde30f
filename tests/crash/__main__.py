"""`python -m tests.crash`: kill processes of the quiz by the thousand, and count what came of it."""

import asyncio
import os
import secrets
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

import click

from bot.bank import load
from bot.store.migrations import migrate
from tests.crash.supervisor import Outcome, Run, plan
from tests.postgres import postgres

_SHOWN = 10  # problems of a kind
_EVERY = 10.0  # seconds from one line of a log to the next
_MEMORY = "/dev/shm"  # noqa: S108  # a process that is killed loses nothing that it wrote: no disk has to be waited for
_BOTH = ("sqlite", "postgresql")


@click.command(context_settings={"max_content_width": 120})
@click.option("--kills", default=10_000, show_default=True, help="Processes to kill, on each database.")
@click.option("--database", type=click.Choice(_BOTH), help="Only on this one.")
@click.option("--answers", is_flag=True, help="Kill while a hundred people answer, instead of while things are posted.")
@click.option("--seed", type=int, help="That of an earlier run, to have its luck again.")
@click.option("--workers", default=3, show_default=True, help="Processes at a time.")
@click.option("--speed", default=20.0, show_default=True, help="How many times as fast time passes.")
def main(kills: int, database: str | None, answers: bool, seed: int | None, workers: int, speed: float) -> None:
    """Run the quiz in several processes on one database, on a Discord and a Slack on this machine that fail now and
    then, and kill the processes with SIGKILL at any moment. In the end every question and every reveal must stand
    once, and every answer that was acknowledged must be in the log.

    Ctrl-C ends the killing early. Ends with 1 if anything was lost, doubled or stuck.
    """
    clean = True
    for name in [database] if database else _BOTH:
        luck = secrets.randbits(32) if seed is None else seed
        click.echo(f"{name}: {kills} kills, seed {luck}")
        with _database(name) as (url, folder):
            click.echo(f"what is said: {folder / 'log'}")
            with _errors_to(folder / "log"):
                run = Run(plan(kills, luck, answers=answers, workers=workers, speed=speed), url, load(), _Progress())
                signal.signal(signal.SIGINT, run.enough)
                outcome = run()
            if _report(outcome):
                shutil.rmtree(folder)
            else:
                clean = False
    sys.exit(not clean)


@contextmanager
def _database(name: str) -> Iterator[tuple[str, Path]]:
    """The address of an empty database, and a folder for what is said."""
    folder = Path(mkdtemp(prefix="quiz-crash-", dir=_MEMORY if Path(_MEMORY).is_dir() else None))
    if name == "sqlite":
        url = f"sqlite+aiosqlite:///{folder / 'quiz.sqlite3'}"
        asyncio.run(migrate(url))
        yield url, folder
    else:
        with postgres() as server:
            yield server.fresh(), folder


@contextmanager
def _errors_to(file: Path) -> Iterator[None]:
    """What processes log goes into a file."""
    shown = os.dup(2)
    with file.open("a") as log:
        os.dup2(log.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(shown, 2)
        os.close(shown)


class _Progress:
    """Says how it goes: all the time where somebody watches, and now and then in a log."""

    def __init__(self) -> None:
        self._said = 0.0

    def __call__(self, line: str) -> None:
        """Say it, if it is time."""
        if sys.stdout.isatty():
            click.echo(f"\r{line:<78}", nl=False)
        elif time.monotonic() - self._said >= _EVERY:
            self._said = time.monotonic()
            click.echo(line)


def _report(outcome: Outcome) -> bool:
    """The table, and where anything went wrong what."""
    account = outcome.account
    kills = sum(outcome.deaths.values())
    click.echo(f"\n{kills} kills in {outcome.killing:.0f} s ({kills / outcome.killing:.1f} a second)")
    for what, count in sorted(outcome.deaths.items()):
        click.echo(f"  {count:>6}  {what}")
    for title, number in (
        ("processes", outcome.started),
        ("that could not start", outcome.unstarted),
        ("faults", outcome.faults),
        ("days", f"{outcome.days:.1f}"),
        ("rounds", account.rounds),
        ("postings", account.postings),
        ("attempts", account.attempts),
        ("answers acknowledged", account.acknowledged),
        *((kind, len(found)) for kind, found in account.problems.items()),
        ("swept of those doubled", account.swept),
        ("seconds to settle", f"{outcome.settling:.0f}"),
    ):
        click.echo(f"{title:>22}  {number}")
    for kind, found in account.problems.items():
        for each in found[:_SHOWN]:
            click.echo(f"{kind}: {each}")
    for each, count in outcome.refused.items():
        click.echo(f"refused {count}: {each}")
    for each in outcome.unexpected[:_SHOWN]:
        click.echo(each)
    return account.is_clean and not outcome.unexpected


if __name__ == "__main__":
    main()
