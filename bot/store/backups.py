"""Copies of a SQLite database: made while the bot writes, looked through before anybody relies on them.

`VACUUM INTO` copies one moment of the database and keeps no writer waiting; copying the file itself would miss what
stands in its write-ahead log. Nothing that is not whole ever gets the name of a backup.
"""

import os
import re
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

from sqlalchemy.engine import URL, make_url

from bot.errors import BackupError
from bot.store.migrations import Tables, tables_at

_NAME = "quiz-{:%Y%m%dT%H%M%SZ}.sqlite3"
_OURS = re.compile(r"quiz-\d{8}T\d{6}Z\.sqlite3")
_UNFINISHED = ".part"
_FORGOTTEN = timedelta(days=1)  # after which what is unfinished was left by a process that died
_MAGIC = b"SQLite format 3\0"
_ROOM = 64 * 1024 * 1024  # bytes that stay free beside a backup: filling the disk would stop the bot
_PATIENCE = 30.0  # seconds


@dataclass(frozen=True, slots=True)
class Copy:
    """A whole database in a file of so many bytes: which tables it has, and how many rows are in each of them."""

    file: Path
    size: int
    tables: Tables
    rows: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Made:
    """A backup. `compared`: the database stood still meanwhile, and has as many rows in every table; where it did not,
    nobody can say so. `dropped` are the older backups that went.
    """

    copy: Copy
    compared: bool
    dropped: tuple[Path, ...]


def make(source: Path, to: Path, now: datetime, keep: int | None = None) -> Made:
    """Copy the database at `source` into a folder, under a name made of `now`, or to a new file that has an ending.

    In a folder only the newest `keep` of those names stay. Raises `BackupError`; then nothing was made or dropped.
    """
    if not source.is_file():
        raise BackupError(f"there is no database at {source}; is DATABASE_URL the bot's?")
    in_folder = to.is_dir() or not to.suffix
    target = to / _NAME.format(now.astimezone(UTC)) if in_folder else to
    if target.exists():
        raise BackupError(f"{target} is there already; name another file, or a folder")
    with _unfinished(target, now) as part:
        counted = _copy(source, part)
        copy = check(part, str(source))
        if counted not in (None, copy.rows):
            raise BackupError(f"the copy does not have the rows of {source}: {copy.rows} instead of {counted}")
        sync(part)
        part.rename(target)
        sync(target.parent)
    dropped = tuple(_drop(target.parent, keep)) if in_folder and keep else ()
    return Made(replace(copy, file=target), counted is not None, dropped)


def check(file: Path, called: str = "") -> Copy:
    """Look through a backup without changing it. Raises `BackupError`, which calls it so, where it is not whole."""
    called = called or str(file)
    if not file.is_file():
        raise BackupError(f"there is no file {file}")
    log = file.with_name(f"{file.name}-wal")
    if log.exists() and log.stat().st_size:
        raise BackupError(
            f"{log} belongs to {file}: that is a database in use and no backup. Make one of it: python -m bot backup"
        )
    try:
        with file.open("rb") as opened:
            if opened.read(len(_MAGIC)) != _MAGIC:
                raise BackupError(f"{called} is no SQLite file")
        with closing(sqlite3.connect(f"file:{quote(str(file))}?mode=ro&immutable=1", uri=True)) as connection:
            tables, rows = _looked_through(connection, called)
    except OSError as error:
        raise BackupError(f"{called} cannot be read: {error.strerror}") from None
    except sqlite3.Error as error:
        raise BackupError(f"{called} is damaged, or is not the quiz's: {error}") from None
    return Copy(file, file.stat().st_size, tables, rows)


def dump_command(url: str) -> tuple[str, str]:
    """What makes a backup of a database on a server, and what puts it back; the password is left to PGPASSWORD."""
    to, query = make_url(url), make_url(url).difference_update_query(["password"]).query
    where = URL.create("postgresql", to.username, None, to.host, to.port, to.database, query).render_as_string()
    return (
        f'pg_dump --format=custom --file=quiz.dump --dbname="{where}"',
        f'pg_restore --clean --if-exists --no-owner --single-transaction --dbname="{where}" quiz.dump',
    )


def sync(path: Path) -> None:
    """Have a file, or the names in a folder, on the disk before going on."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _looked_through(connection: sqlite3.Connection, called: str) -> tuple[Tables, Mapping[str, int]]:
    """Which tables a database has and their numbers of rows, if it is whole and one of the quiz."""
    [(verdict,), *_] = connection.execute("PRAGMA integrity_check")
    if verdict != "ok":
        raise BackupError(f"{called} is damaged: {verdict}")
    if orphan := connection.execute("PRAGMA foreign_key_check").fetchone():
        raise BackupError(f"{called} is damaged: {orphan[0]} has rows that belong to none of {orphan[2]}")
    revision = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    tables = tables_at(revision[0]) if revision else Tables.FOREIGN
    if tables is Tables.FOREIGN:
        raise BackupError(f"{called} has tables that this release does not know: use the release that made them")
    return tables, _rows(connection)


def _rows(connection: sqlite3.Connection) -> Mapping[str, int]:
    """How many rows each table has, at one moment."""
    connection.execute("BEGIN")
    tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    names = sorted(name for (name,) in tables)
    rows = {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}  # noqa: S608  # a name of the schema
    connection.execute("COMMIT")
    return rows


def _copy(source: Path, part: Path) -> Mapping[str, int] | None:
    """Copy one moment of a database; how many rows its tables had then, `None` if somebody wrote meanwhile."""
    try:
        with closing(_open(source)) as connection:
            _have_room(connection, part.parent)
            began, rows = _moment(connection), _rows(connection)
            connection.execute("VACUUM INTO ?", (str(part),))
            return rows if _moment(connection) == began else None
    except sqlite3.Error as error:
        raise BackupError(f"{source} cannot be copied to {part.parent}: {error}") from None


def _open(source: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{quote(str(source))}?mode=rw", uri=True, isolation_level=None, timeout=_PATIENCE)


def _moment(connection: sqlite3.Connection) -> int:
    """A number that changes with each commit of somebody else."""
    return int(connection.execute("PRAGMA data_version").fetchone()[0])


def _have_room(connection: sqlite3.Connection, folder: Path) -> None:
    pages, unused, each = (
        connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "freelist_count", "page_size")
    )
    needed, free = (pages - unused) * each, shutil.disk_usage(folder).free
    if free < needed + _ROOM:
        raise BackupError(
            f"{folder} has {megabytes(free)} free; the backup needs {megabytes(needed)}, and {megabytes(_ROOM)} are "
            "left for the bot. Make room, or name a folder on another disk"
        )


def megabytes(size: int) -> str:
    """A size in words."""
    return f"{size / 1_000_000:,.1f} MB"


@contextmanager
def _unfinished(target: Path, now: datetime) -> Iterator[Path]:
    """A new file beside the target that only we may read, for it holds what people said; gone behind the block."""
    part = target.with_name(f".{target.name}.{os.getpid()}{_UNFINISHED}")
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        for other in target.parent.glob(f".*.sqlite3.*{_UNFINISHED}"):
            if now - datetime.fromtimestamp(other.stat().st_mtime, UTC) > _FORGOTTEN:
                other.unlink()
        try:
            os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            yield part
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise BackupError(f"{target} cannot be written: {error.strerror}") from None


def _drop(folder: Path, keep: int) -> Iterator[Path]:
    """Take away all backups of ours but the newest."""
    for old in sorted((file for file in folder.iterdir() if _OURS.fullmatch(file.name)), reverse=True)[keep:]:
        old.unlink()
        yield old
