"""Socket Mode's own troubles: connections that Slack renews, that break, that cannot be had; and the end of it all."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.commands import Home
from bot.domain.identity import Posted
from bot.ports import Reply
from tests import gallery
from tests.fakes.slack.door import ScriptedDoor
from tests.fakes.slack.server import until
from tests.fakes.slack.stage import SlackStage
from tests.fakes.slack.state import Interaction
from tests.stage import Seen

PERSONAL = Reply(gallery.personal())


@pytest.fixture
def door() -> ScriptedDoor:
    return ScriptedDoor(PERSONAL)


@pytest.fixture
async def stage(door: ScriptedDoor) -> AsyncIterator[SlackStage]:
    async with SlackStage() as stage:
        await stage.connect(door)
        yield stage


async def question(stage: SlackStage) -> Seen:
    """A question posted in the channel."""
    assert isinstance(await stage.platform.post(stage.place, gallery.question(), "q1:answer:1"), Posted)
    return stage.channel()[-1]


async def test_there_are_two_connections_and_both_are_used(stage: SlackStage, door: ScriptedDoor) -> None:
    assert stage.slack.sockets.connections == 2
    for name in ("grace", "linus", "barbara"):
        assert (await stage.ask(name, "me")).text.startswith("Your numbers")
    assert len(door.asked) == 3


@pytest.mark.parametrize("reason", ["refresh_requested", "warning", "too_many_websockets"])
async def test_slack_may_ask_for_new_connections(stage: SlackStage, reason: str) -> None:
    await stage.slack.sockets.refresh(reason)
    await until(lambda: stage.slack.sockets.opened == 4)
    await until(lambda: stage.slack.sockets.connections == 2)
    assert (await stage.ask("grace", "me")).text.startswith("Your numbers")
    assert stage.slack.calls.count("auth.test") == 1
    assert stage.slack.calls.count("apps.connections.open") == 4


async def test_a_refresh_of_both_loses_no_click_and_doubles_none(stage: SlackStage, door: ScriptedDoor) -> None:
    posted, done = await question(stage), False

    async def person(name: str) -> list[Seen]:
        seen: list[Seen] = []
        while not done:
            seen.append(await stage.press(name, posted, "A"))
        return seen

    people = [asyncio.create_task(person(f"p{n}")) for n in range(40)]
    for refreshed in range(3):
        already = len(door.asked)
        await until(lambda: len(door.asked) > already + 100)  # noqa: B023  # awaited within its turn
        await stage.slack.sockets.refresh()
        await until(lambda: stage.slack.sockets.opened == 4 + 2 * refreshed)  # noqa: B023  # as above
    done = True
    seen = [each for some in await asyncio.gather(*people) for each in some]
    assert len({each.id for each in seen}) == len(seen) == len(door.asked)


async def in_hand(stage: SlackStage, door: ScriptedDoor, people: int) -> tuple[list[Interaction], asyncio.Event]:
    """So many who have asked and wait for their answer, which comes once the event is set."""
    gate = asyncio.Event()

    async def slow() -> Reply:
        await gate.wait()
        return PERSONAL

    door.says[Home] = slow
    begun = [await stage.hands.ask(f"p{n}", "") for n in range(people)]
    await until(lambda: len(door.asked) == people)
    return begun, gate


async def test_what_is_in_hand_during_a_refresh_is_acknowledged(stage: SlackStage, door: ScriptedDoor) -> None:
    begun, gate = await in_hand(stage, door, 4)
    await stage.slack.sockets.refresh()
    await until(lambda: stage.slack.sockets.opened == 4)
    gate.set()
    await asyncio.gather(*map(stage.answer, begun))


async def test_a_broken_connection_is_opened_anew_while_the_other_serves(
    door: ScriptedDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.slack.socket.PING_EVERY", 0.3)
    async with SlackStage() as stage:
        await stage.connect(door)
        stage.slack.sockets.drop()
        await until(lambda: stage.slack.sockets.connections == 1)
        assert (await stage.ask("grace", "me")).text.startswith("Your numbers")
        await until(lambda: stage.slack.sockets.opened == 3)
        for name in ("linus", "barbara"):
            assert (await stage.ask(name, "me")).text.startswith("Your numbers")


async def test_it_is_told_while_no_connection_is_left(door: ScriptedDoor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.slack.socket.PING_EVERY", 0.3)
    async with SlackStage() as stage:
        await stage.connect(door)
        stage.slack.sockets.refusals = 1_000_000
        stage.slack.sockets.drop()
        await until(lambda: stage.slack.sockets.connections == 1)
        assert stage.platform.trouble() is None, "the other one serves"
        stage.slack.sockets.drop()
        await until(lambda: stage.platform.trouble() == "every Socket Mode connection is lost")
        stage.slack.sockets.refusals = 0
        await until(lambda: stage.platform.trouble() is None)
        assert (await stage.ask("grace", "me")).text.startswith("Your numbers")


async def test_what_is_in_hand_when_a_connection_breaks_is_acknowledged(stage: SlackStage, door: ScriptedDoor) -> None:
    begun, gate = await in_hand(stage, door, 6)
    stage.slack.sockets.drop()
    await until(lambda: stage.slack.sockets.connections == 1)
    gate.set()
    await asyncio.gather(*map(stage.answer, begun))
    assert stage.slack.sockets.opened == 3


async def test_a_connection_that_fails_is_tried_at_a_new_address(
    stage: SlackStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.slack.connection.TRY_FOR", 0.2)
    stage.slack.sockets.refusals = 3
    await stage.slack.sockets.refresh()
    await until(lambda: stage.slack.sockets.opened == 4)
    assert (await stage.ask("grace", "me")).text.startswith("Your numbers")


async def test_a_connection_that_slack_does_not_end_is_left(stage: SlackStage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.slack.connection.LINGER", 0.05)
    stage.slack.sockets.hangs_up = False
    await stage.slack.sockets.refresh()
    await until(lambda: stage.slack.sockets.opened == 4)
    await until(lambda: stage.slack.sockets.connections == 2)


async def test_at_the_end_what_is_in_hand_is_answered_as_is_what_comes_until_then(
    stage: SlackStage, door: ScriptedDoor
) -> None:
    [begun], gate = await in_hand(stage, door, 1)
    stopping = asyncio.create_task(stage.disconnect())
    await until(lambda: stage.slack.sockets.connections == 1)  # the one with nothing in hand is closed
    late = await stage.hands.ask("linus", "")
    await until(lambda: len(door.asked) == 2)
    gate.set()
    await stopping
    for each in (begun, late):
        assert (each.acknowledged, len(each.answers)) == (True, 1)


async def test_at_the_end_nothing_new_is_heard_where_something_is_in_hand_for_long(
    stage: SlackStage, door: ScriptedDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.slack.socket.LEAVE_WITHIN", 0.05)
    [begun], gate = await in_hand(stage, door, 1)
    await stage.platform.hush()
    late = await stage.hands.ask("linus", "")
    stopping = asyncio.create_task(stage.disconnect())
    gate.set()
    await stopping
    assert begun.acknowledged
    assert len(begun.answers) == 1
    assert (late.acknowledged, len(door.asked)) == (False, 1)
    await stage.slack.hang_up()
    stage.slack.forgive("ask: never acknowledged")


async def test_what_comes_while_we_hang_up_is_answered(stage: SlackStage, door: ScriptedDoor) -> None:
    posted = await question(stage)
    pressed = [await stage.hands.press(f"p{n}", posted, "A") for n in range(4)]
    leaving = asyncio.create_task(stage.platform.hush())  # they are on their way, and nothing is in hand yet
    for each in pressed:
        await stage.answer(each)
    await leaving
    assert stage.slack.sockets.connections == 0
    assert len(door.asked) == 4
