"""The commands that look after the database: `python -m bot backup` and `restore`."""

import os
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NoReturn

import click

from bot.clock import now
from bot.errors import BackupError, SettingsError
from bot.settings import Settings
from bot.store.backups import Copy, Made, dump_command, make, megabytes
from bot.store.database import file_of
from bot.store.migrations import Tables
from bot.store.restoring import rehearse
from bot.store.restoring import restore as put_back

_WRONG_SETTINGS = 2
_FOLDER = "backups"


@click.command()
@click.option(
    "--to",
    metavar="FILE|FOLDER",
    type=click.Path(path_type=Path),
    help="Where to: a new file whose name has an ending, or a folder.  [default: backups, beside the database]",
)
@click.option("--keep", metavar="N", type=click.IntRange(min=1), help="Keep the newest N in that folder, not all.")
def backup(to: Path | None, keep: int | None) -> None:
    """Copy the SQLite file at DATABASE_URL while the bot runs, and look through the copy.

    It gets its name only when it is whole and on the disk. Have it made every day, by cron for example, and copy it
    to another machine; put it back with restore. Exit status 1 where it could not be made: then nothing is left of it.
    """
    source = _file(dump=0)
    if to is not None and to.suffix and not to.is_dir() and keep:
        raise click.UsageError("--keep is for a folder of backups, and --to names a file.")
    began = time.monotonic()
    try:
        made = make(source, to or source.with_name(_FOLDER), now(), keep)
    except BackupError as error:
        _give_up(error)
    click.echo(f"Backed up to {_told(made.copy)} in {time.monotonic() - began:.1f} s.")
    click.echo(_seen(made))
    for old in made.dropped:
        click.echo(f"Dropped {old.name}.")


@click.command()
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--verify", is_flag=True, help="Only look through the backup, and try to bring it to this release.")
def restore(file: Path, verify: bool) -> None:
    """Put a backup into the place of the SQLite file at DATABASE_URL. Stop the bot first.

    The backup is looked through before anything changes, and brought to this release where it is of an older one. The
    file that was there is kept under another name. Nothing is posted twice that may have been posted since the backup:
    a question that became due is skipped, an answer is looked for in its channel first. With --verify nothing changes,
    and the bot may run.
    """
    try:
        if verify:
            with TemporaryDirectory(prefix="sqla-quiz-") as folder:
                click.echo(_verified(rehearse(file, Path(folder))))
            return
        done = put_back(file, _file(dump=1), now())
    except BackupError as error:
        _give_up(error)
    click.echo(f"Restored {_told(done.copy)}.")
    if done.migrated:
        click.echo("It was of an older release, and has the tables of this one now.")
    if done.aside:
        click.echo(f"The file that was there is kept: {done.aside}")


def _file(*, dump: int) -> Path:
    """The SQLite file; for a server's database ends with the command that does it there."""
    try:
        url = Settings.read(os.environ).database_url
    except SettingsError as error:
        click.echo(f"sqla-quiz: {error}", err=True)
        sys.exit(_WRONG_SETTINGS)
    file = file_of(url)
    if file is None:
        click.echo("sqla-quiz: this works on SQLite files, and DATABASE_URL names a server. There it is:", err=True)
        click.echo(f"  {dump_command(url)[dump]}", err=True)
        sys.exit(_WRONG_SETTINGS)
    return file


def _give_up(error: BackupError) -> NoReturn:
    click.echo(f"sqla-quiz: {error}", err=True)
    sys.exit(1)


def _told(copy: Copy) -> str:
    return f"{copy.file}: {megabytes(copy.size)}, {len(copy.rows)} tables, rows in all: {sum(copy.rows.values()):,}"


def _verified(copy: Copy) -> str:
    older = ", after it has been brought to it" if copy.tables is Tables.OLDER else ""
    return f"{_told(copy)}. It is whole and can be restored with this release{older}. Nothing was changed."


def _seen(made: Made) -> str:
    if made.compared:
        return "It is whole, and every table has as many rows as in the database."
    return "It is whole, and one moment of the database; rows were not compared, as the bot wrote meanwhile."
