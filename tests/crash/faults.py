"""What goes wrong between the quiz and a platform, by chance: the five ways in which a post can fail."""

import asyncio
import random
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from aiohttp import web
from aiohttp.typedefs import Handler

from tests.crash.pacing import Pacing
from tests.fakes.discord.faults import Fault as DiscordFault
from tests.fakes.discord.server import Server
from tests.fakes.slack.server import FakeSlack
from tests.fakes.slack.server import Fault as SlackFault

REJECTED, LIMITED, LATE, ANSWER_BROKEN, ANSWER_LOST = "rejected", "429", "late accept", "accepted + 502", "dropped"
CHANCES: Mapping[str, float] = {REJECTED: 0.04, LIMITED: 0.03, LATE: 0.03, ANSWER_BROKEN: 0.04, ANSWER_LOST: 0.03}
LATEST = 30.0  # seconds after a client has gone at which a platform may still do what it said
_SEND = re.compile(r"/channels/\d+/messages")
_METHODS = ("chat.postMessage", "chat.update", "conversations.history")


@dataclass(slots=True)
class Dice:
    """Which fault a request meets, if any. `time` tells how long a second of the platforms is; `under_way` is how many
    requests that may meet one have not been dealt with, which may take longer than whoever made them lives.
    """

    time: Callable[[], Pacing]
    luck: random.Random
    on: bool = False
    thrown: int = 0
    under_way: int = 0

    def throw(self) -> str | None:
        """The name of a fault, or that all goes well."""
        if not self.on:
            return None
        kind = self.luck.choices([*CHANCES, None], [*CHANCES.values(), 1 - sum(CHANCES.values())])[0]
        self.thrown += kind is not None
        return kind

    def late(self) -> float:
        """Real seconds from the moment at which the client has gone."""
        return self.time().real(self.luck.uniform(0, LATEST))

    @contextmanager
    def at_risk(self) -> Iterator[None]:
        """A request is under way meanwhile."""
        self.under_way += 1
        try:
            yield
        finally:
            self.under_way -= 1

    async def calm(self) -> None:
        """Wait until nothing is under way: no platform would hold back a request for as long as a jump of time is."""
        while self.under_way:  # noqa: ASYNC110  # asked once an hour of the run, of requests that end by themselves
            await asyncio.sleep(0.01)


class TroubledDiscord(Server):
    """A Discord on which posts, edits and looks fail by chance."""

    def __init__(self, dice: Dice) -> None:
        super().__init__()
        self._dice = dice

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if not _SEND.search(request.path):
            return await super()._guard(request, handler)
        with self._dice.at_risk():
            return await super()._guard(request, handler)

    def fault_of(self, request: web.Request) -> DiscordFault | None:
        if not _SEND.search(request.path):
            return None
        match self._dice.throw():
            case "rejected":
                return DiscordFault("", "", 500)
            case "429":  # a wait that discord.py sits out, or one that it hands on
                wait = self._dice.luck.choice((0.05, 31.0))
                return DiscordFault("", "", 429, retry_after=wait)
            case "late accept":
                return DiscordFault("", "", after=True, late=self._dice.late())
            case "accepted + 502":
                return DiscordFault("", "", 502, after=True)
            case "dropped":
                return DiscordFault("", "", after=True)
            case _:
                return None


class TroubledSlack(FakeSlack):
    """A Slack on which posts, edits and looks fail by chance."""

    def __init__(self, dice: Dice) -> None:
        super().__init__()
        self._dice = dice

    async def _call(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["method"] not in _METHODS:
            return await super()._call(request)
        with self._dice.at_risk():
            return await super()._call(request)

    def fault_of(self, method: str) -> SlackFault | None:
        if method not in _METHODS:
            return None
        match self._dice.throw():
            case "rejected":
                return SlackFault(500)
            case "429":
                return SlackFault(429, "ratelimited", self._dice.luck.choice((1, 20)))
            case "late accept":
                return SlackFault(works=True, drops=True, late=self._dice.late())
            case "accepted + 502":
                return SlackFault(502, works=True)
            case "dropped":
                return SlackFault(works=True, drops=True)
            case _:
                return None
