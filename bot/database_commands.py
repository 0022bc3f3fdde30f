"""The commands that look after the database: `python -m bot backup`, `restore`, `copy-db` and `rebuild`."""

import asyncio
import os
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NoReturn

import click

from bot.clock import now
from bot.errors import BackupError, CopyError, SettingsError
from bot.play.rebuilding import Recounted, workspaces
from bot.play.rebuilding import rebuild as count_again
from bot.settings import Settings
from bot.store.backups import Copy, Made, dump_command, make, megabytes
from bot.store.copying import copy_house
from bot.store.database import Database, file_of, told
from bot.store.migrations import Tables, at_head
from bot.store.restoring import rehearse
from bot.store.restoring import restore as put_back
from bot.usable import or_a_word

_WRONG_SETTINGS = 2
_FOLDER = "backups"
_EVERY = 3.0  # seconds


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


@click.command(epilog="Example: python -m bot copy-db --from sqlite:////data/quiz.sqlite3")
@click.option(
    "--from", "source", metavar="URL", envvar="DATABASE_URL", required=True, help="The database that there is."
)
@click.option("--to", "target", metavar="URL", envvar="DATABASE_URL", required=True, help="An empty one.")
def copy_db(source: str, target: str) -> None:
    """Copy a whole house to another database: from a SQLite file to PostgreSQL, or the other way. Stop the bot first.

    What is left out is DATABASE_URL, so that no password has to be typed. The source is only read. The target gets the
    tables of this release and every row, all or nothing: the rows are read again, and nothing stays there unless they
    are the same. Then set DATABASE_URL to the target and start the bot; SECRET_KEYS stays as it is.
    """
    began = time.monotonic()
    try:
        urls = [_address(option, url) for option, url in (("--from", source), ("--to", target))]
        copied = asyncio.run(copy_house(urls[0], urls[1], _Meter()))
    except SettingsError as error:
        click.echo(f"sqla-quiz: {error}", err=True)
        sys.exit(_WRONG_SETTINGS)
    except CopyError as error:
        _give_up(error)
    for each in copied:
        click.echo(f"{each.table:<16}{each.rows:>12,}  {each.checksum[:32]}")
    rows, seconds = sum(each.rows for each in copied), time.monotonic() - began
    counted = f"{rows:,} {'row' if rows == 1 else 'rows'} of {len(copied)} tables"
    click.echo(f"Copied {counted} to {told(urls[1])} in {seconds:.1f} s, and read all of it again.")


@click.command()
@click.option("--check", is_flag=True, help="Only look: change nothing, and exit with status 1 where something is off.")
def rebuild(check: bool) -> None:
    """Count all points and standings again, from the log of answers at DATABASE_URL.

    Both are kept as rounds close and are always what the log adds up to; this proves it, and mends it should a
    database have been edited by hand or put together from pieces. Workspace by workspace, each all or nothing. On
    PostgreSQL the bot may run meanwhile. A SQLite file is kept from it while a workspace is counted, some seconds for a
    hundred thousand answers: stop the bot first, where there are more.
    """
    with or_a_word():
        found = asyncio.run(_rebuild_all(Settings.read(os.environ).database_url, check=check))
    wrong = sum(each.scores + each.standings for each in found)
    rounds = sum(each.rounds for each in found)
    homes = f"{len(found):,} {'workspace' if len(found) == 1 else 'workspaces'}"
    click.echo(f"{rounds:,} closed rounds of {homes} were counted again: {_outcome(found, check=check)}")
    if wrong and check:
        sys.exit(1)


def _outcome(found: list[Recounted], *, check: bool) -> str:
    scores, standings = sum(each.scores for each in found), sum(each.standings for each in found)
    if not scores and not standings:
        return "everything is as it has to be."
    done = "Nothing was changed: run it without --check to mend them." if check else "They are right now."
    return f"{scores:,} scores and {standings:,} standings were off. {done}"


async def _rebuild_all(url: str, *, check: bool) -> list[Recounted]:
    if not await at_head(url):
        raise SettingsError(
            "DATABASE_URL", f"{told(url)} has not the tables of this release: run `python -m bot migrate`"
        )
    database = Database(url, patience=None)
    try:
        async with database.reading() as session:
            ids = await workspaces(session)
        return [await _rebuilt(database, number, check=check) for number in ids]
    finally:
        await database.close()


async def _rebuilt(database: Database, workspace_id: int, *, check: bool) -> Recounted:
    async with database.trying() if check else database.writing() as session:
        return await count_again(session, workspace_id)


class _Meter:
    """Says on standard error how far a long copy is, every few seconds."""

    def __init__(self) -> None:
        self._said_at = time.monotonic()

    def __call__(self, table: str, rows: int, of: int) -> None:
        if time.monotonic() - self._said_at > _EVERY:
            self._said_at = time.monotonic()
            click.echo(f"{table}: {rows:,} of {of:,} rows", err=True)


def _address(option: str, url: str) -> str:
    """The address of a database, as the store takes it. Raises `SettingsError` that names the option."""
    try:
        return Settings.read({"DATABASE_URL": url}).database_url
    except SettingsError as error:
        raise SettingsError(option, error.why) from None


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


def _give_up(error: BackupError | CopyError) -> NoReturn:
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
