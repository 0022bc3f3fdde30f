"""A door behind which nobody lives: it answers with cards that were laid ready, and remembers who asked what."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from bot.cards.model import Card, Form, say
from bot.commands import Command
from bot.domain.identity import Person, Place, Posted
from bot.ports import Audience, Reply, Suggestion
from tests.fakes.staying import Staying


async def _nothing() -> None:
    """Nothing is due."""


@dataclass
class RecordingDoor(Staying):
    """Answers a command by its type, with `answers`, and everything else with a card that repeats the command."""

    answers: dict[type[Command], Card | Form] = field(default_factory=dict)
    public: frozenset[type[Command]] = frozenset()
    heard: list[tuple[str, Command]] = field(default_factory=list)
    pressed: list[Posted | None] = field(default_factory=list)
    open: asyncio.Event = field(default_factory=asyncio.Event)
    due: Callable[[], Awaitable[object]] = field(default=_nothing)

    def __post_init__(self) -> None:
        super().__init__()
        self.open.set()
        self._knocks = asyncio.Condition()

    @property
    def commands(self) -> list[Command]:
        """What was asked, by anyone."""
        return [command for _, command in self.heard]

    async def asked(self, command: Command) -> None:
        """Wait until this is asked."""
        async with self._knocks:
            await self._knocks.wait_for(lambda: command in self.commands)

    async def handle(self, command: Command, person: Person, place: Place, pressed: Posted | None = None) -> Reply:
        """Answer once the door is open."""
        assert place.workspace == person.workspace
        self.heard.append((person.id, command))
        self.pressed.append(pressed)
        async with self._knocks:
            self._knocks.notify_all()
        await self.open.wait()
        says = self.answers.get(type(command)) or Card("Heard", (say(repr(command)),), summary="Heard.")
        return Reply(says, Audience.PLACE if type(command) in self.public else Audience.ASKER)

    async def suggest(self, word: str, argument: str, typed: str, person: Person, place: Place) -> Sequence[Suggestion]:
        """Nothing: the terminal does not complete."""
        raise AssertionError((word, argument, typed, person, place))

    async def settled(self) -> None:
        """Nothing is ever due here, unless a test says what."""
        await self.due()
