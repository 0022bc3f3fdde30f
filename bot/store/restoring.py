"""Putting a backup into the place of a SQLite database: prepared beside it, then exchanged in one step.

The database that was there is kept under another name, together with its write-ahead log if it left one. What became
due since the backup may have been posted already, which the backup cannot know.
"""

import asyncio
import fcntl
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import and_, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import contains_eager

from bot.domain.rounds import PostingKind, PostingState, RoundState
from bot.errors import BackupError, SettingsError
from bot.store.backups import Copy, check, sync
from bot.store.database import Database, Session
from bot.store.migrations import Tables, migrate
from bot.store.models import Posting, Round
from bot.store.rounds import add_posting

_ASIDE = "{}.before-{:%Y%m%dT%H%M%SZ}"
_SIDES = ("-wal", "-shm")
_SKIPPED = "it may have been posted before the database was restored"
# Where SQLite locks a file: whoever has a database in WAL mode open, and has read it once, holds a shared lock on these
# bytes until it closes it. Source: "The SQLite OS Interface", os.h, SHARED_FIRST and SHARED_SIZE.
_SHARED_FIRST, _SHARED_SIZE = 0x40000002, 510


@dataclass(frozen=True, slots=True)
class Restored:
    """What is in place now. `migrated`: it was of an older release; `aside` is where the former database is kept."""

    copy: Copy
    migrated: bool
    aside: Path | None


def rehearse(backup: Path, folder: Path) -> Copy:
    """Look through a backup, and bring a copy of it in a folder to this release if it is of an older one.

    Changes nothing else. Raises `BackupError` for one that could not be restored.
    """
    copy = check(backup)
    if copy.tables is Tables.OLDER:
        _prepare(copy, folder / "rehearsal.sqlite3", None)
    return copy


def restore(backup: Path, target: Path, now: datetime) -> Restored:
    """Put a backup into the place of the database at `target`.

    Raises `BackupError` where the backup is not whole, or somebody uses the database; then nothing has changed.
    """
    if target.exists() and backup.exists() and target.samefile(backup):
        raise BackupError(f"{backup} is the database itself: name one of its backups")
    copy, aside = check(backup), target.with_name(_ASIDE.format(target.name, now.astimezone(UTC)))
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with _unused(target):
            pass  # rather said before the work than after it
        try:
            prepared = _prepare(copy, part, now)
            _let_own(target if target.exists() else target.parent, part)
            _settle(target)
            with _unused(target):
                _exchange(part, target, aside)
        finally:
            for name in ("", *_SIDES):
                part.with_name(part.name + name).unlink(missing_ok=True)
    except OSError as error:
        raise BackupError(f"{target} cannot be put in place: {error.strerror}") from None
    return Restored(replace(prepared, file=target), copy.tables is Tables.OLDER, aside if aside.exists() else None)


def _prepare(copy: Copy, part: Path, now: datetime | None) -> Copy:
    """Copy a backup to a file of this release that is ready to run on from now, and look through it."""
    shutil.copyfile(copy.file, part)
    part.chmod(0o600)
    try:
        asyncio.run(_bring(f"sqlite+aiosqlite:///{part}", now))
    except (SettingsError, SQLAlchemyError, RuntimeError) as error:
        raise BackupError(f"{copy.file} cannot be brought to this release: {error}") from None
    prepared = check(part, str(copy.file))
    sync(part)
    return prepared


async def _bring(url: str, now: datetime | None) -> None:
    await migrate(url)
    if now is None:
        return
    database = Database(url)
    try:
        async with database.writing() as session:
            await _step_back(session, now)
    finally:
        await database.close()


async def _step_back(session: Session, now: datetime) -> None:
    """Let nothing be posted twice that may have been posted since the backup.

    Of a question nobody knows any more which one it was: its day is skipped. An answer is looked for in its channel.
    """
    due = and_(Posting.state == PostingState.DUE, Posting.due_at <= now)
    unknown = select(Posting).join(Posting.round).options(contains_eager(Posting.round))
    for posting in await session.scalars(unknown.where(due, Round.state == RoundState.PLANNED)):
        posting.round.state, posting.state, posting.trouble = RoundState.SKIPPED, PostingState.FAILED, _SKIPPED
    for this in await session.scalars(select(Round).where(Round.state == RoundState.OPEN, Round.closes_at <= now)):
        await add_posting(session, this, PostingKind.REVEAL, now)
    in_doubt = update(Posting).where(due, Posting.kind == PostingKind.REVEAL)
    await session.execute(
        in_doubt.values(state=PostingState.SENDING, attempt=Posting.attempt + 1, lease_until=now),
        execution_options={"synchronize_session": False},
    )


def _let_own(like: Path, part: Path) -> None:
    """Have a file belong to whom the database belongs: root may restore what the bot then has to write to."""
    owner = like.stat()
    if (owner.st_uid, owner.st_gid) != (os.geteuid(), os.getegid()):
        with suppress(PermissionError):  # only root may; anybody else already is who it belongs to
            os.chown(part, owner.st_uid, owner.st_gid)


def _settle(target: Path) -> None:
    """Have what a killed process left in its log written into the database, unless that is damaged."""
    if target.exists():
        with suppress(sqlite3.Error), closing(sqlite3.connect(target)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@contextmanager
def _unused(target: Path) -> Iterator[None]:
    """Keep other processes from using a database. Raises `BackupError` where one does.

    Locks are the process's: one that has the database open itself must not ask.
    """
    if not target.exists():
        yield
        return
    with target.open("r+b") as opened:
        try:
            fcntl.lockf(opened, fcntl.LOCK_EX | fcntl.LOCK_NB, _SHARED_SIZE, _SHARED_FIRST)
        except (BlockingIOError, PermissionError):
            raise BackupError(f"{target} is in use. Stop the bot, and whatever else has it open, first") from None
        yield


def _exchange(part: Path, target: Path, aside: Path) -> None:
    """The one step. A log that is left, of a damaged database, would be taken for the new one's: it goes first."""
    if target.exists():
        for side in _SIDES:
            log = target.with_name(target.name + side)
            if log.exists():
                log.rename(aside.with_name(aside.name + side))
        aside.hardlink_to(target)
    part.replace(target)
    sync(target.parent)
