"""Whose turn it is to hear a platform: two processes, one of which stops, dies, or loses its database."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager

import pytest

from bot import clock
from bot.errors import UnreachableError
from bot.listening import Ears, Rhythm
from bot.store.database import Database, Session
from tests.fakes.memory import Memory

SOON = 20.0  # seconds, on a busy machine
STEADY = Rhythm(lease=30, renewal=0.05, look=0.02, sign=0.1, again=0.05, margin=1)
BRIEF = Rhythm(lease=1.2, renewal=0.05, look=0.02, sign=0.1, again=0.05, margin=0.6)


class Heard(Memory):
    """A platform that writes down in a common log who begins and ends to hear it. `fails` keeps it from beginning."""

    def __init__(self, who: str, log: list[str]) -> None:
        super().__init__()
        self.who, self.log = who, log
        self.fails: Exception | None = None

    async def listen(self) -> None:
        if self.fails:
            raise self.fails
        self.log.append(f"{self.who} hears")

    async def hush(self) -> None:
        self.log.append(f"{self.who} hears no more")


class Severed(Database):
    """A database that one process can be cut off from."""

    is_cut = False

    def writing(self) -> AbstractAsyncContextManager[Session]:
        if self.is_cut:
            raise ConnectionError("cut off")
        return super().writing()


class Pair:
    """Two processes on one database, called old and new."""

    def __init__(self, url: str) -> None:
        self.log: list[str] = []
        self.databases = Severed(url), Severed(url)
        self.old, self.new = Heard("old", self.log), Heard("new", self.log)

    def ears(self, rhythm: Rhythm) -> tuple[Ears, Ears]:
        of_old, of_new = self.databases
        return Ears(of_old, self.old, clock.now, rhythm), Ears(of_new, self.new, clock.now, rhythm)


@pytest.fixture
async def pair(database_url: str) -> AsyncIterator[Pair]:
    pair = Pair(database_url)
    yield pair
    for database in pair.databases:
        await database.close()


async def until(happened: Callable[[], object]) -> None:
    async with asyncio.timeout(SOON):
        while not happened():  # noqa: ASYNC110  # what another process would do sets no event of ours
            await asyncio.sleep(0.005)


async def test_whoever_stops_goes_on_hearing_until_the_next_one_does(pair: Pair) -> None:
    old, new = pair.ears(STEADY)
    await old.start()
    await new.start()
    assert (old.hears, new.hears) == (True, False)
    await old.stop(within=SOON)
    assert pair.log == ["old hears", "new hears", "old hears no more"]
    await new.stop(within=SOON)
    assert pair.log[3:] == ["new hears no more"]


async def test_whoever_stops_alone_waits_for_nobody(pair: Pair) -> None:
    old, new = pair.ears(STEADY)
    await old.start()
    await asyncio.wait_for(old.stop(within=600), SOON)
    assert pair.log == ["old hears", "old hears no more"]
    await new.start()
    assert new.hears
    await new.stop(within=SOON)


async def test_whoever_stops_does_not_wait_for_ever(pair: Pair) -> None:
    old, new = pair.ears(STEADY)
    await old.start()
    await new.start()
    pair.new.fails = UnreachableError("its gateway does not answer")
    await asyncio.wait_for(old.stop(within=0.2), SOON)
    assert pair.log[0] == "old hears"
    assert not old.hears
    await new.stop(within=SOON)


async def test_after_one_that_died_the_other_hears_once_the_lease_is_over(pair: Pair) -> None:
    old, new = pair.ears(BRIEF)
    await old.start()
    await new.start()
    assert old._turns is not None
    old._turns.cancel()  # and never a word again
    await until(lambda: new.hears)
    assert pair.log == ["old hears", "new hears"]
    await new.stop(within=SOON)


async def test_one_that_cannot_renew_hears_no_more_before_another_may(pair: Pair) -> None:
    old, new = pair.ears(BRIEF)
    await old.start()
    await new.start()
    pair.databases[0].is_cut = True
    await until(lambda: new.hears)
    assert pair.log.index("old hears no more") < pair.log.index("new hears")
    pair.databases[0].is_cut = False
    await new.stop(within=SOON)
    await until(lambda: old.hears)
    await old.stop(within=SOON)


async def test_one_that_was_paused_hears_no_more_as_soon_as_it_goes_on(database_url: str) -> None:
    seconds = 0.0
    log: list[str] = []
    database = Database(database_url)
    ears = Ears(database, Heard("it", log), clock.now, STEADY, clock=lambda: seconds)
    await ears.start()
    seconds += STEADY.lease
    await until(lambda: "it hears no more" in log)
    await ears.stop(within=SOON)
    await database.close()


async def test_what_keeps_it_from_hearing_at_the_start_is_told(pair: Pair) -> None:
    old, new = pair.ears(STEADY)
    pair.old.fails = UnreachableError("it does not answer")
    with pytest.raises(UnreachableError):
        await old.start()
    await new.start()  # the turn was given up
    assert new.hears
    for each in (old, new):
        await each.stop(within=SOON)


async def test_what_keeps_it_from_hearing_later_may_pass(pair: Pair) -> None:
    old, new = pair.ears(STEADY)
    await old.start()
    await new.start()
    pair.new.fails = UnreachableError("it does not answer")
    await old.stop(within=0.2)
    await until(lambda: "new hears no more" in pair.log)
    pair.new.fails = None
    await until(lambda: new.hears)
    await new.stop(within=SOON)
