"""A day of somebody who never leaves App Home, with the whole quiz behind it."""

from collections.abc import AsyncIterator

import pytest

from bot.bank import Bank
from bot.domain.question import Kind
from bot.store.database import Database
from tests.fakes.slack.people import Channel
from tests.fakes.slack.server import until
from tests.fakes.slack.stage import SlackStage
from tests.house import House, Time
from tests.stage import ADMIN, MEMBERS
from tests.test_story import asked, hides, only, says, shown

GRACE, LINUS, _ = MEMBERS
SETUP = "setup at:09:00 zone:Europe/Berlin days:mon-fri"


@pytest.fixture
async def stage() -> AsyncIterator[SlackStage]:
    async with SlackStage() as stage:
        yield stage


@pytest.fixture(params=[Kind.CHOICE, Kind.SEVERAL, Kind.ORDER])
async def house(request: pytest.FixtureRequest, stage: SlackStage, database: Database, bank: Bank, time: Time) -> House:
    house = House(database, only(bank, request.param), time, [stage.platform])
    await stage.connect(house.quiz)
    return house


async def test_a_day_at_home(stage: SlackStage, house: House, time: Time) -> None:
    # Nothing is set up anywhere: home says how to begin.
    says(await stage.home(GRACE), "No channel here has the daily question yet", "Say /sqla-quiz setup there")
    await stage.ask(ADMIN, SETUP)
    says(await stage.home(GRACE), "No question is open right now")

    # The question is answered right there, and the receipt stands in its place with a way back.
    time.set("2026-11-23 08:00")
    await house.delivery.sweep()
    home = await stage.home(GRACE)
    question = asked(house.bank, home)
    says(home, f"#{stage.place.channel}", *(option.text for option in question.options))
    receipt = await stage.choose(GRACE, home, question.key)
    says(receipt, f"Recorded: {shown(question, question.key)}")
    assert receipt.id == home.id
    home = await stage.press(GRACE, receipt, "Home")
    says(home, f"Your answer is {shown(question, question.key)}", "streak 1 day")
    hides(home, question.explanation.split(". ")[0], *(option.reason for option in question.options))
    hides(await stage.home(LINUS), "Your answer is", GRACE)

    # On the next day there are points, and the name on the board is the one that presses came with.
    time.set("2026-11-24 08:00")
    await house.delivery.sweep()
    says(await stage.home(GRACE), "10 points", "1 of 1 right")
    says(await stage.ask(LINUS, "board"), GRACE, "10 points")

    # A message can be explained from its own menu, once it is closed and not before.
    closed, reveal, following = stage.channel()
    for on in (closed, reveal):
        told = await stage.answer(await stage.elsewhere.message_shortcut(GRACE, "explain_question", on))
        says(told, question.explanation.split("\n\n")[0])
    kept = await stage.answer(await stage.elsewhere.message_shortcut(GRACE, "explain_question", following))
    says(kept, "Not before it closes")
    says(await stage.answer(await stage.elsewhere.shortcut(LINUS, "practise")), "For you alone")

    # The answer stands in the thread of its question.
    messages = {f"message:{m.channel}:{m.ts}": m for m in stage.slack.workspace.messages.values()}
    assert messages[reveal.id].thread == messages[closed.id].ts


async def test_several_channels_are_one_press_apart_at_home(stage: SlackStage, house: House, time: Time) -> None:
    stage.slack.workspace.channels["C0MORE"] = Channel("C0MORE", "more")
    await stage.ask(ADMIN, SETUP)
    await stage.answer(await stage.hands.ask(ADMIN, SETUP, "C0MORE"))
    time.set("2026-11-23 08:00")
    await house.delivery.sweep()
    home = await stage.home(GRACE)
    other = await stage.press(GRACE, home, "Question 2")
    assert asked(house.bank, other) != asked(house.bank, home)
    await until(lambda: stage.slack.workspace.homes[GRACE].seen() == other)
