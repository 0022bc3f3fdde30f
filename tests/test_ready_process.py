"""What a host sees of the program itself: a real process, ready and not, its metrics and its log lines."""

import asyncio
import json
import os
import signal
import socket
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientError, ClientSession
from sqlalchemy import make_url

from tests.fakes.slack.stage import SlackStage
from tests.postgres import Server

ROOT = Path(__file__).parent.parent
SECONDS = 60.0  # for a process to start or to act on a busy machine
TOKEN = "a-token-of-enough-characters"


class Host:
    """Whoever runs the process, probes it, and keeps what it logged."""

    def __init__(self, url: str) -> None:
        """It is served there."""
        self._url = url
        self.lines: list[dict[str, Any]] = []

    async def probe(self, path: str, **headers: str) -> tuple[int, str]:
        """Status and body; status 0 where nobody answers."""
        try:
            async with ClientSession(self._url) as session, session.get(path, headers=headers) as answer:
                return answer.status, await answer.text()
        except ClientError:
            return 0, ""

    async def until_ready(self, wanted: Callable[[int, dict[str, Any]], bool]) -> dict[str, Any]:
        """What `/readyz` says of each thing, once it is as wanted."""
        async with asyncio.timeout(SECONDS):
            while True:
                status, body = await self.probe("/readyz")
                found: dict[str, Any] = json.loads(body)["checks"] if status else {}
                if status and wanted(status, found):
                    return found
                await asyncio.sleep(0.1)  # another process sets no event of ours


@asynccontextmanager
async def hosted(database_url: str) -> AsyncIterator[Host]:
    """`python -m bot run` with Slack, until the block ends; it has to end well, and all it logged has to be JSON."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    async with SlackStage() as slack:
        environment = {
            "PATH": os.environ["PATH"],
            "PORT": str(port),
            "METRICS_TOKEN": TOKEN,
            "DATABASE_URL": database_url,
            **slack.slack.environment,
        }
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "run", cwd=ROOT, env=environment, stderr=PIPE
        )
        host = Host(f"http://127.0.0.1:{port}")
        try:
            yield host
            process.send_signal(signal.SIGTERM)
        finally:
            if sys.exc_info()[0] is not None:
                process.kill()
            _, said = await process.communicate()
            host.lines += map(json.loads, said.decode().splitlines())
        assert process.returncode == 0
        for secret in (TOKEN, *slack.slack.environment.values()):
            assert secret.startswith("http") or secret not in said.decode()


@pytest.mark.timeout(180)
async def test_it_is_ready_once_connected_and_has_metrics_for_whoever_has_the_token(database_url: str) -> None:
    async with hosted(database_url.replace("+aiosqlite", "").replace("+asyncpg", "")) as host:
        found = await host.until_ready(lambda status, _: status == 200)
        assert set(found) == {"database", "schema", "disk", "clock", "slack"}
        assert await host.probe("/healthz") == (200, "alive\n")
        assert (await host.probe("/metrics"))[0] == 401
        status, page = await host.probe("/metrics", Authorization=f"Bearer {TOKEN}")
        assert status == 200
        assert "sqla_quiz_database_up 1.0" in page
        assert 'sqla_quiz_ticks_total{duty="send"}' in page
    assert "slack is connected" in [line["message"] for line in host.lines]
    assert {"time", "level", "logger", "message"} <= set.intersection(*(set(line) for line in host.lines))


@pytest.mark.timeout(180)
async def test_it_is_not_ready_while_its_database_is_away_and_lives_on(postgresql_url: str, server: Server) -> None:
    name = make_url(postgresql_url).database
    async with hosted(postgresql_url.replace("+asyncpg", "")) as host:
        await host.until_ready(lambda status, _: status == 200)
        server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        gone = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"  # noqa: S608  # our own name
        server.execute(gone)
        found = await host.until_ready(lambda status, checks: status == 503 and not checks["database"]["ok"])
        assert "does not answer" in found["database"]["why"]
        assert found["clock"]["ok"], "a database that is away is no reason to end the process"
        assert (await host.probe("/healthz"))[0] == 200
        server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
        await host.until_ready(lambda status, _: status == 200)
