"""How a process starts: all platforms at once, and none goes on where one is refused."""

import asyncio
from dataclasses import dataclass, field

import pytest

from bot.bank import Bank
from bot.clock import Clock
from bot.errors import SettingsError
from bot.ports import Door, Hearing
from bot.process import House, Process
from bot.store.database import Database
from tests import house
from tests.fakes.duties import SOON, ByHand
from tests.fakes.memory import Memory

REFUSED = SettingsError("TOKEN", "nobody knows this token")


@dataclass
class Awaited(Memory):
    """A platform that connects only together with another, or begins to hear only then."""

    together: asyncio.Barrier = field(default_factory=lambda: asyncio.Barrier(2))
    ended: bool = False

    async def start(self, door: Door) -> None:
        """Meets the other, and takes for ever then."""
        del door
        await self.together.wait()
        try:
            await asyncio.Event().wait()
        finally:
            self.ended = True


@dataclass
class Refusing(Awaited):
    """Refused once it has met the other."""

    async def start(self, door: Door) -> None:
        """Raises `SettingsError`."""
        del door
        await self.together.wait()
        raise REFUSED


@pytest.mark.parametrize("is_first", [True, False])
async def test_all_connect_at_once_and_end_where_one_is_refused(
    database: Database, bank: Bank, time: house.Time, is_first: bool
) -> None:
    barrier = asyncio.Barrier(2)
    patient = Awaited("patient", Hearing.SHARED, together=barrier)
    refusing = Refusing("refusing", Hearing.SHARED, together=barrier)
    platforms = [refusing, patient] if is_first else [patient, refusing]
    core = house.House(database, bank, time, platforms)
    process = Process(House(database, core.quiz, core.delivery, Clock(ByHand(), core.delivery)), platforms, None, None)
    async with asyncio.timeout(SOON):
        with pytest.raises(SettingsError) as caught:
            await process.start()
        await process.stop()
    assert caught.value is REFUSED
    assert patient.ended
