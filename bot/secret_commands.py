"""`python -m bot secrets`: the keys that the tokens of workspaces are sealed with."""

import asyncio
import os
import sys

import click

from bot import clock
from bot.errors import SettingsError
from bot.sealing import new_key
from bot.settings import Settings
from bot.store.database import Database
from bot.vault import Resealed, SealedVault

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
        came = asyncio.run(_rotate(Settings.read(os.environ)))
    except SettingsError as error:
        click.echo(f"sqla-quiz: {error}", err=True)
        sys.exit(_WRONG_SETTINGS)
    current = came.secrets - came.done - came.busy - came.shut
    click.echo(f"Of {came.secrets} secrets {came.done} were sealed anew; {current} had the newest key already.")
    if came.busy:
        click.echo(f"{came.busy} were just being renewed: run it once more before you take the old key away.")
    if came.shut:
        click.echo(f"sqla-quiz: {came.shut} cannot be opened with the keys in SECRET_KEYS", err=True)
        sys.exit(1)


async def _rotate(settings: Settings) -> Resealed:
    ring = settings.ring()
    if ring is None:
        raise SettingsError("SECRET_KEYS", "is needed; make a key with: python -m bot secrets new")
    database = Database(settings.database_url)
    try:
        return await SealedVault(database, ring, clock.now).reseal()
    finally:
        await database.close()
