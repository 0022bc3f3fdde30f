"""Being invited and removed, at once and while nobody listened, through the real discord.py."""

import asyncio
from collections.abc import AsyncIterator, Mapping

import pytest

from adapters.discord.client import Client
from bot.bank import Bank
from bot.domain.identity import Workspace
from bot.store.database import Database
from tests.fakes.discord import DiscordStage, people, servers
from tests.fakes.discord.doorman import Doorman
from tests.fakes.discord.world import GUILD
from tests.house import House, Time

HERE, ELSEWHERE = Workspace("discord", str(GUILD)), Workspace("discord", str(GUILD + (1 << 22)))
PRIVATE = Workspace("discord", f"dm-{GUILD}")


@pytest.fixture
async def stage() -> AsyncIterator[DiscordStage]:
    async with DiscordStage() as stage:
        yield stage


@pytest.fixture
async def door(stage: DiscordStage) -> Doorman:
    door = Doorman()
    await stage.connect(door)
    return door


async def test_a_removal_and_an_invitation_are_told_in_order(stage: DiscordStage, door: Doorman) -> None:
    await servers.remove(stage.server)
    await servers.invite(stage.server)
    await servers.remove(stage.server)
    await people.until(lambda: len(door.moved) == 3)
    assert door.moved == [("left", HERE), ("joined", HERE), ("left", HERE)]


async def test_an_outage_is_no_removal(stage: DiscordStage, door: Doorman) -> None:
    await servers.outage(stage.server)
    await stage.ask("ada", "today")  # what came before has been heard
    assert door.moved == []


@pytest.mark.parametrize("shards", [1, 2])
async def test_what_happened_while_away_is_told_at_connecting(stage: DiscordStage, shards: int) -> None:
    stage.server.shards = shards
    door = Doorman()
    door.known = {HERE: False, ELSEWHERE: True, PRIVATE: True, Workspace("slack", "T1"): True}
    await stage.connect(door)
    await people.until(lambda: len(door.moved) == 2)
    assert sorted(door.moved) == [("joined", HERE), ("left", ELSEWHERE)]


async def test_what_is_as_it_was_is_not_told(stage: DiscordStage) -> None:
    door = Doorman()
    door.known = {HERE: True, ELSEWHERE: False, PRIVATE: True}
    await stage.connect(door)
    await stage.ask("ada", "today")
    assert door.moved == []


async def test_a_session_begun_anew_is_compared_again(
    stage: DiscordStage, door: Doorman, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def at_once(*_: object, **__: object) -> None:
        """discord.py waits five seconds before it identifies once more."""

    monkeypatch.setattr(Client, "before_identify_hook", at_once)
    door.known = {HERE: True, ELSEWHERE: True}
    stage.server.gateway.guilds = [GUILD + (1 << 22)]
    await servers.lose_sessions(stage.server)
    await people.until(lambda: door.moved)
    assert door.moved == [("left", HERE)]


async def test_an_invitation_waits_until_the_list_has_been_compared(stage: DiscordStage) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    class Slow(Doorman):
        async def workspaces(self, platform: str) -> Mapping[Workspace, bool]:
            begun.set()
            await go_on.wait()
            return await super().workspaces(platform)

    door = Slow()
    door.known = {ELSEWHERE: True}
    await stage.connect(door)
    await begun.wait()
    await servers.invite(stage.server, int(ELSEWHERE.id))
    await stage.ask("ada", "today")  # the invitation has been heard
    assert door.moved == []
    go_on.set()
    await people.until(lambda: len(door.moved) == 2)
    assert door.moved == [("left", ELSEWHERE), ("joined", ELSEWHERE)], "the last word is the latest"


async def test_a_drill_rests_while_the_bot_is_away(
    stage: DiscordStage, database: Database, bank: Bank, time: Time
) -> None:
    house = House(database, bank, time, [stage.platform])
    await stage.connect(house.quiz)
    await stage.ask("ada", "setup at:09:00 zone:Europe/Berlin days:mon-fri")
    await servers.remove(stage.server)

    async def known_left() -> bool:
        return not (await house.quiz.workspaces("discord"))[HERE]

    while not await known_left():  # each look is a transaction, during which events are heard
        pass
    time.set("2026-11-23 08:00")
    await house.delivery.sweep()
    assert stage.channel() == []
    stage.server.gateway.guilds.append(GUILD)
    await stage.disconnect()
    back = House(database, bank, time, [stage.platform])
    await stage.connect(back.quiz)
    await people.until(lambda: back.woken)
    time.set("2026-11-24 08:00")
    await back.delivery.sweep()
    assert [seen.text.splitlines()[0] for seen in stage.channel()] == ["Daily question · Tuesday 24 November"]
