"""What this Discord tells about itself: its server, roles, channels and permissions, the application, and the time."""

import asyncio
import time
from dataclasses import dataclass, field
from email.utils import formatdate

from aiohttp import web

from tests.fakes.discord import gateway
from tests.fakes.discord.refusals import RefusalError, answer
from tests.fakes.discord.rules import Json
from tests.fakes.discord.world import BOT, GUILD, World

VIEW, SEND, EMBED, HISTORY, THREADS, IN_THREADS = 1 << 10, 1 << 11, 1 << 14, 1 << 16, 1 << 35, 1 << 38
EVERYTHING = VIEW | SEND | EMBED | HISTORY | THREADS | IN_THREADS
MENTION = 1 << 17
ROLE, QUIZZERS = GUILD + 1_000, GUILD + 7


@dataclass(slots=True)
class Directory:
    """The bot's one role may do `role`; `denied` and `allowed` are that role's overwrites in every channel.

    The role `QUIZZERS` may be `mentionable`, or not be there at all.

    `application` and `starts` stand over what is said otherwise of the application and the session starts; `ahead` is
    by how many seconds Discord's clock is ahead of ours; `threads` tells the channels that are threads, and of which.
    While `talks` is not set, the routes here never answer.
    """

    world: World
    role: int = EVERYTHING
    denied: int = 0
    allowed: int = 0
    joined: bool = True
    has_quizzers: bool = True
    mentionable: bool = False
    timed_out: bool = False
    ahead: float = 0
    application: Json = field(default_factory=dict)
    starts: Json = field(default_factory=dict)
    talks: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.talks.set()

    def add_to(self, app: web.Application) -> None:
        app.router.add_get("/api/v10/guilds/{guild}", self._guild)
        app.router.add_get("/api/v10/guilds/{guild}/members/{member}", self._member)
        app.router.add_get("/api/v10/channels/{channel}", self._channel)
        app.on_response_prepare.append(self._tell_time)

    async def _guild(self, request: web.Request) -> web.Response:
        await self._enter(int(request.match_info["guild"]))
        known = gateway.guild()
        everyone = {**known["roles"][0], "permissions": "0"}
        ours = {**everyone, "id": str(ROLE), "name": BOT.name, "position": 1, "permissions": str(self.role)}
        hidden = dict.fromkeys(("channels", "members", "threads"))  # only the gateway tells these
        told = {key: value for key, value in known.items() if key not in hidden}
        picked = {**everyone, "id": str(QUIZZERS), "name": "quizzers", "mentionable": self.mentionable}
        return answer({**told, "roles": [everyone, ours, *([picked] if self.has_quizzers else [])]})

    async def _member(self, request: web.Request) -> web.Response:
        await self._enter(int(request.match_info["guild"]))
        if request.match_info["member"] != str(BOT.id):
            raise RefusalError(404, 10007, "Unknown Member")
        payload = {key: value for key, value in BOT.payload().items() if key != "permissions"}
        until = "2126-01-01T00:00:00+00:00" if self.timed_out else None
        return answer({**payload, "roles": [str(ROLE)], "communication_disabled_until": until})

    async def _channel(self, request: web.Request) -> web.Response:
        await self._enter(GUILD)
        channel = int(request.match_info["channel"])
        if channel not in self.world.channels:
            raise RefusalError(404, 10003, "Unknown Channel")
        if not ((self.role & ~self.denied) | self.allowed) & VIEW:
            raise RefusalError(403, 50001, "Missing Access")
        if channel in self.world.threads:
            return answer(gateway.thread(channel, self.world.threads[channel]))
        overwrite = {"id": str(ROLE), "type": 0, "allow": str(self.allowed), "deny": str(self.denied)}
        told = {key: value for key, value in gateway.channel(channel).items() if key != "permissions"}
        return answer({**told, "permission_overwrites": [overwrite]})

    async def _enter(self, guild: int) -> None:
        await self.talks.wait()
        if guild != GUILD or not self.joined:
            raise RefusalError(404, 10004, "Unknown Guild")

    async def _tell_time(self, _request: web.Request, response: web.StreamResponse) -> None:
        response.headers["Date"] = formatdate(time.time() + self.ahead, usegmt=True)
