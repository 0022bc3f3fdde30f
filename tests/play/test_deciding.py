"""What nobody but a keeper can tell: they are asked in private, and what they say settles it."""

from dataclasses import replace

import pytest

from bot.bank import Bank
from bot.cards.model import Buttons, Card
from bot.commands import Answer, Command, Decide
from bot.domain.identity import Person, Place, Workspace
from bot.ports import Refused, Unclear
from bot.store.database import Database
from tests.fakes.memory import Memory
from tests.house import ADA, GRACE, WORKSPACE, House, Time

LOST, BLIND = Unclear("the connection was lost"), Refused("I may not read here", lasting=True)
ALONE = Place(Workspace("memory", "nobody's", own=True), "ada", personal=True)


@pytest.fixture
def platform() -> Memory:
    return Memory(looks=BLIND)


async def held(database: Database, bank: Bank, time: Time, platform: Memory, *, stands: bool) -> House:
    """A drill at nine whose question may or may not stand, of which its keeper has been told."""
    house = House(database, bank, time, [platform])
    await house.ask("setup at:9:00 zone:UTC days:daily")
    time.set("2026-11-23 09:00")
    platform.fail(LOST, after=stands)
    await house.delivery.sweep()
    time.pass_(minutes=3)
    await house.delivery.sweep()
    return house


def choices(platform: Memory) -> dict[str, Command]:
    """What a keeper was offered."""
    [(name, card)] = platform.told
    assert (name, card.title) == ("Ada", "The daily question may be missing")
    return {button.label: button.press for block in card.blocks if isinstance(block, Buttons) for button in block.items}


async def say(house: House, command: Command, person: Person = ADA, place: Place = ALONE) -> str:
    """What a keeper says where they were told: alone with the quiz, perhaps outside any workspace."""
    told = await house.quiz.handle(command, replace(person, workspace=place.workspace), place)
    assert isinstance(told.says, Card)
    return told.says.title


async def test_a_keeper_sees_it_and_everything_goes_on_from_there(
    database: Database, bank: Bank, time: Time, platform: Memory
) -> None:
    house = await held(database, bank, time, platform, stands=True)
    assert await say(house, choices(platform)["It is there"]) == "It is there"
    assert "Recorded: B" in await house.ask(Answer(1, "B"), GRACE)
    platform.looks = None
    time.set("2026-11-24 09:00")
    await house.delivery.sweep()
    assert [message.card.title for message in platform.messages][-1] == "Daily question · Tuesday 24 November"
    assert len(platform.messages) == 3
    assert await say(house, choices(platform)["Post it now"]) == "Settled already"


async def test_a_keeper_does_not_see_it_and_has_it_posted(
    database: Database, bank: Bank, time: Time, platform: Memory
) -> None:
    house = await held(database, bank, time, platform, stands=False)
    assert platform.messages == []
    assert await say(house, choices(platform)["Post it now"]) == "On its way"
    await house.idle()
    assert len(platform.messages) == 1
    assert await say(house, choices(platform)["It is there"]) == "Settled already"


async def test_a_question_is_not_posted_once_its_day_is_over(
    database: Database, bank: Bank, time: Time, platform: Memory
) -> None:
    house = await held(database, bank, time, platform, stands=False)
    time.set("2026-11-24 00:05")
    assert await say(house, choices(platform)["Post it now"]) == "Its day is over"


async def test_a_reveal_can_be_decided_too(database: Database, bank: Bank, time: Time, platform: Memory) -> None:
    house = await held(database, bank, time, platform, stands=True)
    await say(house, choices(platform)["It is there"])
    platform.told.clear()
    await house.ask("reveal")
    platform.fail(LOST)
    await house.idle()
    time.pass_(minutes=3)
    await house.delivery.sweep()
    [(_, card)] = platform.told
    again = [b.press for block in card.blocks if isinstance(block, Buttons) for b in block.items if "now" in b.label]
    assert await say(house, again[0]) == "On its way"
    await house.idle()
    assert len(platform.messages) == 2


@pytest.mark.parametrize(
    ("person", "place"),
    [
        (GRACE, ALONE),
        (ADA, Place(Workspace("memory", "another"), "general")),
        (ADA, Place(Workspace("elsewhere", "guild"), "general")),
    ],
    ids=["no keeper", "another workspace", "another platform"],
)
async def test_nobody_else_decides(
    database: Database, bank: Bank, time: Time, platform: Memory, person: Person, place: Place
) -> None:
    house = await held(database, bank, time, platform, stands=True)
    for command in choices(platform).values():
        if isinstance(command, Decide):
            assert await say(house, command, person, place) == "Only keepers may do that"
    assert await say(house, Decide(99), ADA, Place(WORKSPACE, "general")) == "Only keepers may do that"
