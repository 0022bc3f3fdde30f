"""Several shards: begun no faster than Discord allows, each with its own servers, and nothing lost when one breaks."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from itertools import pairwise

import pytest
from pydantic import SecretStr

from adapters.discord.platform import Discord
from bot.cards.model import Card
from bot.commands import Answer
from bot.ports import Reply
from tests.fakes.discord import DiscordStage, people
from tests.fakes.discord.doorman import Doorman
from tests.fakes.discord.server import TOKEN
from tests.fakes.discord.world import Interaction, Message

CLICKS = 240


class Hours:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
async def stage() -> AsyncIterator[DiscordStage]:
    """Six servers with a question each."""
    async with DiscordStage() as stage:
        for server in range(1, 7):
            channel = stage.server.world.open(guild=server << 22)
            stage.server.world.write(channel, question())
        hours = Hours()
        stage.server.gateway.clock = hours
        stage.platform = Discord(SecretStr(TOKEN), stage.server.url, sleep=hours.sleep, clock=hours)
        yield stage


def question() -> dict[str, object]:
    buttons = [{"type": 2, "style": 2, "label": letter, "custom_id": f"q1:answer:1:{letter}"} for letter in "AB"]
    return {"content": "?", "components": [{"type": 1, "components": buttons}]}


def questions(stage: DiscordStage) -> list[Message]:
    return [message for message in stage.server.world.messages.values() if message.viewer is None]


@pytest.mark.parametrize(
    ("shards", "concurrency", "at"),
    [
        (1, 1, {0: [0.0]}),
        (2, 1, {0: [0.0], 1: [5.0]}),
        (4, 1, {0: [0.0], 1: [5.0], 2: [10.0], 3: [15.0]}),
        (4, 2, {0: [0.0], 1: [0.0], 2: [5.0], 3: [5.0]}),
        (4, 16, {0: [0.0], 1: [0.0], 2: [0.0], 3: [0.0]}),
    ],
)
async def test_shards_begin_as_fast_as_discord_allows(
    stage: DiscordStage, shards: int, concurrency: int, at: dict[int, list[float]]
) -> None:
    stage.server.shards, stage.server.concurrency = shards, concurrency
    await stage.connect(Doorman())
    began = defaultdict(list)
    for moment, shard in stage.server.gateway.identified:
        began[shard].append(moment)
    assert began == at


async def click(stage: DiscordStage, numbers: range) -> list[Interaction]:
    """That many answers, a few in each server in turn."""
    standing = questions(stage)
    asked = []
    for number in numbers:
        name = f"member {number}"
        stage.server.world.add(name)
        message = standing[number % len(standing)]
        asked.append(await people.press(stage.server, name, message, message.buttons()["AB"[number % 2]]))
        await asyncio.sleep(0)
    return asked


@pytest.mark.parametrize("shards", [1, 2, 4])
async def test_no_answer_is_lost_or_doubled_when_connections_break(stage: DiscordStage, shards: int) -> None:
    gateway = stage.server.gateway
    stage.server.shards = shards
    door = Doorman(Reply(Card("Recorded", (), "Recorded")))
    await stage.connect(door)
    third = CLICKS // 3
    clicking = asyncio.create_task(click(stage, range(third)))
    await people.until(lambda: len(door.asked) > third // 4)
    gateway.cut()
    asked = await clicking
    await people.until(lambda: gateway.resumed >= shards)
    clicking = asyncio.create_task(click(stage, range(third, 2 * third)))
    await people.until(lambda: len(door.asked) > third + third // 4)
    await gateway.drop()
    asked += await clicking
    await gateway.invalidate(resumable=True)
    asked += await click(stage, range(2 * third, CLICKS))
    for each in asked:
        await people.settle(each)
    assert gateway.resumed == 3 * shards
    assert gateway.replayed > 0
    assert len(gateway.identified) == shards
    counted = Counter(each.person.name for each in door.asked)
    assert counted == {f"member {number}": 1 for number in range(CLICKS)}
    assert {each.command for each in door.asked} == {Answer(1, "A"), Answer(1, "B")}


async def test_each_server_is_heard_by_its_own_shard(stage: DiscordStage) -> None:
    stage.server.shards = 4
    await stage.connect(Doorman(Reply(Card("Recorded", (), "Recorded"))))
    for each in await click(stage, range(12)):
        await people.settle(each)
    for session in stage.server.gateway.sessions.values():
        heard = {int(event["d"]["guild_id"]) for event in session.events if event["t"] == "INTERACTION_CREATE"}
        assert heard == {server << 22 for server in range(1, 7) if server % 4 == session.shard[0]}


async def test_a_session_lost_for_good_is_begun_anew(stage: DiscordStage) -> None:
    gateway = stage.server.gateway
    stage.server.shards = 2
    await stage.connect(Doorman(Reply(Card("Recorded", (), "Recorded"))))
    await gateway.invalidate(resumable=False)
    await people.until(lambda: len(gateway.sessions) == 2)
    for each in await click(stage, range(6)):
        await people.settle(each)
    assert sorted(shard for _, shard in gateway.identified) == [0, 0, 1, 1]
    moments = [moment for moment, _ in gateway.identified]
    assert all(later - earlier >= 5 for earlier, later in pairwise(moments))


async def test_a_stop_answers_what_was_heard_on_every_shard(stage: DiscordStage) -> None:
    stage.server.shards = 2
    door = Doorman(Reply(Card("Recorded", (), "Recorded")))
    await stage.connect(door)
    door.opens.clear()
    asked = await click(stage, range(20))
    await people.until(lambda: len(door.asked) == 20)
    stopping = asyncio.create_task(stage.disconnect())
    await people.until(lambda: all(each.socket.closed for each in stage.server.gateway.sessions.values()))
    door.opens.set()
    await stopping
    assert all(each.answered.is_set() for each in asked)


async def test_a_stop_while_a_connection_is_broken_ends(stage: DiscordStage) -> None:
    stage.server.shards = 2
    await stage.connect(Doorman())
    stage.server.gateway.cut()
    async with asyncio.timeout(5):
        await stage.disconnect()
    assert all(each.socket.closed for each in stage.server.gateway.sessions.values())
