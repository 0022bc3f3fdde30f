"""What stands on this Discord: one server with one channel and people in it, messages, interactions, commands."""

import asyncio
import itertools
import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache

from tests.fakes import wire
from tests.fakes.discord import markdown
from tests.fakes.discord.limits import BUTTON, EPHEMERAL, SELECT, TEXT, V2, walk
from tests.fakes.discord.rules import Json

APPLICATION, GUILD, CHANNEL = 1_100_000_000_000_000_001, 1_100_000_000_000_000_002, 1_100_000_000_000_000_003
_EPOCH = 1_420_070_400_000
_MANAGE_GUILD, _SEND = 1 << 5, 1 << 11
COMMAND, COMPONENT, AUTOCOMPLETE, MODAL = 2, 3, 4, 5


def snowflakes() -> Iterator[int]:
    """Ids that grow and tell their time, as Discord's do."""
    return (((int(time.time() * 1000) - _EPOCH) << 22) + number for number in itertools.count())


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody in the server."""

    id: int
    name: str
    nick: str | None = None
    manages: bool = False

    def user(self) -> Json:
        return {"id": str(self.id), "username": self.name, "discriminator": "0", "global_name": None, "avatar": None}

    def payload(self) -> Json:
        rights = _SEND | (_MANAGE_GUILD if self.manages else 0)
        return {
            "user": self.user(),
            "nick": self.nick,
            "roles": [],
            "joined_at": "2026-01-01T00:00:00+00:00",
            "deaf": False,
            "mute": False,
            "flags": 0,
            "permissions": str(rights),
        }


BOT = Member(APPLICATION + 500, "sqla-quiz")  # in the oldest applications not the application's own id


@dataclass(slots=True)
class Message:
    """A message as it stands now; `viewer` is the one person who sees it, if it is not public."""

    id: int
    channel: int
    viewer: str | None = None
    content: str = ""
    components: list[Json] = field(default_factory=list)
    flags: int = 0
    nonce: str | None = None
    thread: str | None = None
    mentions: set[str] = field(default_factory=set)
    files: dict[str, str] = field(default_factory=dict)
    author: Member = BOT
    at: float = 0.0

    def draw(self, body: Json) -> None:
        """Take over what a request says of it."""
        if "content" in body:
            self.content = body["content"] or ""
        if "components" in body:
            self.components = _numbered(wire.write(body["components"]))
        if "attachments" in body:
            self.files = {each["filename"]: each["text"] for each in body["attachments"]}
        self.flags |= body.get("flags", 0) & (V2 | EPHEMERAL)
        allowed = body.get("allowed_mentions", {"parse": ["everyone", "roles", "users"]})
        texts, parsed = self.texts(), set(allowed.get("parse", []))
        self.mentions |= {ping for text in texts for ping in markdown.pings(text, parsed)}
        named = [f"<@&{number}>" for number in allowed.get("roles", [])]
        self.mentions |= {ping for text in texts for ping in named if ping in text}

    def texts(self) -> list[str]:
        """Everything written on it, as it was sent."""
        displays = [each["content"] for each in walk(self.components) if each["type"] == TEXT]
        return [self.content, *displays] if self.content else displays

    def attached(self) -> list[str]:
        """What somebody finds who opens its files, each below its name."""
        return [part for file in self.files.items() for part in file]

    def buttons(self) -> dict[str, str]:
        """The custom ids by label."""
        return {each["label"]: each["custom_id"] for each in walk(self.components) if each["type"] == BUTTON}

    def menus(self) -> dict[str, tuple[str, str]]:
        """The custom id and the value of everything that can be chosen from a menu, by the label's first word."""
        menus = [each for each in walk(self.components) if each["type"] == SELECT]
        return {
            option["label"].split(":")[0]: (menu["custom_id"], option["value"])
            for menu in menus
            for option in menu["options"]
        }

    def labels(self) -> tuple[str, ...]:
        """Everything that can be pressed or chosen, in the order in which it stands."""
        both = [each for each in walk(self.components) if each["type"] in (BUTTON, SELECT)]
        parts = [part for each in both for part in each.get("options", [each])]
        return tuple(part["label"].split(":")[0] if "value" in part else part["label"] for part in parts)

    def payload(self) -> Json:
        return {
            "id": str(self.id),
            "channel_id": str(self.channel),
            "author": {**self.author.user(), "bot": True},
            "content": self.content,
            "components": self.components,
            "flags": self.flags,
            "timestamp": "2026-11-22T09:00:00+00:00",
            "edited_timestamp": None,
            "tts": False,
            "mention_everyone": False,
            "mentions": [],
            "mention_roles": [],
            "attachments": [_attachment(number, *file) for number, file in enumerate(self.files.items(), start=1)],
            "embeds": [],
            "pinned": False,
            "type": 0,
            **({"nonce": self.nonce} if self.nonce else {}),
        }


def _attachment(number: int, name: str, text: str) -> Json:
    address = f"https://cdn.invalid/{number}/{name}"
    return {"id": str(number), "filename": name, "size": len(text), "url": address, "proxy_url": address}


@lru_cache(maxsize=1_000)
def _numbered(components: str) -> list[Json]:
    """Components as Discord keeps them: never changed in place, and each with an id."""
    kept: list[Json] = wire.read(components)
    for number, each in enumerate(walk(kept), start=1):
        each.setdefault("id", number)
    return kept


@dataclass(slots=True)
class Interaction:
    """One thing that somebody did and waits to see answered, and what came of it."""

    id: int
    token: str
    kind: int
    asker: Member
    at: float
    source: Message | None = None
    channel: int = CHANNEL
    acknowledged: int | None = None
    waited: float | None = None  # seconds until it was acknowledged
    original: Message | None = None
    modal: Json | None = None
    choices: list[Json] | None = None
    shown: Message | None = None
    answered: asyncio.Event = field(default_factory=asyncio.Event)
    echoed: bool = False  # what was said first was sent back

    def show(self, message: Message) -> None:
        """The asker sees an answer."""
        self.shown = message
        self.answered.set()


@dataclass(slots=True)
class World:
    """All of it. `channels` says which server each belongs to, 0 being none; `threads` which channel each belongs to;
    `forums` are those channels that take no messages themselves; `silent` are roles not everybody may mention;
    `conversations` are the bot's with one
    person each, by name; `closed` are those who take no messages there. `seen` is everything one person alone was ever
    shown: messages at that time, and modals. A nonce is remembered for `remembers` seconds.
    """

    clock: Callable[[], float] = time.monotonic
    remembers: float = math.inf
    ids: Iterator[int] = field(default_factory=snowflakes)
    people: dict[str, Member] = field(default_factory=dict)
    roles: dict[str, int] = field(default_factory=lambda: {"@everyone": GUILD, "quizzers": GUILD + 7})
    channels: dict[int, int] = field(default_factory=lambda: {CHANNEL: GUILD})
    threads: dict[int, int] = field(default_factory=dict)
    forums: set[int] = field(default_factory=set)
    silent: set[str] = field(default_factory=set)
    forbidden: set[str] = field(default_factory=set)
    conversations: dict[str, int] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)
    messages: dict[int, Message] = field(default_factory=dict)
    interactions: dict[str, Interaction] = field(default_factory=dict)
    commands: list[Json] = field(default_factory=list)
    seen: list[tuple[str, Message | Json]] = field(default_factory=list)

    def add(self, name: str, *, manages: bool = False, nick: str | None = None) -> Member:
        """Somebody joins."""
        self.people[name] = Member(next(self.ids), name, nick, manages)
        return self.people[name]

    def thread(self, channel: int) -> int:
        """A new thread in a channel; what is posted in a forum is one, too."""
        thread = self.open(self.channels[channel])
        self.threads[thread] = channel
        return thread

    def open(self, guild: int) -> int:
        """A new channel in a server, which may be new too."""
        channel = next(self.ids)
        self.channels[channel] = guild
        return channel

    def write(self, channel: int, body: Json, viewer: str | None = None) -> Message:
        """A new message stands in a channel."""
        message = Message(next(self.ids), channel, viewer, nonce=body.get("nonce"), at=self.clock())
        self.messages[message.id] = message
        self.rewrite(message, body)
        return message

    def rewrite(self, message: Message, body: Json) -> None:
        """A message shows something else."""
        message.draw(body)
        if message.viewer is not None:
            self.seen.append((message.viewer, replace(message, mentions={*message.mentions})))

    def echoes(self) -> list[Interaction]:
        """Those whose first answer was sent back, completions aside."""
        return [each for each in self.interactions.values() if each.echoed and each.kind != AUTOCOMPLETE]

    def public(self, channel: int) -> list[Message]:
        """What everybody sees in a channel, oldest first."""
        return [m for m in self.messages.values() if m.channel == channel and m.viewer is None]
