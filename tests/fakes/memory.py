"""A platform that is nothing but a list of messages, with the failures that real ones have."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.cards import text
from bot.cards.model import Buttons, Card
from bot.domain.identity import Person, Place, Posted
from bot.ports import STOPPING, Absent, Door, Hearing, Refused, Route, Unclear
from bot.wire import encode


class Killed(BaseException):
    """The process died here."""


@dataclass(slots=True)
class Message:
    """What stands in a channel, perhaps as a reply."""

    place: Place
    card: Card
    under: Posted | None = None

    def carried(self) -> list[str]:
        """What its buttons carry."""
        return [encode(b.press) for block in self.card.blocks if isinstance(block, Buttons) for b in block.items]

    def text(self) -> str:
        """What it says."""
        return text.render(self.card)


@dataclass
class Memory:
    """The platform. `faults` are used up one a call of `post`: an outcome to give instead, or an exception to raise;
    with `after` the message stands all the same. `told` is what each person alone was shown, unless telling anybody
    ends as `closed` says.
    """

    name: str = "memory"
    hearing: Hearing = Hearing.SOLE
    routes: Sequence[Route] = ()
    messages: list[Message] = field(default_factory=list)
    faults: list[tuple[Refused | Unclear | BaseException, bool]] = field(default_factory=list)
    looks: Refused | Unclear | None = None
    told: list[tuple[str, Card]] = field(default_factory=list)
    closed: Refused | Unclear | BaseException | None = None
    threads: dict[str, str] = field(default_factory=dict)
    gone: set[int] = field(default_factory=set)
    trouble_is: str | None = None
    at_once: int = 20

    def fail(self, how: Refused | Unclear | BaseException, *, after: bool = False) -> None:
        """Let the next post fail; `after` it was done."""
        self.faults.append((how, after))

    async def start(self, door: Door) -> None:
        """Nothing to connect."""

    async def listen(self) -> None:
        """Nobody to hear."""

    async def hush(self) -> None:
        """Nobody to hear."""

    def trouble(self) -> str | None:
        """What the test says."""
        return self.trouble_is

    async def stop(self, within: float = STOPPING) -> None:
        """Nothing to disconnect."""

    async def post(self, place: Place, card: Card, key: str, under: Posted | None = None) -> Posted | Refused | Unclear:
        """Append a message, or fail as told."""
        await asyncio.sleep(0)  # a network call lets others run
        how, after = self.faults.pop(0) if self.faults else (None, True)
        if after:
            self.messages.append(Message(place, card, under))
            assert any(carried.startswith(key) for carried in self.messages[-1].carried()), key
        if isinstance(how, BaseException):
            raise how
        return how or Posted(place, str(len(self.messages) - 1))

    async def edit(self, posted: Posted, card: Card) -> Posted | Refused | Unclear:
        """Change a message."""
        self.messages[int(posted.message)].card = card
        return posted

    async def tell(self, person: Person, card: Card) -> Posted | Refused | Unclear:
        """Show somebody a card, or fail as told."""
        await asyncio.sleep(0)  # a network call lets others run
        if isinstance(self.closed, BaseException):
            raise self.closed
        if self.closed is not None:
            return self.closed
        self.told.append((person.name, card))
        return Posted(Place(person.workspace, person.name), str(len(self.told)))

    async def discuss(self, posted: Posted, title: str) -> Posted | Refused | Unclear:
        """Open a thread, once."""
        self.threads.setdefault(posted.message, title)
        return posted

    async def remove_copies(self, kept: Posted, key: str) -> int | Refused | Unclear:
        """Delete what else bears a key among the buttons."""
        if self.looks:
            return self.looks
        copies = [number for number in self._with(kept.place, key) if str(number) != kept.message]
        self.gone.update(copies)
        return len(copies)

    async def find(self, place: Place, key: str) -> Posted | Absent | Refused | Unclear:
        """Look for a key among the buttons."""
        if self.looks:
            return self.looks
        found = self._with(place, key)
        return Posted(place, str(found[0])) if found else Absent()

    def standing(self) -> list[Message]:
        """What has not been deleted."""
        return [message for number, message in enumerate(self.messages) if number not in self.gone]

    def _with(self, place: Place, key: str) -> list[int]:
        standing = [(n, m) for n, m in enumerate(self.messages) if n not in self.gone and m.place == place]
        return [n for n, m in standing if any(f"{carried}:".startswith(f"{key}:") for carried in m.carried())]
