"""Coming, staying and going: the adapter against the loopback Discord, with the real discord.py."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr

from adapters.discord import connect
from adapters.discord.platform import Discord
from adapters.discord.render import draw
from bot import grammar
from bot.cards.model import Button, Buttons, Card
from bot.commands import Board, MyStats, Today
from bot.domain.identity import Posted
from bot.errors import SettingsError
from bot.ports import Off, Refused, Reply
from tests import gallery
from tests.fakes.discord import DiscordStage, people
from tests.fakes.discord.doorman import Doorman
from tests.fakes.discord.server import TOKEN

REPLY = Reply(Card("A card", (Buttons((Button("Me", MyStats()), Button("Today", Today()))),), "A card"))
FORM = Reply(gallery.setup())


@pytest.fixture
async def stage() -> AsyncIterator[DiscordStage]:
    async with DiscordStage() as stage:
        yield stage
    assert stage.server.breaches == []


@pytest.fixture
async def door(stage: DiscordStage) -> Doorman:
    door = Doorman(REPLY)
    await stage.connect(door)
    return door


async def test_without_a_token_discord_is_off() -> None:
    assert connect({"DISCORD_TOKEN": " "}) == Off("discord", ("DISCORD_TOKEN",))


async def test_a_wrong_token_is_named_and_not_told(stage: DiscordStage) -> None:
    platform = Discord(SecretStr("a-token-that-is-wrong"), stage.server.url)
    with pytest.raises(SettingsError) as caught:
        await platform.start(Doorman())
    assert caught.value.variable == "DISCORD_TOKEN"
    assert "a-token-that-is-wrong" not in str(caught.value)
    assert [breach.code for breach in stage.server.breaches] == [0]
    stage.server.breaches.clear()
    await platform.stop()


async def test_a_wrong_address_is_named() -> None:
    with pytest.raises(SettingsError, match="DISCORD_API_URL"):
        connect({"DISCORD_TOKEN": TOKEN, "DISCORD_API_URL": "discord.com"})


async def test_the_words_are_registered_once(stage: DiscordStage, door: Doorman) -> None:
    command, _ = stage.server.world.commands
    words = {word["name"]: word for word in command["options"]}
    assert words.keys() == {"home"} | {word.name for word in grammar.WORDS}
    assert (command["contexts"], command["integration_types"]) == ([0, 1, 2], [0, 1])
    for word in grammar.WORDS:
        options = {option["name"]: option for option in words[word.name]["options"]}
        assert options.keys() == {argument.name for argument in word.arguments}
        for argument in word.arguments:
            option = options[argument.name]
            assert [choice["value"] for choice in option.get("choices", [])] == list(argument.choices)
            kinds = {grammar.Completes.GROUP: 8, grammar.Completes.PERSON: 6}
            assert option["type"] == kinds.get(argument.completes, 3)
            typed = argument.completes not in (grammar.Completes.NOTHING, *kinds)
            assert option.get("autocomplete", False) == typed
            assert option.get("required", False) == argument.required
    await stage.disconnect()
    stage.server.world.commands.reverse()  # Discord promises no order
    await stage.connect(door)
    assert sum(request.startswith("PUT") for request in stage.server.requests) == 1
    stage.server.world.commands.reverse()
    stage.server.world.commands[0]["options"][0]["description"] = "of another release"
    await stage.disconnect()
    await stage.connect(door)
    assert sum(request.startswith("PUT") for request in stage.server.requests) == 2


async def test_only_servers_are_listened_for(stage: DiscordStage, door: Doorman) -> None:
    assert [session.intents for session in stage.server.gateway.sessions.values()] == [1]
    assert door.asked == []


async def test_a_broken_connection_is_taken_up_again(stage: DiscordStage, door: Doorman) -> None:
    await stage.server.gateway.drop()
    asked = await people.slash(stage.server, "ada", "today", {})
    await people.settle(asked)
    assert stage.server.gateway.resumed == 1
    assert stage.platform.trouble() is None
    assert [each.command for each in door.asked] == [Today()]


async def test_a_connection_ended_for_good_is_logged(
    stage: DiscordStage, door: Doorman, caplog: pytest.LogCaptureFixture
) -> None:
    assert stage.platform.trouble() is None
    await stage.server.gateway.drop(4004)
    await people.until(lambda: "Discord ended the connection for good" in caplog.messages)
    assert stage.platform.trouble() == "the connection to Discord's gateway is lost"
    refused = Refused("not connected", lasting=False)
    assert await stage.platform.post(stage.place, gallery.question(), "q1:answer:2147483647") == refused
    assert door.asked == []


async def test_a_gateway_that_refuses_ends_the_start(stage: DiscordStage) -> None:
    stage.server.gateway.token = "another"
    await stage.platform.start(Doorman())
    with pytest.raises(SettingsError, match="DISCORD_TOKEN"):
        await stage.platform.listen()
    await stage.platform.stop()


async def test_a_stop_lets_answers_finish(stage: DiscordStage, door: Doorman) -> None:
    door.opens.clear()
    asked = await people.slash(stage.server, "ada", "board", {})
    await people.until(lambda: door.asked)
    stopping = asyncio.create_task(stage.disconnect())
    await people.until(lambda: all(each.socket.closed for each in stage.server.gateway.sessions.values()))
    await people.slash(stage.server, "ada", "today", {})
    door.opens.set()
    await stopping
    assert asked.answered.is_set()
    assert [each.command for each in door.asked] == [Board()]


async def test_nothing_of_what_was_shown_stays_in_memory(stage: DiscordStage, door: Doorman) -> None:
    await asyncio.to_thread(draw, gallery.question())  # drawn where nothing could be awaited, and kept
    seen = await stage.ask("ada", "today")
    await stage.press("ada", seen, "Me")
    posted = await stage.platform.post(stage.place, gallery.question(), "q1:answer:2147483647")
    assert isinstance(posted, Posted)
    await stage.platform.edit(posted, gallery.reveal())
    door.says = FORM
    await stage.ask("ada", "setup")
    assert isinstance(stage.platform, Discord)
    assert stage.platform._client is not None
    store = stage.platform._client._connection._view_store
    assert (store._views, store._modals, store._synced_message_views, store._dynamic_items) == ({}, {}, {}, {})
