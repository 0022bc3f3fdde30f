"""The commands that run the quiz: here, or on every platform."""

import asyncio
import os
import sys
from collections.abc import Coroutine

import click

from bot import app
from bot.errors import ContentError, NothingToRunError, SettingsError, UnreachableError
from bot.process import Part
from bot.settings import Settings
from bot.store.migrations import migrate as bring_to_head

_WRONG_SETTINGS = 2


@click.command()
@click.option("--as", "name", metavar="NAME", help="Play under this name instead of your login.")
def play(name: str | None) -> None:
    """Play here, at this keyboard. Needs no token; what you answer is kept for the next time.

    Answers may also come from a pipe, one key or word a line, and NO_COLOR switches colours off.
    """
    environment = dict(os.environ) | ({"SQLA_QUIZ_NAME": name} if name else {})
    _go(app.play(environment))


@click.command()
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


@click.command()
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
        sys.exit(_WRONG_SETTINGS)
    except (ContentError, UnreachableError) as error:
        click.echo(f"sqla-quiz: {error}", err=True)
        sys.exit(1)
