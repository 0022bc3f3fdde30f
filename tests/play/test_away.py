"""Being away: for oneself, in the whole workspace, from today until a day; and nothing else changes."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from bot.bank import Bank
from bot.cards.model import Buttons, Card
from bot.commands import Answer, Away, Command
from bot.domain.identity import Person, Place, Workspace
from bot.domain.rounds import RoundState
from bot.store.database import Database
from bot.store.models import Leave, Round
from bot.store.models import Person as KnownPerson
from bot.wire import decode, encode
from tests.fakes.memory import Memory
from tests.house import ADA, GRACE, LINUS, PLACE, WORKSPACE, House, Time

HERE = "2026-11-23 12:00"  # a Monday, in UTC
OTHER = Place(WORKSPACE, "other")
ALONE = Place(WORKSPACE, "", personal=True)
THEIRS = Place(Workspace("memory", "elsewhere", "The others"), "general")
STRANGER = Person(Workspace("another platform", "guild"), GRACE.id, "Grace", manages=True)
NAMESAKE = Person(THEIRS.workspace, GRACE.id, "Grace", manages=True)
IN_NONE = Place(Workspace("memory", "dm-2", own=True), "dm", personal=True)


@pytest.fixture
async def house(database: Database, bank: Bank, time: Time) -> House:
    """A drill every day at nine in UTC, whose first question stands."""
    house = House(database, bank, time, [Memory()])
    time.set("2026-11-23 08:00")
    await house.ask("setup at:09:00 zone:UTC days:daily")
    time.set("2026-11-23 09:00")
    await house.delivery.sweep()
    time.set(HERE)
    return house


async def days(house: House) -> dict[str, list[date]]:
    """The days on which people are on leave, by name."""
    query = select(KnownPerson.name, Leave.day).join(Leave, Leave.person_id == KnownPerson.id).order_by(Leave.day)
    found: dict[str, list[date]] = {}
    async with house.database.reading() as session:
        for name, day in await session.execute(query):
            found.setdefault(name, []).append(day)
    return found


def span(first: str, number: int) -> list[date]:
    """So many days in a row."""
    return [date.fromisoformat(first) + timedelta(days=ahead) for ahead in range(number)]


async def buttons(house: House, command: Command, person: Person = GRACE, place: Place = PLACE) -> dict[str, Command]:
    """The buttons of a reply, as they come back from a platform."""
    card = (await house.quiz.handle(command, person, place)).says
    assert isinstance(card, Card)
    items = [button for block in card.blocks if isinstance(block, Buttons) for button in block.items]
    return {button.label: decode(encode(button.press)) for button in items}


async def answer_all(house: House, person: Person, place: Place = PLACE) -> None:
    """Let somebody answer whatever is open."""
    async with house.database.reading() as session:
        these = (await session.scalars(select(Round.id).where(Round.state == RoundState.OPEN))).all()
    for this in these:
        await house.ask(Answer(this, "A"), person, place)


async def pass_days(house: House, number: int) -> None:
    """Let the quiz ask on so many days more, each time at nine."""
    for _ in range(number):
        house.time.now = house.time.now.replace(hour=9) + timedelta(days=1)
        await house.delivery.sweep()


async def test_one_says_when_one_is_back_and_is_told_how_it_stands(house: House) -> None:
    assert "You are not away" in await house.ask("away", GRACE)
    told = await house.ask("away until:2w", GRACE)
    assert "Noted: you are away" in told
    assert "Your streaks rest. You are back on Monday 7 December 2026." in told
    assert await days(house) == {"Grace": span("2026-11-23", 14)}
    assert "You are away" in (told := await house.ask("away", GRACE))
    assert "You are back on Monday 7 December 2026." in told
    assert "You are not away" in await house.ask("away", LINUS), "it is one's own affair"


@pytest.mark.parametrize(
    ("said", "number"), [("tomorrow", 1), ("1d", 1), ("2026-11-25", 2), ("1W", 7), ("366d", 366), ("2027-11-24", 366)]
)
async def test_a_day_is_read_as_a_pause_reads_it(house: House, said: str, number: int) -> None:
    assert "Noted: you are away" in await house.ask(f"away {said}", GRACE)
    assert await days(house) == {"Grace": span("2026-11-23", number)}


@pytest.mark.parametrize(
    "said",
    ["yesterday", "2026-11-22", "2026-11-23", "0d", "367d", "2027-11-25", "999w", "christmas", "2026-02-30", "."],
)
async def test_what_is_no_day_to_come_is_answered_with_an_example_and_changes_nothing(house: House, said: str) -> None:
    await house.ask("away until:3d", GRACE)
    told = await house.ask(f"away until:{said}", GRACE)
    assert "Nothing was changed" in told
    assert f"“{said}”" in told
    assert "away until:2w" in told
    assert await days(house) == {"Grace": span("2026-11-23", 3)}


async def test_it_can_be_made_longer_or_shorter_and_no_day_is_there_twice(house: House, time: Time) -> None:
    await house.ask("away until:1w", GRACE)
    time.pass_(days=2)
    assert "Wednesday 9 December" in await house.ask("away until:2w", GRACE)
    assert await days(house) == {"Grace": span("2026-11-23", 16)}
    assert "Thursday 26 November" in await house.ask("away until:tomorrow", GRACE)
    assert await days(house) == {"Grace": span("2026-11-23", 3)}


async def test_one_comes_back_by_a_button_or_a_word_and_the_days_before_stay(house: House, time: Time) -> None:
    await house.ask("away until:1w", GRACE)
    time.pass_(days=2)
    assert "Welcome back" in await house.ask((await buttons(house, Away()))["I'm back"], GRACE)
    assert await days(house) == {"Grace": span("2026-11-23", 2)}
    assert "You are not away" in await house.ask("away off", GRACE), "there is nothing left to end"
    time.pass_(days=3)
    await house.ask("away until:2d", GRACE)
    assert "Welcome back" in await house.ask("away OFF", GRACE)
    assert await days(house) == {"Grace": span("2026-11-23", 2)}, "and no day of it had begun before today's"


async def test_a_leave_ends_by_itself(house: House, time: Time) -> None:
    await house.ask("away until:2d", GRACE)
    time.set("2026-11-24 23:59")
    assert "You are away" in await house.ask("away", GRACE)
    time.set("2026-11-25 00:00")
    assert "You are not away" in await house.ask("away", GRACE)
    assert await days(house) == {"Grace": span("2026-11-23", 2)}


async def test_every_button_of_every_card_does_what_it_says(house: House) -> None:
    offered = await buttons(house, Away())
    for label, number in (("Away for a day", 1), ("For a week", 7), ("For two weeks", 14)):
        assert "Noted: you are away" in await house.ask(offered[label], GRACE)
        assert await days(house) == {"Grace": span("2026-11-23", number)}
    offered = await buttons(house, Away())
    assert "Monday 30 November" in await house.ask(offered["A week from today"], GRACE)
    assert "Monday 7 December" in await house.ask(offered["Two weeks from today"], GRACE)
    assert "Welcome back" in await house.ask(offered["I'm back"], GRACE)


async def test_it_counts_in_every_channel_of_the_workspace_and_in_no_other(house: House, time: Time) -> None:
    await house.ask("setup at:09:00 zone:UTC days:daily", ADA, OTHER)
    await house.ask("setup at:09:00 zone:UTC days:daily", NAMESAKE, THEIRS)
    time.set("2026-11-24 09:00")
    await house.delivery.sweep()
    await answer_all(house, GRACE)
    await answer_all(house, NAMESAKE, THEIRS)
    time.set("2026-11-24 12:00")
    await house.ask("away until:5d", GRACE)
    await pass_days(house, 4)
    for place in (PLACE, OTHER):
        assert "Streak: 1 day, longest 1, 2 freezes left" in await house.ask("me", GRACE, place)
    assert "Streak: 0 days, longest 1" in await house.ask("me", NAMESAKE, THEIRS)
    assert "You are not away" in await house.ask("away", NAMESAKE, THEIRS)
    assert {*await days(house)} == {"Grace"}


async def test_whoever_is_away_is_told_so_with_their_numbers(house: House) -> None:
    await house.ask("away until:tomorrow", LINUS)
    for place in (PLACE, ALONE):
        assert "You are back on Tuesday 24 November 2026." in await house.ask("me", LINUS, place), "who has none yet"
    await answer_all(house, GRACE)
    assert "Your streaks rest" not in await house.ask("me", GRACE)
    await house.ask("away until:1w", GRACE)
    for place in (PLACE, ALONE):
        assert "Your streaks rest. You are back on Monday 30 November 2026." in await house.ask("me", GRACE, place)
    assert "Welcome back" in await house.ask((await buttons(house, decode("q1:mystats")))["I'm back"], GRACE)


async def test_while_away_one_may_answer_and_it_counts(house: House) -> None:
    await answer_all(house, GRACE)
    await house.ask("away until:2w", GRACE)
    await pass_days(house, 2)
    await answer_all(house, GRACE)
    await pass_days(house, 2)
    assert "Streak: 2 days, longest 2, 2 freezes left" in await house.ask("me", GRACE)
    assert "You are away" in await house.ask("away", GRACE), "an answer ends nothing"


async def test_the_day_is_that_of_the_drill_where_one_asks_and_of_utc_where_there_is_none(
    house: House, time: Time
) -> None:
    east, west = Place(WORKSPACE, "east"), Place(WORKSPACE, "west")
    await house.ask("setup at:09:00 zone:Pacific/Kiritimati days:daily", ADA, east)
    await house.ask("setup at:09:00 zone:Pacific/Pago_Pago days:daily", ADA, west)
    time.set("2026-11-24 10:30")  # the 25th in the east, the 23rd in the west
    for number, (place, day) in enumerate(
        [(east, "2026-11-25"), (west, "2026-11-23"), (PLACE, "2026-11-24"), (ALONE, "2026-11-24")]
    ):
        person = Person(WORKSPACE, f"9{number}", f"p{number}", manages=False)
        await house.ask("away until:tomorrow", person, place)
        assert (await days(house))[person.name] == [date.fromisoformat(day)]


async def test_what_is_said_in_one_zone_and_changed_in_another_is_one_leave(house: House, time: Time) -> None:
    east, west = Place(WORKSPACE, "east"), Place(WORKSPACE, "west")
    await house.ask("setup at:09:00 zone:Pacific/Kiritimati days:daily", ADA, east)
    await house.ask("setup at:09:00 zone:Pacific/Pago_Pago days:daily", ADA, west)
    time.set("2026-11-24 10:30")
    await house.ask("away until:2026-11-28", GRACE, east)
    await house.ask("away until:2026-11-27", GRACE, west)
    assert await days(house) == {"Grace": span("2026-11-23", 4)}
    assert "Welcome back" in await house.ask("away off", GRACE, west)
    assert await days(house) == {}


async def test_alone_with_the_quiz_one_is_away_from_the_workspace(house: House) -> None:
    assert "You are not away" in await house.ask("away", GRACE, ALONE)
    told = await house.ask("away until:1w", GRACE, ALONE)
    assert "Monday 30 November" in told
    assert "[Home]" in told
    assert "You are away" in await house.ask("away", GRACE)


async def test_in_no_workspace_one_is_away_from_all_in_which_one_is_known(house: House) -> None:
    asker = replace(GRACE, workspace=IN_NONE.workspace)
    for said in ("away", "away until:1w"):
        assert "I know you from no workspace yet" in await house.ask(said, asker, IN_NONE)
    assert "You are not away" in await house.ask("away off", asker, IN_NONE)
    assert await days(house) == {}
    await answer_all(house, GRACE)
    await house.ask("setup at:09:00 zone:UTC days:daily", NAMESAKE, THEIRS)
    stranger = (STRANGER, Place(STRANGER.workspace, "general"))
    await house.ask("setup at:09:00 zone:UTC days:daily", *stranger)
    assert "Noted: you are away" in await house.ask("away until:1w", asker, IN_NONE)
    for person, place in ((GRACE, PLACE), (NAMESAKE, THEIRS), (asker, IN_NONE)):
        assert "You are away" in await house.ask("away", person, place)
    assert "You are not away" in await house.ask("away", *stranger), "of whom this platform knows nothing"
    assert "Welcome back" in await house.ask("away off", asker, IN_NONE)
    assert "You are not away" in await house.ask("away", GRACE)


async def test_saying_it_twice_at_once_is_saying_it_once(house: House) -> None:
    said = await asyncio.gather(*(house.ask("away until:1w", GRACE) for _ in range(8)))
    assert all("Noted: you are away" in told for told in said)
    assert await days(house) == {"Grace": span("2026-11-23", 7)}


async def test_just_asking_writes_nothing(house: House) -> None:
    await house.ask("away", LINUS)
    async with house.database.reading() as session:
        assert await session.scalar(select(KnownPerson.id).where(KnownPerson.name == "Linus")) is None
