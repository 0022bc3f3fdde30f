"""A disk that takes no more: what was acknowledged stays, what was not is told so, nothing is sent that is not written
down, and once there is room everything goes on by itself.

SQLite itself is told to grow no further (it says that it is full), the process may write no longer files (it says that
its input and output fail), and, where this machine lets us have one, a small disk is really full.
"""

import asyncio
import os
import resource
import shutil
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import OperationalError

from bot.bank import Bank
from bot.cards.model import Card
from bot.clock import Clock
from bot.commands import Answer
from bot.domain.identity import Person, Place, Posted
from bot.domain.rounds import PostingKind, PostingState
from bot.ports import Refused, Unclear
from bot.store import models
from bot.store.database import Database, is_outage, reason
from tests.fakes.memory import Memory
from tests.house import ADA, GRACE, WORKSPACE, House, Time

pytestmark = pytest.mark.sqlite_only("it fills the disk under a file")

MOST = 5_000  # answers, before a disk that does not get full is a failure
FULL = Place(WORKSPACE, "full")


class Disk(Protocol):
    """Where the database lies. Frees what was filled, however often it is called."""

    async def fill(self) -> None: ...

    async def free(self) -> None: ...


@dataclass
class Pages:
    """SQLite may not add a page to the file."""

    database: Database

    async def fill(self) -> None:
        await self._limit(1)  # which is as many as there are

    async def free(self) -> None:
        await self._limit(1 << 30)

    async def _limit(self, pages: int) -> None:
        async with self.database.writing() as session:
            await session.execute(text(f"PRAGMA max_page_count = {pages}"))


@dataclass
class Files:
    """The process may write no further than the head of a log."""

    before: tuple[int, int] = resource.getrlimit(resource.RLIMIT_FSIZE)

    async def fill(self) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, self.before[1]))

    async def free(self) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, self.before)


@dataclass
class Mounted:
    """A small disk with something large on it."""

    folder: Path

    async def fill(self) -> None:
        with (self.folder / "large").open("ab", buffering=0) as large:
            for size in (65_536, 4_096, 1):
                while True:
                    try:
                        large.write(bytes(size))
                    except OSError:
                        break

    async def free(self) -> None:
        (self.folder / "large").unlink(missing_ok=True)


@pytest.fixture(params=["pages", "files", "mounted"])
def way(request: pytest.FixtureRequest) -> str:
    """How the disk gets full."""
    return str(request.param)


@pytest.fixture
def folder(way: str, tmp_path: Path) -> Iterator[Path]:
    """Where the database lies: on a disk of its own, if it must be."""
    if way != "mounted":
        yield tmp_path
        return
    (small := tmp_path / "small").mkdir()
    mount, unmount = shutil.which("mount"), shutil.which("umount")
    options = ["-t", "tmpfs", "-o", "size=4m", "none", str(small)]
    if os.geteuid() or not (mount and unmount) or subprocess.run([mount, *options], check=False).returncode:
        pytest.skip("only root may mount a disk, and not everywhere")
    yield small
    subprocess.run([unmount, str(small)], check=True)


@pytest.fixture
async def database(migrated: Path, folder: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite+aiosqlite:///{shutil.copy(migrated, folder / 'quiz.sqlite3')}")
    yield database
    await database.close()


@pytest.fixture
async def disk(way: str, database: Database, folder: Path) -> AsyncIterator[Disk]:
    ways: dict[str, Disk] = {"pages": Pages(database), "files": Files(), "mounted": Mounted(folder)}
    yield ways[way]
    await ways[way].free()


class Filling(Memory):
    """A platform during whose next post the disk gets full."""

    disk: Disk | None = None

    async def post(self, place: Place, card: Card, key: str, under: Posted | None = None) -> Posted | Refused | Unclear:
        posted = await super().post(place, card, key, under)
        if self.disk is not None:
            await self.disk.fill()
        return posted


@pytest.fixture
def platform() -> Filling:
    return Filling()


@pytest.fixture
async def house(database: Database, bank: Bank, time: Time, platform: Filling) -> House:
    """A weekday drill at nine in Berlin, its first question just posted."""
    house = House(database, bank, time, [platform])
    await house.ask("setup at:09:00 zone:Europe/Berlin days:mon-fri")
    time.set("2026-11-23 08:00")
    await house.delivery.sweep()
    return house


class Once:
    """A metronome that strikes once, as it is started."""

    def __init__(self) -> None:
        self.strikes: list[Callable[[], None]] = []

    def every(self, _seconds: float, strike: Callable[[], None]) -> None:
        self.strikes.append(strike)

    def start(self) -> None:
        for strike in self.strikes:
            strike()

    def stop(self) -> None: ...


async def tick(house: House) -> None:
    """A tick of each sort of the clock, which lives on whatever happens."""
    clock = Clock(Once(), house.delivery)
    clock.start()
    await clock.idle()
    await clock.stop()


async def count(house: House, model: type[models.Base]) -> int:
    async with house.database.reading() as session:
        return await session.scalar(select(func.count()).select_from(model)) or 0


async def whole(house: House) -> str:
    """What the database says of itself."""
    async with house.database.reading() as session:
        return str(await session.scalar(text("PRAGMA integrity_check")))


async def answer_until_full(house: House) -> list[Person]:
    """People answer, one after the other, until one of them is told that it did not work; those before that one."""
    recorded: list[Person] = []
    for number in range(MOST):
        person = Person(WORKSPACE, str(1000 + number), f"Person {number}", manages=False)
        said = await house.ask(Answer(1, "B"), person)
        if "Recorded: B" not in said:
            assert "nothing was changed. Please try again" in said
            return recorded
        recorded.append(person)
    raise AssertionError("the disk never got full")


async def test_what_was_acknowledged_is_there_and_nothing_else(
    house: House, disk: Disk, caplog: pytest.LogCaptureFixture
) -> None:
    await house.ask(Answer(1, "A"), GRACE)
    await disk.fill()
    recorded = await answer_until_full(house)
    crowd = [Person(WORKSPACE, str(9000 + number), "Somebody", manages=False) for number in range(300)]
    said = await asyncio.gather(*(house.ask(Answer(1, "C"), person) for person in crowd))
    kept = sum("Recorded: C" in each for each in said)
    assert all("Recorded: C" in each or "Please try again" in each for each in said)
    assert "Traceback" not in caplog.text, "which would fill a disk that is full"
    assert "Your answer is A" in await house.ask("today", GRACE), "who only reads is answered"
    assert await count(house, models.Answer) == 1 + len(recorded) + kept
    await disk.free()
    assert await whole(house) == "ok"
    assert "Recorded: C" in await house.ask(Answer(1, "C"), crowd[-1])
    assert "Your answer is A" in await house.ask("today", GRACE)


async def test_a_setting_is_made_as_a_whole_or_not_at_all(house: House, disk: Disk, time: Time) -> None:
    await disk.fill()
    await answer_until_full(house)
    said = await house.ask("setup at:10:00 zone:UTC days:daily", ADA, FULL)
    if "Please try again" in said:
        assert await count(house, models.Drill) == 1
        assert await count(house, models.Place) == 1
    await disk.free()
    assert "10:00" in await house.ask("setup at:10:00 zone:UTC days:daily", ADA, FULL)
    time.set("2026-11-23 10:00")
    await tick(house)
    assert await count(house, models.Drill) == 2


async def test_nothing_is_sent_that_cannot_be_written_down_and_everything_is_once_it_can(
    house: House, platform: Filling, disk: Disk, time: Time
) -> None:
    await house.ask(Answer(1, "B"), GRACE)
    await disk.fill()
    time.set("2026-11-24 08:00")
    for _ in range(5):
        await tick(house)
        time.pass_(minutes=1)
        async with house.database.reading() as session:
            written = await session.scalar(
                select(func.count()).where(
                    models.Posting.kind.in_((PostingKind.QUESTION, PostingKind.REVEAL)), models.Posting.attempt > 0
                )
            )
        assert len(platform.messages) <= (written or 0)
    await disk.free()
    for _ in range(30):
        await tick(house)
        time.pass_(minutes=1)
    titles = [message.card.title[:10] for message in platform.messages]
    assert titles == ["Daily ques", "The answer", "Daily ques"]
    assert "2 points" in await house.ask("board", GRACE)
    assert await whole(house) == "ok"


async def test_what_was_sent_as_the_disk_got_full_is_not_sent_again(
    house: House, platform: Filling, disk: Disk, time: Time
) -> None:
    await house.ask("reveal")
    await house.idle()
    time.set("2026-11-24 08:00")
    platform.disk = disk
    for _ in range(5):
        await tick(house)
        time.pass_(minutes=1)
    platform.disk = None
    await disk.free()
    for _ in range(10):
        await tick(house)
        time.pass_(minutes=1)
    assert len(platform.messages) == 3
    async with house.database.reading() as session:
        state = await session.scalar(
            select(models.Posting.state).where(models.Posting.round_id == 2, models.Posting.kind == "question")
        )
    assert state is PostingState.SENT


async def test_it_is_an_outage_and_no_fault_of_what_was_asked(house: House, disk: Disk) -> None:
    async def write() -> None:
        for number in range(MOST):
            async with house.database.writing() as session:
                session.add(models.Workspace(platform="memory", external_id=f"{number:0200}"))

    await disk.fill()
    with pytest.raises(OperationalError) as caught:
        await write()
    assert is_outage(caught.value)
    assert reason(caught.value) in ("database or disk is full", "disk I/O error")
    async with house.database.reading() as session:
        await session.execute(select(models.Workspace).limit(1))
