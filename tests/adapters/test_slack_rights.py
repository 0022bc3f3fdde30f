"""Setting up in Slack: what is missing is told to who sets up, with the line that mends it, and admins always may."""

import time
from collections.abc import AsyncIterator

import pytest

from bot import grammar
from bot.bank import Bank
from bot.commands import Preview, Setup
from bot.ports import Reply
from bot.store.database import Database
from tests import gallery
from tests.fakes.slack.door import ScriptedDoor
from tests.fakes.slack.server import DROPPED, Fault, until
from tests.fakes.slack.stage import SlackStage
from tests.house import House, Time
from tests.stage import ADMIN, MEMBERS
from tests.test_story import says

GRACE, LINUS, _ = MEMBERS
SETUP = "setup at:09:00 zone:Europe/Berlin days:mon-fri"
LINE = "/invite @sqla-quiz"


@pytest.fixture
async def stage() -> AsyncIterator[SlackStage]:
    async with SlackStage() as stage:
        yield stage


@pytest.fixture
async def door(stage: SlackStage) -> ScriptedDoor:
    door = ScriptedDoor(Reply(gallery.personal()))
    await stage.connect(door)
    return door


@pytest.fixture
async def house(stage: SlackStage, database: Database, bank: Bank, time: Time) -> House:
    house = House(database, bank, time, [stage.platform])
    await stage.connect(house.quiz)
    return house


def leave(stage: SlackStage) -> None:
    """We are not in the channel."""
    stage.slack.workspace.channels[stage.place.channel].member = False


async def test_who_sets_up_without_us_is_told_the_line_to_say(stage: SlackStage, house: House) -> None:
    leave(stage)
    says(await stage.ask(ADMIN, SETUP), "The daily question is set up", "I am not in this channel", LINE)
    says(await stage.ask(ADMIN, "preview"), LINE)
    assert stage.channel() == []
    stage.slack.forgive("scheduleMessage: not_in_channel", "scheduleMessage: not_in_channel")
    stage.slack.workspace.channels[stage.place.channel].member = True
    ready = await stage.ask(ADMIN, "setup at:10:00")
    assert LINE not in ready.text
    assert stage.channel() == []
    assert stage.slack.workspace.scheduled == {}
    assert house.woken


async def test_a_question_that_cannot_be_posted_tells_keepers_the_line(
    stage: SlackStage, house: House, time: Time
) -> None:
    await stage.ask(ADMIN, SETUP)
    leave(stage)
    time.set("2026-11-23 08:00")
    await house.delivery.sweep()
    says(stage.private(ADMIN)[-1], "The daily question could not be posted", "not_in_channel", LINE)
    stage.slack.forgive("postMessage: not_in_channel")


async def test_a_private_channel_without_us_is_not_found(stage: SlackStage, door: ScriptedDoor) -> None:
    await stage.answer(await stage.hands.ask(ADMIN, SETUP, "C0SECRET"))
    assert door.asked[0].place.invite == LINE
    stage.slack.forgive("scheduleMessage: channel_not_found")


async def test_only_who_changes_something_has_slack_asked(stage: SlackStage, door: ScriptedDoor) -> None:
    stage.slack.scopes.add("users:read")
    before = len(stage.slack.calls)
    for words in ("", "today", "board", "me", "practice", "help setup"):
        await stage.ask(GRACE, words)
    assert stage.slack.calls[before:] == []
    assert len(door.asked) == 6
    await stage.answer(await stage.hands.ask(GRACE, "setup", "D0GRACE"))
    assert "chat.scheduleMessage" not in stage.slack.calls
    for _ in range(3):
        await stage.ask(ADMIN, SETUP)
    assert stage.slack.calls.count("chat.scheduleMessage") == 1
    assert stage.slack.calls.count("chat.deleteScheduledMessage") == 1
    assert stage.slack.calls.count("users.info") == 2


async def test_admins_manage_where_slack_may_tell(stage: SlackStage, door: ScriptedDoor) -> None:
    stage.slack.workspace.admins.add(ADMIN)
    await stage.ask(ADMIN, SETUP)
    await stage.disconnect()
    stage.slack.scopes.add("users:read")
    await stage.connect(door)
    await stage.ask(ADMIN, SETUP)
    await stage.ask(GRACE, SETUP)
    not_granted, admin, member = (asked.person.manages for asked in door.asked)
    assert (not_granted, admin) == (None, True)
    assert member is None, "who is no admin may still set up the first"


async def test_an_admin_may_change_what_another_has_set_up(stage: SlackStage, house: House) -> None:
    stage.slack.scopes.add("users:read")
    stage.slack.workspace.admins.add(ADMIN)
    says(await stage.ask(GRACE, SETUP), "The daily question is set up")
    says(await stage.ask(LINUS, "pause"), "Only keepers may do that")
    says(await stage.ask(ADMIN, "pause"), "Paused")
    says(await stage.ask(GRACE, f"keepers add:<@U0LINUS|{LINUS}>"), LINUS)
    says(await stage.ask(LINUS, "resume"), "The daily question is running")
    assert house.woken


@pytest.mark.parametrize("method", ["auth.test", "users.info", "chat.scheduleMessage"])
async def test_what_slack_does_not_tell_is_not_known(stage: SlackStage, door: ScriptedDoor, method: str) -> None:
    stage.slack.scopes.add("users:read")
    stage.slack.workspace.admins.add(ADMIN)
    stage.slack.fail(method, Fault(status=500))
    await stage.ask(ADMIN, SETUP)
    asked = door.asked[0]
    assert asked.person.manages is (True if method == "chat.scheduleMessage" else None)
    assert asked.place.invite == ""


@pytest.mark.parametrize("fault", [Fault(status=503), DROPPED, Fault(error="internal_error")])
async def test_the_try_is_taken_back_even_if_an_answer_is_lost(
    stage: SlackStage, door: ScriptedDoor, fault: Fault
) -> None:
    stage.slack.fail("chat.deleteScheduledMessage", fault)
    await stage.ask(ADMIN, SETUP)
    await until(lambda: stage.slack.calls.count("chat.deleteScheduledMessage") == 2)
    assert stage.slack.workspace.scheduled == {}
    assert stage.channel() == []
    assert len(door.asked) == 1
    if fault is DROPPED:
        await until(lambda: bool(stage.slack.breaches))
        stage.slack.forgive("invalid_scheduled_message_id")


async def test_a_try_that_cannot_be_taken_back_is_logged(
    stage: SlackStage, door: ScriptedDoor, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(2):
        stage.slack.fail("chat.deleteScheduledMessage", Fault(status=503))
    await stage.ask(ADMIN, SETUP)
    await until(lambda: "could not be taken back" in caplog.text)
    assert len(door.asked) == 1


async def test_a_slow_slack_keeps_nobody_waiting(
    stage: SlackStage, door: ScriptedDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.slack.rights.PATIENCE", 0.0)
    leave(stage)
    began = time.monotonic()
    await stage.ask(ADMIN, SETUP)
    assert time.monotonic() - began < 2
    assert (door.asked[0].place.invite, door.asked[0].person.manages) == ("", None)
    await until(lambda: bool(stage.slack.breaches))
    stage.slack.forgive("scheduleMessage: not_in_channel")


def test_every_word_of_keepers_is_known_as_one() -> None:
    assert grammar.is_for_keepers(Setup())
    assert grammar.is_for_keepers(Preview())
    assert not grammar.is_for_keepers(grammar.parse("today"))
