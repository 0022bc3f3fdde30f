"""A channel of Discord or Slack as a posting meets it: what is sent gets lost, comes late, or is not seen at once."""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Final

from bot.domain.rounds import PostingKind
from tests.simulation.clock import Clock
from tests.simulation.rules import Refusal

Key = tuple[PostingKind, int]  # what a message is known by: its posting, of which there is one of each kind

WITHIN: Final = {"discord": 25.0, "slack": 15.0}  # seconds for a call, as the adapters have it
NONCE = 60.0  # seconds for which Discord knows a key again; "a few minutes", its documentation says
LATE = 35.0  # seconds after which what was sent is taken in at the latest, however long nobody answered
LAG = 20.0  # seconds until a message is seen in the history at the latest
BLIP = 25.0  # seconds for which the history may be blind, once: two looks cannot help where it lies at both
BARRED = Refusal("missing access", lasting=True)
CANNOT_BE_ASKED = Refusal("missing scope", lasting=True)


class Absent:
    """The history was read and does not have it."""


Found = int | Refusal | Absent | None  # a message, or why there is none; `None` where nobody answered


@dataclass(slots=True)
class Message:
    """What stands in the channel. `excused`: its sender stood still between the last check and the call, or another's
    had, so that no rule could prevent it; whatever is done about it is done by looking for copies. `shows` counts the
    rulings that it knows of; `overtaken`: one who stood still may have edited it last.
    """

    number: int
    key: Key
    seen_from: float
    excused: bool
    edited: bool = False
    gone: bool = False
    shows: int = 0
    overtaken: bool = False


@dataclass(slots=True)
class Ticket:
    """A request on its way: when its answer comes, and what it says; `None` if it was lost."""

    answer_in: float
    says: Refusal | int | None = None


@dataclass(slots=True)
class Channel:
    """One channel on `platform`. `readable`: its history may be read. `faults`: how often things go wrong, from 0 to 1,
    until it is `calm`; `barred` is from when to when we are shut out. `posted` hears of every message.
    """

    platform: str
    readable: bool
    faults: float
    dice: Random
    clock: Clock
    posted: Callable[[Message], None]
    calm: bool = False
    barred: tuple[float, float] = (0.0, 0.0)
    messages: list[Message] = field(default_factory=list)
    refusals: set[str] = field(default_factory=set)
    _known: dict[Key, tuple[float, Message]] = field(default_factory=dict)
    _blind: float = 0.0
    _lost: bool = False

    def post(self, key: Key, within: float, *, excused: bool, shows: int = 0) -> Ticket:
        """Send a message."""
        return self._request(within, lambda: self._take_in(key, excused, shows))

    def edit(self, number: int, within: float, *, excused: bool = False, shows: int = 0) -> Ticket:
        """Change a message."""

        def change() -> int:
            message = self.messages[number]
            message.edited, message.shows = True, shows
            message.overtaken = message.overtaken or excused
            return number

        return self._request(within, change)

    def standing(self, key: Key) -> list[Message]:
        """What people see."""
        return [message for message in self.messages if message.key == key and not message.gone]

    def find(self, key: Key) -> Found:
        """What the history shows at this moment."""
        if trouble := self._trouble():
            return trouble[0]
        seen = self._seen(key)
        return seen[0].number if seen else Absent()

    def remove_copies(self, key: Key, kept: int) -> bool:
        """Delete what else bears the key; whether that could be done."""
        if self._trouble():
            return False
        for message in self._seen(key):
            message.gone = message.number != kept or message.gone
        return True

    def _seen(self, key: Key) -> list[Message]:
        if not self.calm and not self._blind and self.dice.random() < 0.2 * self.faults:
            self._blind = self.clock.time + self.dice.uniform(0, BLIP)
        if self.clock.time < self._blind:
            return []
        return [message for message in self.standing(key) if message.seen_from <= self.clock.time]

    def _trouble(self) -> tuple[Refusal | None] | None:
        if not self.readable:
            return (CANNOT_BE_ASKED,)
        if self._is_barred():
            return (self._refusal(BARRED),)
        if self.calm or (fate := self.dice.random()) > 0.2 * self.faults:
            return None
        if fate < 0.01 * self.faults:
            return (self._refusal(CANNOT_BE_ASKED),)
        return (None,) if fate < 0.12 * self.faults else (Refusal("not now", lasting=False, wait=30.0),)

    def _take_in(self, key: Key, excused: bool, shows: int) -> int:
        at, known = self._known.get(key, (0.0, None))
        if known and self.platform == "discord" and self.clock.time - at < NONCE:
            return known.number
        lag = self.dice.uniform(0, LAG) if self.dice.random() < 0.6 * self.faults else 0.0
        message = Message(len(self.messages), key, self.clock.time + lag, excused, shows=shows)
        self._known[key] = self.clock.time, message
        self.messages.append(message)
        self.posted(message)
        return message.number

    def _request(self, within: float, take_in: Callable[[], int]) -> Ticket:
        """Throw the dice for a request."""
        dice = self.dice
        taken_in = dice.uniform(0.05, 1.0)
        ticket = Ticket(min(taken_in + 0.1, within))
        fate = 1.0 if self.calm else dice.random() / self.faults
        if fate < 0.9 and self._lost:  # troubles come together
            fate *= 0.2
        self._lost = 0.14 <= fate < 0.45
        if self._is_barred():
            ticket.says = self._refusal(BARRED)
        elif fate > 0.45:
            self._answer(ticket, taken_in, take_in, heard=True)
        elif fate < 0.14:
            wait = dice.uniform(1, 60)
            ticket.says = self._refusal(BARRED if fate < 0.06 else Refusal("not now", lasting=False, wait=wait))
        elif fate < 0.19:  # lost on its way there
            pass
        elif fate < 0.26:  # taken in, and a 502 or nothing comes back
            self._answer(ticket, taken_in, take_in, heard=False)
        elif fate < 0.29:  # nothing ever comes back, and it was not taken in
            ticket.answer_in = within
        else:  # taken in, perhaps long after its sender has given up
            ticket.answer_in = within
            taken_in = within + dice.choice((dice.uniform(-within, 0), dice.uniform(LATE / 2, LATE)))
            self._answer(ticket, taken_in, take_in, heard=False)
        return ticket

    def _is_barred(self) -> bool:
        return self.barred[0] <= self.clock.time < self.barred[1]

    def _refusal(self, refusal: Refusal) -> Refusal:
        self.refusals.add(refusal.why)
        return refusal

    def _answer(self, ticket: Ticket, taken_in: float, take_in: Callable[[], int], *, heard: bool) -> None:
        def take() -> None:
            number = take_in()
            if heard:
                ticket.says = number

        self.clock.after(taken_in, take)
