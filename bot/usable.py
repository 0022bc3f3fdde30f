"""What a command says whose settings or whose database cannot be used."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from bot.errors import SettingsError
from bot.store.database import is_outage, reason

_WRONG_SETTINGS = 2


@contextmanager
def or_a_word() -> Iterator[None]:
    """Do what needs settings and a database; end the process with a word where they cannot be used."""
    try:
        yield
    except SettingsError as error:
        click.echo(f"sqla-quiz: {error}", err=True)
        sys.exit(_WRONG_SETTINGS)
    except Exception as error:
        if not is_outage(error):
            raise
        click.echo(f"sqla-quiz: the database cannot be used: {reason(error)}", err=True)
        sys.exit(1)
