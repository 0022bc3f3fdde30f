"""What `doctor` finds in the database and on the machine: each with its remedy, and true of what is really there."""

import shutil
import sqlite3
from collections import namedtuple
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import TZPATH

import pytest
from sqlalchemy import update

from bot import app, checkup
from bot.bank import Bank
from bot.checkup import machine
from bot.checkup.database import _inside
from bot.disk import Mount, mount_of, standing
from bot.domain.identity import Place
from bot.findings import Finding, Level
from bot.settings import Settings
from bot.store.database import Database
from bot.store.models import Posting
from tests.consulting import plain
from tests.fakes.memory import Memory
from tests.house import ADA, WORKSPACE, House, Time

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
MOUNTS = """\
22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
31 22 0:28 / /mnt/team rw shared:9 - nfs4 nas:/team rw
32 22 0:29 / /mnt/team/fast rw - xfs /dev/vdb rw
33 22 0:30 / /srv/with\\040blank rw - fuse.sshfs ada@nas:/ rw
34 22 0:31 / /run rw shared:3 master:2 - tmpfs none rw
35 22 0:32 / /app rw - overlay overlay rw
"""

Usage = namedtuple("Usage", "total used free")


@pytest.fixture
async def house(database: Database, bank: Bank, time: Time) -> House:
    """Two drills, in Berlin and in Kiritimati, that have been planned."""
    house = House(database, bank, time, [Memory()])
    await house.ask("setup at:09:00 zone:Europe/Berlin days:mon-fri")
    await house.ask("setup at:08:30 zone:Pacific/Kiritimati days:daily", ADA, Place(WORKSPACE, "island"))
    await house.delivery.sweep()
    return house


async def found(url: str, now: datetime) -> dict[str, Finding]:
    """What is found in a database, by title."""
    findings, _ = await _inside(Settings.read({"DATABASE_URL": plain(url)}), now)
    return {finding.title: finding for finding in findings}


async def test_the_next_posts_are_told_by_the_clocks_there_and_in_utc(
    house: House, database_url: str, time: Time
) -> None:
    told = (await found(database_url, time()))["Next posts"]
    assert (told.level, told.fix) == (Level.OK, "")
    assert told.seen.split("; ")[:3] == [
        "memory island Mon 23 Nov 08:30 Pacific/Kiritimati (18:30 UTC)",
        "memory general Mon 23 Nov 09:00 Europe/Berlin (08:00 UTC)",
        "memory island Tue 24 Nov 08:30 Pacific/Kiritimati (18:30 UTC)",
    ]
    assert len(told.seen.split("; ")) <= 5
    late = (await found(database_url, time() + timedelta(hours=7)))["Next posts"]
    assert (late.level, late.seen[:9]) == (Level.WARN, "overdue: ")
    assert late.fix.startswith("Start the bot")
    await house.ask("pause")
    assert "general" not in (await found(database_url, time()))["Next posts"].seen


async def test_what_is_held_is_told_with_what_a_keeper_does(house: House, database_url: str, time: Time) -> None:
    assert (await found(database_url, time()))["Held posts"].seen == "none"
    async with house.database.writing() as session:
        await session.execute(update(Posting).where(Posting.place_id == 1).values(state="held"))
    told = (await found(database_url, time()))["Held posts"]
    assert told.level is Level.WARN
    assert "of 2 nobody can tell whether they stand: memory general Tue 24 Nov 09:00 Europe/Berlin" in told.seen
    assert "/sqla-quiz post" in told.fix
    assert (await found(database_url, time() + timedelta(days=30)))["Held posts"].seen == "none"


def rot(file: Path) -> None:
    """Have a page of a file hold nothing."""
    content = file.read_bytes()
    file.write_bytes(content[: 5 * 4096] + bytes(4096) + content[6 * 4096 :])


async def test_a_damaged_file_is_told_with_the_way_back(sqlite_url: str) -> None:
    file = Path(sqlite_url.partition("///")[2])
    before = (await found(sqlite_url, NOW))["Storage"]
    assert before.seen.endswith("; whole; what is committed stays, even in a power cut")
    rot(file)
    told = await found(sqlite_url, NOW)
    assert [*told] == ["Database"]
    assert told["Database"].level is Level.FAIL
    assert "is damaged: " in told["Database"].seen
    assert "python -m bot restore" in told["Database"].fix


async def test_a_file_that_is_not_in_wal_mode_is_told(sqlite_url: str) -> None:
    with closing(sqlite3.connect(sqlite_url.partition("///")[2])) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
    told = (await found(sqlite_url, NOW))["Storage"]
    assert (told.level, told.fix) == (Level.WARN, "Run: python -m bot migrate")


@pytest.mark.parametrize(
    ("path", "kind", "is_remote", "is_passing"),
    [
        ("/data/quiz.sqlite3", "ext4", False, False),
        ("/mnt/team/quiz.sqlite3", "nfs4", True, False),
        ("/mnt/team/fast/quiz.sqlite3", "xfs", False, False),
        ("/mnt/teams/quiz.sqlite3", "ext4", False, False),
        ("/srv/with blank/quiz.sqlite3", "fuse.sshfs", True, False),
        ("/run/quiz.sqlite3", "tmpfs", False, True),
        ("/app/quiz.sqlite3", "overlay", False, True),
    ],
)
def test_a_file_lies_on_the_nearest_mount_above_it(
    tmp_path: Path, path: str, kind: str, is_remote: bool, is_passing: bool
) -> None:
    (mounts := tmp_path / "mountinfo").write_text(MOUNTS)
    mount = mount_of(Path(path), mounts)
    assert mount is not None
    assert (mount.kind, mount.is_remote, mount.is_passing) == (kind, is_remote, is_passing)
    assert mount_of(Path(path), tmp_path / "nothing") is None


def test_the_mount_of_this_very_file_is_known_to_linux(tmp_path: Path) -> None:
    if not Path("/proc/self/mountinfo").exists():
        pytest.skip("only Linux says so")
    mount = mount_of(tmp_path / "not" / "there" / "yet.sqlite3")
    assert mount is not None
    assert mount.at.is_mount()
    assert standing(tmp_path / "not" / "there") == tmp_path


@pytest.mark.parametrize(
    ("mount", "free", "variable", "level", "seen"),
    [
        (Mount("ext4", Path("/data")), 5e9, None, Level.OK, "5.0 GB are free at "),
        (Mount("ext4", Path("/data")), 0.9e9, None, Level.WARN, "0.9 GB are free at "),
        (Mount("ext4", Path("/data")), 0.1e9, None, Level.FAIL, "0.1 GB are free at "),
        (Mount("nfs4", Path("/data")), 5e9, None, Level.WARN, "on another machine"),
        (Mount("overlay", Path("/")), 5e9, None, Level.WARN, "it is gone"),
        (Mount("ext4", Path("/")), 5e9, "DYNO", Level.WARN, "it is gone"),
        (Mount("ext4", Path("/data")), 5e9, "DYNO", Level.OK, "5.0 GB are free at "),
        (None, 5e9, "K_SERVICE", Level.WARN, "it is gone"),
        (None, 5e9, None, Level.OK, "5.0 GB are free at "),
    ],
)
def test_the_disk_is_judged(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    mount: Mount | None,
    free: float,
    variable: str | None,
    level: Level,
    seen: str,
) -> None:
    monkeypatch.setattr(machine, "mount_of", lambda _file: mount)
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: Usage(10**10, 0, int(free)))
    told = machine.disk(tmp_path / "new" / "quiz.sqlite3", {variable: "1"} if variable else {})
    assert (told.level, bool(told.fix)) == (level, level is not Level.OK)
    assert seen in told.seen


def test_zones_that_are_old_and_those_the_system_has_otherwise_are_told(tmp_path: Path) -> None:
    told = machine.zones(NOW, ())
    assert told.level is Level.OK
    assert told.seen.startswith("tzdata 20")
    assert "differs" not in told.seen
    assert machine.zones(NOW + timedelta(days=900), ()).level is Level.WARN
    (tmp_path / "Europe").mkdir()
    for name, other in (("Berlin", "Asia/Tokyo"), ("Paris", "Europe/Paris")):
        source = next(file for folder in TZPATH if (file := Path(folder, other)).exists())
        shutil.copy(source, tmp_path / "Europe" / name)
    told = machine.zones(NOW, (str(tmp_path),))
    assert told.seen.endswith("; the system's copy, which is not used, differs for Europe/Berlin")


@pytest.mark.parametrize("kind", ["ext4", "nfs4"])
async def test_at_the_start_a_file_on_another_machine_is_warned_of(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, kind: str
) -> None:
    monkeypatch.setattr(app, "mount_of", lambda _file: Mount(kind, Path("/data")))
    await app._prepare(Settings.read({"DATABASE_URL": plain(sqlite_url)}))
    assert ("two processes there can damage it" in caplog.text) is (kind == "nfs4")


async def test_a_server_has_no_disk_of_ours() -> None:
    told = await checkup.examine({"DATABASE_URL": "postgresql://ada@127.0.0.1:1/quiz"}, within=5)
    assert [finding.title for finding in told.findings] == ["Settings", "Database", "Time zones"]
