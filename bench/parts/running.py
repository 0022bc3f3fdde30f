"""The real `python -m bot run`, in a process of its own, between a loopback Discord and a loopback Slack."""

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import aiohttp
import psutil

from bench.parts.discord_server import Discord
from bench.parts.drills import record
from bench.parts.slack_server import Slack
from bot.clock import now
from bot.domain.identity import Place, Workspace
from bot.store.database import Database
from bot.store.migrations import migrate
from tests.fakes.slack.people import TEAM

LIBRARIES = "aiosqlite, apscheduler.schedulers.asyncio, click, discord, pydantic, slack_bolt.async_app, sqlalchemy.orm"
CHANNELS, ROLES = 30, 15  # of a server besides the one that is asked in: as many as are usual
PATIENCE = 60.0  # seconds until a bot that is not ready never will be


@asynccontextmanager
async def home(servers: int, drills: int) -> AsyncIterator[dict[str, str]]:
    """The environment of a bot, with drills on record that are due tomorrow: in the first channels of that many Discord
    servers, and the rest in channels of a Slack workspace.
    """
    with TemporaryDirectory() as folder, Discord() as discord, Slack(http=False) as slack:
        opened = await discord.open(servers, channels=CHANNELS, roles=ROLES)
        places = [Place(Workspace("discord", str(server)), str(channel)) for server, channel in opened][:drills]
        places += [Place(Workspace("slack", TEAM), f"C{number:05}") for number in range(drills - len(places))]
        url = f"sqlite+aiosqlite:///{Path(folder) / 'quiz.sqlite3'}"
        await migrate(url)
        database = Database(url)
        await record(database, places, now() + timedelta(days=1))
        await database.close()
        own = {"DATABASE_URL": url, "PORT": str(_free_port()), "LOG_FORMAT": "text", "PATH": os.environ["PATH"]}
        yield own | discord.environment | slack.environment


@dataclass(frozen=True, slots=True)
class Bot:
    """A bot that is ready, and the seconds it took from the start of its process until it was."""

    process: psutil.Process
    seconds: float


@asynccontextmanager
async def running(environment: dict[str, str]) -> AsyncIterator[Bot]:
    """A bot that says it is ready, and is. Raises `RuntimeError` with what it said where it never does."""
    began = perf_counter()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "run"), env=environment, stderr=asyncio.subprocess.PIPE
    )
    try:
        async with asyncio.timeout(PATIENCE):
            said = await _until_ready(process.stderr)
            async with aiohttp.request("GET", f"http://127.0.0.1:{environment['PORT']}/readyz") as answer:
                seconds = perf_counter() - began
                if answer.status != 200:
                    raise RuntimeError(f"the bot is not ready: {await answer.text()} {said}")
        yield Bot(psutil.Process(process.pid), seconds)
    finally:
        if process.returncode is None:
            process.terminate()
        await process.communicate()


async def _until_ready(lines: asyncio.StreamReader | None) -> str:
    """Everything up to the line that says so."""
    said = ""
    while lines is not None and (line := (await lines.readline()).decode()):
        said += line
        if line.endswith(" ready\n"):
            return said
    raise RuntimeError(f"the bot ended before it was ready: {said}")


def _free_port() -> int:
    with socket.socket() as asking:
        asking.bind(("127.0.0.1", 0))
        port: int = asking.getsockname()[1]
        return port
