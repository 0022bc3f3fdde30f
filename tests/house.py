"""A whole quiz in one process, around a database and platforms that a test chooses, with a time it sets."""

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from bot.bank import Bank
from bot.cards import text
from bot.commands import Command
from bot.delivery import Delivery
from bot.domain.identity import Person, Place, Posted, Workspace
from bot.grammar import parse
from bot.ports import Platform
from bot.quiz import Quiz
from bot.store.database import Database

WORKSPACE = Workspace("memory", "guild", "The crew")
PLACE = Place(WORKSPACE, "general")
ADA = Person(WORKSPACE, "1", "Ada", manages=True)
GRACE = Person(WORKSPACE, "2", "Grace", manages=False)
LINUS = Person(WORKSPACE, "3", "Linus", manages=False)


class Time:
    """What time it is."""

    def __init__(self) -> None:
        """It is a Sunday at noon."""
        self.now = datetime(2026, 11, 22, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        """The time."""
        return self.now

    def set(self, moment: str) -> None:
        """Set the time to an ISO date and time in UTC."""
        self.now = datetime.fromisoformat(moment).replace(tzinfo=UTC)

    async def sleep(self, seconds: float) -> None:
        """Let so many seconds pass, for whoever waits: nobody else moves this time."""
        self.pass_(seconds=seconds)
        await asyncio.sleep(0)

    def pass_(self, **units: float) -> None:
        """Let some time pass, in the units of `timedelta`."""
        self.now += timedelta(**units)


class House:
    """The quiz and its delivery. The sweep runs when the test says so, and `woken` tells whether it was asked for."""

    def __init__(self, database: Database, bank: Bank, time: Time, platforms: Iterable[Platform]) -> None:
        """Put the core together as the composition root does, without a clock."""
        self.database, self.bank, self.time, self.woken = database, bank, time, False
        self.platforms = [*platforms]
        self.quiz = Quiz(database, bank, time, self)
        self.delivery = Delivery(
            database, bank, {platform.name: platform for platform in self.platforms}, time, sleep=time.sleep
        )

    def wake(self) -> None:
        """Something became due."""
        self.woken = True

    async def idle(self) -> None:
        """Do what is due, if anything was said to be."""
        if self.woken:
            self.woken = False
            await self.delivery.sweep()

    async def ask(
        self, command: Command | str, person: Person = ADA, place: Place = PLACE, pressed: Posted | None = None
    ) -> str:
        """Ask something, in words or as a command; the reply as plain text."""
        asked = parse(command) if isinstance(command, str) else command
        return text.render((await self.quiz.handle(asked, person, place, pressed)).says)
