"""The loopback Discord in a process of its own, and the people there who press buttons."""

import asyncio
import gc
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain, islice
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnContext, SpawnProcess
from time import perf_counter
from typing import Self

from tests.fakes.discord import Server, people
from tests.fakes.discord.rules import Json
from tests.fakes.discord.server import TOKEN
from tests.fakes.discord.world import Interaction, Message

SILENCE, GIVE_UP = 10.0, 300.0  # seconds until a click is called lost that nobody acknowledges, or answers


@dataclass(frozen=True, slots=True)
class Open:
    """That many servers of so many channels and roles, the first channel empty or with a message in it; answered by
    the places of the first ones.
    """

    servers: int
    message: Json | None
    channels: int = 1
    roles: int = 0


@dataclass(frozen=True, slots=True)
class Click:
    """That many clicks by as many people, so many of them under way at once; answered by `Clicks`."""

    clicks: int
    at_once: int


@dataclass(frozen=True, slots=True)
class Count:
    """What stands in those channels; answered by `Posts`."""


@dataclass(frozen=True, slots=True)
class Posts:
    """How many messages there are, how many channels have more than one, how many requests came too soon."""

    posted: int
    twice: int
    refused: int


@dataclass(frozen=True, slots=True)
class Clicks:
    """What the people saw: how long each waited for the first word and until told the outcome, each in order, and what
    went wrong.
    """

    seconds: float
    waited: list[float]
    told: list[float]
    lost: int
    unanswered: int
    deferred: int
    refused: list[str]

    @property
    def rate(self) -> float:
        """Clicks a second."""
        return len(self.waited) / self.seconds

    def quantile(self, share: float) -> float:
        """How long this share of the people waited at most; those who never saw a word count as the longest."""
        return [*self.waited, *[SILENCE] * self.lost][int(share * (len(self.waited) + self.lost - 1))]


class Discord:
    """The process, as the benchmark talks to it."""

    def __init__(self, *, strict: bool = False) -> None:
        """Start it and wait until it serves. `strict`: every channel has a limit of its own, too."""
        context = SpawnContext()
        self._pipe, theirs = context.Pipe()
        self._process: SpawnProcess = context.Process(target=_serve, args=(theirs, strict), daemon=True)
        self._process.start()
        self.url: str = self._pipe.recv()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pipe.send(None)
        self._process.join(10)

    @property
    def environment(self) -> dict[str, str]:
        """The variables that bring a bot here."""
        return {"DISCORD_TOKEN": TOKEN, "DISCORD_API_URL": self.url}

    async def open(
        self, servers: int, message: Json | None = None, *, channels: int = 1, roles: int = 0
    ) -> list[tuple[int, int]]:
        """Servers and the first channel of each."""
        self._pipe.send(Open(servers, message, channels, roles))
        places: list[tuple[int, int]] = await asyncio.to_thread(self._pipe.recv)
        return places

    async def count(self) -> Posts:
        """What stands in these channels."""
        self._pipe.send(Count())
        posts: Posts = await asyncio.to_thread(self._pipe.recv)
        return posts

    async def click(self, clicks: int, at_once: int) -> Clicks:
        """Have people click on the first button of the latest message of every channel in turn."""
        self._pipe.send(Click(clicks, at_once))
        seen: Clicks = await asyncio.to_thread(self._pipe.recv)
        return seen


def _serve(pipe: Connection, strict: bool) -> None:
    gc.disable()  # it lives shortly, and is to be no slower than what is measured
    asyncio.run(_orders(pipe, strict))


async def _orders(pipe: Connection, strict: bool) -> None:
    numbers = iter(range(10**9))
    async with Server() as server:
        server.rates.buckets = strict
        pipe.send(server.url)
        channels: list[int] = []
        while order := await asyncio.to_thread(pipe.recv):
            match order:
                case Open():
                    channels = _open(server, order)
                    pipe.send([(server.world.channels[channel], channel) for channel in channels])
                case Count():
                    pipe.send(_count(server, channels))
                case Click(clicks, at_once):
                    standing = [server.world.public(channel)[-1] for channel in channels]
                    pipe.send(await _click(server, standing, islice(numbers, clicks), at_once))


def _open(server: Server, order: Open) -> list[int]:
    server.gateway.roles = order.roles
    guilds = [number << 22 for number in range(1, order.servers + 1)]
    first = [server.world.open(guild) for guild in guilds]
    for guild in guilds * (order.channels - 1):
        server.world.open(guild)
    if order.message is not None:
        for channel in first:
            server.world.write(channel, order.message)
    return first


def _count(server: Server, channels: list[int]) -> Posts:
    standing = Counter(message.channel for message in server.world.messages.values() if message.viewer is None)
    counts = [standing[channel] for channel in channels]
    refused = server.rates.refused_globally + server.rates.refused_in_channels
    return Posts(sum(counts), sum(count > 1 for count in counts), refused)


async def _click(server: Server, standing: list[Message], numbers: Iterator[int], at_once: int) -> Clicks:
    server.breaches.clear()

    told: list[float] = []

    async def person() -> list[Interaction]:
        seen: list[Interaction] = []
        for number in numbers:
            pressed = perf_counter()
            seen.append(await _one(server, standing[number % len(standing)], f"member {number}"))
            told.append(perf_counter() - pressed)
        return seen

    start = perf_counter()
    asked = [*chain.from_iterable(await asyncio.gather(*(person() for _ in range(at_once))))]
    seconds = perf_counter() - start
    waited = sorted(each.waited for each in asked if each.waited is not None)
    deferred = sum(each.acknowledged in (5, 6) for each in asked)
    refused = [f"{breach.code}: {breach.why}" for breach in server.breaches]
    unanswered = sum(not each.answered.is_set() for each in asked if each.waited is not None)
    return Clicks(seconds, waited, sorted(told), len(asked) - len(waited), unanswered, deferred, refused)


async def _one(server: Server, message: Message, name: str) -> Interaction:
    """One person's click, until they see the answer. Everything about them is then forgotten."""
    world = server.world
    world.add(name)
    if menus := [*message.menus().values()]:  # beside which the only button is that of a hint
        custom_id, value = menus[0]
        asked = await people.choose(server, name, message, custom_id, [value])
    else:
        asked = await people.press(server, name, message, next(iter(message.buttons().values())))
    with suppress(TimeoutError):  # a click that nobody answers is counted by what it lacks
        await asyncio.wait_for(asked.answered.wait(), SILENCE)
    if asked.acknowledged is not None and not asked.answered.is_set():
        with suppress(TimeoutError):
            await asyncio.wait_for(asked.answered.wait(), GIVE_UP)
    world.seen.clear()
    del world.people[name], world.interactions[asked.token]
    if asked.original is not None:
        world.messages.pop(asked.original.id, None)
    return asked
