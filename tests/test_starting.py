"""How a process starts: all platforms at once, and none goes on where one is refused."""

import asyncio
import gc
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from bot.bank import Bank
from bot.clock import Clock
from bot.errors import SettingsError
from bot.interpreter import started, starting
from bot.ports import Door, Hearing
from bot.process import House, Process
from bot.store.database import Database
from tests import house
from tests.fakes.duties import SOON, ByHand
from tests.fakes.memory import Memory

REFUSED = SettingsError("TOKEN", "nobody knows this token")


@dataclass
class Awaited(Memory):
    """A platform that takes a step only together with another, and for ever then."""

    together: asyncio.Barrier = field(default_factory=lambda: asyncio.Barrier(2))
    step: str = "start"
    hears_soon: asyncio.Event = field(default_factory=asyncio.Event)
    ended: bool = False

    async def start(self, door: Door) -> None:
        """Perhaps that step."""
        del door
        await self._take("start")

    async def listen(self) -> None:
        """Perhaps that step."""
        self.hears_soon.set()
        await self._take("listen")

    async def _take(self, step: str) -> None:
        if step == self.step:
            await self.together.wait()
            await self._then()

    async def _then(self) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            self.ended = True


@dataclass
class Refusing(Awaited):
    """Refused once it has met the other."""

    async def _then(self) -> None:
        raise REFUSED


@pytest.fixture
def as_before() -> Iterator[None]:
    """Python is set afterwards as it was."""
    yield
    gc.unfreeze()
    gc.enable()


@pytest.mark.usefixtures("as_before")
@pytest.mark.parametrize("step", ["start", "listen"])
@pytest.mark.parametrize("is_first", [True, False])
async def test_all_connect_at_once_and_end_where_one_is_refused(
    sqlite_url: str, bank: Bank, time: house.Time, step: str, is_first: bool
) -> None:
    barrier, database = asyncio.Barrier(2), Database(sqlite_url)
    patient = Awaited("patient", Hearing.SHARED, together=barrier, step=step)
    refusing = Refusing("refusing", Hearing.SHARED, together=barrier, step=step)
    platforms = [refusing, patient] if is_first else [patient, refusing]
    core = house.House(database, bank, time, platforms)
    process = Process(House(database, core.quiz, core.delivery, Clock(ByHand(), core.delivery)), platforms, None, None)
    async with asyncio.timeout(SOON):
        with pytest.raises(SettingsError) as caught:
            await process.start()
        await process.stop()
    assert caught.value is REFUSED
    assert patient.ended
    await database.close()


@pytest.mark.usefixtures("as_before")
async def test_what_is_due_is_sent_while_a_platform_cannot_be_heard(
    sqlite_url: str, bank: Bank, time: house.Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.process._HEARD", 0.0)
    database, metronome = Database(sqlite_url), ByHand()
    platforms = [Awaited("patient", Hearing.SHARED, together=asyncio.Barrier(1), step="listen")]
    core = house.House(database, bank, time, platforms)
    clock = Clock(metronome, core.delivery)
    process = Process(House(database, core.quiz, core.delivery, clock), platforms, None, None)
    begun = asyncio.create_task(process.start())
    async with asyncio.timeout(SOON):
        await metronome.began.wait()
        assert platforms[0].hears_soon.is_set()
        assert not begun.done()
        begun.cancel()
        await asyncio.wait({begun})
        await process.stop()
    await database.close()


@pytest.mark.usefixtures("as_before")
def test_garbage_is_looked_for_once_it_has_started_or_failed() -> None:
    def fail() -> None:
        with starting():
            assert not gc.isenabled()
            raise REFUSED

    with pytest.raises(SettingsError):
        fail()
    assert gc.isenabled()
    with starting():
        started()
        assert gc.isenabled()
        assert gc.get_freeze_count() > 0
