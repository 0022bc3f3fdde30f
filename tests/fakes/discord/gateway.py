"""The gateway: sessions that greet, send events in order, and are taken up again where they broke off."""

import asyncio
import json
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from aiohttp import WSMsgType, web

from tests.fakes import wire
from tests.fakes.discord.rules import Json
from tests.fakes.discord.world import APPLICATION, BOT, CHANNEL, GUILD, World

THREAD, FORUM = 11, 15
_FOR_GOOD = (1000, 1001)
_DISPATCH, _HEARTBEAT, _IDENTIFY, _RESUME, _INVALID, _HELLO, _ACK = 0, 1, 2, 6, 9, 10, 11


@dataclass(slots=True)
class Session:
    """One shard's connection: all its events, so that they can be sent again, and how many have been sent."""

    id: str
    shard: tuple[int, int]
    intents: int
    socket: web.WebSocketResponse
    events: list[Json] = field(default_factory=list)
    sent: int = 0
    sending: asyncio.Lock = field(default_factory=asyncio.Lock)

    def hears(self, guild: int | None) -> bool:
        """Whether a server's events go to this shard; those of conversations go to the first."""
        return self.shard[0] == ((guild or 0) >> 22) % self.shard[1]


class Gateway:
    """All sessions: two of one shard both hear everything, as with Discord. One that was left for good is forgotten,
    any other may be taken up again. `identified` tells when which shard began a new one, `resumed` counts those taken
    up again and `replayed` the events that they had missed. `roles` is how many each server has besides everyone's.
    """

    def __init__(self, token: str, world: World) -> None:
        self.token = token
        self.sessions: dict[str, Session] = {}
        self.guilds = [GUILD]
        self.identified: list[tuple[float, int]] = []
        self.resumed, self.replayed = 0, 0
        self.roles = 0
        self.clock = time.monotonic
        self._world = world

    async def connect(self, request: web.Request) -> web.WebSocketResponse:
        """One connection, until it is closed."""
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"op": _HELLO, "d": {"heartbeat_interval": 41_250}, "s": None, "t": None})
        while (frame := await socket.receive()).type is WSMsgType.TEXT:
            await self._receive(json.loads(frame.data), socket, f"ws://{request.host}/gateway")
        if frame.type is WSMsgType.CLOSE and frame.data in _FOR_GOOD:  # the bot said so; any other end may be a mishap
            self.sessions = {key: each for key, each in self.sessions.items() if each.socket is not socket}
        return socket

    async def send(self, event: str, data: Json, guild: int | None) -> None:
        """An event to the shard that the server belongs to."""
        for session in list(self.sessions.values()):
            if session.hears(guild):
                await self._dispatch(session, event, data)

    async def drop(self, code: int = 4000) -> None:
        """Every connection breaks; every session lives on, unless the code tells the bot to stay away."""
        await asyncio.gather(*(session.socket.close(code=code) for session in self.sessions.values()))

    def cut(self) -> None:
        """Every connection breaks without a word."""
        for session in self.sessions.values():
            if session.socket._req is not None and session.socket._req.transport is not None:
                session.socket._req.transport.abort()

    async def invalidate(self, *, resumable: bool) -> None:
        """Every session is said to be invalid, and is forgotten unless it may be taken up again."""
        invalid = list(self.sessions.values())
        if not resumable:
            self.sessions.clear()
        for session in invalid:
            await session.socket.send_json({"op": _INVALID, "d": resumable, "s": None, "t": None})

    async def close(self) -> None:
        """The end of this Discord."""
        for session in self.sessions.values():
            await session.socket.close(code=1001)

    async def _receive(self, frame: Json, socket: web.WebSocketResponse, url: str) -> None:
        data = frame["d"]
        match frame["op"]:
            case 1:
                await socket.send_json({"op": _ACK, "d": None, "s": None, "t": None})
            case 2 if data["token"] != self.token:
                await socket.close(code=4004)
            case 2:
                await self._identify(data, socket, url)
            case 6:
                await self._resume(data, socket)

    async def _identify(self, data: Json, socket: web.WebSocketResponse, url: str) -> None:
        number, count = data.get("shard", (0, 1))
        self.identified.append((self.clock(), number))
        session = Session(f"session-{id(socket)}", (number, count), data["intents"], socket)
        self.sessions[session.id] = session
        others = {server for server in self._world.channels.values() if server not in (0, GUILD)}
        servers = sorted(server for server in {*self.guilds, *others} if session.hears(server))
        ready = {
            "v": 10,
            "user": {**BOT.user(), "bot": True},
            "session_id": session.id,
            "resume_gateway_url": url,
            "guilds": [{"id": str(server), "unavailable": True} for server in servers],
            "application": {"id": str(APPLICATION), "flags": 0},
            "shard": [number, count],
        }
        await self._dispatch(session, "READY", ready)
        there: defaultdict[int, list[int]] = defaultdict(list)
        for number, home in self._world.channels.items():
            if number not in self._world.threads:
                there[home].append(number)
        for server in servers:
            told = guild(server, there[server])
            told["roles"] += [role(server + number, f"role {number}") for number in range(1, self.roles + 1)]
            for each in told["channels"]:
                each["type"] = FORUM if int(each["id"]) in self._world.forums else each["type"]
            await self._dispatch(session, "GUILD_CREATE", told)

    async def _resume(self, data: Json, socket: web.WebSocketResponse) -> None:
        session = self.sessions.get(data["session_id"])
        if session is None:
            await socket.send_json({"op": _INVALID, "d": False, "s": None, "t": None})
            return
        async with session.sending:
            session.socket, session.sent = socket, data["seq"]
        self.resumed += 1
        self.replayed += len(session.events) - data["seq"]
        await self._dispatch(session, "RESUMED", {})

    async def _dispatch(self, session: Session, event: str, data: Json) -> None:
        """Send an event after all those before it; what the other side does not hear waits until it comes again."""
        session.events.append({"op": _DISPATCH, "s": len(session.events) + 1, "t": event, "d": data})
        async with session.sending:
            while session.sent < len(session.events) and not session.socket.closed:
                session.sent += 1
                try:
                    await session.socket.send_json(session.events[session.sent - 1], dumps=wire.write)
                except ConnectionResetError:
                    return


def guild(server: int = GUILD, channels: Sequence[int] = (CHANNEL,)) -> Json:
    """A server, as it is told to a bot that may know no more than that it exists."""
    everyone = {"id": str(server), "name": "@everyone", "permissions": "2048", "position": 0, "color": 0}
    return {
        "id": str(server),
        "name": "a server",
        "owner_id": "1",
        "roles": [{**everyone, "hoist": False, "managed": False, "mentionable": False}],
        "emojis": [],
        "features": [],
        "stickers": [],
        "channels": [channel(each, server) for each in channels],
        "threads": [],
        "members": [BOT.payload()],
        "member_count": 5,
        "large": False,
        "unavailable": False,
        "joined_at": "2026-01-01T00:00:00+00:00",
        "preferred_locale": "en-US",
        "verification_level": 0,
        "default_message_notifications": 0,
        "explicit_content_filter": 0,
        "mfa_level": 0,
        "nsfw_level": 0,
        "premium_tier": 0,
        "premium_progress_bar_enabled": False,
        "system_channel_flags": 0,
        "afk_timeout": 300,
        "voice_states": [],
        "presences": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }


def role(number: int, name: str, *, mentionable: bool = True) -> Json:
    """A role as Discord tells of it."""
    looks = {"color": 0, "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None}}
    flags = {"hoist": False, "managed": False, "mentionable": mentionable, "position": 1, "flags": 0, "icon": None}
    return {"id": str(number), "name": name, "permissions": "0", "unicode_emoji": None, **looks, **flags}


def channel(number: int = CHANNEL, server: int = GUILD) -> Json:
    """A text channel of a server."""
    return {
        "id": str(number),
        "guild_id": str(server),
        "type": 0,
        "name": "quiz",
        "position": 0,
        "permission_overwrites": [],
        "nsfw": False,
        "parent_id": None,
        "permissions": "2048",
    }


def thread(number: int, parent: int, server: int = GUILD) -> Json:
    """A public thread of a channel."""
    times = {"archived": False, "auto_archive_duration": 1440, "archive_timestamp": "2026-01-01T00:00:00+00:00"}
    return {
        "id": str(number),
        "guild_id": str(server),
        "parent_id": str(parent),
        "owner_id": str(BOT.id),
        "type": THREAD,
        "name": "quiz talk",
        "message_count": 0,
        "member_count": 1,
        "thread_metadata": {**times, "locked": False},
    }
