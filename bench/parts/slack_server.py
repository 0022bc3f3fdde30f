"""The loopback Slack in a process of its own, and the people there who press buttons."""

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
from typing import Any, Self

from tests.fakes.slack import people
from tests.fakes.slack.hands import Hands
from tests.fakes.slack.oauth import Grant
from tests.fakes.slack.server import FakeSlack
from tests.fakes.slack.state import Interaction, Message
from tests.fakes.slack.visible import menus
from tests.stage import Seen

SILENCE, GIVE_UP = 10.0, 300.0  # seconds until a click is called lost that nobody acknowledges, or answers

Payload = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Open:
    """That many channels, empty or with a message in them; answered by their ids."""

    channels: int
    message: Payload | None


@dataclass(frozen=True, slots=True)
class Install:
    """That many workspaces with so many channels each have taken the app in; answered by `Installed`."""

    workspaces: int
    channels: int


@dataclass(frozen=True, slots=True)
class Installed:
    """A workspace, the token that speaks in it, its channels."""

    workspace: str
    token: str
    channels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Count:
    """What stands in the channels of all workspaces; answered by `Posts`."""


@dataclass(frozen=True, slots=True)
class Posts:
    """How many messages there are, how many channels have more than one, how many calls came too soon, what else was
    refused.
    """

    posted: int
    twice: int
    early: int
    refused: list[str]


@dataclass(frozen=True, slots=True)
class Call:
    """The address at which the bot takes requests; answered by the same."""

    address: str


@dataclass(frozen=True, slots=True)
class Click:
    """That many clicks by as many people, so many of them under way at once; answered by `Clicks`."""

    clicks: int
    at_once: int
    answered: bool


@dataclass(frozen=True, slots=True)
class Clicks:
    """What the people saw: how long each waited for the acknowledgement and until told the outcome, each in order, and
    what went wrong.
    """

    seconds: float
    waited: list[float]
    told: list[float]
    lost: int
    unanswered: int
    refused: list[str]

    @property
    def rate(self) -> float:
        """Clicks a second."""
        return len(self.waited) / self.seconds

    def quantile(self, share: float) -> float:
        """How long this share of the people waited at most; those who were never heard count as the longest."""
        return [*self.waited, *[SILENCE] * self.lost][int(share * (len(self.waited) + self.lost - 1))]


class Slack:
    """The process, as the benchmark talks to it."""

    def __init__(self, *, http: bool, latency: float = 0.0, strict: bool = False) -> None:
        """Start it and wait until it serves. Calls are answered after `latency` seconds; if `strict`, those that come
        too soon are refused.
        """
        context = SpawnContext()
        self._pipe, theirs = context.Pipe()
        self._process: SpawnProcess = context.Process(target=_serve, args=(theirs, http, latency, strict), daemon=True)
        self._process.start()
        self.environment: dict[str, str] = self._pipe.recv()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pipe.send(None)
        self._process.join(10)

    async def open(self, channels: int, message: Payload | None = None) -> list[str]:
        """Channels: their ids."""
        self._pipe.send(Open(channels, message))
        ids: list[str] = await asyncio.to_thread(self._pipe.recv)
        return ids

    async def install(self, workspaces: int, channels: int) -> list[Installed]:
        """Workspaces that have taken the app in."""
        self._pipe.send(Install(workspaces, channels))
        installed: list[Installed] = await asyncio.to_thread(self._pipe.recv)
        return installed

    async def count(self) -> Posts:
        """What stands in all channels."""
        self._pipe.send(Count())
        posts: Posts = await asyncio.to_thread(self._pipe.recv)
        return posts

    async def call(self, address: str) -> None:
        """Have interactions sent there."""
        self._pipe.send(Call(address))
        await asyncio.to_thread(self._pipe.recv)

    async def click(self, clicks: int, at_once: int, *, answered: bool) -> Clicks:
        """Have people press or choose what comes first on the latest message of every channel in turn.

        `answered`: each of them waits for an answer too, not for the acknowledgement alone.
        """
        self._pipe.send(Click(clicks, at_once, answered))
        seen: Clicks = await asyncio.to_thread(self._pipe.recv)
        return seen


def _serve(pipe: Connection, http: bool, latency: float, strict: bool) -> None:
    gc.disable()  # it lives shortly, and is to be no slower than what is measured
    asyncio.run(_orders(pipe, http, latency, strict))


async def _orders(pipe: Connection, http: bool, latency: float, strict: bool) -> None:
    numbers = iter(range(10**9))
    async with FakeSlack(http=http) as slack:
        slack.latency, slack.rates.enforced = latency, strict
        pipe.send(slack.environment)
        channels: list[str] = []
        while order := await asyncio.to_thread(pipe.recv):
            match order:
                case Open():
                    channels = [*_open(slack, order)]
                    pipe.send(channels)
                case Install():
                    pipe.send([*_install(slack, order)])
                case Count():
                    pipe.send(_count(slack))
                case Call(address):
                    slack.requests.address = address
                    pipe.send(address)
                case Click():
                    standing = [_latest(slack, channel) for channel in channels]
                    pipe.send(await _click(slack, standing, islice(numbers, order.clicks), order))


def _open(slack: FakeSlack, order: Open) -> Iterator[str]:
    for number in range(order.channels):
        channel = people.Channel(f"C{number:04}", f"room-{number}")
        slack.workspace.channels[channel.id] = channel
        if order.message is not None:
            slack.workspace.add_message(channel.id, order.message)
        yield channel.id


def _install(slack: FakeSlack, order: Install) -> Iterator[Installed]:
    for number in range(order.workspaces):
        team, token = f"T{number:04}", f"xoxb-{number}"
        slack.oauth.tokens[token] = Grant(team)
        channels = tuple(f"C{number:04}N{channel:04}" for channel in range(order.channels))
        slack.team(team).channels |= {channel: people.Channel(channel, "quiz") for channel in channels}
        yield Installed(team, token, channels)


def _count(slack: FakeSlack) -> Posts:
    standing = Counter((team.team, one.channel) for team in slack.teams.values() for one in team.messages.values())
    twice = sum(count > 1 for count in standing.values())
    return Posts(standing.total(), twice, slack.rates.refused.total(), slack.breaches[:5])


def _latest(slack: FakeSlack, channel: str) -> Seen:
    found: list[Message] = [one for one in slack.workspace.messages.values() if one.channel == channel]
    return found[-1].seen()


async def _click(slack: FakeSlack, standing: list[Seen], numbers: Iterator[int], order: Click) -> Clicks:
    slack.breaches.clear()
    hands = Hands(slack)

    told: list[float] = []

    async def person() -> list[Interaction]:
        seen: list[Interaction] = []
        for number in numbers:
            pressed = perf_counter()
            seen.append(await _one(slack, hands, standing[number % len(standing)], f"m{number}", order.answered))
            told.append(perf_counter() - pressed)
        return seen

    start = perf_counter()
    asked = [*chain.from_iterable(await asyncio.gather(*(person() for _ in range(order.at_once))))]
    seconds = perf_counter() - start
    waited = sorted(each.waited for each in asked if each.acknowledged)
    unanswered = sum(not each.answers for each in asked) if order.answered else 0
    return Clicks(seconds, waited, sorted(told), len(asked) - len(waited), unanswered, [*slack.breaches])


async def _one(slack: FakeSlack, hands: Hands, on: Seen, name: str, answered: bool) -> Interaction:
    """One person's click, until they see what they wait for. Everything about them is then forgotten."""
    world = slack.workspace
    menu = next(iter(menus(hands.body(on)["blocks"])), None)
    first = [menu["options"][0]["value"]] if menu else []
    asked = await (hands.choose(name, on, first) if menu else hands.press(name, on, on.buttons[0]))
    patience = SILENCE
    with suppress(TimeoutError):  # a click that nobody answers is counted by what it lacks
        while not asked.acknowledged or (answered and not asked.answers):
            asked.happened.clear()
            await asyncio.wait_for(asked.happened.wait(), patience)
            patience = GIVE_UP if asked.acknowledged else SILENCE
    del world.interactions[asked.id]
    for seen in asked.answers:
        _, channel, ts = seen.id.split(":")
        world.messages.pop((channel, ts), None)
    world.shown.pop(name, None)
    return asked
