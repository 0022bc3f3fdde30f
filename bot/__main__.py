"""The command line: `python -m bot`, or `sqla-quiz` where it is installed."""

import asyncio
import os
import sys
from collections.abc import Coroutine
from importlib.metadata import version
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from bot import app
from bot.bank import CONTENT, checking
from bot.errors import ContentError, NothingToRunError, SettingsError, UnreachableError
from bot.settings import Settings
from bot.store.migrations import migrate as bring_to_head

WRONG_SETTINGS = 2
_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.group(context_settings={"help_option_names": ["-h", "--help"]}, epilog="Start with: python -m bot play")
def cli() -> None:
    """A daily question about SQLAlchemy's Session, in Discord, in Slack and in the terminal."""


@cli.command()
@click.option("--as", "name", metavar="NAME", help="Play under this name instead of your login.")
def play(name: str | None) -> None:
    """Play here, at this keyboard. Needs no token; what you answer is kept for the next time.

    Answers may also come from a pipe, one key or word a line, and NO_COLOR switches colours off.
    """
    environment = dict(os.environ) | ({"SQLA_QUIZ_NAME": name} if name else {})
    _go(app.play(environment))


@cli.command()
def run() -> None:
    """Run the bot on every platform that has its tokens in the environment, until it is asked to stop.

    Without any token it names the variables that each platform needs.
    """
    _go(app.run(os.environ))


@cli.command()
def migrate() -> None:
    """Bring the database at DATABASE_URL to the tables of this release. Safe to run again."""

    async def go() -> None:
        await bring_to_head(Settings.read(os.environ).database_url)

    _go(go())
    click.echo("The database is up to date.")


@cli.command()
@click.option("--question", "only", metavar="ID", help="Check one question, for example sess-0035.")
@click.option("--accept", is_flag=True, help="Write what the programs print and emit into their files.")
@click.option("--content", "folder", type=_FOLDER, default=CONTENT, help="Check another bank than the shipped one.")
def check(only: str | None, accept: bool, folder: Path) -> None:
    """Run every question of the bank and prove that exactly one of its options is right.

    Each finding names file, line and what to do. Exit status 1 if there is any.
    """
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("Running the questions")

        def moved(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        try:
            report = asyncio.run(checking.check(folder, only=only, accept=accept, progress=moved))
        except ContentError as error:
            raise click.ClickException(str(error)) from None
    for finding in report.findings:
        click.echo(str(finding))
    for slug in report.accepted:
        click.echo(f"{slug}: accepted what its program did")
    verdict = f"{len(report.findings)} to mend" if report.findings else "all proved"
    questions = "question" if report.checked == 1 else "questions"
    click.echo(f"{report.checked} {questions} on SQLAlchemy {version('sqlalchemy')}: {verdict}")
    sys.exit(1 if report.findings else 0)


def _go(work: Coroutine[object, object, None]) -> None:
    """Run to the end; what an operator can mend is one line on standard error and exit status 2."""
    try:
        asyncio.run(work)
    except (SettingsError, NothingToRunError) as error:
        click.echo(f"sqla-quiz: {error}", err=True)
        sys.exit(WRONG_SETTINGS)
    except (ContentError, UnreachableError) as error:
        click.echo(f"sqla-quiz: {error}", err=True)
        sys.exit(1)


def main() -> None:
    """The program."""
    cli(prog_name="sqla-quiz")


if __name__ == "__main__":
    main()
