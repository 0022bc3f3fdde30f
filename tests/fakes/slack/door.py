"""A door that says what it is told to, for tests of an adapter without a quiz behind it."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from bot.commands import Command
from bot.domain.identity import Person, Place, Posted
from bot.ports import Reply, Suggestion
from tests.fakes.staying import Staying


@dataclass(frozen=True)
class Asked:
    """One call of the door."""

    command: Command
    person: Person
    place: Place
    pressed: Posted | None


@dataclass
class ScriptedDoor(Staying):
    """Answers a command with what `says` holds for its type, a reply or something that makes one; else with `usual`."""

    usual: Reply
    says: dict[type[Command], Reply | Callable[[], Awaitable[Reply]]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    async def handle(self, command: Command, person: Person, place: Place, pressed: Posted | None = None) -> Reply:
        """Note what is asked, and say the line."""
        self.asked.append(Asked(command, person, place, pressed))
        line = self.says.get(type(command), self.usual)
        return line if isinstance(line, Reply) else await line()

    async def suggest(self, word: str, argument: str, typed: str, person: Person, place: Place) -> Sequence[Suggestion]:
        """Nothing: Slack completes nothing."""
        del word, argument, typed, person, place
        return ()

    async def settled(self) -> None:
        """At once: nothing is due here."""
