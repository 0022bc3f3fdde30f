"""`python -m bot secrets`: the keys that the tokens of workspaces are sealed with."""

import asyncio
import os
import sys

import click

from bot import clock
from bot.errors import SealError, SettingsError
from bot.sealing import new_key
from bot.settings import Settings
from bot.store.database import Database
from bot.vault import SealedVault

_WRONG_SETTINGS = 2


@click.group()
def secrets() -> None:
    """The keys that seal what workspaces give us: SECRET_KEYS, written as name:key,name:key with the newest first."""


@secrets.command()
def new() -> None:
    """Make a key and print it, ready for SECRET_KEYS. Nothing is stored."""
    click.echo(new_key())


@secrets.command()
def rotate() -> None:
    """Seal everything with the first key of SECRET_KEYS.

    To change keys: put a new one first, restart, rotate, then take the old one away. Safe to run again, and while
    the bot runs.
    """
    try:
        done, of = asyncio.run(_rotate(Settings.read(os.environ)))
    except SettingsError as error:
        click.echo(f"sqla-quiz: {error}", err=True)
        sys.exit(_WRONG_SETTINGS)
    except SealError as error:
        click.echo(f"sqla-quiz: a secret cannot be opened: {error}", err=True)
        sys.exit(1)
    click.echo(f"{done} of {of} secrets were sealed anew; the others had the newest key already.")


async def _rotate(settings: Settings) -> tuple[int, int]:
    ring = settings.ring()
    if ring is None:
        raise SettingsError("SECRET_KEYS", "is needed; make a key with: python -m bot secrets new")
    database = Database(settings.database_url)
    try:
        return await SealedVault(database, ring, clock.now).reseal()
    finally:
        await database.close()
