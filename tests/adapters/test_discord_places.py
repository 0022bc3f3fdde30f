"""Where a question can be asked on Discord: channels, their threads, forums and their posts; and whom it notifies."""

from collections.abc import AsyncIterator
from typing import cast

import pytest

from adapters.discord.platform import Discord
from bot.bank import Bank
from bot.store.database import Database
from tests.fakes.discord import DiscordStage, gateway, people, servers
from tests.fakes.discord.world import CHANNEL, GUILD
from tests.house import House, Time
from tests.stage import ADMIN, MEMBERS

SETUP = {"at": "09:00", "zone": "UTC", "days": "daily"}


@pytest.fixture
async def stage() -> AsyncIterator[DiscordStage]:
    async with DiscordStage() as stage:
        yield stage


@pytest.fixture
def house(stage: DiscordStage, database: Database, bank: Bank, time: Time) -> House:
    return House(database, bank, time, [stage.platform])


async def say(stage: DiscordStage, who: str, word: str, values: dict[str, str], channel: int) -> str:
    """What somebody is told in a channel."""
    asked = await people.settle(await people.slash(stage.server, who, word, values, channel=channel))
    return stage.seen(asked).text


async def test_a_thread_counts_as_its_channel(stage: DiscordStage, house: House, time: Time) -> None:
    await stage.connect(house.quiz)
    thread = stage.server.world.thread(CHANNEL)
    await say(stage, ADMIN, "setup", SETUP, thread)
    time.pass_(days=1)
    await house.delivery.sweep()
    assert len(stage.channel()) == 1
    assert "Daily question" in await say(stage, MEMBERS[0], "today", {}, thread)
    assert stage.server.world.public(thread) == []


async def test_a_post_of_a_forum_is_a_place_of_its_own(stage: DiscordStage, house: House, time: Time) -> None:
    world = stage.server.world
    forum = world.open(world.channels[CHANNEL])
    world.forums.add(forum)
    post, another = world.thread(forum), world.thread(forum)
    await stage.connect(house.quiz)
    told = await say(stage, ADMIN, "setup", {**SETUP, "discussion": "on"}, post)
    assert "I lack: Send Messages in Threads" in told
    assert "Send Messages," not in told
    assert "this is a thread already" in told
    time.pass_(days=1)
    await house.delivery.sweep()
    assert len(world.public(post)) == 1
    assert "Daily question" in await say(stage, MEMBERS[0], "today", {}, post)
    assert "no daily question" in (await say(stage, MEMBERS[0], "today", {}, another)).lower()
    time.pass_(days=1)
    await house.delivery.sweep()
    assert [message.thread for message in world.public(post)] == [None] * 3


async def test_a_thread_of_a_server_of_which_nothing_is_known_yet_is_no_place(
    stage: DiscordStage, house: House, caplog: pytest.LogCaptureFixture
) -> None:
    await stage.connect(house.quiz)
    thread = stage.server.world.thread(CHANNEL)
    await servers.outage(stage.server)
    assert "Please try again" in await say(stage, ADMIN, "setup", SETUP, thread)
    assert "has not told us of yet" in caplog.text
    await stage.server.gateway.send("GUILD_CREATE", gateway.guild(), GUILD)
    assert "set up" in await say(stage, ADMIN, "setup", SETUP, thread)


async def test_a_forum_made_meanwhile_is_known_as_one_and_a_channel_is_not_remembered(
    stage: DiscordStage, house: House, time: Time
) -> None:
    await stage.connect(house.quiz)
    world = stage.server.world
    forum, channel = world.open(GUILD), world.open(GUILD)
    for number, kind in ((forum, gateway.FORUM), (channel, 0)):
        await stage.server.gateway.send("CHANNEL_CREATE", {**gateway.channel(number), "type": kind}, GUILD)
    post, thread = world.thread(forum), world.thread(channel)
    for place in (post, thread):
        await say(stage, ADMIN, "setup", SETUP, place)
    time.pass_(days=1)
    await house.delivery.sweep()
    assert [len(world.public(place)) for place in (post, thread, channel)] == [1, 0, 1]
    client = cast("Discord", stage.platform)._client
    assert client is not None
    assert [known.id for known in client.get_all_channels()] == [forum]


async def test_who_sets_a_group_up_that_cannot_be_notified_is_told(stage: DiscordStage, house: House) -> None:
    await stage.connect(house.quiz)
    stage.server.world.silent.add("quizzers")
    told = await say(stage, ADMIN, "setup", {**SETUP, "ping": "quizzers"}, CHANNEL)
    assert "I may not notify" in told
    assert "allow everybody to mention it" in told
    stage.server.world.silent.clear()
    assert "may not notify" not in await say(stage, ADMIN, "setup", {"ping": "quizzers"}, CHANNEL)
