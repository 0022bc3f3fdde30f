"""Days without a question, how long one stays open, and twenty years of a drill."""

import re
from datetime import date, timedelta
from datetime import time as clock_time

import pytest
from holidays import country_holidays
from sqlalchemy import select

from bot.bank import Bank
from bot.domain.calendar import instant, zone
from bot.domain.rounds import RoundState
from bot.store.database import Database
from bot.store.models import Round
from tests.fakes.memory import Memory
from tests.house import House, Time

HALF_PAST_TWO = clock_time(2, 30)


def coming(told: str) -> list[str]:
    """The days of the next questions, as a card names them."""
    return re.findall(r"\w{3} (\d\d \w{3}), 09:00", told)


async def days_planned(house: House) -> list[date]:
    """The days for which a round is written down."""
    async with house.database.reading() as session:
        return [*await session.scalars(select(Round.day).order_by(Round.day))]


@pytest.fixture
async def house(database: Database, bank: Bank, time: Time) -> House:
    """A drill every day at nine in Berlin, set up on Tuesday 22 December."""
    time.set("2026-12-22 12:00")
    house = House(database, bank, time, [Memory()])
    assert "is set up" in await house.ask("setup at:9:00 zone:Europe/Berlin days:daily")
    return house


async def test_public_holidays_have_no_question(house: House, time: Time) -> None:
    told = await house.ask("setup holidays:germany")
    assert "daily, but for the public holidays of DE" in told
    assert coming(told) == ["23 Dec", "24 Dec", "27 Dec"]
    time.set("2026-12-24 12:00")
    await house.delivery.sweep()
    assert await days_planned(house) == [date(2026, 12, 23), date(2026, 12, 24)]
    assert coming(await house.ask("setup holidays:off")) == ["25 Dec", "26 Dec", "27 Dec"]


async def test_a_drill_has_days_off_of_its_own(house: House) -> None:
    told = await house.ask("setup skip:2026-12-23,2026-12-25..2027-01-03")
    assert "daily, but for 2026-12-23, 2026-12-25..2027-01-03" in told
    assert coming(told) == ["24 Dec", "04 Jan", "05 Jan"]
    assert await days_planned(house) == [date(2026, 12, 24)]
    assert coming(await house.ask("setup skip:off"))[0] == "23 Dec"


async def test_what_is_over_is_forgotten(house: House, time: Time) -> None:
    await house.ask("setup skip:2026-12-23..2026-12-24,2027-01-05 holidays:DE")
    time.set("2026-12-28 12:00")
    assert "holidays of DE and 2027-01-05" in await house.ask("setup at:10:00")


async def test_a_question_stays_open_for_its_window_only(house: House, time: Time) -> None:
    assert "Open: for 8h" in await house.ask("setup window:8")
    time.set("2026-12-23 08:00")
    await house.delivery.sweep()
    memory = house.platforms[0]
    assert isinstance(memory, Memory)
    time.set("2026-12-23 15:59")
    await house.delivery.sweep()
    assert len(memory.messages) == 1
    time.set("2026-12-23 16:00")
    await house.delivery.sweep()
    assert len(memory.messages) == 2
    assert "Open: until the next one" in await house.ask("setup window:off")


async def test_a_late_question_stays_open_for_four_hours(house: House, time: Time) -> None:
    await house.ask("setup window:4h")
    time.set("2026-12-23 10:30")
    await house.delivery.sweep()
    async with house.database.reading() as session:
        closes_at = await session.scalar(select(Round.closes_at).where(Round.state == RoundState.OPEN))
    assert closes_at == time.now + timedelta(hours=4)


@pytest.mark.parametrize(
    "said",
    [
        *("holidays:germny", "holidays:DE-XX", "skip:christmas", "skip:2027-01-02..2026-12-24", "skip:2026-02-30"),
        *("skip:2026-12-24..2028-12-24", "skip:..", "window:3h", "window:169h", "window:long", "window:0"),
        "skip:" + ",".join(f"2027-01-{day:02}" for day in range(1, 29)),
    ],
)
async def test_what_cannot_be_read_changes_nothing(house: House, said: str) -> None:
    before = await house.ask("setup at:09:00")
    told = await house.ask(f"setup {said}")
    assert "Nothing was changed" in told
    assert await house.ask("setup at:09:00") == before


@pytest.mark.timeout(300)
async def test_twenty_years_of_a_drill_post_on_its_days_and_on_no_other(
    sqlite_url: str, bank: Bank, time: Time
) -> None:
    """On Sundays, in an hour that comes twice or not at all as clocks are changed, but for holidays and a break."""
    memory, database = Memory(), Database(sqlite_url)
    house = House(database, bank, time, [memory])
    first, last, where = date(2026, 11, 29), date(2046, 11, 25), zone("America/New_York")
    away, off = (date(2027, 7, 1), date(2027, 8, 15)), country_holidays("US")
    time.set("2026-11-28 12:00")
    await house.ask(f"setup at:02:30 zone:{where.key} days:sun holidays:US skip:{away[0]}..{away[1]}")
    sundays = [first + timedelta(weeks=n) for n in range((last - first).days // 7 + 1)]
    eligible = [day for day in sundays if day not in off and not away[0] <= day <= away[1]]
    assert len(sundays) - len(eligible) > 10
    due = {day: moment for day in sundays if (moment := instant(day, HALF_PAST_TWO, where)) is not None}
    for moment in due.values():
        time.now = moment - timedelta(minutes=1)
        if moment.astimezone(where).dst() != (moment - timedelta(days=1)).astimezone(where).dst():
            await house.delivery.sweep()  # nothing must go out an hour before
        time.now = moment
        await house.delivery.sweep()
    asked = [message.card.title for message in memory.messages if message.card.title.startswith("Daily question")]
    async with database.reading() as session:
        planned = [*await session.scalars(select(Round).where(Round.day <= last).order_by(Round.day))]
    assert [(this.day, this.opened_at) for this in planned] == [(day, due[day]) for day in eligible]
    assert len(asked) == len(eligible)
    assert {this.state for this in planned[:-1]} == {RoundState.REVEALED}
    await database.close()
