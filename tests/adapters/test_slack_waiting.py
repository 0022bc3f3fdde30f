"""Answers that take their time, and people who come in crowds: through Bolt, over either transport."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.commands import Answer, Home, Setup
from bot.domain.identity import Posted
from bot.ports import Reply
from tests import gallery
from tests.fakes.slack.door import ScriptedDoor
from tests.fakes.slack.server import until
from tests.fakes.slack.stage import SlackStage
from tests.stage import Seen

PERSONAL = Reply(gallery.personal())


@pytest.fixture(params=["socket", "http"])
async def stage(request: pytest.FixtureRequest) -> AsyncIterator[SlackStage]:
    async with SlackStage(http=request.param == "http") as stage:
        yield stage


@pytest.fixture
def door() -> ScriptedDoor:
    return ScriptedDoor(PERSONAL, {Setup: Reply(gallery.setup())})


async def question(stage: SlackStage) -> Seen:
    """A question posted in the channel."""
    assert isinstance(await stage.platform.post(stage.place, gallery.question(), "q1:answer:1"), Posted)
    return stage.channel()[-1]


async def test_a_slow_answer_follows_its_acknowledgement(
    stage: SlackStage, door: ScriptedDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.slack.app.ACKNOWLEDGE_WITHIN", 0.0)
    gate = asyncio.Event()

    async def slow() -> Reply:
        await gate.wait()
        return PERSONAL

    await stage.connect(door)
    form = await stage.ask("ada", "setup")
    door.says = {Home: slow, Setup: slow}
    asked, filled = await stage.hands.ask("grace", ""), await stage.hands.fill("ada", form, {})
    await until(lambda: asked.acknowledged and filled.acknowledged)
    assert not asked.answers
    gate.set()
    assert (await stage.answer(asked)).text.startswith("Your numbers")
    await until(lambda: len(stage.private("ada")) == 2)
    assert stage.private("ada")[-1].text.startswith("Your numbers")


async def test_who_filled_a_form_where_we_may_not_speak_is_told_alone(
    stage: SlackStage, door: ScriptedDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.slack.app.ACKNOWLEDGE_WITHIN", 0.0)
    await stage.connect(door)
    form = await stage.ask("ada", "setup")
    stage.slack.workspace.channels[stage.place.channel].member = False
    door.says = {Setup: PERSONAL}
    filled = await stage.hands.fill("ada", form, {})
    await until(lambda: filled.acknowledged and stage.private("ada")[-1].text.startswith("Your numbers"))
    stage.slack.forgive("chat.postEphemeral: not_in_channel")
    while stage.slack.breaches:
        stage.slack.forgive("scheduleMessage: not_in_channel")


async def test_a_crowd_is_acknowledged_before_it_is_answered(
    stage: SlackStage, door: ScriptedDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.slack.app.CROWD", 0)
    gate = asyncio.Event()

    async def slow() -> Reply:
        await gate.wait()
        return PERSONAL

    door.says[Answer] = slow
    await stage.connect(door)
    pressed = await stage.hands.press("grace", await question(stage), "A")
    await until(lambda: pressed.acknowledged)
    assert not pressed.answers
    gate.set()
    assert (await stage.answer(pressed)).text.startswith("Your numbers")


async def test_what_is_in_hand_is_finished_at_the_end(stage: SlackStage, door: ScriptedDoor) -> None:
    gate = asyncio.Event()

    async def slow() -> Reply:
        await gate.wait()
        return PERSONAL

    door.says = {Home: slow, Answer: slow}
    await stage.connect(door)
    posted = await question(stage)
    begun = [await stage.hands.ask("grace", ""), await stage.hands.press("linus", posted, "A")]
    await until(lambda: len(door.asked) == 2)
    stopping = asyncio.create_task(stage.disconnect())
    gate.set()
    await stopping
    assert all(one.acknowledged and len(one.answers) == 1 for one in begun)


async def test_what_never_ends_is_given_up(stage: SlackStage, door: ScriptedDoor) -> None:
    async def never() -> Reply:
        await asyncio.Event().wait()
        return PERSONAL

    door.says[Home] = never
    await stage.connect(door)
    await stage.hands.ask("grace", "")
    await until(lambda: len(door.asked) == 1)
    await asyncio.wait_for(stage.platform.stop(within=0.05), 2)
    await stage.disconnect()
    await stage.slack.hang_up()
    stage.slack.forgive("ask: never acknowledged")


async def test_a_hundred_people_at_once(stage: SlackStage, door: ScriptedDoor) -> None:
    await stage.connect(door)
    posted = await question(stage)
    begun = [await stage.hands.press(f"p{n}", posted, "ABCDE"[n % 5]) for n in range(100)]
    seen = await asyncio.gather(*map(stage.answer, begun))
    assert len({one.id for one in seen}) == 100
    assert {asked.person.id for asked in door.asked} == {f"U0P{n}" for n in range(100)}
