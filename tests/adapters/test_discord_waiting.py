"""When an answer takes long, or goes wrong: nobody is left before a silent screen."""

import logging
from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import count

import pytest
from discord.utils import time_snowflake, utcnow
from pydantic import SecretStr

from adapters.discord.platform import Discord
from bot.cards.model import Button, Buttons, Card
from bot.commands import MyStats, Today
from bot.ports import Audience, Reply
from tests import gallery
from tests.fakes.discord import DiscordStage, people
from tests.fakes.discord.doorman import Doorman
from tests.fakes.discord.faults import Fault
from tests.fakes.discord.refusals import Breach
from tests.fakes.discord.server import TOKEN

REPLY = Reply(Card("A card", (Buttons((Button("Me", MyStats()), Button("Today", Today()))),), "A card"))
CALLBACK = "/callback$"
PUBLIC = Reply(Card("For all", (), "For all"), Audience.PLACE)
FORM = Reply(gallery.setup())


@pytest.fixture
async def stage() -> AsyncIterator[DiscordStage]:
    async with DiscordStage() as stage:
        yield stage
    assert stage.server.breaches == []
    assert stage.server.world.echoes() == []


@pytest.fixture
async def door(stage: DiscordStage) -> Doorman:
    door = Doorman(REPLY)
    await stage.connect(door)
    return door


async def test_what_breaks_reaches_the_person_and_the_log(
    stage: DiscordStage, door: Doorman, caplog: pytest.LogCaptureFixture
) -> None:
    seen = await stage.ask("ada", "today")
    door.says = FORM
    form = await stage.ask("ada", "setup")
    door.breaks = ZeroDivisionError("planted")
    answers = [await stage.ask("ada", "today"), await stage.press("ada", seen, "Me"), await stage.fill("ada", form, {})]
    assert all(answer.text.startswith("Something went wrong") for answer in answers)
    assert len({answer.id for answer in answers}) == 3
    assert stage.channel() == []
    broken = [record for record in caplog.records if record.exc_info and record.exc_info[0] is ZeroDivisionError]
    assert len(broken) == 3
    door.breaks = None
    door.says = REPLY
    assert (await stage.press("ada", seen, "Me")).text == "A card"


async def test_completions_that_break_are_logged(
    stage: DiscordStage, door: Doorman, caplog: pytest.LogCaptureFixture
) -> None:
    door.breaks = ZeroDivisionError("planted")
    assert await people.typing(stage.server, "ada", "setup", "zone", "Eur") == []
    assert [record.message for record in caplog.records] == ["zone of setup could not be completed"]


async def test_an_answer_lost_on_its_way_is_apologised_for(stage: DiscordStage, door: Doorman) -> None:
    stage.server.faults = [Fault("POST", CALLBACK)]
    seen = await stage.ask("ada", "today")
    assert seen.text.startswith("Something went wrong")
    assert len(door.asked) == 1


async def test_an_answer_whose_receipt_is_lost_is_given_once(
    stage: DiscordStage, door: Doorman, caplog: pytest.LogCaptureFixture
) -> None:
    stage.server.faults = [Fault("POST", CALLBACK, after=True)]
    assert (await stage.ask("ada", "today")).text == "A card"
    await people.until(lambda: stage.server.breaches)
    await stage.disconnect()
    assert [breach.code for breach in stage.server.breaches] == [40060]
    stage.server.breaches.clear()
    assert [each.text for each in stage.private("ada")] == ["A card"]
    assert len(door.asked) == 1
    assert "WARNING" in {record.levelname for record in caplog.records}


@pytest.fixture
async def impatient(stage: DiscordStage) -> AsyncIterator[Discord]:
    """The adapter that asks people to wait at once."""
    platform = Discord(SecretStr(TOKEN), stage.server.url, patience=0.01)
    yield platform
    await platform.stop()


async def test_a_slow_answer_is_announced(stage: DiscordStage, impatient: Discord) -> None:
    door = Doorman(REPLY)
    await impatient.start(door)
    await impatient.listen()
    door.opens.clear()
    asked = await people.slash(stage.server, "ada", "today", {})
    await people.until(lambda: asked.acknowledged)
    assert not asked.answered.is_set()
    door.opens.set()
    await people.settle(asked)
    assert [each.text for each in stage.private("ada")] == ["A card"]

    door.opens.clear()
    assert asked.shown is not None
    pressed = await people.press(stage.server, "ada", asked.shown, "q1:mystats")
    await people.until(lambda: pressed.acknowledged)
    door.opens.set()
    assert (await people.settle(pressed)).shown is asked.shown


async def test_a_slow_public_answer_is_public(stage: DiscordStage, impatient: Discord) -> None:
    door = Doorman(PUBLIC)
    await impatient.start(door)
    await impatient.listen()
    door.opens.clear()
    asked = await people.slash(stage.server, "ada", "today", {})
    await people.until(lambda: asked.acknowledged)
    door.opens.set()
    await people.settle(asked)
    assert [each.text for each in stage.channel()] == ["For all"]
    assert stage.private("ada") == []


async def test_a_slow_form_waits_behind_a_button(stage: DiscordStage, impatient: Discord) -> None:
    door = Doorman(FORM)
    await impatient.start(door)
    await impatient.listen()
    door.opens.clear()
    asked = await people.slash(stage.server, "ada", "setup", {})
    await people.until(lambda: asked.acknowledged)
    door.opens.set()
    await people.settle(asked)
    assert asked.shown is not None
    assert asked.shown.buttons() == {"Daily question": "q1:setup"}


async def test_a_slow_failure_is_told_too(stage: DiscordStage, impatient: Discord) -> None:
    door = Doorman(REPLY, breaks=ZeroDivisionError("planted"))
    await impatient.start(door)
    await impatient.listen()
    door.opens.clear()
    asked = await people.slash(stage.server, "ada", "today", {})
    await people.until(lambda: asked.acknowledged)
    door.opens.set()
    await people.settle(asked)
    assert stage.private("ada")[-1].text.startswith("Something went wrong")


async def test_too_late_is_no_failure(
    stage: DiscordStage, impatient: Discord, caplog: pytest.LogCaptureFixture
) -> None:
    times = iter((4.0, 8.0))
    stage.server.world.clock = lambda: next(times)
    door = Doorman(REPLY)
    await impatient.start(door)
    await impatient.listen()
    door.opens.clear()
    with caplog.at_level(logging.INFO, "adapters.discord"):
        asked = await people.slash(stage.server, "ada", "today", {})
        await people.until(lambda: stage.server.breaches)
        door.opens.set()
        await impatient.stop()
    assert stage.server.breaches == [Breach(10062, "Unknown interaction: answered 1.00 s too late")]
    stage.server.breaches.clear()
    assert asked.acknowledged is None
    assert [record.levelname for record in caplog.records if "too late" in record.message] == ["INFO"]
    assert "ERROR" not in {record.levelname for record in caplog.records}


async def test_a_crowd_is_told_to_wait_before_anybody_is_answered(stage: DiscordStage) -> None:
    door = Doorman(REPLY)
    door.opens.clear()
    stage.server.world.clock = lambda: 0.0  # nobody is too late, however slow this machine: the benchmark counts that
    stage.platform = Discord(SecretStr(TOKEN), stage.server.url, patience=0.5)
    await stage.connect(door)
    crowd = [await people.slash(stage.server, "ada", "today", {}) for _ in range(400)]
    await people.until(lambda: all(asked.acknowledged for asked in crowd))
    assert len(door.asked) <= 200, "what has not begun can still be put off"
    door.opens.set()
    for asked in crowd:
        await people.settle(asked)
    assert len(door.asked) == len(stage.private("ada")) == 400


async def test_a_crowd_too_large_to_be_answered_is_asked_to_come_again(stage: DiscordStage) -> None:
    door = Doorman(REPLY)
    door.opens.clear()
    stage.platform = Discord(SecretStr(TOKEN), stage.server.url, crowd=3)
    await stage.connect(door)
    waiting = [await people.slash(stage.server, "ada", "today", {}) for _ in range(3)]
    await people.until(lambda: len(door.asked) == 3)
    assert (await stage.ask("grace", "today")).text.startswith("One moment, please")
    door.opens.set()
    for asked in waiting:
        await people.settle(asked)
    assert (await stage.ask("grace", "today")).text == "A card"
    assert len(door.asked) == 4


async def test_a_clock_that_is_ahead_keeps_no_form_from_opening(stage: DiscordStage) -> None:
    stage.platform = Discord(SecretStr(TOKEN), stage.server.url, patience=1.5)
    await stage.connect(Doorman(FORM))
    stage.server.world.ids = count(time_snowflake(utcnow() - timedelta(seconds=10)))
    assert (await stage.ask("ada", "setup")).form


async def test_how_long_somebody_waits_is_counted_from_the_press(stage: DiscordStage) -> None:
    door = Doorman(REPLY)
    door.opens.clear()
    stage.platform = Discord(SecretStr(TOKEN), stage.server.url, patience=60.0)
    await stage.connect(door)
    a_minute_ago = time_snowflake(utcnow() - timedelta(seconds=61))
    stage.server.world.ids = count(a_minute_ago)
    asked = await people.slash(stage.server, "ada", "today", {})
    await people.until(lambda: asked.acknowledged)
    door.opens.set()
    await people.settle(asked)
