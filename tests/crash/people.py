"""People who press buttons all the time, and what they were told each time."""

import asyncio
import random
import re
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from tests.fakes.discord import people as discord
from tests.fakes.discord.server import Server
from tests.fakes.slack.hands import Hands
from tests.fakes.slack.people import user_id
from tests.fakes.slack.server import FakeSlack
from tests.fakes.slack.socket import UnheardError
from tests.fakes.slack.visible import buttons
from tests.stage import Seen

PATIENCE = 1.5  # seconds until somebody presses again whom nobody answers
UNHEARD = 0.05  # seconds until somebody tries again where no process is connected
_LETTER = re.compile(r"q1:answer:(\d+):([A-Z])$")  # of a question with one answer: the others' buttons say more
_RECORDED = re.compile(r"Recorded: ([A-Z])\b")


@dataclass(frozen=True, slots=True)
class Press:
    """One letter that somebody pressed. `told` is the letter that they were told is recorded, if they were."""

    platform: str
    person: str
    round: int
    letter: str
    told: str | None


@dataclass(slots=True)
class Crowd:
    """So many people on each platform, who wait `pause` seconds between presses. `said` is what became of them."""

    press: Sequence[Callable[[str], Awaitable[Press | None]]]
    luck: random.Random
    pause: float = 0.0
    said: list[Press] = field(default_factory=list)
    _people: list[asyncio.Task[None]] = field(default_factory=list)
    _leaving: bool = False

    def come(self, many: int) -> None:
        """Let so many begin on each platform."""
        self._leaving = False
        self._people = [
            asyncio.create_task(self._one(press, f"m{number}")) for press in self.press for number in range(many)
        ]

    async def go(self) -> None:
        """Let everybody stop, each after the answer they are waiting for."""
        self._leaving = True
        await asyncio.gather(*self._people)
        self._people = []

    async def _one(self, press: Callable[[str], Awaitable[Press | None]], name: str) -> None:
        while not self._leaving:
            await asyncio.sleep(self.luck.uniform(0, 2 * self.pause))
            said = await press(name)
            if said is None:
                await asyncio.sleep(UNHEARD)
            else:
                self.said.append(said)


class OnDiscord:
    """Presses on open questions in the channels of a Discord."""

    def __init__(self, server: Server, channels: Sequence[int], luck: random.Random) -> None:
        self._server, self._channels, self._luck = server, channels, luck

    async def press(self, name: str) -> Press | None:
        """One press, until its answer is seen or patience ends; `None` where there is nothing to press."""
        world = self._server.world
        latest = next(reversed(world.public(self._luck.choice(self._channels))), None)
        found = [each for text in latest.buttons().values() if (each := _LETTER.match(text))] if latest else []
        if (
            latest is None
            or not found
            or not any(not each.socket.closed for each in self._server.gateway.sessions.values())
        ):
            return None
        if name not in world.people:
            world.add(name)
        pressed = self._luck.choice(found)
        asked = await discord.press(self._server, name, latest, pressed[0])
        try:
            with suppress(TimeoutError):
                await asyncio.wait_for(asked.answered.wait(), PATIENCE)
            text = "\n".join(asked.shown.texts()) if asked.shown else ""
            person = str(world.people[name].id)
            return Press("discord", person, int(pressed[1]), pressed[2], _letter(text))
        finally:
            world.seen.clear()
            world.interactions.pop(asked.token, None)
            if asked.original is not None and asked.original.viewer:
                world.messages.pop(asked.original.id, None)


class OnSlack:
    """Presses on open questions in the channels of a Slack."""

    def __init__(self, slack: FakeSlack, channels: Sequence[str], luck: random.Random) -> None:
        self._slack, self._channels, self._luck = slack, channels, luck
        self._hands = Hands(slack)

    async def press(self, name: str) -> Press | None:
        """One press, until its answer is seen or patience ends; `None` where there is nothing to press."""
        world, channel = self._slack.workspace, self._luck.choice(self._channels)
        latest = next((m for m in reversed(world.messages.values()) if m.channel == channel and m.in_channel), None)
        drawn = list(buttons(latest.body.get("blocks", []))) if latest else []
        found = [(one, each) for one in drawn if (each := _LETTER.match(one.get("value", "")))]
        if latest is None or not found:
            return None
        button, pressed = self._luck.choice(found)
        try:
            asked = await self._hands._press(name, latest, button)
        except (UnheardError, ConnectionResetError):  # whoever was to hear it has just been killed
            return None
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(PATIENCE):
                    while not asked.answers:
                        asked.happened.clear()
                        await asked.happened.wait()
            text = asked.answers[0].text if asked.answers else ""
            return Press("slack", user_id(name), int(pressed[1]), pressed[2], _letter(text))
        finally:
            self._forget(name, asked.id, asked.answers)

    def _forget(self, name: str, asked: str, answers: Sequence[Seen]) -> None:
        world = self._slack.workspace
        self._slack._delivered.clear()
        self._slack.sockets.forget(world.interactions.pop(asked))
        for seen in answers:
            _, channel, ts = seen.id.split(":")
            world.messages.pop((channel, ts), None)
        world.shown.pop(name, None)


def _letter(text: str) -> str | None:
    told = _RECORDED.search(text)
    return told[1] if told else None
