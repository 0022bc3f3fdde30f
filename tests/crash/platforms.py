"""The loopback Discord and Slack in a process of their own, with their faults and the people there."""

import asyncio
import random
import signal
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnContext, SpawnProcess
from typing import Any, Self

from tests.crash.faults import Dice, TroubledDiscord, TroubledSlack
from tests.crash.pacing import Pacing
from tests.crash.people import Crowd, OnDiscord, OnSlack, Press
from tests.fakes.discord.server import TOKEN
from tests.fakes.discord.world import GUILD
from tests.fakes.discord.world import Message as DiscordMessage
from tests.fakes.slack.people import Channel
from tests.fakes.slack.rates import Rates
from tests.fakes.slack.state import Message as SlackMessage

REMEMBERS = 60.0  # seconds for which Discord knows a nonce: all that anybody may trust in
LATENCY = 0.01  # real seconds


@dataclass(frozen=True, slots=True)
class Pass:
    """Time passes like this once nothing is under way any more, with or without faults, and with so many people on each
    platform.
    """

    pacing: Pacing
    faults: bool
    people: int


@dataclass(frozen=True, slots=True)
class Opened:
    """The variables that bring the quiz here, and the channels it is in, by platform."""

    environment: Mapping[str, str]
    channels: Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Message:
    """A message that everybody sees, or saw until it was `swept`. `key` is that of its posting; `open`: its letters
    can still be pressed.
    """

    platform: str
    channel: str
    id: str
    key: str
    open: bool
    swept: bool = False


@dataclass(frozen=True, slots=True)
class Sighting:
    """All that stands in the channels, in order, and all that people did; how many faults there were, and what the
    platforms had to refuse besides, by kind.
    """

    messages: Sequence[Message]
    presses: Sequence[Press]
    faults: int
    refused: Mapping[str, int]


class Platforms:
    """The process, as the supervisor talks to it."""

    def __init__(self, places: int, pause: float, seed: int) -> None:
        """Start it, with so many channels on each platform, and wait until it serves."""
        context = SpawnContext()
        self._pipe, theirs = context.Pipe()
        self._process: SpawnProcess = context.Process(target=_serve, args=(theirs, places, pause, seed), daemon=True)
        self._process.start()
        theirs.close()
        self.opened: Opened = self._pipe.recv()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.join()

    def pass_(self, pacing: Pacing, *, faults: bool, people: int) -> None:
        """Let time pass like this."""
        self._ask(Pass(pacing, faults, people))

    def look(self) -> Sighting:
        """What is to be seen."""
        seen: Sighting = self._ask("look")
        return seen

    def _ask(self, order: object) -> Any:
        try:
            self._pipe.send(order)
            return self._pipe.recv()
        except (EOFError, OSError) as error:
            raise RuntimeError("the platforms ended by themselves: the log says why") from error


def _serve(pipe: Connection, places: int, pause: float, seed: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it serves to the end of the run
    asyncio.run(_orders(pipe, places, pause, random.Random(seed)))  # noqa: S311  # luck is to be repeatable


async def _orders(pipe: Connection, places: int, pause: float, luck: random.Random) -> None:
    pacing = [Pacing.beginning(datetime(2026, 1, 1, tzinfo=UTC), 1.0)]
    dice = Dice(lambda: pacing[0], luck)
    async with TroubledDiscord(dice) as discord, TroubledSlack(dice) as slack:
        channels = _open(discord, slack, places, lambda: pacing[0])
        crowd = Crowd(
            (
                OnDiscord(discord, [int(each) for each in channels["discord"]], luck).press,
                OnSlack(slack, channels["slack"], luck).press,
            ),
            luck,
            pause,
        )
        pipe.send(Opened(_environment(discord, slack), channels))
        while True:
            match await asyncio.to_thread(_next, pipe):
                case Pass(how, faults, people):
                    await crowd.go()
                    await dice.calm()
                    pacing[0], dice.on = how, faults
                    discord.world.remembers = how.real(REMEMBERS)
                    crowd.come(people)
                    pipe.send(None)
                case "look":
                    pipe.send(Sighting(_messages(discord, slack), crowd.said, dice.thrown, _refused(discord, slack)))
                case _:
                    return


def _next(pipe: Connection) -> object:
    """The next order; nothing any more once the supervisor is gone."""
    try:
        return pipe.recv()
    except EOFError:
        return None


def _environment(discord: TroubledDiscord, slack: TroubledSlack) -> Mapping[str, str]:
    return {"DISCORD_TOKEN": TOKEN, "DISCORD_API_URL": discord.url, **slack.environment}


def _open(
    discord: TroubledDiscord, slack: TroubledSlack, places: int, time: Callable[[], Pacing]
) -> Mapping[str, Sequence[str]]:
    def clock() -> float:
        return time().clock()

    discord.world.messages, slack.workspace.messages = _Standing(), _Standing()
    discord.latency = slack.latency = LATENCY
    discord.rates.clock = clock
    slack.rates = Rates(clock, slack.workspace.breach)
    slack.scopes.add("channels:history")
    rooms = [discord.world.open(GUILD) for _ in range(places)]
    for number in range(places):
        slack.workspace.channels[f"C{number:04}"] = Channel(f"C{number:04}", f"room-{number}")
    return {"discord": [*map(str, rooms)], "slack": [f"C{number:04}" for number in range(places)]}


class _Standing(dict[Any, Any]):
    """The messages of a platform, and those that were deleted by themselves."""

    def __init__(self) -> None:
        super().__init__()
        self.gone: list[Any] = []

    def __delitem__(self, key: Any) -> None:
        self.gone.append(self[key])
        super().__delitem__(key)


def _messages(discord: TroubledDiscord, slack: TroubledSlack) -> list[Message]:
    """Only those that were posted under a key: nothing else is public here."""
    there, here = discord.world.messages, slack.workspace.messages
    assert isinstance(there, _Standing)
    assert isinstance(here, _Standing)
    found = [_on_discord(m, swept=m in there.gone) for m in (*there.values(), *there.gone) if m.viewer is None]
    found += [_on_slack(m, swept=m in here.gone) for m in (*here.values(), *here.gone) if m.owner is None]
    return sorted(found, key=lambda message: message.id)  # which tells when it was sent


def _on_discord(m: DiscordMessage, *, swept: bool) -> Message:
    return Message("discord", str(m.channel), str(m.id), m.nonce or "", _is_open(m.buttons().values()), swept)


def _on_slack(m: SlackMessage, *, swept: bool) -> Message:
    key = m.body.get("metadata", {}).get("event_payload", {}).get("key", "")
    return Message("slack", m.channel, m.ts, key, _is_open(_values(m.body)), swept)


def _values(body: Mapping[str, Any]) -> list[str]:
    rows = [block["elements"] for block in body.get("blocks", []) if block["type"] == "actions"]
    return [str(each.get("value", "")) for row in rows for each in row]


def _is_open(presses: Any) -> bool:
    return any(each.startswith("q1:answer:") for each in presses)


def _refused(discord: TroubledDiscord, slack: TroubledSlack) -> Mapping[str, int]:
    said = [f"Discord {breach.code}: {breach.why}" for breach in discord.breaches]
    said += [f"Slack {what}" for what in slack.breaches]
    return Counter("".join("#" if sign.isdigit() else sign for sign in what) for what in said)
