"""Deploys, stops and deaths of real processes under load, with Discord and Slack on one database."""

import asyncio
import signal
import socket
import time
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import func, select

from adapters.discord.limits import AT_ONCE
from bot import clock
from bot.bank import Bank
from bot.domain.identity import Person, Place, Workspace
from bot.domain.rounds import PostingState
from bot.grammar import parse
from bot.process import Elsewhere
from bot.quiz import Quiz
from bot.store.database import Database
from bot.store.models import Posting
from tests.fakes.discord.faults import Fault
from tests.fakes.discord.stage import DiscordStage
from tests.fakes.discord.world import GUILD
from tests.fakes.slack.stage import SlackStage
from tests.rolling import READY, Crowd, ask, bot, forgive, report, roll, until

pytestmark = pytest.mark.timeout(240)
HOST_KILLS = 10.0  # seconds; eight are ours, and this machine is busy with other tests

WITHOUT_WAITING = 4.0  # seconds, of the five that a post under way is given


def unused_port() -> int:
    """A port that nobody serves on."""
    with socket.socket() as asking:
        asking.bind(("127.0.0.1", 0))
        return int(asking.getsockname()[1])


@pytest.fixture(params=["sqlite_url", "postgresql_url"])
def url(request: pytest.FixtureRequest) -> str:
    """The address of a database, on both."""
    return str(request.getfixturevalue(request.param))


@pytest.fixture
async def stages() -> AsyncIterator[tuple[DiscordStage, SlackStage]]:
    """Both platforms; how long people wait on a busy machine is not the question here."""
    async with DiscordStage() as discord, SlackStage(lambda: 0.0) as slack:
        discord.server.world.clock = lambda: 0.0
        yield discord, slack
        forgive(discord, slack)


async def test_a_rolling_deploy_loses_no_press_and_doubles_none(url: str) -> None:
    found = await roll(url, seconds=0, presses=40)
    assert found.presses > 80
    assert (found.unanswered, found.answered_twice, found.unrecorded, found.recorded_twice) == (0, 0, 0, 0)
    assert found.status == 0


async def test_another_process_hears_discord_soon_after_the_one_that_did_was_killed(
    url: str, stages: tuple[DiscordStage, SlackStage]
) -> None:
    async with bot(*stages, url) as old:
        await old.says(READY)
        async with bot(*stages, url) as new:
            await new.says("waits for its turn")
            gateway = stages[0].server.gateway
            before, killed = len(gateway.identified), time.monotonic()
            old.process.kill()
            await until(lambda: len(gateway.identified) > before)
            assert time.monotonic() - killed < 30
            await stages[0].ask("grace", "help")


async def make_due(url: str, bank: Bank, discord: DiscordStage, count: int) -> None:
    """A question due in so many channels."""
    database = Database(url)
    quiz, workspace = Quiz(database, bank, clock.now, Elsewhere()), Workspace("discord", str(GUILD))
    ada = Person(workspace, "1", "Ada", manages=True)
    for _ in range(count):
        place = Place(workspace, str(discord.server.world.open(guild=GUILD)))
        for words in ("setup at:03:00 zone:UTC days:daily", "post"):
            await quiz.handle(parse(words), ada, place)
    await database.close()


async def in_state(url: str) -> dict[PostingState, int]:
    """How many postings there are in each state, of those that should have been sent by now."""
    database = Database(url)
    async with database.reading() as session:
        query = select(Posting.state, func.count()).where(Posting.due_at <= clock.now()).group_by(Posting.state)
        found = {row[0]: row[1] for row in await session.execute(query)}
    await database.close()
    return found


async def test_a_stop_under_full_load_ends_in_time_and_takes_up_nothing_new(
    url: str, bank: Bank, stages: tuple[DiscordStage, SlackStage]
) -> None:
    """A hundred presses in hand, two hundred questions due, and a Discord that hangs on each of them."""
    discord, slack = stages
    crowd = Crowd(discord, slack)
    async with bot(discord, slack, url) as running:
        await running.says(READY)
        await ask(discord, slack)
        discord.server.faults.append(Fault("POST", "/channels/.*/messages", hangs=True, times=1000))
        before = len(discord.server.requests)
        await make_due(url, bank, discord, 200)
        await until(lambda: any("/messages" in each for each in discord.server.requests[before:]))
        await asyncio.gather(*map(crowd.press, range(50)))
        took = await running.stop()
        found = await report(crowd, url, took, running.process.returncode)
    states = await in_state(url)
    assert (found.status, found.recorded_twice, found.answered_twice) == (0, 0, 0)
    assert found.unrecorded <= found.unanswered  # nobody was told what is not in the log
    assert took < HOST_KILLS
    assert 0 < states[PostingState.SENDING] <= AT_ONCE
    assert states[PostingState.DUE] >= 200 - AT_ONCE


async def test_a_web_process_and_a_worker_are_the_whole_bot(url: str) -> None:
    """What is asked over HTTP makes something due, which the worker sends at its next tick."""
    async with DiscordStage() as discord, SlackStage(lambda: 0.0, http=True) as slack:
        port = unused_port()
        slack.slack.requests.address = f"http://127.0.0.1:{port}/slack/events"
        async with (
            bot(discord, slack, url, "--only", "web", PORT=str(port)) as web,
            bot(discord, slack, url, "--only", "worker", PORT="") as worker,
        ):
            await web.says(READY)
            await worker.says("this process hears discord")
            await ask(discord, slack)
            for stage in (discord, slack):
                assert "Recorded: A" in (await stage.press("grace", stage.channel()[0], "A")).text
            for each in (web, worker):
                await each.stop()
                assert each.process.returncode == 0


async def test_a_second_signal_ends_at_once(
    sqlite_url: str, bank: Bank, stages: tuple[DiscordStage, SlackStage]
) -> None:
    discord, slack = stages
    async with bot(discord, slack, sqlite_url) as running:
        await running.says(READY)
        discord.server.faults.append(Fault("POST", "/channels/.*/messages", hangs=True, times=10))
        await make_due(sqlite_url, bank, discord, 1)
        await until(lambda: any("/messages" in each for each in discord.server.requests))
        running.process.send_signal(signal.SIGTERM)
        await running.says("a second SIGTERM ends at once")
        assert await running.stop() < WITHOUT_WAITING
        assert running.process.returncode == 128 + signal.SIGTERM
    assert "asked to stop a second time" in running.said[-1]
