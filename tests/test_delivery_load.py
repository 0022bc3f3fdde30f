"""Many postings at once: who is slow, large or in doubt does not keep the others waiting."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event, update

from bot.bank import Bank
from bot.cards.model import Card
from bot.domain.identity import Place, Posted, Workspace
from bot.play.rhythm import ranked
from bot.ports import Absent, Refused, Unclear
from bot.recovery import AT_ONCE
from bot.senders import SHARE
from bot.store.database import Database
from bot.store.models import Drill
from tests.fakes.memory import Memory
from tests.house import ADA, PLACE, House, Time

LOST = Unclear("the connection was lost")


class Slow(Memory):
    """A platform on which the workspace that most is posted to is answered only once all others have their post."""

    def __init__(self, others: int) -> None:
        super().__init__()
        self.missing, self.enough = others, asyncio.Event()

    async def post(self, place: Place, card: Card, key: str, under: Posted | None = None) -> Posted | Refused | Unclear:
        if place.workspace == PLACE.workspace:
            await self.enough.wait()
        else:
            self.missing -= 1
            if not self.missing:
                self.enough.set()
        return await super().post(place, card, key, under)


async def test_a_large_workspace_holds_up_no_other(database: Database, bank: Bank, time: Time) -> None:
    others = [Place(Workspace("memory", f"other {number}"), "general") for number in range(25)]
    house = House(database, bank, time, [platform := Slow(len(others))])
    places = [Place(PLACE.workspace, f"channel {number}") for number in range(40)]
    for place in (*places, *others):
        await house.ask("setup at:09:00 zone:UTC days:daily", ADA, place)
    time.set("2026-11-23 09:00")
    async with asyncio.timeout(20):
        await house.delivery.sweep()
    first = [message.place for message in platform.messages[: len(others)]]
    assert sorted(place.workspace.id for place in first) == sorted(place.workspace.id for place in others)
    assert len(platform.messages) == len(places) + len(others)


async def test_one_that_cannot_be_prepared_keeps_none_of_many_waiting(
    database: Database, bank: Bank, time: Time, caplog: pytest.LogCaptureFixture
) -> None:
    house = House(database, bank, time, [platform := Memory()])
    places = [Place(Workspace("memory", f"other {number}"), "general") for number in range(15)]
    for place in places:
        await house.ask("setup at:09:00 zone:UTC days:daily", ADA, place)
    async with database.writing() as session:
        await session.execute(update(Drill).where(Drill.id == 7).values(zone="Nowhere/Else"))
    time.set("2026-11-23 09:00")
    await house.delivery.send()
    assert [message.place for message in platform.messages] == [place for place in places if place != places[6]]
    assert "15 posting(s) cannot be prepared" in caplog.text
    assert "1 posting(s) cannot be prepared: [" in caplog.text
    async with database.writing() as session:
        await session.execute(update(Drill).where(Drill.id == 7).values(zone="UTC"))
    time.pass_(minutes=10)
    await house.delivery.send()
    assert platform.messages[-1].place == places[6]


async def test_many_channels_of_a_workspace_are_asked_different_questions(
    database: Database, bank: Bank, time: Time
) -> None:
    house = House(database, bank, time, [platform := Memory()])
    for number in range(SHARE):
        place = Place(PLACE.workspace, f"channel {number}")
        await house.ask("setup at:09:00 zone:UTC days:daily topics:scoped", ADA, place)
    time.set("2026-11-23 09:00")
    await house.delivery.send()
    assert SHARE <= len(ranked(bank, "2.1", frozenset(["scoped"]))) < SHARE * 2  # by chance some would be the same
    assert len({message.card.blocks[0] for message in platform.messages}) == SHARE


async def test_what_is_due_together_is_taken_and_recorded_with_a_few_statements(
    database: Database, bank: Bank, time: Time
) -> None:
    house, counts = House(database, bank, time, [platform := Memory()]), []
    for hour, places in (("09", 1), ("10", 14)):
        for number in range(places):
            place = Place(Workspace("memory", f"at {hour}, {number}"), "general")
            await house.ask(f"setup at:{hour}:00 zone:UTC days:daily", ADA, place)
        time.set(f"2026-11-23 {hour}:00")
        with statements(database) as said:
            await house.delivery.send()
        counts.append(len(said))
    alone, together = counts
    assert len(platform.messages) == 15
    assert together < alone * 2


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """What the writing connection is told meanwhile."""
    said: list[str] = []

    def hear(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        said.append(statement)

    engine = database._writer.sync_engine
    event.listen(engine, "before_cursor_execute", hear)
    yield said
    event.remove(engine, "before_cursor_execute", hear)


async def doubt_everything(house: House, platform: Memory) -> list[Place]:
    """A morning on which the answer to every post is lost; where the posts stand, due to be looked into."""
    places = [Place(PLACE.workspace, f"channel {number}") for number in range(AT_ONCE * 2 + 5)]
    for place in places:
        await house.ask("setup at:09:00 zone:UTC days:daily", ADA, place)
        platform.fail(LOST, after=True)
    house.time.set("2026-11-23 09:00")
    await house.delivery.sweep()
    house.time.pass_(seconds=61)
    return places


async def test_a_morning_in_doubt_is_looked_into_in_one_sweep(database: Database, bank: Bank, time: Time) -> None:
    house = House(database, bank, time, [platform := Memory()])
    places = await doubt_everything(house, platform)
    await house.delivery.sweep()
    assert sorted(message.place.channel for message in platform.messages) == sorted(place.channel for place in places)
    told = [await house.ask("today", ADA, place) for place in places]
    assert all(said.startswith("Daily question") for said in told)


class Tardy(Memory):
    """A platform that takes some seconds to be looked through."""

    def __init__(self, time: Time) -> None:
        super().__init__()
        self.time = time

    async def find(self, place: Place, key: str) -> Posted | Absent | Refused | Unclear:
        self.time.pass_(seconds=1)
        return await super().find(place, key)


async def test_looking_into_doubts_leaves_time_for_what_is_due(database: Database, bank: Bank, time: Time) -> None:
    house = House(database, bank, time, [platform := Tardy(time)])
    places = await doubt_everything(house, platform)
    known = []
    for _ in range(3):
        await house.delivery.sweep()
        known.append(sum([(await house.ask("today", ADA, place)).startswith("Daily") for place in places]))
    assert known == [AT_ONCE, AT_ONCE * 2, AT_ONCE * 2 + 5]
