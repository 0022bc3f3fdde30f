"""Readiness: each thing that is needed is looked at, said with what mends it, and no more often than it must."""

import asyncio
import json
import shutil
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from bot import readiness
from bot.clock import MISSED, Clock, Ticks
from bot.ports import Request
from bot.readiness import LASTS, Readiness, checks
from bot.store.database import Database, free_space
from tests.fakes.duties import ByHand, Seconds, Sweeps
from tests.fakes.memory import Memory


class Probe:
    """A process that is ready, until the test takes something away."""

    def __init__(self, database: Database) -> None:
        """Everything is there, but nothing has begun."""
        self.database, self.seconds, self.metronome, self.platform = database, Seconds(), ByHand(), Memory()
        self.sweeps = Sweeps()
        self.sweeps.gate.set()
        self.ticking = Clock(self.metronome, self.sweeps, elapsed=self.seconds)
        self.least = 1

    async def ask(self) -> tuple[int, dict[str, Any]]:
        """The answer of `/readyz`: its status, and what it says of each thing."""
        ready = Readiness(checks(self.database, self.ticking, [self.platform], self.least), self.seconds)
        answer = await ready.route.handle(Request({}, {}, b""))
        said = json.loads(answer.body)
        assert said["ready"] == (answer.status == 200)
        assert answer.content_type == "application/json"
        return answer.status, said["checks"]

    async def is_ready(self) -> None:
        """All is well with everything."""
        assert await self.ask() == (
            200,
            {name: {"ok": True} for name in ("database", "schema", "disk", "clock", "memory")},
        )

    async def lacks(self, name: str) -> str:
        """Why it is not ready, which is for want of this alone."""
        status, found = await self.ask()
        assert status == 503
        assert [each for each, it in found.items() if not it["ok"]] == [name]
        return str(found[name]["why"])


@pytest.fixture
async def probe(database: Database) -> AsyncIterator[Probe]:
    probe = Probe(database)
    probe.ticking.start()
    await probe.ticking.idle()
    yield probe
    await probe.ticking.stop()


async def test_it_is_ready_where_nothing_is_wrong(probe: Probe) -> None:
    await probe.is_ready()


async def test_it_is_not_before_the_clock_runs(database: Database) -> None:
    assert await Probe(database).lacks("clock") == "the clock has not started yet"


async def test_a_clock_that_ticks_no_more_is_said_until_it_ticks(probe: Probe) -> None:
    probe.seconds.now += MISSED * Ticks().send + 1
    assert await probe.lacks("clock") == "no tick to send for 46 s, where one is due every 15 s"
    probe.metronome.strikes[Ticks().send]()
    await probe.is_ready()


async def test_a_platform_that_is_not_connected_is_said_until_it_is(probe: Probe) -> None:
    probe.platform.trouble_is = "the connection is lost"
    assert await probe.lacks("memory") == "the connection is lost"
    probe.platform.trouble_is = None
    await probe.is_ready()


async def test_tables_of_another_release_are_said(probe: Probe) -> None:
    async with probe.database.writing() as session:
        await session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    assert "run `python -m bot migrate`" in await probe.lacks("schema")


@pytest.mark.sqlite_only("a server's disk is its own affair")
async def test_too_little_room_around_the_file_is_said_until_there_is_more(probe: Probe) -> None:
    free = free_space(probe.database.url)
    assert free is not None
    assert free == pytest.approx(shutil.disk_usage("/tmp").free, rel=0.01)  # noqa: S108  # where pytest keeps files
    probe.least = 2 * free
    assert f"where {2 * free // 1_000_000} MB are needed: make room" in await probe.lacks("disk")
    probe.least = 1
    await probe.is_ready()


def test_a_servers_disk_is_its_own_affair() -> None:
    assert free_space("postgresql+asyncpg://quiz:password@db/quiz") is None


async def test_a_database_that_cannot_be_reached_is_said_with_neither_name_nor_password(probe: Probe) -> None:
    away = Database("postgresql+asyncpg://quiz:open-sesame@127.0.0.1:9/house")
    probe.database = away
    status, found = await probe.ask()
    assert status == 503
    assert found["database"]["why"].startswith("127.0.0.1/house does not answer (")
    assert "DATABASE_URL" in found["database"]["why"]
    assert found["schema"]["why"] == "nobody knows while the database does not answer"
    assert "sesame" not in json.dumps(found)
    await away.close()


async def test_a_database_that_says_nothing_does_not_hold_up_the_probe(
    probe: Probe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readiness, "WITHIN", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as deaf:  # it takes the connection and says nothing
        url = f"postgresql+asyncpg://quiz:open-sesame@127.0.0.1:{deaf.getsockname()[1]}/house?ssl=disable"
        probe.database = Database(url)
        status, found = await probe.ask()
        assert (status, found["database"]["why"]) == (503, "does not answer within 0.05 s")
        await probe.database.close()


async def test_a_file_that_is_no_database_any_more_is_said(probe: Probe, tmp_path: Path) -> None:
    (tmp_path / "broken.sqlite3").write_bytes(b"no database" * 1000)
    probe.database = Database(f"sqlite+aiosqlite:///{tmp_path / 'broken.sqlite3'}")
    status, found = await probe.ask()
    assert (status, found["database"]["ok"], found["schema"]["ok"]) == (503, False, False)
    await probe.database.close()


async def test_however_many_probe_each_thing_is_looked_at_once_a_second() -> None:
    looked, seconds = [], Seconds()

    async def look() -> str | None:
        looked.append(seconds.now)
        await asyncio.sleep(0)
        return None if len(looked) == 1 else "gone"

    ready = Readiness({"it": look}, seconds)
    assert await asyncio.gather(*(ready.look() for _ in range(50))) == [{"it": None}] * 50
    seconds.now += LASTS / 2
    assert await ready.look() == {"it": None}
    seconds.now += LASTS / 2
    assert await asyncio.gather(*(ready.look() for _ in range(50))) == [{"it": "gone"}] * 50
    assert len(looked) == 2


async def test_a_check_that_breaks_is_one_that_fails_and_probes_are_not_told_how(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def broken() -> str | None:
        raise RuntimeError("what a stranger wrote")

    async def whole() -> str | None:
        return None

    assert await Readiness({"a": broken, "b": whole}).look() == {
        "a": "fails with RuntimeError; the log says more",
        "b": None,
    }
    assert "what a stranger wrote" in caplog.text
