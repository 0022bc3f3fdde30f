"""The gateway: sessions that greet, send events in order, and are taken up again where they broke off."""

import json
from dataclasses import dataclass, field

from aiohttp import WSMsgType, web

from tests.fakes.discord.rules import Json
from tests.fakes.discord.world import APPLICATION, BOT, CHANNEL, GUILD

_DISPATCH, _HEARTBEAT, _IDENTIFY, _RESUME, _INVALID, _HELLO, _ACK = 0, 1, 2, 6, 9, 10, 11


@dataclass(slots=True)
class Session:
    """One shard's connection: all its events, so that they can be sent again."""

    id: str
    shard: tuple[int, int]
    intents: int
    socket: web.WebSocketResponse
    events: list[Json] = field(default_factory=list)


class Gateway:
    """All sessions. `resumed` counts those that were taken up again."""

    def __init__(self, token: str) -> None:
        self.token = token
        self.sessions: dict[str, Session] = {}
        self.guilds = [GUILD]
        self.resumed = 0

    async def connect(self, request: web.Request) -> web.WebSocketResponse:
        """One connection, until it is closed."""
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"op": _HELLO, "d": {"heartbeat_interval": 41_250}, "s": None, "t": None})
        async for frame in socket:
            if frame.type is WSMsgType.TEXT:
                await self._receive(json.loads(frame.data), socket, f"ws://{request.host}/gateway")
        return socket

    async def send(self, event: str, data: Json, guild: int | None) -> None:
        """An event to the shard that the server belongs to; conversations belong to the first."""
        for session in list(self.sessions.values()):
            if session.shard[0] == ((guild or 0) >> 22) % session.shard[1]:
                await self._dispatch(session, event, data)

    async def drop(self, code: int = 4000) -> None:
        """Every connection breaks; every session lives on, unless the code tells the bot to stay away."""
        for session in self.sessions.values():
            await session.socket.close(code=code)

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
        shard = tuple(data.get("shard", (0, 1)))
        # A new session of a shard is a new process: the old one hears nothing more.
        self.sessions = {key: old for key, old in self.sessions.items() if old.shard != shard}
        session = Session(f"session-{id(socket)}", shard, data["intents"], socket)
        self.sessions[session.id] = session
        guilds = [each for each in self.guilds if shard[0] == (each >> 22) % shard[1]]
        ready = {
            "v": 10,
            "user": {**BOT.user(), "bot": True},
            "session_id": session.id,
            "resume_gateway_url": url,
            "guilds": [{"id": str(each), "unavailable": True} for each in guilds],
            "application": {"id": str(APPLICATION), "flags": 0},
            "shard": list(shard),
        }
        await self._dispatch(session, "READY", ready)
        for each in guilds:
            await self._dispatch(session, "GUILD_CREATE", guild(of=each))

    async def _resume(self, data: Json, socket: web.WebSocketResponse) -> None:
        session = self.sessions.get(data["session_id"])
        if session is None:
            await socket.send_json({"op": _INVALID, "d": False, "s": None, "t": None})
            return
        session.socket = socket
        for event in session.events[data["seq"] :]:
            await socket.send_json(event)
        await self._dispatch(session, "RESUMED", {})
        self.resumed += 1

    async def _dispatch(self, session: Session, event: str, data: Json) -> None:
        session.events.append({"op": _DISPATCH, "s": len(session.events) + 1, "t": event, "d": data})
        if not session.socket.closed:
            await session.socket.send_json(session.events[-1])


def guild(*, of: int = GUILD) -> Json:
    """A server, as it is told to a bot that may know no more than that it exists."""
    everyone = {"id": str(of), "name": "@everyone", "permissions": "2048", "position": 0, "color": 0}
    return {
        "id": str(of),
        "name": "a server",
        "owner_id": "1",
        "roles": [{**everyone, "hoist": False, "managed": False, "mentionable": False}],
        "emojis": [],
        "features": [],
        "stickers": [],
        "channels": [channel()],
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


def channel(*, of: int = CHANNEL) -> Json:
    """A text channel of the server."""
    return {
        "id": str(of),
        "guild_id": str(GUILD),
        "type": 0,
        "name": "quiz",
        "position": 0,
        "permission_overwrites": [],
        "nsfw": False,
        "parent_id": None,
        "permissions": "2048",
    }
