"""Streaks of a drill that really ran: on all kinds of days, in all kinds of zones, through whatever went wrong."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event, select

from bot.bank import Bank
from bot.commands import Answer
from bot.domain.calendar import instant, parse_time, zone
from bot.domain.identity import Place
from bot.domain.rounds import RoundState
from bot.domain.streaks import Streak
from bot.play.asked import Asked
from bot.play.standings import my_places
from bot.ports import Refused
from bot.store import history, leaves
from bot.store.database import Database, Session
from bot.store.models import Answer as Said
from bot.store.models import Person, Round
from tests.fakes.memory import Memory
from tests.house import GRACE, PLACE, WORKSPACE, House, Time

_STREAK = re.compile(r"Streak\W+(\d+) days?, longest (\d+), (\d) freezes? left")
_ASKED = (RoundState.OPEN, RoundState.CLOSED, RoundState.REVEALED)
_NOON = parse_time("12:00")
AT, LATER, TOO_LATE = timedelta(), timedelta(hours=1), timedelta(hours=1, seconds=1)
DELAYS = {"t": TOO_LATE, "T": TOO_LATE, "h": LATER}


async def live(house: House, drill: str, first: str, drawing: str) -> None:
    """Let Grace live some local days with a drill.

    On each its question comes on time and she answers it (x) or does not (-), perhaps away that day (A, a); or it comes
    an hour late (h) or later still (T, t); or the quiz is down (d), it cannot be posted (f), the drill rests (p), or
    there is no question (.). On the last day it may still be open (o).
    """
    settings = dict(setting.split(":", 1) for setting in drill.split())
    at, where = parse_time(settings["at"]), zone(settings["zone"])
    assert at is not None
    days = [date.fromisoformat(first) + timedelta(days=number) for number in range(len(drawing))]
    for number, (day, mark) in enumerate(zip(days, drawing, strict=True)):
        due = instant(day, at, where)
        if number == 0:
            assert due is not None
            house.time.now = due - timedelta(minutes=1)
            assert "is set up" in await house.ask(f"setup {drill}")
        if mark != "d" and due is not None:
            house.time.now = due - timedelta(seconds=1)
            if mark in "aA":
                assert "Noted: you are away" in await house.ask("away until:1d", GRACE)
            if mark == "p":
                assert "Paused" in await house.ask("pause until:1d")
            if mark == "f":
                await reveal(house)
                platform(house).fail(Refused("not there", lasting=True))
            house.time.now = due + DELAYS.get(mark, AT)
            await house.delivery.sweep()
        if mark in "xAT":
            await answer(house, day)
    if drawing[-1] != "o":
        await reveal(house)
    async with house.database.reading() as session:
        asked = await session.scalars(select(Round.day).where(Round.state.in_(_ASKED)).order_by(Round.day))
    assert [*asked] == [day for day, mark in zip(days, drawing, strict=True) if mark not in ".dfp"]


async def reveal(house: House) -> None:
    """Have the open question closed and revealed, if there is one."""
    await house.ask("reveal")
    await house.idle()


def platform(house: House) -> Memory:
    """The platform of a house that has one."""
    [found] = house.platforms
    assert isinstance(found, Memory)
    return found


async def answer(house: House, day: date) -> None:
    """Let Grace answer the question of a day."""
    async with house.database.reading() as session:
        this = (await session.scalars(select(Round).where(Round.day == day))).one()
    assert "Recorded" in await house.ask(Answer(this.id, this.key), GRACE)


async def mine(house: House) -> Streak:
    """What Grace is told of her streak."""
    told = _STREAK.search(await house.ask("me", GRACE))
    assert told is not None
    return Streak(*map(int, told.groups()))


@pytest.fixture
def house(database: Database, bank: Bank, time: Time) -> House:
    return House(database, bank, time, [Memory()])


BERLIN, NEW_YORK = "at:02:30 zone:Europe/Berlin days:daily", "at:02:30 zone:America/New_York days:daily"
FIRST_HALF_HOUR = "at:00:30 days:daily zone:"


@pytest.mark.parametrize(
    ("drill", "first", "drawing", "streak"),
    [
        pytest.param(BERLIN, "2026-11-23", "xx-xx", Streak(4, 4, 1), id="one missed"),
        pytest.param(BERLIN, "2026-11-23", "xx--x-x", Streak(1, 3, 0), id="the third missed"),
        pytest.param(BERLIN, "2026-11-23", "xx--o", Streak(2, 2, 0), id="today's is open"),
        pytest.param(BERLIN, "2027-03-26", "xxxxx", Streak(5, 5, 2), id="an hour does not come, in Berlin"),
        pytest.param(BERLIN, "2027-03-26", "xx--x", Streak(3, 3, 0), id="an hour does not come, and one misses it"),
        pytest.param(BERLIN, "2027-03-26", "xxhhhx", Streak(1, 2, 0), id="an hour late is not late, as it changes"),
        pytest.param(BERLIN, "2027-03-26", "xxtttx", Streak(3, 3, 2), id="later is late, as it changes"),
        pytest.param(BERLIN, "2026-10-23", "xxxxx", Streak(5, 5, 2), id="an hour comes twice, in Berlin"),
        pytest.param(BERLIN, "2026-10-23", "x-h-x", Streak(1, 1, 0), id="an hour late is its second time, not late"),
        pytest.param(BERLIN, "2026-10-23", "x-t-x", Streak(2, 2, 0), id="later is late, as it comes twice"),
        pytest.param(NEW_YORK, "2027-03-12", "xxax--x", Streak(4, 4, 0), id="away as an hour does not come"),
        pytest.param(NEW_YORK, "2026-10-30", "xxax--x", Streak(4, 4, 0), id="away as an hour comes twice"),
        pytest.param(
            "at:02:00 zone:Australia/Lord_Howe days:daily", "2027-04-02", "xxx--x", Streak(4, 4, 0), id="half"
        ),
        pytest.param(FIRST_HALF_HOUR + "Pacific/Kiritimati", "2026-11-23", "xa--x", Streak(2, 2, 0), id="east"),
        pytest.param(FIRST_HALF_HOUR + "Pacific/Pago_Pago", "2026-11-23", "x--ax", Streak(2, 2, 0), id="west"),
        pytest.param(
            "at:23:30 zone:Pacific/Pago_Pago days:daily", "2026-11-23", "x--ax", Streak(2, 2, 0), id="far west"
        ),
        pytest.param("at:09:00 zone:Pacific/Apia days:daily", "2011-12-28", "xx.xx", Streak(4, 4, 2), id="no such day"),
        pytest.param(
            "at:09:00 zone:Europe/Berlin days:daily holidays:DE",
            "2026-12-23",
            "xx..--x",
            Streak(3, 3, 0),
            id="holidays",
        ),
        pytest.param(
            "at:09:00 zone:Europe/Berlin days:daily skip:2026-11-25..2026-11-28",
            *("2026-11-23", "xx....--x", Streak(3, 3, 0)),
            id="own days off",
        ),
        pytest.param("at:09:00 zone:UTC days:mon-fri", "2026-11-26", "xx..xx-xx..x", Streak(7, 7, 1), id="weekends"),
        pytest.param(BERLIN, "2026-11-23", "xaaaaax", Streak(2, 2, 2), id="away"),
        pytest.param(BERLIN, "2026-11-23", "xaAaax--", Streak(3, 3, 0), id="away, and answers"),
        pytest.param(BERLIN, "2026-11-23", "a-ax", Streak(1, 1, 2), id="away before the first"),
        pytest.param(BERLIN, "2026-11-23", "xxddddd--x", Streak(3, 3, 0), id="down"),
        pytest.param(BERLIN, "2026-11-23", "xff--x", Streak(2, 2, 0), id="not posted"),
        pytest.param(BERLIN, "2026-11-23", "xpppp--x", Streak(2, 2, 0), id="paused"),
        pytest.param(BERLIN, "2026-11-23", "xttt--x", Streak(2, 2, 0), id="late"),
        pytest.param(BERLIN, "2026-11-23", "xTtT--x", Streak(4, 4, 0), id="late, and answered"),
        pytest.param(BERLIN, "2026-11-23", "xhhh", Streak(0, 1, 0), id="within the hour"),
        pytest.param(BERLIN, "2028-02-27", "xxxxx", Streak(5, 5, 2), id="a leap day"),
        pytest.param(BERLIN, "2028-02-27", "xx-xx", Streak(4, 4, 1), id="a leap day is missed"),
        pytest.param(BERLIN, "2028-02-27", "xxa--x", Streak(3, 3, 0), id="away on a leap day"),
        pytest.param(BERLIN, "2026-12-30", "xx-xx", Streak(4, 4, 1), id="a new year"),
    ],
)
async def test_a_streak_over_days_that_were_really_lived(
    house: House, drill: str, first: str, drawing: str, streak: Streak
) -> None:
    await live(house, drill, first, drawing)
    assert await mine(house) == streak


@pytest.mark.parametrize(("last", "streak"), [("-x", Streak(1, 18, 2)), ("x-x", Streak(20, 20, 1))])
async def test_freezes_come_back_as_twenty_drill_days_pass(house: House, last: str, streak: Streak) -> None:
    await live(house, "at:09:00 zone:UTC days:mon-fri", "2026-11-23", f"x--xx..xxxxx..xxxxx..xxxxx..{last}")
    assert await mine(house) == streak


async def test_an_answer_after_the_close_counts(house: House) -> None:
    await live(house, BERLIN, "2026-11-23", "x---x")
    assert await mine(house) == Streak(1, 1, 0)
    async with house.database.writing() as session:
        this = (await session.scalars(select(Round).where(Round.day == date(2026, 11, 26)))).one()
        person_id = (await session.scalars(select(Person.id).where(Person.external_id == GRACE.id))).one()
        assert this.closes_at is not None
        at = this.closes_at + timedelta(hours=3)
        session.add(Said(round_id=this.id, person_id=person_id, seq=1, choice="A", sure=False, at=at))
    assert await mine(house) == Streak(3, 3, 0)


async def test_being_wrong_or_changing_ones_mind_makes_no_difference(house: House) -> None:
    await live(house, BERLIN, "2026-11-23", "xo")
    for choice in ("A", "B", "A"):
        await house.ask(Answer(2, choice, sure=True), GRACE)
    assert await mine(house) == Streak(2, 2, 2)


@contextmanager
def _statements(session: Session) -> Iterator[list[tuple[str, Any]]]:
    """What is executed within the block, and with what."""
    done: list[tuple[str, Any]] = []

    def keep(_connection: Connection, _cursor: object, sql: str, parameters: Any, *_: object) -> None:
        done.append((sql, parameters))

    engine = session.get_bind().engine
    event.listen(engine, "before_cursor_execute", keep)
    yield done
    event.remove(engine, "before_cursor_execute", keep)


async def test_the_streaks_of_several_channels_take_one_query(house: House, time: Time) -> None:
    time.set("2026-11-23 08:00")
    others = [Place(WORKSPACE, name) for name in ("one", "two", "three")]
    for place in (PLACE, *others):
        await house.ask("setup at:09:00 zone:UTC days:daily", place=place)
    time.set("2026-11-23 09:00")
    await house.delivery.sweep()
    async with house.database.reading() as session:
        these = (await session.scalars(select(Round.id).where(Round.state == RoundState.OPEN))).all()
    taken: list[int] = []
    for number, this in enumerate(these, start=1):
        assert "Recorded" in await house.ask(Answer(this, "A"), GRACE)
        async with house.database.reading() as session:
            with _statements(session) as done:
                found = await my_places(session, Asked(GRACE, Place(WORKSPACE, "", personal=True), time.now))
        assert [place.streak for place in found.places] == [Streak(1, 1, 2)] * number
        taken.append(len(done))
    assert len(taken) == len(others) + 1 > 1
    assert len({*taken}) == 1


@pytest.mark.sqlite_only
async def test_no_history_and_no_review_reads_through_a_table(house: House) -> None:
    await live(house, BERLIN, "2026-11-23", "xxa-x")
    async with house.database.reading() as session:
        await session.connection()
        with _statements(session) as done:
            await history.history(session, 1, [1])
            await history.missed_none(session, [1, 2, 3], [1, 2])
            await leaves.back_on(session, [1], date(2026, 11, 23))
        connection = await session.connection()
        assert len(done) == 3
        for sql, parameters in done:
            plan = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", tuple(parameters))
            tables = ("SCAN round", "SCAN answer", "SCAN leave", "SCAN score")
            assert [row.detail for row in plan if row.detail.startswith(tables)] == [], sql
