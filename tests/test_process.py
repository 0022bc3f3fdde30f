"""The program itself: a real process, killed and restarted, with Discord and Slack on one database."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.consulting import plain
from tests.fakes.discord.server import TOKEN
from tests.fakes.discord.stage import DiscordStage
from tests.fakes.slack.stage import SlackStage
from tests.stage import ADMIN, MEMBERS, Seen, Stage

ROOT = Path(__file__).parent.parent
SECONDS = 40.0  # for a process to start or to act on a busy machine


async def until(happened: Callable[[], object]) -> None:
    """Wait for something on the other side of a process."""
    async with asyncio.timeout(SECONDS):
        while not happened():  # noqa: ASYNC110  # another process sets no event of ours
            await asyncio.sleep(0.01)


@asynccontextmanager
async def running(discord: DiscordStage, slack: SlackStage, url: str) -> AsyncIterator[Process]:
    """`python -m bot run`, connected to both; killed at the end if it still lives."""
    environment = {
        "PATH": os.environ["PATH"],
        "DATABASE_URL": plain(url),
        "DISCORD_TOKEN": TOKEN,
        "DISCORD_API_URL": discord.server.url,
        **slack.slack.environment,
    }
    before = set(discord.server.gateway.sessions), slack.slack.sockets.opened
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run", cwd=ROOT, env=environment, stderr=PIPE
    )
    try:
        await until(
            lambda: (
                process.returncode is not None
                or (set(discord.server.gateway.sessions) != before[0] and slack.slack.sockets.opened > before[1])
            )
        )
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        _, said = await process.communicate()
        for secret in (TOKEN, *slack.slack.environment.values()):
            assert secret.startswith("http") or secret not in said.decode()


async def posted(stage: Stage, number: int) -> Seen:
    """The last of so many public messages, once they are there."""
    await until(lambda: len(stage.channel()) >= number)
    return stage.channel()[number - 1]


@pytest.mark.timeout(180)
async def test_killed_between_post_and_press_and_stopped_in_the_end(database_url: str) -> None:
    grace, *_ = MEMBERS
    async with DiscordStage() as discord, SlackStage() as slack:
        stages: tuple[Stage, ...] = (discord, slack)
        async with running(discord, slack, database_url) as process:
            for stage in stages:
                ready = await stage.ask(ADMIN, "setup at:03:00 zone:UTC days:daily")
                assert "set up" in ready.text
                await stage.ask(ADMIN, "post")
            questions = [await posted(stage, 1) for stage in stages]
            process.kill()
            assert await process.wait() == -signal.SIGKILL
        async with running(discord, slack, database_url) as process:
            for stage, question in zip(stages, questions, strict=True):
                assert "Recorded: B" in (await stage.press(grace, question, "B")).text
                assert "on its way" in (await stage.ask(ADMIN, "reveal")).text
                assert "The answer is" in (await posted(stage, 2)).text
                assert len(stage.channel()) == 2
            process.send_signal(signal.SIGTERM)
            async with asyncio.timeout(SECONDS):
                assert await process.wait() == 0


async def test_a_platform_that_does_not_answer_is_one_line(database_url: str) -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "DATABASE_URL": plain(database_url),
        "SLACK_BOT_TOKEN": "xoxb-1",
        "SLACK_APP_TOKEN": "xapp-1",
        "SLACK_API_URL": "http://127.0.0.1:9/api",
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run", cwd=ROOT, env=environment, stderr=PIPE
    )
    _, said = await process.communicate()
    assert process.returncode == 1
    assert said.decode().splitlines()[-1] == "sqla-quiz: Slack does not answer: unreachable"
    assert "Traceback" not in said.decode()
