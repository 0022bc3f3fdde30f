"""Home of somebody alone with the quiz in a workspace: its open questions, one's own numbers, nothing of another."""

from dataclasses import replace

import pytest

from bot.bank import Bank
from bot.cards.model import Buttons, Card
from bot.commands import Answer, Command, Explain, Home, Result
from bot.domain.identity import Person, Place, Workspace
from bot.domain.question import Question
from bot.store.database import Database
from tests.fakes.memory import Memory
from tests.house import ADA, GRACE, LINUS, PLACE, WORKSPACE, House, Time

HOME = Place(WORKSPACE, "", personal=True)
OPEN = replace(PLACE, is_open=True)  # to everybody of the workspace
OTHER = Workspace("memory", "elsewhere", "The others")
THEIRS, THEIR_HOME = Place(OTHER, "general"), Place(OTHER, "", personal=True)
NAMESAKE = Person(OTHER, GRACE.id, "Grace too", manages=True)
SETUP = "setup at:09:00 zone:Europe/Berlin days:mon-fri"


@pytest.fixture
async def house(database: Database, bank: Bank, time: Time) -> House:
    """A drill in one channel whose first question has just been posted."""
    house = House(database, bank, time, [Memory()])
    await house.ask(SETUP, ADA, OPEN)
    time.set("2026-11-23 08:00")
    await house.delivery.sweep()
    return house


def question(house: House, message: int = 0) -> Question:
    """The question that a message asks."""
    [memory] = house.platforms
    assert isinstance(memory, Memory)
    return next(q for q in house.bank.edition("") if q.slug in memory.messages[message].text())


async def pressable(house: House) -> dict[str, Command]:
    """The buttons at home."""
    card = (await house.quiz.handle(Home(), GRACE, HOME)).says
    assert isinstance(card, Card)
    return {button.label: button.press for block in card.blocks if isinstance(block, Buttons) for button in block.items}


async def test_home_shows_the_open_question_and_takes_the_answer(house: House) -> None:
    seen = await house.ask("", GRACE, HOME)
    assert question(house).slug in seen
    assert "Your first answer starts your streak" in seen
    receipt = await house.ask(Answer(1, question(house).key), GRACE, HOME)
    assert "Recorded" in receipt
    assert "[Home]" in receipt, "and there is a way back"
    after = await house.ask("today", GRACE, HOME)
    assert "Your answer is" in after
    assert "streak 1 day" in after
    assert "Your answer is" not in await house.ask("", LINUS, HOME), "an answer is nobody else's"


async def test_what_is_open_is_not_explained_at_home(house: House) -> None:
    assert "Not before it closes" in await house.ask(Explain(question(house).slug), GRACE, HOME)
    assert "Still open" in await house.ask(Result(1), GRACE, HOME)


async def test_nothing_of_another_workspace_is_at_home(house: House, time: Time) -> None:
    await house.ask(Answer(1, question(house).key), GRACE)
    time.set("2026-11-24 08:00")
    await house.delivery.sweep()
    assert "10 points" in await house.ask("me", GRACE, HOME)
    for words in ("", "me"):
        said = await house.ask(words, NAMESAKE, THEIR_HOME)
        assert "point" not in said
        assert question(house, 2).slug not in said
    assert "No channel here has the daily question yet" in await house.ask("", NAMESAKE, THEIR_HOME)
    assert "not here" in await house.ask(Answer(2, "A"), NAMESAKE, THEIR_HOME)
    assert "Right" in await house.ask(Result(1), GRACE, HOME)
    assert "not here" in await house.ask(Result(1), NAMESAKE, THEIR_HOME)
    open_here = question(house, 2)
    assert "Not before it closes" in await house.ask(Explain(open_here.slug), GRACE, HOME)
    assert "Not before it closes" not in await house.ask(Explain(open_here.slug), NAMESAKE, THEIR_HOME)


async def test_several_open_questions_are_one_press_apart(house: House, time: Time) -> None:
    elsewhere = replace(OPEN, channel="random")
    time.set("2026-11-23 09:00")
    await house.ask(SETUP, ADA, elsewhere)
    await house.ask("post", ADA, elsewhere)
    await house.delivery.sweep()
    other = (await pressable(house))["Question 2"]
    first = await house.ask("", GRACE, HOME)
    assert question(house).slug in first
    assert "not answered yet" in first
    second = await house.ask(other, GRACE, HOME)
    assert question(house, 1).slug in second
    await house.ask(Answer(1, question(house).key), GRACE, HOME)
    assert question(house, 1).slug in await house.ask("", GRACE, HOME), "what is not answered yet comes first"


async def test_between_questions_home_says_so(house: House) -> None:
    await house.ask("reveal")
    assert "No question that I could show you here is open right now" in await house.ask("", GRACE, HOME)
    await house.ask("stop")
    assert "No channel here has the daily question" in await house.ask("", GRACE, HOME)


async def test_what_belongs_in_a_channel_is_sent_there_with_a_way_home(house: House) -> None:
    for words in ("board", "setup", "pause", "post", "reveal", "keepers", "preview"):
        said = await house.ask(words, ADA, HOME)
        assert "That belongs in a channel" in said
        assert "[Home]" in said


async def test_in_no_workspace_home_tells_ones_numbers_everywhere(house: House, time: Time) -> None:
    alone = Place(Workspace("memory", "dm-2", own=True), "dm", personal=True)
    grace = Person(alone.workspace, GRACE.id, "Grace")
    await house.ask(Answer(1, question(house).key), GRACE)
    time.set("2026-11-24 08:00")
    await house.delivery.sweep()
    said = await house.ask("", grace, alone)
    assert "The crew: 10 points, 1 of 1 right" in said
    assert question(house, 2).slug not in said


async def test_who_comes_without_a_name_keeps_the_one_we_know(house: House) -> None:
    await house.ask(Answer(1, "A"), GRACE)
    await house.ask(Answer(1, "B"), replace(GRACE, name=""))
    await house.ask(Answer(1, "A"), replace(LINUS, name=""))
    await house.ask("reveal")
    board = await house.ask("board all")
    assert "Grace" in board
    assert f" {LINUS.id} " in board, "a new one goes by their id"
