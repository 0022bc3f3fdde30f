"""Teams in the review of a week."""

import re

import pytest
from sqlalchemy import delete

from bot.bank import Bank
from bot.cards import text
from bot.store.database import Database
from bot.store.models import Team
from tests.fakes.memory import Memory
from tests.house import PLACE, House, Time
from tests.play.test_boards import lines
from tests.play.test_team_boards import DAYS, LARKS, OWLS, ask_on, close_all, with_teams


@pytest.fixture
def platform() -> Memory:
    return Memory()


@pytest.fixture
async def house(database: Database, bank: Bank, time: Time, platform: Memory) -> House:
    """Two channels and two teams."""
    return await with_teams(database, bank, time, platform)


async def test_a_review_of_a_week_names_the_team_that_leads_as_its_board_does(house: House, platform: Memory) -> None:
    await house.ask("team join Larks", LARKS[2])
    for day in DAYS:
        await ask_on(house, day, dict.fromkeys(OWLS[:3], True) | {LARKS[0]: True, LARKS[1]: False})
    house.time.set("2026-11-30 08:00")
    board = lines(await house.ask("board teams week", OWLS[0]))
    await close_all(house, "2026-11-30")
    [review] = [
        text.render(message.card)
        for message in platform.messages
        if message.card.title.startswith("The week in review") and message.place == PLACE
    ]
    [told] = [line for line in review.splitlines() if line.startswith("Teams")]
    assert "Owls leads with" in told
    assert "83 % of the people in teams answered every question" in told, "5 of 6"
    [worth] = re.findall(r"with ([\d.]+) points", told)
    house.time.set("2026-11-30 09:01")
    assert board == [] or worth in board[0]


async def test_a_review_without_a_team_that_has_a_rank_does_not_speak_of_teams(house: House, platform: Memory) -> None:
    for day in DAYS:
        await ask_on(house, day, dict.fromkeys(LARKS[:2], True))
    async with house.database.writing() as session:
        await session.execute(delete(Team).where(Team.name == "Owls"))
    await close_all(house, "2026-11-30")
    reviews = [text.render(message.card) for message in platform.messages if "review" in message.card.title]
    assert reviews
    assert not any("Teams" in review for review in reviews)
