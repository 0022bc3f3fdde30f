"""What people do in Slack reaches the door, and its answers reach them: through Bolt, over either transport."""

import logging
from collections.abc import AsyncIterator

import pytest

from bot import grammar
from bot.cards.model import Form
from bot.commands import Answer, Board, Home, Misread, MyStats, Result, Setup, Today, Why
from bot.domain.identity import Person, Posted, Workspace
from bot.domain.standings import Scope, Span
from bot.ports import Audience, Reply
from tests import gallery
from tests.fakes.slack.door import ScriptedDoor
from tests.fakes.slack.people import TEAM
from tests.fakes.slack.server import Fault, until
from tests.fakes.slack.stage import SlackStage
from tests.stage import Seen

WORKSPACE = Workspace("slack", TEAM)
PERSONAL, QUESTION = Reply(gallery.personal()), Reply(gallery.question())
APOLOGY = "Sorry, that went wrong"


@pytest.fixture(params=["socket", "http"])
async def stage(request: pytest.FixtureRequest) -> AsyncIterator[SlackStage]:
    async with SlackStage(http=request.param == "http") as stage:
        yield stage


@pytest.fixture
def door() -> ScriptedDoor:
    return ScriptedDoor(PERSONAL, {Setup: Reply(gallery.setup()), Today: QUESTION})


async def question(stage: SlackStage) -> Seen:
    """A question posted in the channel."""
    assert isinstance(await stage.platform.post(stage.place, gallery.question(), "q1:answer:1"), Posted)
    return stage.channel()[-1]


async def test_the_command_is_answered_in_private(stage: SlackStage, door: ScriptedDoor) -> None:
    await stage.connect(door)
    seen = await stage.ask("grace", "board people season")
    assert seen.text.startswith("Your numbers")
    assert stage.private("grace") == [seen]
    assert stage.channel() == []
    (asked,) = door.asked
    assert asked.command == Board(Scope.PEOPLE, Span.SEASON)
    assert asked.person == Person(WORKSPACE, "U0GRACE", "grace", None)
    assert asked.place == stage.place
    assert asked.pressed is None
    assert [call for call in stage.slack.calls if call != "apps.connections.open"] == ["auth.test"]


@pytest.mark.parametrize("text", ["", "help board", "what is a payload?", "  ME  ", "practice transactions 3"])
async def test_any_text_is_read(stage: SlackStage, door: ScriptedDoor, text: str) -> None:
    await stage.connect(door)
    await stage.ask("grace", text)
    assert door.asked[0].command == grammar.parse(text)


async def test_an_answer_for_all_is_seen_by_all(stage: SlackStage, door: ScriptedDoor) -> None:
    door.says[Board] = Reply(gallery.board(), Audience.PLACE)
    await stage.connect(door)
    seen = await stage.ask("grace", "board")
    assert stage.channel() == [seen]
    assert stage.private("grace") == []


async def test_a_public_button_is_answered_in_private(stage: SlackStage, door: ScriptedDoor) -> None:
    await stage.connect(door)
    posted = await question(stage)
    seen = await stage.press("grace", posted, "B")
    assert seen.id != posted.id
    assert stage.private("grace") == [seen]
    assert stage.channel() == [posted]
    assert door.asked[0].command == Answer(2**31 - 1, "B")
    assert door.asked[0].pressed == Posted(stage.place, posted.id.split(":")[-1])


async def test_a_private_button_replaces_its_message(stage: SlackStage, door: ScriptedDoor) -> None:
    await stage.connect(door)
    first = await stage.ask("grace", "me")
    second = await stage.press("grace", first, "Today")
    assert second.id == first.id
    assert second.text.startswith("Daily question")
    assert door.asked[1].pressed is None
    assert door.asked[1].place == stage.place


async def test_a_private_button_can_speak_to_all(stage: SlackStage, door: ScriptedDoor) -> None:
    door.says[Today] = Reply(gallery.board(), Audience.PLACE)
    await stage.connect(door)
    first = await stage.ask("grace", "me")
    seen = await stage.press("grace", first, "Today")
    assert stage.channel() == [seen]


async def test_a_form_is_filled_in_and_answered_where_it_stood(stage: SlackStage, door: ScriptedDoor) -> None:
    await stage.connect(door)
    form = await stage.ask("ada", "setup")
    assert form.form
    door.says[Setup] = PERSONAL
    seen = await stage.fill("ada", form, {"at": "10:30", "days": "daily"})
    assert (seen.id, seen.form) == (form.id, False)
    assert door.asked[1].command == Setup(at="10:30", zone="Europe/Berlin", days="daily")
    assert door.asked[1].place == stage.place
    again = await stage.press("ada", seen, "Today")
    assert again.id == form.id
    assert again.text.startswith("Daily question")
    assert door.asked[2].place == stage.place
    assert door.asked[2].pressed is None


async def test_a_form_opens_from_a_public_button(stage: SlackStage, door: ScriptedDoor) -> None:
    door.says[Answer] = Reply(gallery.setup())
    await stage.connect(door)
    form = await stage.press("ada", await question(stage), "A")
    assert form.form
    assert (await stage.fill("ada", form, {"at": "7"})).form


async def test_a_form_for_all_is_answered_to_all(stage: SlackStage, door: ScriptedDoor) -> None:
    await stage.connect(door)
    form = await stage.ask("ada", "setup")
    door.says[Setup] = Reply(gallery.board(), Audience.PLACE)
    await stage.fill("ada", form, {})
    await until(lambda: len(stage.channel()) == 1)


async def test_buttons_outlive_a_restart(stage: SlackStage, door: ScriptedDoor) -> None:
    await stage.connect(door)
    posted, private = await question(stage), await stage.ask("grace", "me")
    await stage.disconnect()
    await stage.connect(door)
    await stage.press("grace", posted, "C")
    await stage.press("grace", private, "Me")
    assert [asked.command for asked in door.asked[1:]] == [Answer(2**31 - 1, "C"), MyStats()]


@pytest.mark.parametrize("value", ["", "q0:answer:1:A", "q1:answer:x", "q1:nothing", "x" * 2000])
async def test_a_forged_button_is_answered_by_the_quiz(stage: SlackStage, door: ScriptedDoor, value: str) -> None:
    await stage.connect(door)
    await stage.forge("grace", await question(stage), value)
    command = door.asked[0].command
    assert isinstance(command, Misread)
    assert command.why is Why.BUTTON


async def test_a_failing_door_apologises_and_is_logged(
    stage: SlackStage, door: ScriptedDoor, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken() -> Reply:
        raise ZeroDivisionError("planted")

    door.says = {Result: broken, Answer: broken, Home: broken, Setup: Reply(gallery.setup())}
    await stage.connect(door)
    form = await stage.ask("ada", "setup")
    door.says[Setup] = broken
    answers = [
        await stage.ask("grace", ""),
        await stage.press("grace", await question(stage), "A"),
        await stage.fill("ada", form, {}),
    ]
    assert all(APOLOGY in seen.text for seen in answers)
    assert [record.exc_info[0] for record in caplog.records if record.exc_info] == [ZeroDivisionError] * 3
    assert (await stage.ask("grace", "me")).text.startswith("Your numbers")


async def test_a_card_that_cannot_be_drawn_is_apologised_for(stage: SlackStage, door: ScriptedDoor) -> None:
    door.says[Home] = Reply(Form("x" * 30, "setup", (), "Go", Setup()))
    await stage.connect(door)
    seen = await stage.ask("grace", "")
    assert APOLOGY in seen.text
    stage.slack.forgive("views.open: invalid_arguments")


async def test_who_asks_where_we_are_not_installed_is_told(stage: SlackStage, door: ScriptedDoor) -> None:
    await stage.connect(door)
    interaction = stage.slack.workspace.begin("ask", "grace", stage.place.channel)
    url = f"{stage.slack.workspace.url}/respond/{interaction.id}"
    await stage.slack.deliver(interaction, {"command": "/sqla-quiz", "team_id": "T0OTHER", "response_url": url})
    assert "Not installed here" in (await stage.answer(interaction)).text
    assert door.asked == []


async def test_a_payload_that_cannot_be_read_is_apologised_for(
    stage: SlackStage, door: ScriptedDoor, caplog: pytest.LogCaptureFixture
) -> None:
    await stage.connect(door)
    interaction = stage.slack.workspace.begin("ask", "grace", stage.place.channel)
    url = f"{stage.slack.workspace.url}/respond/{interaction.id}"
    await stage.slack.deliver(interaction, {"command": "/sqla-quiz", "team_id": TEAM, "response_url": url})
    assert APOLOGY in (await stage.answer(interaction)).text
    assert "could not be read" in caplog.text
    assert door.asked == []


async def test_an_answer_that_is_lost_is_logged(
    stage: SlackStage, door: ScriptedDoor, caplog: pytest.LogCaptureFixture
) -> None:
    await stage.connect(door)
    stage.slack.fail("views.open", Fault(status=500))
    seen = await stage.ask("ada", "setup")
    assert APOLOGY in seen.text
    assert "did not reach its asker" in caplog.text


async def test_texts_and_tokens_stay_out_of_the_log(
    stage: SlackStage, door: ScriptedDoor, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await stage.connect(door)
    await stage.ask("grace", "explain secret-words")
    await stage.press("grace", await question(stage), "A")
    assert "secret-words" not in caplog.text
    assert not any(token in caplog.text for token in ("xoxb-", "xapp-"))
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]
