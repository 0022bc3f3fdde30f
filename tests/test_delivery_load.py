"""Many postings at once: who is slow, large or in doubt does not keep the others waiting."""

import asyncio

from bot.bank import Bank
from bot.cards.model import Card
from bot.delivery import SENDERS
from bot.domain.identity import Place, Posted, Workspace
from bot.ports import Absent, Refused, Unclear
from bot.store.database import Database
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
    others = [Place(Workspace("memory", f"other {number}"), "general") for number in range(SENDERS + 5)]
    house = House(database, bank, time, [platform := Slow(len(others))])
    places = [Place(PLACE.workspace, f"channel {number}") for number in range(SENDERS * 2)]
    for place in (*places, *others):
        await house.ask("setup at:09:00 zone:UTC days:daily", ADA, place)
    time.set("2026-11-23 09:00")
    async with asyncio.timeout(20):
        await house.delivery.sweep()
    first = [message.place for message in platform.messages[: len(others)]]
    assert sorted(place.workspace.id for place in first) == sorted(place.workspace.id for place in others)
    assert len(platform.messages) == len(places) + len(others)


async def doubt_everything(house: House, platform: Memory) -> list[Place]:
    """A morning on which the answer to every post is lost; where the posts stand, due to be looked into."""
    places = [Place(PLACE.workspace, f"channel {number}") for number in range(SENDERS * 2 + 5)]
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
    assert known == [SENDERS, SENDERS * 2, SENDERS * 2 + 5]
