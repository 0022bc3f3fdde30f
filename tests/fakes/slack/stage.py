"""Slack as a stage: the real adapter on a loopback workspace."""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Self

from aiohttp import web

from adapters.slack import connect
from adapters.slack.pace import Pace
from adapters.slack.platform import Slack
from bot import http
from bot.domain.identity import Place, Workspace
from bot.ports import Door, Platform
from tests.fakes.slack import visible
from tests.fakes.slack.elsewhere import Elsewhere
from tests.fakes.slack.hands import Hands
from tests.fakes.slack.passing import Passing
from tests.fakes.slack.people import CHANNEL, TEAM
from tests.fakes.slack.server import FakeSlack, until
from tests.fakes.slack.state import Interaction
from tests.stage import Seen


class SlackStage:
    """One channel with people in it. Leaving it fails on anything that Slack had to refuse."""

    menus = True

    def __init__(self, clock: Callable[[], float] | None = None, *, http: bool = False) -> None:
        """The clock tells how late the bot is. Where it is one that does not wait, as by default, nor does the bot.

        With `http`, Slack calls the bot instead of being called.
        """
        self._clock = clock or Passing(time.monotonic)
        self.slack = FakeSlack(self._clock, http=http)
        self.hands = Hands(self.slack)
        self.elsewhere = Elsewhere(self.slack)
        self._chosen: dict[tuple[str, str], list[str]] = {}
        self.place = Place(Workspace("slack", TEAM), CHANNEL)
        self.platform: Platform
        self._server: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        await self.slack.__aenter__()
        self.platform = self._new_platform()
        return self

    async def __aexit__(self, kind: object, *rest: object) -> None:
        await self._stop()
        await self.slack.__aexit__(kind, *rest)
        if kind is None and self.slack.breaches:
            raise AssertionError("Slack refused: " + "\n".join(self.slack.breaches))

    async def connect(self, door: Door) -> None:
        """Start the adapter; after `disconnect`, a new one, as a restarted bot would."""
        await self._serve()
        before = self.slack.sockets.opened
        await self.platform.start(door)
        try:
            await self.platform.listen()
        except BaseException:
            await self.platform.stop()
            raise
        await until(lambda: self.slack.http or self.slack.sockets.opened > before)

    async def disconnect(self) -> None:
        """Stop the adapter."""
        await self._stop()
        self.platform = self._new_platform()

    async def _serve(self) -> None:
        """Serve the adapter's routes, as the program does before it starts any adapter."""
        if self.slack.http and self._server is None:
            self._server = await http.serve(0, self.platform.routes)
            port = next(port for host, port, *_ in self._server.addresses if host == "0.0.0.0")  # noqa: S104  # where it listens
            self.slack.requests.address = f"http://127.0.0.1:{port}/slack/events"

    async def _stop(self) -> None:
        await self.platform.stop()
        if self._server is not None:
            await self._server.cleanup()
            self._server = None
            await self.slack.requests.settled()

    async def ask(self, name: str, text: str) -> Seen:
        """`name` types `/sqla-quiz <text>`."""
        return await self.answer(await self.hands.ask(name, text))

    async def press(self, name: str, on: Seen, label: str) -> Seen:
        """`name` presses a button, or adds an entry to what they chose from a menu before."""
        if label in self._entries(on):
            before = self._chosen.setdefault((name, on.id), [])
            before += [] if label in before else [label]
            return await self.answer(await self.hands.choose(name, on, before))
        return await self.answer(await self.hands.press(name, on, label))

    async def choose(self, name: str, on: Seen, labels: Sequence[str]) -> Seen:
        """`name` chooses these from the menu, or presses one button after the other where there is none."""
        if self._entries(on):
            return await self.answer(await self.hands.choose(name, on, labels))
        for label in labels:
            on = await self.press(name, on, label)
        return on

    async def home(self, name: str) -> Seen:
        """`name` opens App Home."""
        return await self.answer(await self.elsewhere.open_home(name))

    def _entries(self, on: Seen) -> set[str]:
        shown = self.hands.body(on)["blocks"]
        return {option["value"] for menu in visible.menus(shown) for option in menu["options"]}

    async def fill(self, name: str, form: Seen, values: Mapping[str, str]) -> Seen:
        """`name` submits a form."""
        return await self.answer(await self.hands.fill(name, form, values))

    async def forge(self, name: str, on: Seen, value: str) -> Seen:
        """`name` sends a button's payload with a value that the bot never gave out."""
        return await self.answer(await self.hands.forge(name, on, value))

    def channel(self) -> Sequence[Seen]:
        """The public messages."""
        return [one.seen() for one in self.slack.workspace.messages.values() if one.in_channel]

    def private(self, name: str) -> Sequence[Seen]:
        """Everything that `name` alone was shown."""
        return list(self.slack.workspace.shown.get(name, []))

    async def answer(self, interaction: Interaction) -> Seen:
        """What the person got, once it is there and the bot has acknowledged what they did."""
        await until(lambda: bool(interaction.answers) and interaction.acknowledged)
        return interaction.answers[0]

    def _new_platform(self) -> Platform:
        platform = connect(self.slack.environment)
        assert isinstance(platform, Slack)
        if isinstance(self._clock, Passing):
            platform.pace = Pace(self._clock, self._clock.sleep)
        return platform
