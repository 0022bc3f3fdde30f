"""The week in review: once, after the last answer of a week, and never in the way of a question."""

import re
from collections.abc import Sequence
from datetime import date

import pytest
from sqlalchemy import select

from bot.bank import Bank
from bot.cards import text
from bot.commands import Answer, Week
from bot.domain.identity import Person, Place, Workspace
from bot.ports import Refused, Unclear
from bot.store.database import Database
from bot.store.models import Round
from tests.fakes.memory import Memory, Message
from tests.house import ADA, GRACE, LINUS, House, Time

WEEK = ("2026-11-23", "2026-11-24", "2026-11-25", "2026-11-26", "2026-11-27")
MONDAY = "2026-11-30"
REVIEW = "The week in review · 23–29 November"


@pytest.fixture
def platform() -> Memory:
    return Memory()


@pytest.fixture
async def house(database: Database, bank: Bank, time: Time, platform: Memory) -> House:
    """A drill on weekdays at nine in UTC, set up on the Sunday before."""
    house = House(database, bank, time, [platform])
    await house.ask("setup at:9:00 zone:UTC days:mon-fri")
    return house


async def live(house: House, days: Sequence[str]) -> None:
    """Let the quiz ask on these days; on the first two Grace is right and Linus is wrong and sure."""
    for number, day in enumerate(days, start=1):
        house.time.set(f"{day} 09:00")
        await house.delivery.sweep()
        if number <= 2:
            async with house.database.reading() as session:
                this = (await session.scalars(select(Round).where(Round.day == date.fromisoformat(day)))).one()
            wrong = "A" if this.key != "A" else "B"
            await house.ask(Answer(this.id, this.key), GRACE)
            await house.ask(Answer(this.id, wrong, sure=True), LINUS)


def reviews(platform: Memory) -> list[Message]:
    """What stands of them."""
    return [message for message in platform.messages if message.card.title.startswith("The week in review")]


async def test_a_week_is_reviewed_between_its_last_answer_and_the_next_question(house: House, platform: Memory) -> None:
    await live(house, [*WEEK, MONDAY])
    titles = [message.card.title for message in platform.messages]
    assert titles[-3].startswith(("The answer", "In this order", "The right"))
    assert titles[-2:] == [REVIEW, "Daily question · Monday 30 November"]
    told = text.render(reviews(platform)[0].card)
    assert "5 questions, 2 people answered." in told
    assert "1. Grace" in told
    assert re.search(r"Hardest: \S.{5,60}, 1 of 2 right", told)
    assert "1 person was sure of it" in told


async def test_a_season_s_last_review_crowns_its_champion_and_names_the_next(house: House, platform: Memory) -> None:
    await live(house, [*WEEK, MONDAY])
    told = text.render(reviews(platform)[0].card)
    assert re.search(r"Season 38, \w[\w ]+, is over\. Won by Grace, with \d\d points\.", told)
    assert re.search(r"Season 39, \w[\w ]+, begins with the next week", told)


async def test_a_review_in_the_middle_of_a_season_crowns_nobody(house: House, platform: Memory) -> None:
    await live(house, [MONDAY, *(f"2026-12-0{day}" for day in (1, 2, 3, 4, 7))])
    [review] = reviews(platform)
    assert "Season" not in text.render(review.card)


async def answer(house: House, day: str, *people: Person) -> None:
    """Let these people answer the question of a day."""
    async with house.database.reading() as session:
        this = (await session.scalars(select(Round).where(Round.day == date.fromisoformat(day)))).one()
    for person in people:
        await house.ask(Answer(this.id, "A"), person)


async def test_a_review_counts_those_who_missed_nothing_but_what_they_were_away_for_or_what_came_late(
    house: House, platform: Memory, time: Time
) -> None:
    barbara, gone = Person(ADA.workspace, "4", "Barbara"), Person(ADA.workspace, "5", "Margaret")
    days = [  # who answers on each day, and who goes away
        ((ADA, GRACE, LINUS, barbara), ()),
        ((ADA, LINUS, barbara), ((GRACE, "2d"),)),
        ((ADA, LINUS), ()),
        ((ADA, GRACE, LINUS), ((gone, "2w"),)),
        ((GRACE,), ()),  # the question comes late, to Ada's harm no more than to Linus's
    ]
    for day, (answering, leaving) in zip(WEEK, days, strict=True):
        time.set(f"{day} 10:30" if day == WEEK[-1] else f"{day} 09:00")
        await house.delivery.sweep()
        for person, until in leaving:
            await house.ask(f"away until:{until}", person)
        await answer(house, day, *answering)
    time.set(f"{MONDAY} 09:00")
    await house.delivery.sweep()
    told = text.render(reviews(platform)[0].card)
    assert "5 questions, 4 people answered." in told
    assert "Streaks kept: 3 people kept theirs" in told, "Ada, Grace and Linus, not Barbara, and not who was away"


async def test_a_review_says_nothing_of_streaks_when_everybody_missed_a_question(
    house: House, platform: Memory
) -> None:
    await live(house, [*WEEK, MONDAY])
    assert "Streaks kept" not in text.render(reviews(platform)[0].card)


async def test_each_person_sees_their_own_week(house: House) -> None:
    await live(house, [*WEEK, MONDAY])
    mine = await house.ask(Week(5), GRACE)
    assert "Your week · 23–29 November" in mine
    assert "2 of 5 questions right, rank 1 of 2" in mine
    assert mine.count("not answered") == 3
    assert "You answered none of them." in await house.ask(Week(5), ADA)
    elsewhere = Workspace("memory", "another")
    stranger = Person(elsewhere, "2", "Grace", manages=True)
    assert "Grace" not in await house.ask(Week(5), stranger, Place(elsewhere, "general"))
    assert "is not here" in await house.ask(Week(5), stranger, Place(elsewhere, "general"))


async def test_a_week_is_reviewed_once_though_its_last_question_was_skipped(
    house: House, platform: Memory, time: Time
) -> None:
    await live(house, WEEK[:4])
    time.set("2026-11-27 13:00")  # everything was down all morning
    await house.delivery.sweep()
    assert len(reviews(platform)) == 1
    await live(house, [MONDAY])
    assert len(reviews(platform)) == 1


async def test_a_review_in_trouble_keeps_no_question_back_and_is_no_news_a_day_later(
    house: House, platform: Memory, time: Time
) -> None:
    await live(house, WEEK)
    time.set(f"{MONDAY} 09:00")
    platform.fail(Unclear("the reveal, found at once"), after=True)
    await house.delivery.sweep()
    for _ in range(3):
        time.pass_(minutes=2)
        platform.fail(Refused("no network", lasting=False))
        await house.delivery.sweep()
    platform.faults.clear()
    time.pass_(minutes=6)
    await house.delivery.sweep()
    titles = [message.card.title for message in platform.messages]
    assert "Daily question · Monday 30 November" in titles
    assert len(reviews(platform)) == 1
    assert platform.told == []


async def test_a_review_of_which_nobody_knows_is_looked_for_and_stands_once(
    house: House, platform: Memory, time: Time
) -> None:
    await live(house, WEEK)
    house.time.set(f"{MONDAY} 08:59")
    await house.ask("reveal")
    platform.faults = [(Unclear("never mind"), True), (Unclear("the connection was lost"), True)]
    await house.idle()
    for _ in range(10):
        time.pass_(minutes=1)
        await house.delivery.sweep()
    assert len(reviews(platform)) == 1


async def test_no_review_where_none_is_wanted(house: House, platform: Memory) -> None:
    assert "Review: none" in await house.ask("setup recap:off")
    await live(house, [*WEEK, MONDAY])
    assert reviews(platform) == []


async def test_no_review_of_a_single_question(house: House, platform: Memory) -> None:
    await house.ask("setup days:mon")
    await live(house, [WEEK[0], MONDAY])
    assert reviews(platform) == []
    assert platform.messages[-1].card.title == "Daily question · Monday 30 November"


async def test_a_week_in_which_nobody_answered_is_not_reviewed(house: House, platform: Memory, time: Time) -> None:
    for day in (*WEEK, MONDAY):
        time.set(f"{day} 09:00")
        await house.delivery.sweep()
    assert reviews(platform) == []
    assert platform.messages[-1].card.title == "Daily question · Monday 30 November"
