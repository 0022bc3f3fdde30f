"""The whole contract between the core and the platforms.

A platform is a folder under `adapters/` whose `connect(environment)` is named by an entry point in the group
`sqla_quiz.adapters`. It turns what people do into commands, hands them to the door, and draws the reply.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bot.cards.model import Card, Form
from bot.commands import Command
from bot.domain.identity import Person, Place, Posted, Workspace


class Audience(StrEnum):
    """Who sees a reply."""

    ASKER = "asker"
    PLACE = "place"


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to a command."""

    says: Card | Form
    audience: Audience = Audience.ASKER


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One completion of an argument being typed."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Installation:
    """What a platform gave us so that we may speak for a tenant: a workspace, or an organisation of several.

    `secret` is whatever the adapter needs for that, as text; `expires_at` is when it ends unless renewed, if ever.
    """

    tenant: str
    secret: str = field(repr=False)
    installed_at: datetime
    expires_at: datetime | None = None


class Vault(Protocol):
    """Where installations are kept, sealed. Raises `bot.errors.SealError` for what cannot be opened."""

    async def find(self, platform: str, tenant: str) -> Installation | None:
        """The installation of a tenant, or of the organisation it is known to belong to."""

    async def keep(self, platform: str, given: Installation) -> Sequence[str]:
        """Keep what was given now, in place of what its tenant gave before.

        Answers the tenants that are known to belong to it, where it is an organisation.
        """

    async def belong(self, platform: str, tenant: str, organisation: str) -> None:
        """Note that a tenant belongs to an organisation that took us in, unless it did so itself."""

    async def renew(
        self, platform: str, held: Installation, ask: Callable[[], Awaitable[Installation]]
    ) -> Installation | None:
        """What `ask` got in place of `held`; `None` where that has been forgotten.

        One process asks at a time, and whoever comes meanwhile is given what it got. Raises what `ask` raises.
        """

    async def ending(self, platform: str, tenant: str, until: datetime) -> Sequence[str]:
        """The tenants that we can speak for no more if what one gave up to a moment is void: itself, and those that
        belong to it. None where it gave something since.
        """

    async def forget(self, platform: str, tenant: str, until: datetime) -> None:
        """Forget an installation made up to a moment."""


class Door(Protocol):
    """What a platform sees of the quiz. `vault` is there where the operator gave keys to seal with."""

    vault: Vault | None

    async def handle(self, command: Command, person: Person, place: Place, pressed: Posted | None = None) -> Reply:
        """Do what is asked and say so. `pressed` is the public message whose button was used, if one was.

        Never raises for anything a person can do; an unforeseen failure is logged and answered with its code.
        """

    async def suggest(self, word: str, argument: str, typed: str, person: Person, place: Place) -> Sequence[Suggestion]:
        """At most 25 completions for an argument of a grammar word; empty where there are none."""

    def crowded(self) -> Reply:
        """What to say to one more person than can be answered: nothing is done, and asking again will help."""

    async def left(self, workspace: Workspace) -> None:
        """We are in a workspace no more. Saying it again, or of one that was never met, does no harm."""

    async def joined(self, workspace: Workspace) -> None:
        """We are in a workspace, perhaps again. Saying it again, or of one that was never met, does no harm."""

    async def workspaces(self, platform: str) -> Mapping[Workspace, bool]:
        """Every workspace of a platform that was ever met, and whether we are in it as far as we have been told."""

    async def settled(self) -> None:
        """Returns once everything due by now has been posted: for a platform that shows one thing after another."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The platform surely did not do it. `lasting`: asking again cannot help (no permission, channel gone)."""

    why: str
    lasting: bool
    retry_after: float = 0.0


@dataclass(frozen=True, slots=True)
class Unclear:
    """Nobody can tell whether the platform did it: the answer was lost, or the platform cannot be asked."""

    why: str


@dataclass(frozen=True, slots=True)
class Absent:
    """The platform was asked and has no such message."""


@dataclass(frozen=True, slots=True)
class Request:
    """An HTTP request for one of a platform's routes."""

    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Response:
    """What a route answers."""

    status: int
    body: bytes = b""
    content_type: str = "text/plain; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Route:
    """One HTTP address a platform wants served, under the process's `PORT`."""

    method: str
    path: str
    handle: Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Preview:
    """A card as a platform would show it, in plain lines, and how much of the platform's limits it takes.

    `used` holds what is counted, how many there are, and how many there may be.
    """

    text: str
    used: tuple[tuple[str, int, int], ...] = ()


Previewer = Callable[[Card], Preview]
"""What an entry point in the group `sqla_quiz.previews` names. It sends nothing and needs no token."""


STOPPING = 8.0
"""Seconds for everything that a process still has to do once it is asked to stop; many hosts kill after ten."""


class Hearing(StrEnum):
    """How a platform is heard: by its routes, wherever those are served; by connections that any number of processes
    may have at once, each of which hears its share; or by one that a single process has, because each would hear all.
    """

    SERVED = "served"
    SHARED = "shared"
    SOLE = "sole"


class Platform(Protocol):
    """One chat platform, connected with one set of credentials. `at_once`: how many calls may be under way, which is
    what its limits let through while one of them is answered.
    """

    name: str
    at_once: int
    routes: Sequence[Route]
    hearing: Hearing

    async def start(self, door: Door) -> None:
        """Make ready to post and to answer; nobody is heard yet.

        Raises `bot.errors.SettingsError` for credentials refused, `bot.errors.UnreachableError` where nobody answers.
        """

    async def listen(self) -> None:
        """Returns once people can be heard. Raises as `start` does."""

    async def hush(self) -> None:
        """Hear nothing new. What was heard is answered all the same, and cards can be posted; where one process alone
        may listen, it can do so again.
        """

    async def stop(self, within: float = STOPPING) -> None:
        """Hear nothing new, let what is in hand finish in so many seconds at most, disconnect."""

    def trouble(self) -> str | None:
        """Why people cannot be heard here, or nothing be posted, at this moment; `None` while all is as it should be.

        Costs nothing, asks nobody, tells no secret.
        """

    async def post(self, place: Place, card: Card, key: str, under: Posted | None = None) -> Posted | Refused | Unclear:
        """Post a card, seen by the whole place. Where replies are at home it is one to the message `under`, if that
        still stands; elsewhere that makes no difference. `key` is the start of the wire string of one of the card's
        buttons, the same at every attempt of this post and of no other, at most 25 characters: the platform's
        idempotency key where there is one.
        """

    async def edit(self, posted: Posted, card: Card) -> Posted | Refused | Unclear:
        """Replace what a message shows. Doing it twice does no harm."""

    async def tell(self, person: Person, card: Card) -> Posted | Refused | Unclear:
        """Show a card to one person alone, outside any channel. Each call shows it once more."""

    async def discuss(self, posted: Posted, title: str) -> Posted | Refused | Unclear:
        """Open a thread under a message, where threads have to be opened. Doing it twice does no harm.

        `title` has at most 100 characters.
        """

    async def find(self, place: Place, key: str) -> Posted | Absent | Refused | Unclear:
        """The message that was posted under `key`, looked for among the place's latest.

        `Refused(lasting=True)` where this platform cannot be asked at all, for want of a right or of a memory, or
        where so much was said since that it may stand further up.
        """

    async def remove_copies(self, kept: Posted, key: str) -> int | Refused | Unclear:
        """Delete every other message of ours that was posted under `key` where `kept` stands; how many those were.

        Looked for among the place's latest, and only what nobody else wrote. Doing it twice does no harm.
        """


class Local(Platform, Protocol):
    """A platform for whoever sits at this machine, run by `play`. Cards posted before `listen` wait and come first."""

    place: Place
    person: Person

    async def ended(self) -> None:
        """Returns when the person has left."""


@dataclass(frozen=True, slots=True)
class Off:
    """A platform that is not configured: the variables it needs."""

    name: str
    needs: tuple[str, ...]


Connect = Callable[[Mapping[str, str]], Platform | Off]
"""What an entry point names: reads its own variables from the environment; raises `SettingsError` for a wrong one.

The entry points of the group `sqla_quiz.local` return a `Local`.
"""
