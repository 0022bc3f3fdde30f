"""The command line: `python -m bot`, or `sqla-quiz` where it is installed."""

import asyncio
import os
import sys
from collections.abc import Coroutine
from importlib.metadata import EntryPoint

import click

from bot import app
from bot.app import plugs
from bot.errors import ContentError, NothingToRunError, SettingsError, UnreachableError
from bot.process import Part
from bot.settings import Settings
from bot.store.migrations import migrate as bring_to_head

WRONG_SETTINGS = 2
_COMMANDS = "sqla_quiz.commands"
# What only authors and operators need is imported when they ask for it: it would double the memory of a running bot.
_OURS = {
    "backup": "bot.database_commands:backup",
    "check": "bot.bank_commands:check",
    "copy-db": "bot.database_commands:copy_db",
    "doctor": "bot.doctor_commands:doctor",
    "question": "bot.question_commands:question",
    "restore": "bot.database_commands:restore",
    "secrets": "bot.secret_commands:secrets",
}


class _Words(click.Group):
    """Our own words, and those that platforms add. A word of ours is never replaced."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *_OURS, *(plug.name for plug in plugs(_COMMANDS))})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if here := super().get_command(ctx, cmd_name):
            return here
        if place := _OURS.get(cmd_name):
            return _loaded(EntryPoint(cmd_name, place, _COMMANDS))
        return next((_loaded(plug) for plug in plugs(_COMMANDS) if plug.name == cmd_name), None)


def _loaded(plug: EntryPoint) -> click.Command:
    """What a platform adds. Where that cannot be had, a command that says why: the others go on working."""
    try:
        command = plug.load()
    except (ImportError, AttributeError) as error:
        return _missing(plug, f"{type(error).__name__}: {error}")
    return command if isinstance(command, click.Command) else _missing(plug, "it is no click command")


def _missing(plug: EntryPoint, why: str) -> click.Command:
    told = f"{plug.name} cannot be had: {plug.value}: {why}"

    def complain() -> None:
        raise click.ClickException(f"{told}. Install sqla-quiz anew, or what brings {plug.name}.")

    anything = {"ignore_unknown_options": True, "allow_extra_args": True}
    return click.Command(plug.name, context_settings=anything, callback=complain, help=told)


@click.group(
    cls=_Words, context_settings={"help_option_names": ["-h", "--help"]}, epilog="Start with: python -m bot play"
)
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
@click.option("--only", type=click.Choice([part.value for part in Part]), help="Do one part of it; see above.")
def run(only: str | None) -> None:
    """Run the bot on every platform that has its tokens in the environment, until it is asked to stop.

    Without any token it names the variables that each platform needs.

    One process is enough for most. To split it, run both parts on the same PostgreSQL: `--only web`, as many as the
    host's balancer likes, takes what platforms send over HTTP to PORT; `--only worker`, one or several, listens to
    Discord and to Slack's Socket Mode and sends what is due. Discord is heard by one process at a time, and by the next
    within 30 seconds should that one die.

    SIGTERM lets what is in hand finish, for eight seconds at most; a second one ends at once.
    """
    _go(app.run(os.environ, Part(only) if only else None))


@cli.command()
def migrate() -> None:
    """Bring the database at DATABASE_URL to the tables of this release. Safe to run again."""

    async def go() -> None:
        await bring_to_head(Settings.read(os.environ).database_url)

    _go(go())
    click.echo("The database is up to date.")


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
