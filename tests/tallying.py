"""What tests of the tally share: a platform whose edits can be watched and go wrong, and people who answer."""

import asyncio
from dataclasses import dataclass, field

from sqlalchemy import text

from bot.cards.model import Card
from bot.commands import Answer
from bot.domain.identity import Person, Posted
from bot.ports import Refused, Unclear
from tests.fakes.memory import Memory
from tests.house import WORKSPACE, House, Time


@dataclass
class Edited(Memory):
    """A platform that keeps what its messages were edited to say, with failures of edits, used up one by one.

    While `free` is not set edits hang in the air, and `begun` tells that one does.
    """

    edits: list[Card] = field(default_factory=list)
    edit_faults: list[Refused | Unclear | BaseException] = field(default_factory=list)
    free: asyncio.Event = field(default_factory=asyncio.Event)
    begun: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        """Edits are free at first."""
        self.free.set()

    async def edit(self, posted: Posted, card: Card) -> Posted | Refused | Unclear:
        """Fail as told, or change the message as soon as it is free to change."""
        self.begun.set()
        await self.free.wait()
        if self.edit_faults:
            how = self.edit_faults.pop(0)
            if isinstance(how, BaseException):
                raise how
            return how
        self.edits.append(card)
        return await super().edit(posted, card)


async def answer(house: House, *numbers: int, choice: str = "A") -> None:
    """So many different people answer."""
    for number in numbers:
        said = await house.ask(Answer(1, choice), Person(WORKSPACE, str(100 + number), f"p{number}", manages=False))
        assert f"Recorded: {choice}" in said


async def pass_by(house: House, time: Time, seconds: int, every: int = 5) -> None:
    """Sweep every few seconds for some time."""
    for _ in range(0, seconds, every):
        time.pass_(seconds=every)
        await house.delivery.sweep()


async def stored(house: House, query: str) -> list[object]:
    """One column of the database."""
    async with house.database.reading() as session:
        return [*await session.scalars(text(query))]


async def states(house: House) -> list[object]:
    """The state of every tally."""
    return await stored(house, "SELECT state FROM posting WHERE kind = 'tally'")


def shown(platform: Memory) -> str:
    """What the first message says."""
    return platform.messages[0].text()
