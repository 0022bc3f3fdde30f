"""A Slack of many workspaces, and the real adapter that people add to theirs in a browser."""

import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import aiohttp
from aiohttp import web

from adapters.slack import connect
from adapters.slack.gate import EVENTS
from adapters.slack.oauth import BEGIN
from adapters.slack.pace import Pace
from adapters.slack.platform import Slack
from bot import http
from bot.ports import Door
from bot.sealing import new_key
from tests.fakes.slack.elsewhere import Elsewhere
from tests.fakes.slack.hands import Hands
from tests.fakes.slack.oauth import CLIENT_ID, CLIENT_SECRET, Grant
from tests.fakes.slack.passing import Passing
from tests.fakes.slack.server import FakeSlack, until
from tests.fakes.slack.state import Interaction, Workspace
from tests.stage import Seen


@dataclass(frozen=True)
class Team:
    """The people of one workspace, and what stands in it."""

    workspace: Workspace
    hands: Hands
    elsewhere: Elsewhere

    async def ask(self, name: str, text: str) -> Seen:
        """`name` types `/sqla-quiz <text>`."""
        return await answer(await self.hands.ask(name, text))

    async def press(self, name: str, on: Seen, label: str) -> Seen:
        """`name` presses a button."""
        return await answer(await self.hands.press(name, on, label))

    async def forge(self, name: str, on: Seen, value: str) -> Seen:
        """`name` sends a button's payload with a value that the bot never gave out."""
        return await answer(await self.hands.forge(name, on, value))

    async def home(self, name: str) -> Seen:
        """`name` opens App Home."""
        return await answer(await self.elsewhere.open_home(name))

    def channel(self) -> list[Seen]:
        """The public messages."""
        return [one.seen() for one in self.workspace.messages.values() if one.in_channel]

    def everything(self) -> str:
        """All that anybody of this workspace was ever shown."""
        private = [seen.text for shown in self.workspace.shown.values() for seen in shown]
        return "\n".join([*(seen.text for seen in self.channel()), *private])


async def answer(interaction: Interaction) -> Seen:
    """What the person got, once it is there and the bot has acknowledged what they did."""
    await until(lambda: bool(interaction.answers) and interaction.acknowledged)
    return interaction.answers[0]


class ManySlack:
    """Leaving it fails on anything that Slack had to refuse. With `http` Slack calls the bot, else it is called."""

    def __init__(self, *, http: bool) -> None:
        self._clock = Passing(time.monotonic)
        self.slack = FakeSlack(self._clock, http=http)
        self._server: web.AppRunner | None = None
        self._browser: aiohttp.ClientSession | None = None
        self.platform: Slack
        self.public = ""
        self.keys = new_key()

    async def __aenter__(self) -> Self:
        await self.slack.__aenter__()
        self._browser = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))  # which takes those of numbers
        port = _free_port()
        self.public = f"http://127.0.0.1:{port}"
        platform = connect(self._environment(port))
        assert isinstance(platform, Slack)
        platform.pace = Pace(self._clock, self._clock.sleep)
        self.platform = platform
        self._server = await http.serve(port, platform.routes)
        self.slack.requests.address = f"{self.public}{EVENTS}"
        return self

    async def __aexit__(self, kind: object, *rest: object) -> None:
        await self.platform.stop()
        if self._server is not None:
            await self._server.cleanup()
        if self._browser is not None:
            await self._browser.close()
        await self.slack.__aexit__(kind, *rest)
        if kind is None and self.slack.breaches:
            raise AssertionError("Slack refused: " + "\n".join(self.slack.breaches))

    async def connect(self, door: Door) -> None:
        """Start the adapter."""
        await self.platform.start(door)
        await self.platform.listen()
        await until(lambda: self.slack.http or self.slack.sockets.opened > 0)

    async def install(self, grant: Grant) -> str:
        """Somebody adds the quiz in their browser; the page they end on."""
        assert self._browser is not None
        async with self._browser.get(f"{self.public}{BEGIN}", allow_redirects=False) as begun:
            back = self.slack.oauth.agree(begun.headers["Location"], grant)
        async with self._browser.get(back) as page:
            return await page.text()

    def team(self, team: str) -> Team:
        """The people of a workspace."""
        workspace = self.slack.teams[team]
        return Team(workspace, Hands(self.slack, workspace), Elsewhere(self.slack, workspace))

    def _environment(self, port: int) -> Mapping[str, str]:
        mine = {name: value for name, value in self.slack.environment.items() if name != "SLACK_BOT_TOKEN"}
        app = {"SLACK_CLIENT_ID": CLIENT_ID, "SLACK_CLIENT_SECRET": CLIENT_SECRET, "SECRET_KEYS": self.keys}
        return mine | app | {"PUBLIC_URL": self.public, "PORT": str(port)}


def _free_port() -> int:
    with socket.socket() as asking:
        asking.bind(("127.0.0.1", 0))
        port: int = asking.getsockname()[1]
        return port
