"""The server that tests run on: everybody has databases of their own there, and nothing of it is left."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path
from time import monotonic, sleep

import pytest
from sqlalchemy import func, make_url, select

from bot.errors import SettingsError
from bot.store.database import Database
from bot.store.migrations import at_head
from bot.store.models import Workspace
from tests import postgres
from tests.postgres import Server

ROOT = Path(__file__).parents[2]
WAITING = """
from tests.postgres import postgres

with postgres() as server:
    print(server.fresh(), flush=True)
    input()
"""


async def count(url: str) -> int | None:
    """How many workspaces there are."""
    database = Database(url)
    async with database.reading() as session:
        counted = await session.scalar(select(func.count()).select_from(Workspace))
    await database.close()
    return counted


async def test_what_one_writes_nobody_else_sees(server: Server, postgresql_url: str) -> None:
    database = Database(postgresql_url)
    async with database.writing() as session:
        session.add(Workspace(platform="memory", external_id="1"))
    other = server.fresh()
    assert [await count(postgresql_url), await count(other)] == [1, 0]
    server.drop(other)
    with pytest.raises(SettingsError, match="does not exist"):
        await at_head(other)
    await database.close()


@pytest.mark.parametrize("killed", [False, True])
def test_it_ends_with_the_process_that_started_it(monkeypatch: pytest.MonkeyPatch, killed: bool) -> None:
    monkeypatch.delenv("TEST_DATABASE_URL", raising=False)
    command = [sys.executable, "-c", WAITING]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        assert asyncio.run(at_head(url))
        folder = Path(str(make_url(url).query["host"]))
        binary = Path(Path(folder, "data", "postmaster.opts").read_text().split()[0])
        ours = [folder, binary] if os.geteuid() == 0 else [folder]  # as root it runs from a copy
        assert all(each.exists() for each in ours)
        if killed:
            process.kill()
    ends = monotonic() + 30
    while left := [each for each in ours if each.exists()]:
        assert monotonic() < ends, f"{left} are still there"
        sleep(0.01)  # another process sets no event of ours
    with pytest.raises(SettingsError):
        asyncio.run(at_head(url))


def test_where_there_is_no_server_tests_fail_and_say_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TEST_DATABASE_URL", raising=False)
    monkeypatch.setattr(postgres, "find_spec", lambda _: None)
    with pytest.raises(RuntimeError, match=r"requirements-dev\.txt, or set TEST_DATABASE_URL"), postgres.postgres():
        pass
