"""A door for tests of the adapter alone: says what it was told to, and remembers who asked what."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.cards.model import Card
from bot.commands import Command
from bot.domain.identity import Person, Place, Posted
from bot.ports import Reply, Suggestion
from tests.fakes.staying import Staying


@dataclass(frozen=True, slots=True)
class Asked:
    """One call of `handle`."""

    command: Command
    person: Person
    place: Place
    pressed: Posted | None


@dataclass
class Doorman(Staying):
    """`says` is the reply to everything that `replies` has no entry for; `opens` lets it be slow."""

    says: Reply = field(default_factory=lambda: Reply(Card("Hello", (), "Hello")))
    replies: dict[type[Command], Reply] = field(default_factory=dict)
    suggestions: Sequence[Suggestion] = ()
    breaks: Exception | None = None
    opens: asyncio.Event = field(default_factory=asyncio.Event)
    asked: list[Asked] = field(default_factory=list)
    typed: list[tuple[str, str, str, Person, Place]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self.opens.set()

    async def handle(self, command: Command, person: Person, place: Place, pressed: Posted | None = None) -> Reply:
        self.asked.append(Asked(command, person, place, pressed))
        await self.opens.wait()
        if self.breaks is not None:
            raise self.breaks
        return self.replies.get(type(command), self.says)

    async def suggest(self, word: str, argument: str, typed: str, person: Person, place: Place) -> Sequence[Suggestion]:
        self.typed.append((word, argument, typed, person, place))
        if self.breaks is not None:
            raise self.breaks
        return self.suggestions

    async def settled(self) -> None:
        return
