"""Slack besides messages: App Home, shortcuts and menus, through Bolt and over both of Slack's ways to us."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot import grammar
from bot.cards.model import Button, Buttons, Card, Choice, Menu, Rank, Ranking
from bot.commands import Answer, Home, Lookup, Misread, MyStats, Practice, Setup, Today
from bot.domain.identity import Person, Place, Posted
from bot.ports import Reply
from tests import gallery
from tests.fakes.slack.door import ScriptedDoor
from tests.fakes.slack.hands import view
from tests.fakes.slack.people import TEAM
from tests.fakes.slack.server import Fault, until
from tests.fakes.slack.stage import SlackStage
from tests.stage import Seen

PERSONAL, QUESTION = Reply(gallery.personal()), Reply(gallery.question())
EXPLAIN, PRACTISE = grammar.SHORTCUTS[0].id, grammar.ANYWHERE[0].id


@pytest.fixture(params=["socket", "http"])
async def stage(request: pytest.FixtureRequest) -> AsyncIterator[SlackStage]:
    async with SlackStage(http=request.param == "http") as stage:
        yield stage


@pytest.fixture
async def door(stage: SlackStage) -> ScriptedDoor:
    door = ScriptedDoor(PERSONAL, {Home: QUESTION, Setup: Reply(gallery.setup())})
    await stage.connect(door)
    return door


def at_home(stage: SlackStage, name: str) -> Seen:
    """What stands in somebody's App Home."""
    return stage.slack.workspace.homes[name].seen()


async def posted(stage: SlackStage) -> Seen:
    """A question in the channel."""
    assert isinstance(await stage.platform.post(stage.place, gallery.question(), "q1:answer:1"), Posted)
    return stage.channel()[-1]


async def test_home_is_shown_to_who_opens_it(stage: SlackStage, door: ScriptedDoor) -> None:
    seen = await stage.home("grace")
    assert seen.text.startswith("Daily question")
    (asked,) = door.asked
    assert asked.command == Home()
    assert asked.person == Person(stage.place.workspace, "U0GRACE", "")
    assert (asked.place, asked.place.personal) == (Place(stage.place.workspace, ""), True)
    assert asked.pressed is None
    assert stage.private("linus") == []


async def test_the_other_tabs_of_the_app_are_left_alone(stage: SlackStage, door: ScriptedDoor) -> None:
    opened = await stage.elsewhere.open_home("grace", tab="messages")
    await until(lambda: opened.acknowledged)
    assert door.asked == []


async def test_a_button_at_home_is_answered_in_its_place(stage: SlackStage, door: ScriptedDoor) -> None:
    home = await stage.home("grace")
    receipt = await stage.press("grace", home, "B")
    assert receipt.id == home.id
    assert at_home(stage, "grace") == receipt
    assert receipt.text.startswith("Your numbers")
    asked = door.asked[-1]
    assert asked.command == Answer(2**31 - 1, "B")
    assert asked.place.personal
    assert asked.pressed is None
    assert asked.person.name == "grace"
    again = await stage.press("grace", receipt, "Home")
    assert again.text.startswith("Daily question")


async def test_a_form_opens_over_home_and_its_answer_stands_in_it(stage: SlackStage, door: ScriptedDoor) -> None:
    door.says[Home] = PERSONAL
    door.says[Today] = Reply(gallery.setup())
    form = await stage.press("ada", await stage.home("ada"), "Today")
    assert form.form
    door.says[Setup] = PERSONAL
    seen = await stage.fill("ada", form, {"at": "10:00"})
    assert seen.id == form.id
    assert door.asked[-1].place.personal


async def test_an_opening_told_twice_shows_the_same(stage: SlackStage, door: ScriptedDoor) -> None:
    first = await stage.home("grace")
    shown = stage.slack.workspace.homes["grace"]
    for _ in range(2):
        before = shown.hash
        await stage.elsewhere.open_home("grace")
        await until(lambda: shown.hash != before)  # noqa: B023  # it is waited for in the same round
    assert stage.slack.calls.count("views.publish") == 3
    assert at_home(stage, "grace") == first
    assert {asked.command for asked in door.asked} == {Home()}


async def test_an_opening_that_comes_late_hides_no_receipt(stage: SlackStage, door: ScriptedDoor) -> None:
    home = await stage.home("grace")
    stood = view(stage.slack.workspace.homes["grace"], TEAM)
    receipt = await stage.press("grace", home, "B")
    await stage.elsewhere.open_home("grace", stands=stood)
    await until(lambda: stage.slack.calls.count("views.publish") == 3 and len(stage.slack.breaches) == 1)
    assert at_home(stage, "grace") == receipt
    assert [type(asked.command) for asked in door.asked] == [Home, Answer, Home]
    stage.slack.forgive("hash_conflict")


async def test_of_two_presses_at_once_home_tells_the_whole_truth(stage: SlackStage, door: ScriptedDoor) -> None:
    home, gate = await stage.home("grace"), asyncio.Event()

    async def slow() -> Reply:
        await gate.wait()
        return PERSONAL

    door.says[Answer] = slow
    await stage.hands.press("grace", home, "A")
    await stage.hands.press("grace", home, "B")
    await until(lambda: len(door.asked) == 3)
    gate.set()
    await until(lambda: stage.slack.calls.count("views.publish") == 4)
    await until(lambda: at_home(stage, "grace").text.startswith("Daily question"))
    assert [asked.command for asked in door.asked[3:]] == [Home()]
    stage.slack.forgive("hash_conflict")


async def test_a_double_click_at_home_shows_what_was_asked(stage: SlackStage, door: ScriptedDoor) -> None:
    door.says = {Home: Reply(gallery.CARDS["home"]()), Practice: PERSONAL}
    home, gate = await stage.home("grace"), asyncio.Event()

    async def slow() -> Reply:
        await gate.wait()
        return PERSONAL

    door.says[Practice] = slow
    for _ in range(2):
        await stage.hands.press("grace", home, "Practise")
    await until(lambda: len(door.asked) == 3)
    gate.set()
    await until(lambda: stage.slack.calls.count("views.publish") == 4)
    await until(lambda: at_home(stage, "grace").text.startswith("Your numbers"))
    assert [type(asked.command) for asked in door.asked] == [Home, Practice, Practice]
    stage.slack.forgive("hash_conflict")


async def test_home_that_cannot_be_shown_is_logged(
    stage: SlackStage, door: ScriptedDoor, caplog: pytest.LogCaptureFixture
) -> None:
    stage.slack.fail("views.publish", Fault(error="not_enabled"))
    await stage.elsewhere.open_home("grace")
    await until(lambda: "did not reach its asker" in caplog.text)
    assert door.asked


async def test_a_message_is_explained_over_it(stage: SlackStage, door: ScriptedDoor) -> None:
    question = await posted(stage)
    seen = await stage.answer(await stage.elsewhere.message_shortcut("grace", EXPLAIN, question))
    assert seen.id.startswith("view:")
    assert stage.private("grace") == [seen]
    (asked,) = door.asked
    assert asked.command == Lookup(question.id.split(":")[-1])
    assert (asked.place, asked.place.personal) == (stage.place, False)
    again = await stage.press("grace", seen, "Me")
    assert again.id == seen.id
    assert (door.asked[-1].command, door.asked[-1].place) == (MyStats(), stage.place)


async def test_one_practises_from_anywhere(stage: SlackStage, door: ScriptedDoor) -> None:
    seen = await stage.answer(await stage.elsewhere.shortcut("grace", PRACTISE))
    assert seen.id.startswith("view:")
    (asked,) = door.asked
    assert asked.command == Practice()
    assert asked.place.personal
    assert asked.person.name == "grace"
    await stage.press("grace", seen, "Home")
    assert door.asked[-1].place.personal


@pytest.mark.parametrize("kind", ["shortcut", "message_shortcut"])
async def test_a_shortcut_of_an_older_release_is_answered(stage: SlackStage, door: ScriptedDoor, kind: str) -> None:
    asking = (
        stage.elsewhere.shortcut("grace", "gone")
        if kind == "shortcut"
        else stage.elsewhere.message_shortcut("grace", "gone", await posted(stage))
    )
    await stage.answer(await asking)
    assert isinstance(door.asked[0].command, Misread)


async def test_a_shortcut_answered_too_late_for_a_modal_is_answered_in_a_message(
    stage: SlackStage, door: ScriptedDoor
) -> None:
    question = await posted(stage)
    for _ in range(2):
        stage.slack.fail("views.open", Fault(error="expired_trigger_id"))
    seen = await stage.answer(await stage.elsewhere.message_shortcut("grace", EXPLAIN, question))
    assert seen.id.startswith(f"message:{stage.place.channel}:")
    await stage.elsewhere.shortcut("grace", PRACTISE)
    await until(lambda: len(stage.private("grace")) == 2)
    assert stage.private("grace")[-1].id.startswith("message:D0GRACE:")
    assert stage.channel() == [question]
    assert len(door.asked) == 2


async def test_a_form_that_comes_too_late_leaves_a_way_to_it(stage: SlackStage, door: ScriptedDoor) -> None:
    stage.slack.fail("views.open", Fault(error="expired_trigger_id"))
    seen = await stage.ask("ada", "setup")
    assert not seen.form
    assert (await stage.press("ada", seen, "Daily question")).form
    assert door.asked[-1].command == Setup()


async def test_in_a_conversation_one_is_alone_with_the_quiz(stage: SlackStage, door: ScriptedDoor) -> None:
    await stage.answer(await stage.hands.ask("grace", "today", channel="D0GRACE"))
    assert door.asked[0].place.personal
    await stage.ask("grace", "today")
    assert not door.asked[1].place.personal


@pytest.fixture
def several() -> Card:
    """A question with a menu for its answers."""
    letters = tuple(Button(letter, Answer(7, letter, more=True)) for letter in "ABC")
    choices = tuple(Choice(letter, f"{letter}: an option") for letter in "ABC")
    menu = Menu("Choose all that are right", Answer(7, ""), choices)
    return Card("Question", (Buttons(letters, menu), Buttons((Button("Home", Home()),))), "Question")


@pytest.mark.parametrize("where", ["channel", "private", "modal", "home"])
async def test_a_menu_says_all_that_was_chosen(
    stage: SlackStage, door: ScriptedDoor, several: Card, where: str
) -> None:
    door.says = {Home: Reply(several), Lookup: Reply(several)}
    match where:
        case "channel":
            await stage.platform.post(stage.place, several, "q1:answer:7")
            seen = stage.channel()[-1]
        case "private":
            seen = await stage.ask("grace", "")
        case "modal":
            on = await posted(stage)
            seen = await stage.answer(await stage.elsewhere.message_shortcut("grace", EXPLAIN, on))
        case _:
            seen = await stage.home("grace")
    assert seen.buttons == ("A", "B", "C", "Home")
    receipt = await stage.choose("grace", seen, ["A", "C"])
    assert door.asked[-1].command == Answer(7, "AC")
    assert receipt.text.startswith("Your numbers")
    assert (receipt.id == seen.id) is (where != "channel")


async def test_a_menu_that_is_emptied_shows_what_still_stands(
    stage: SlackStage, door: ScriptedDoor, several: Card
) -> None:
    await stage.platform.post(stage.place, several, "q1:answer:7")
    seen = await stage.answer(await stage.hands.choose("grace", stage.channel()[-1], []))
    assert seen.text.startswith("Daily question")
    assert [asked.command for asked in door.asked] == [Home()]


async def test_a_board_is_a_table_in_a_message_and_words_elsewhere(stage: SlackStage, door: ScriptedDoor) -> None:
    lines = tuple(Rank(n, f"person {n}", f"{n} points", me=n == 3) for n in range(1, 11))
    board = Card("Board", (Ranking(lines), Ranking(lines[2:3])), "Board")
    door.says = {Home: Reply(board), Lookup: Reply(board)}
    kinds: list[list[str]] = []
    message = await stage.ask("grace", "")
    modal = await stage.answer(await stage.elsewhere.message_shortcut("grace", EXPLAIN, await posted(stage)))
    for seen in (message, modal, await stage.home("grace")):
        kinds.append([block["type"] for block in stage.hands.body(seen)["blocks"]])
        assert "person 7" in seen.text
    assert [one.count("table") for one in kinds] == [1, 0, 0]
