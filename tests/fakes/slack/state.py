"""What a Slack workspace remembers: messages, modals, and the short-lived rights that an interaction grants."""

import asyncio
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.slack.people import CHANNEL, TEAM, Channel
from tests.fakes.slack.visible import read_message, read_view
from tests.stage import Seen

Payload = dict[str, Any]

TRIGGER_LIFE = 3.0
ACKNOWLEDGE_WITHIN = 3.0
URL_LIFE, URL_USES = 30 * 60.0, 5
TYPES = {
    "ask": "slash_commands",
    "press": "interactive",
    "fill": "interactive",
    "summon": "interactive",
    "open": "events_api",
}
"""What Slack calls the envelope of each kind of interaction."""


@dataclass
class Message:
    """A message; `owner` is the one person who sees it, or nobody in particular. `thread` is what it replies to, and a
    reply is seen in the channel only if it is `broadcast`.
    """

    channel: str
    ts: str
    body: Payload
    owner: str | None = None
    thread: str | None = None
    broadcast: bool = False
    edits: int = 0

    @property
    def in_channel(self) -> bool:
        """Whether everybody in the channel sees it there."""
        return self.owner is None and (self.thread is None or self.broadcast)

    def seen(self) -> Seen:
        """The message as whoever may see it sees it now."""
        return read_message(f"message:{self.channel}:{self.ts}", self.body)


@dataclass
class View:
    """A modal on one person's screen, or their App Home, which is as if always open."""

    id: str
    owner: str
    body: Payload
    open: bool = True
    version: int = 1

    @property
    def hash(self) -> str:
        """Slack's mark of what stands here now."""
        return f"{self.id}.{self.version}"

    def seen(self) -> Seen:
        """The view as its owner sees it now."""
        return read_view(f"view:{self.id}", self.body)


@dataclass
class Interaction:
    """One thing that a person did, the rights it gave to the bot, and what they got for it."""

    id: str
    kind: str
    person: str
    channel: str
    began: float
    workspace: "Workspace" = field(repr=False, compare=False)
    source: Message | View | None = None
    trigger_used: bool = False
    url_uses: int = 0
    acknowledged: bool = False
    waited: float = 0.0  # seconds until then
    answers: list[Seen] = field(default_factory=list)
    happened: asyncio.Event = field(default_factory=asyncio.Event)  # set at each of both


@dataclass
class Workspace:
    """Everything of one workspace that outlives a connection."""

    clock: Callable[[], float]
    url: str = ""
    team: str = TEAM
    enterprise: str = ""
    tickets: set[str] = field(default_factory=set)
    channels: dict[str, Channel] = field(default_factory=lambda: {CHANNEL: Channel(CHANNEL, "sqlalchemy")})
    scheduled: dict[str, Payload] = field(default_factory=dict)
    messages: dict[tuple[str, str], Message] = field(default_factory=dict)
    views: dict[str, View] = field(default_factory=dict)
    admins: set[str] = field(default_factory=set)
    homes: dict[str, View] = field(default_factory=dict)
    interactions: dict[str, Interaction] = field(default_factory=dict)
    shown: dict[str, list[Seen]] = field(default_factory=dict)
    breaches: list[str] = field(default_factory=list)
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def beside(self, team: str, enterprise: str = "") -> "Workspace":
        """Another workspace on the same Slack."""
        other = Workspace(self.clock, self.url, team, enterprise)
        other.tickets, other.breaches, other._numbers = self.tickets, self.breaches, self._numbers
        return other

    def knows(self, given: Payload) -> bool:
        """Whether a call is about something of this workspace."""
        named = [given.get(name, "") for name in ("channel", "trigger_id", "view_id")]
        return any(name in known for name in named for known in (self.channels, self.interactions, self.views))

    def named(self, channel: str) -> str:
        """What payloads call a channel."""
        known = self.channels.get(channel)
        return known.shown if known else "directmessage"

    def number(self) -> int:
        """A number never given before."""
        return next(self._numbers)

    def breach(self, what: str) -> None:
        """Note a refusal or a broken rule."""
        self.breaches.append(what)

    def add_message(self, channel: str, body: Payload, owner: str | None = None) -> Message:
        """A new message of the bot."""
        number = self.number()
        message = Message(channel, f"{1_700_000_000 + number // 1000}.{number % 1000:06}", body, owner)
        self.messages[channel, message.ts] = message
        self.show(message)
        return message

    def change_message(self, message: Message, body: Payload) -> None:
        """Edit a message. What is not said, such as the metadata, stays."""
        message.body = {**message.body, **body}
        message.edits += 1
        self.show(message)

    def add_view(self, owner: str, body: Payload) -> View:
        """Open a modal."""
        view = View(f"V{self.number():04}", owner, body)
        self.views[view.id] = view
        self.show(view)
        return view

    def change_view(self, view: View, body: Payload) -> None:
        """Show something else in a modal."""
        view.body = body
        view.version += 1
        self.show(view)

    def show(self, what: Message | View) -> None:
        """Note what a person alone got to see."""
        if what.owner is not None:
            self.shown.setdefault(what.owner, []).append(what.seen())

    def begin(self, kind: str, person: str, channel: str, source: Message | View | None = None) -> Interaction:
        """A person does something."""
        interaction = Interaction(f"{self.number()}.quiz", kind, person, channel, self.clock(), self, source)
        self.interactions[interaction.id] = interaction
        return interaction

    def answered(self, interaction: Interaction, seen: Seen) -> None:
        """The person got something for what they did; they want it once."""
        interaction.answers.append(seen)
        interaction.happened.set()
        if len(interaction.answers) > 1:
            self.breach(f"{interaction.kind}: answered {len(interaction.answers)} times")
