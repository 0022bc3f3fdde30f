"""`python -m bot doctor` on the core itself, and on platforms that are off: what it says and what it ends with."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, time
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
from sqlalchemy import text

from bot import checkup, doctor_commands
from bot.bank import Bank
from bot.checkup import machine
from bot.disk import Mount
from bot.domain.identity import Place, Workspace
from bot.domain.rounds import DrillState
from bot.errors import ContentError
from bot.findings import Drilled, Finding, Known, Level
from bot.plugs import plugs
from bot.ports import Installation
from bot.sealing import KeyRing, new_key
from bot.store.database import Database, told
from bot.store.models import Drill
from bot.store.places import find_workspace, meet_place
from bot.vault import SealedVault
from tests.consulting import Done, consult, plain
from tests.tables import on

ROOT = Path(__file__).parent.parent
SLACK = {"SLACK_BOT_TOKEN": "xoxb-open-sesame", "SLACK_APP_TOKEN": "xapp-open-sesame"}


Doctor = Callable[..., Done]


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """No platform has a doctor: each can be asked in tests of its own."""
    silenced = doctor_commands._DOCTORS
    monkeypatch.setattr(doctor_commands, "plugs", lambda group: [] if group == silenced else plugs(group))


@pytest.fixture
def doctor(database_url: str, alone: None) -> Doctor:  # noqa: ARG001  # that none is called
    """Asks the doctor with a database at head, one platform's tokens, and what a test says besides."""

    def ask(*words: str, **environment: str | None) -> Done:
        done = consult({"DATABASE_URL": plain(database_url), **SLACK, **environment}, *words)
        assert "sesame" not in done.said + done.complaint
        return done

    return ask


@pytest.fixture
def roomy(monkeypatch: pytest.MonkeyPatch) -> None:
    """The database lies on a disk that stays, wherever this test runs."""
    monkeypatch.setattr(machine, "mount_of", lambda _file: Mount("ext4", Path("/data")))


@pytest.mark.usefixtures("roomy")
def test_all_is_well(doctor: Doctor, database_url: str) -> None:
    done = doctor("--json")
    assert done.status == 0
    disk = [("core", "ok", "Disk")] if "sqlite" in database_url else []  # a server's is its own affair
    assert [(each["part"], each["level"], each["title"]) for each in done.found] == [
        ("core", "ok", "Settings"),
        ("core", "ok", "Database"),
        ("core", "ok", "Storage"),
        ("core", "ok", "Held posts"),
        ("core", "ok", "Next posts"),
        *disk,
        ("core", "ok", "Time zones"),
        ("core", "ok", "Question bank"),
        ("discord", "ok", "Tokens"),
        ("slack", "ok", "Tokens"),
    ]
    assert done.of("Database")["seen"] == f"{told(database_url)} has the tables of this release; 0 active drills"
    assert "for SQLAlchemy 2.0" in done.of("Question bank")["seen"]
    assert "off; to switch it on, set DISCORD_TOKEN" in done.said


def test_without_any_token_it_names_every_variable(doctor: Doctor) -> None:
    done = doctor("--json", **dict.fromkeys(SLACK))
    found = done.of("Tokens")
    assert (done.status, found["part"], found["level"]) == (1, "platforms", "fail")
    for word in ("DISCORD_TOKEN", "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "python -m bot play"):
        assert word in found["fix"]
    (only,) = doctor("--json", "--only", "discord").found
    assert only["fix"].startswith("Set the variables: for discord set DISCORD_TOKEN.")
    assert doctor("--only", "discord").status == 1
    assert doctor("--only", "core", **dict.fromkeys(SLACK)).status == 0


def test_a_part_that_does_not_exist_is_refused_with_those_that_do(doctor: Doctor) -> None:
    done = doctor("--only", "irc")
    assert done.status == 2
    assert "there is no part 'irc', only core, discord, slack" in done.complaint


@pytest.mark.parametrize(
    ("part", "name", "value"),
    [
        ("core", "PORT", "eighty"),
        ("core", "DATABASE_URL", "mysql://ada:open-sesame@db/quiz"),
        ("slack", "SLACK_BOT_TOKEN", "open-sesame"),
        ("discord", "DISCORD_API_URL", "open-sesame"),
    ],
)
def test_a_wrong_variable_is_named_and_the_other_parts_are_looked_at(
    doctor: Doctor, part: str, name: str, value: str
) -> None:
    done = doctor("--json", **{name: value})
    found = done.of(name)
    assert (done.status, found["part"], found["level"]) == (1, part, "fail")
    assert name in found["fix"]
    assert {each["part"] for each in done.found} == {"core", "discord", "slack"}
    assert done.of("Question bank")["level"] == "ok"


def test_a_database_that_is_not_there_is_not_made(doctor: Doctor, tmp_path: Path) -> None:
    file = tmp_path / "no folder" / "quiz.sqlite3"
    done = doctor("--json", DATABASE_URL=f"sqlite:///{file}")
    found = done.of("Database")
    assert (done.status, found["level"]) == (0, "warn")
    assert found["fix"].endswith("python -m bot migrate")
    assert not file.parent.exists()


@pytest.mark.parametrize(
    ("change", "level", "seen", "fix"),
    [
        ("UPDATE alembic_version SET version_num = '0001'", "warn", "of an older release", "python -m bot migrate"),
        ("DELETE FROM alembic_version", "warn", "of an older release", "python -m bot migrate"),
        ("UPDATE alembic_version SET version_num = '9999'", "fail", "does not know", "Run the release that made them"),
    ],
)
def test_tables_of_another_release_are_told(
    doctor: Doctor, database_url: str, change: str, level: str, seen: str, fix: str
) -> None:
    asyncio.run(on(database_url, lambda connection: connection.execute(text(change))))
    done = doctor("--json", "--only", "core")
    found = done.of("Database")
    level = level if "sqlite" in database_url else "fail"  # whose tables the bot does not bring up by itself
    assert (found["level"], done.status) == (level, level == "fail")
    assert seen in found["seen"]
    assert fix in found["fix"]


def test_a_file_that_is_no_database_is_told(doctor: Doctor, tmp_path: Path) -> None:
    file = tmp_path / "letter.txt"
    file.write_text("Dear Ada, this is no database, and long enough to be taken for one. " * 9, "utf-8")
    before = file.read_bytes()
    found = doctor("--json", "--only", "core", DATABASE_URL=f"sqlite:///{file}").of("Database")
    assert found["level"] == "fail"
    assert "not a database" in found["seen"]
    assert "DATABASE_URL" in found["fix"]
    assert file.read_bytes() == before


def test_a_server_that_is_not_there_is_told_without_its_password(doctor: Doctor) -> None:
    done = doctor("--json", "--only", "core", DATABASE_URL="postgresql://ada:open-sesame@127.0.0.1:1/quiz")
    found = done.of("Database")
    assert (done.status, found["level"]) == (1, "fail")
    assert found["seen"].startswith("127.0.0.1/quiz: ")
    assert "ada" not in found["seen"]


async def test_a_database_server_that_says_nothing_is_given_up() -> None:
    writers: list[asyncio.StreamWriter] = []
    silent = await asyncio.start_server(lambda _, writer: writers.append(writer), "127.0.0.1", 0)
    port = silent.sockets[0].getsockname()[1]
    async with silent, asyncio.timeout(20):
        found = await checkup.examine({"DATABASE_URL": f"postgresql://ada:sesame@127.0.0.1:{port}/quiz"}, within=0.2)
        for writer in writers:
            writer.close()
            await writer.wait_closed()
    assert found.drills is None
    assert found.findings[1].seen == "127.0.0.1/quiz did not answer within 0.2 s"
    assert found.findings[1].level is Level.FAIL


async def test_only_active_drills_where_we_still_are_count(database: Database, database_url: str) -> None:
    places = [Place(Workspace("memory", guild), "general") for guild in ("one", "two", "three")]
    async with database.writing() as session:
        states = (DrillState.ACTIVE, DrillState.PAUSED, DrillState.ACTIVE)
        for place, state in zip(places, states, strict=True):
            row = await meet_place(session, place)
            session.add(Drill(place_id=row, at=time(9), zone="UTC", days="mon", state=state, discussion=True))
        left = await find_workspace(session, places[2].workspace)
        assert left is not None
        left.left_at = datetime(2026, 11, 1, tzinfo=UTC)
    found = await checkup.examine({"DATABASE_URL": plain(database_url)}, within=10)
    assert found.drills == (Drilled(places[0], discussion=True),)
    assert found.findings[1].seen.endswith("; 1 active drill")


async def test_drills_of_a_platform_that_is_off_are_told(doctor: Doctor, database: Database) -> None:
    async with database.writing() as session:
        row = await meet_place(session, Place(Workspace("discord", "1"), "2"))
        session.add(Drill(place_id=row, at=time(9), zone="UTC", days="mon"))
    done = await asyncio.to_thread(doctor, "--json", "--only", "discord")
    assert done.status == 1, "alone it is one that does not run"
    done = await asyncio.to_thread(doctor, "--json")
    assert (done.status, done.found[-2]["part"], done.found[-2]["level"]) == (0, "discord", "warn")
    assert done.found[-2]["seen"] == "there are none, and its active drills (1) cannot post"


async def _breaks(_environment: Mapping[str, str], _known: Known) -> Sequence[Finding]:
    raise ZeroDivisionError("open-sesame")


async def test_a_doctor_that_breaks_is_told_and_silences_nobody(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    broken = EntryPoint("slack", f"{__name__}:_breaks", "sqla_quiz.doctors")
    monkeypatch.setattr(doctor_commands, "plugs", lambda group: [broken] if group == broken.group else plugs(group))
    parts = await doctor_commands._examine(SLACK, None, within=10)
    assert [part.name for part in parts] == ["core", "discord", "slack"]
    (found,) = parts[-1].findings
    assert (found.level, found.seen) == (Level.FAIL, "it broke off itself: ZeroDivisionError")
    assert "the doctor of slack broke" in caplog.text


async def _counts(_environment: Mapping[str, str], known: Known) -> Sequence[Finding]:
    return (Finding(Level.OK, "Live", f"{len(known.live)} to try"),)


async def test_what_people_are_shown_is_handed_over_only_to_be_tried_live(monkeypatch: pytest.MonkeyPatch) -> None:
    counting = EntryPoint("slack", f"{__name__}:_counts", "sqla_quiz.doctors")
    monkeypatch.setattr(doctor_commands, "plugs", lambda group: [counting] if group == counting.group else plugs(group))
    told = [(await doctor_commands._examine(SLACK, "slack", within=10, live=live))[0] for live in (False, True)]
    none, some = [part.findings[0].seen for part in told]
    assert none == "0 to try"
    assert int(some.split()[0]) > 40


def test_a_bank_that_cannot_be_read_leaves_nothing_to_try(monkeypatch: pytest.MonkeyPatch) -> None:
    def unreadable() -> Bank:
        raise ContentError("sess-0001.md", 1, "it is torn")

    monkeypatch.setattr(doctor_commands, "load", unreadable)
    assert doctor_commands._samples() == ()


def test_the_gravest_finding_counts() -> None:
    ok, warn, fail = (Finding(level, "x", "y") for level in Level)
    assert checkup.worst([]) is Level.OK
    assert checkup.worst([ok, warn]) is Level.WARN
    assert checkup.worst([warn, fail, ok]) is Level.FAIL


def test_it_is_a_program(database_url: str) -> None:
    environment = {"PATH": os.environ["PATH"], "DATABASE_URL": plain(database_url), **SLACK}
    command = [sys.executable, "-m", "bot", "doctor"]
    core = [*command, "--only", "core"]
    done = subprocess.run(core, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("✓ ok    core: Settings: readable; ")
    told = subprocess.run([*command, "--help"], cwd=ROOT, capture_output=True, text=True, check=True)
    for word in ("--json", "--only PART", "--within SECONDS", "--live", "Exit status 1"):
        assert word in " ".join(told.stdout.split())


async def keep_a_token(url: str, key: str) -> None:
    """A workspace gives a token."""
    now, database = datetime(2026, 11, 22, tzinfo=UTC), Database(url)
    await SealedVault(database, KeyRing.read(key), lambda: now).keep("slack", Installation("T1", "xoxb-sesame", now))
    await database.close()


def test_sealed_tokens_are_tried(doctor: Doctor, database_url: str) -> None:
    old, new = new_key(), new_key()
    assert "SECRET_KEYS" not in doctor("--only", "core").said  # nothing is sealed, and there is nothing to seal with
    assert (
        doctor("--json", "--only", "core", SECRET_KEYS=old).of("SECRET_KEYS")["seen"]
        == "readable; all 0 sealed tokens can be opened"
    )
    asyncio.run(keep_a_token(database_url, old))
    assert doctor("--json", "--only", "core", SECRET_KEYS=old).of("SECRET_KEYS")["level"] == "ok"
    both = doctor("--json", "--only", "core", SECRET_KEYS=f"{new},{old}").of("SECRET_KEYS")
    assert (both["level"], both["fix"]) == ("warn", "Run: python -m bot secrets rotate")
    assert doctor("--json", "--only", "core", SECRET_KEYS=new).of("SECRET_KEYS")["level"] == "fail"
    without = doctor("--json", "--only", "core").of("SECRET_KEYS")
    assert (without["level"], without["seen"][:12]) == ("fail", "1 workspaces")
    assert doctor("--json", "--only", "core", SECRET_KEYS="nonsense").of("SECRET_KEYS")["level"] == "fail"
