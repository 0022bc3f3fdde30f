"""Backups on real files: whole or not there at all, made while others write, put back without losing what was there."""

import asyncio
import hashlib
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from subprocess import PIPE

import pytest
from alembic import command
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from bot.bank import Bank
from bot.commands import Answer
from bot.domain.identity import Posted
from bot.errors import BackupError
from bot.store import backups
from bot.store.backups import check, dump_command, make, megabytes
from bot.store.database import Database
from bot.store.migrations import Tables
from bot.store.migrations.upgrade import config
from bot.store.models import Place, Workspace
from bot.store.restoring import rehearse, restore
from tests.fakes.memory import Memory
from tests.house import ADA, GRACE, PLACE, House, Time

pytestmark = pytest.mark.sqlite_only("backups are files")

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def file(database_url: str) -> Path:
    return Path(database_url.partition("///")[2])


@pytest.fixture
async def house(database: Database, bank: Bank, time: Time) -> House:
    """A weekday drill at nine in Berlin, its first question posted and answered."""
    house = House(database, bank, time, [Memory()])
    await house.ask("setup at:09:00 zone:Europe/Berlin days:mon-fri")
    time.set("2026-11-23 08:00")
    await house.delivery.sweep()
    await house.ask(Answer(1, "B"), GRACE)
    return house


def content(file: Path) -> str:
    """A hash over every row of every table."""
    with closing(sqlite3.connect(file)) as connection:
        return hashlib.sha256("\n".join(connection.iterdump()).encode()).hexdigest()


def change(file: Path, *statements: str) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


def refused(work: Callable[[], object]) -> str:
    """What is said of something that cannot be done."""
    with pytest.raises(BackupError) as caught:
        work()
    return str(caught.value)


async def test_a_backup_is_the_house_and_restored_it_is_the_house_again(house: House, file: Path) -> None:
    made = await asyncio.to_thread(make, file, file.parent / "kept", NOON)
    assert made.copy.file == file.parent / "kept" / "quiz-20261123T120000Z.sqlite3"
    assert made.compared
    assert (made.copy.tables, made.copy.rows["answer"], made.copy.rows["posting"]) == (Tables.CURRENT, 1, 3)
    assert made.copy.size == made.copy.file.stat().st_size
    assert made.copy.file.stat().st_mode & 0o777 == 0o600
    original = content(file)
    assert content(made.copy.file) == original
    await house.ask(Answer(1, "C"), ADA)
    await house.database.close()
    assert content(file) != original, "it went on"
    later = content(file)
    done = await asyncio.to_thread(restore, made.copy.file, file, NOON - timedelta(hours=1))
    assert (content(file), done.migrated) == (original, False)
    assert done.aside is not None
    assert content(done.aside) == later, "what was there is kept"
    assert sorted(path.name for path in file.parent.iterdir()) == ["kept", file.name, done.aside.name]


async def test_a_backup_under_load_is_one_moment_and_keeps_nobody_waiting(database: Database, file: Path) -> None:
    written, begun, over = 0, asyncio.Event(), asyncio.Event()

    async def write() -> None:
        nonlocal written
        while not over.is_set():
            async with database.writing() as session:
                row = Workspace(platform="memory", external_id=str(written))
                session.add(row)
                await session.flush()
                session.add(Place(workspace_id=row.id, channel="general"))
            written += 1
            begun.set()

    writing = asyncio.create_task(write())
    await begun.wait()
    number, made = 0, None
    while made is None or made.compared:  # until somebody has written just while it was made
        before, number = written, number + 1
        made = await asyncio.to_thread(make, file, file.with_name(f"{number}.sqlite3"), NOON)
        rows = made.copy.rows
        assert before <= rows["workspace"] == rows["place"] <= written + 1, "each was written together with the other"
    over.set()
    await writing
    async with database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(Place)) == written


def test_of_a_folder_the_newest_of_ours_stay(file: Path, tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    folder.mkdir()
    (folder / "quiz-holiday.sqlite3").touch()
    (folder / ".quiz-20261122T000000Z.sqlite3.77.part").touch()
    names = [make(file, folder, NOON + timedelta(days=day)).copy.file.name for day in range(3)]
    made = make(file, folder, datetime.now(UTC) + timedelta(days=2), keep=2)
    assert [old.name for old in made.dropped] == [names[1], names[0]]
    left = {path.name for path in folder.iterdir()}
    assert left == {"quiz-holiday.sqlite3", names[2], made.copy.file.name}, "and what a dead process left is gone"


@pytest.mark.parametrize(
    ("to", "why"),
    [
        ("there.sqlite3", "there.sqlite3 is there already"),
        ("/proc/nowhere/quiz.sqlite3", "/proc/nowhere/quiz.sqlite3 cannot be written: "),
        ("there.sqlite3/under", "cannot be written: Not a directory"),
    ],
)
def test_a_backup_that_cannot_be_written_leaves_nothing(file: Path, to: str, why: str) -> None:
    (file.parent / "there.sqlite3").write_text("something else")
    assert why in refused(lambda: make(file, file.parent / to, NOON))
    assert sorted(path.name for path in file.parent.iterdir()) == [file.name, "there.sqlite3"]
    assert (file.parent / "there.sqlite3").read_text() == "something else"


def test_a_disk_is_never_filled(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backups, "_ROOM", 1 << 62)
    said = refused(lambda: make(file, file.with_name("full.sqlite3"), NOON))
    assert f"the backup needs {megabytes(file.stat().st_size)}" in said
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_what_is_no_database_of_ours_is_not_backed_up(file: Path) -> None:
    folder = file.parent / "kept"
    assert "there is no database at" in refused(lambda: make(file.with_name("gone"), folder, NOON))
    change(file, "UPDATE alembic_version SET version_num = '9999'")
    said = refused(lambda: make(file, folder, NOON))
    assert said == f"{file} has tables that this release does not know: use the release that made them"
    file.write_bytes(b"Dear Ada, " * 500)
    assert "is not a database" in refused(lambda: make(file, folder, NOON))
    assert [*folder.iterdir()] == []


def torn(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-4096])


def rotten(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[5 * 4096 : 5 * 4096 + 64] = bytes(64)
    file.write_bytes(content)


def orphaned(file: Path) -> None:
    change(file, "INSERT INTO place (workspace_id, channel, is_open) VALUES (77, 'general', 0)")


def in_use(file: Path) -> None:
    file.with_name(f"{file.name}-wal").write_bytes(b"half of it")


@pytest.mark.parametrize(
    ("harm", "why"),
    [
        (Path.unlink, "there is no file"),
        (lambda file: file.write_text("Dear Ada"), "is no SQLite file"),
        (torn, "is damaged"),
        (rotten, "is damaged"),
        (orphaned, "is damaged: place has rows that belong to none of workspace"),
        (lambda file: change(file, "DROP TABLE alembic_version"), "is damaged, or is not the quiz's"),
        (lambda file: change(file, "DELETE FROM alembic_version"), "does not know"),
        (lambda file: change(file, "UPDATE alembic_version SET version_num = '9999'"), "use the release that made"),
        (in_use, "is a database in use and no backup"),
    ],
)
def test_a_backup_that_cannot_be_relied_on_is_not_put_back(
    file: Path, tmp_path: Path, harm: Callable[[Path], object], why: str
) -> None:
    kept = make(file, tmp_path / "kept.sqlite3", NOON).copy.file
    harm(kept)
    before, there = content(file), {path.name for path in tmp_path.iterdir()}
    for work in (lambda: check(kept), lambda: rehearse(kept, tmp_path), lambda: restore(kept, file, NOON)):
        assert why in refused(work)
    assert (content(file), {path.name for path in tmp_path.iterdir()}) == (before, there)


_HOLDER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
connection.execute("SELECT * FROM place").fetchall()
print("open", flush=True)
sys.stdin.read()
"""


def test_a_house_in_use_is_left_alone(file: Path, tmp_path: Path) -> None:
    kept = make(file, tmp_path / "kept.sqlite3", NOON).copy.file
    with subprocess.Popen([sys.executable, "-c", _HOLDER, str(file)], stdin=PIPE, stdout=PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdin is not None
        assert holder.stdout.readline() == b"open\n"
        before = {path.name for path in tmp_path.iterdir()}
        said = refused(lambda: restore(kept, file, NOON))
        assert said == f"{file} is in use. Stop the bot, and whatever else has it open, first"
        assert {path.name for path in tmp_path.iterdir()} == before
        holder.stdin.close()
    assert restore(kept, file, NOON).aside is not None


async def test_the_database_itself_is_no_backup_of_it(file: Path) -> None:
    assert "is the database itself" in await asyncio.to_thread(refused, lambda: restore(file, file, NOON))


@pytest.mark.parametrize("damaged", [False, True])
async def test_what_a_killed_bot_left_in_its_log_is_kept_too(
    database: Database, file: Path, tmp_path: Path, damaged: bool
) -> None:
    kept = make(file, tmp_path / "kept.sqlite3", NOON).copy.file
    async with database.writing() as session:
        session.add(Workspace(platform="memory", external_id="in the log only"))
    killed = tmp_path / "killed" / file.name
    killed.parent.mkdir()
    for side in ("", "-wal"):
        shutil.copy(file.with_name(file.name + side), killed.with_name(file.name + side))
    log = killed.with_name(f"{killed.name}-wal").read_bytes()
    if damaged:
        killed.write_bytes(b"nothing that can be read" * 200)
    done = await asyncio.to_thread(restore, kept, killed, NOON)
    assert done.aside is not None
    assert check(killed).rows["workspace"] == 0, "nothing of the old log got into the new database"
    if damaged:
        assert done.aside.with_name(f"{done.aside.name}-wal").read_bytes() == log
    else:
        assert check(done.aside).rows["workspace"] == 1


async def test_an_older_release_is_brought_to_this_one(tmp_path: Path) -> None:
    old, file = tmp_path / "old.sqlite3", tmp_path / "new" / "quiz.sqlite3"
    engine = create_async_engine(f"sqlite+aiosqlite:///{old}", poolclass=NullPool)
    async with engine.begin() as connection:
        await connection.run_sync(lambda connection: command.upgrade(config(connection), "0003"))
    before = content(old)
    assert (await asyncio.to_thread(rehearse, old, tmp_path)).tables is Tables.OLDER
    done = await asyncio.to_thread(restore, old, file, NOON)
    assert (done.migrated, done.aside, done.copy.tables) == (True, None, Tables.CURRENT)
    assert content(old) == before


async def test_after_a_restore_nothing_is_posted_a_second_time(
    house: House, file: Path, bank: Bank, time: Time
) -> None:
    [platform] = house.platforms
    assert isinstance(platform, Memory)
    made = await asyncio.to_thread(make, file, file.parent / "kept", time())
    time.set("2026-11-24 08:00")
    for _ in range(3):  # the first question is closed and revealed, the second posted
        await house.delivery.sweep()
    titles = [message.card.title for message in platform.messages]
    assert len(titles) == 3
    await house.database.close()
    time.pass_(minutes=30)
    await asyncio.to_thread(restore, made.copy.file, file, time())
    restored = House(Database(house.database.url), bank, time, [platform])
    for _ in range(20):
        await restored.delivery.sweep()
        time.pass_(minutes=1)
    assert [message.card.title for message in platform.messages] == titles
    assert "Nothing was changed" in await restored.ask(Answer(2, "A"), GRACE, pressed=Posted(PLACE, "2"))
    assert "2 points" in await restored.ask("board", GRACE), "the first was closed anew, by what the backup knows"
    time.set("2026-11-25 08:00")
    await restored.delivery.sweep()
    assert [message.card.title for message in platform.messages[3:]] == ["Daily question · Wednesday 25 November"]
    await restored.database.close()


def test_of_a_server_the_commands_are_told_without_a_password() -> None:
    url = "postgresql+asyncpg://ada:open-sesame@db.example.org:5433/quiz?sslmode=require&password=open-sesame"
    where = '"postgresql://ada@db.example.org:5433/quiz?sslmode=require"'
    assert dump_command(url) == (
        f"pg_dump --format=custom --file=quiz.dump --dbname={where}",
        f"pg_restore --clean --if-exists --no-owner --single-transaction --dbname={where} quiz.dump",
    )
