"""The messages of channels over REST: written, rewritten, read."""

from itertools import takewhile

from aiohttp import web

from tests.fakes.discord import attached, limits
from tests.fakes.discord.refusals import RefusalError, answer, refuse
from tests.fakes.discord.rules import Json
from tests.fakes.discord.threads import Threads
from tests.fakes.discord.world import BOT, Message, World


class Messages:
    """The routes of `/channels/{id}/messages`."""

    def __init__(self, world: World) -> None:
        self._world = world

    def add_to(self, router: web.UrlDispatcher) -> None:
        router.add_post("/api/v10/channels/{channel}/messages", self._create)
        router.add_get("/api/v10/channels/{channel}/messages", self._history)
        router.add_patch("/api/v10/channels/{channel}/messages/{message}", self._edit)
        router.add_delete("/api/v10/channels/{channel}/messages/{message}", self._delete)
        Threads(self._world).add_to(router)

    async def _create(self, request: web.Request) -> web.Response:
        channel = self._channel(request, "send")
        body = await attached.body(request)
        refuse(limits.message(body, new=True))
        return answer((self._same(channel, body) or self._world.write(channel, body)).payload())

    async def _edit(self, request: web.Request) -> web.Response:
        channel = self._channel(request, "send")
        message = self._world.messages.get(int(request.match_info["message"]))
        if message is None or message.channel != channel or message.viewer is not None:
            raise RefusalError(404, 10008, "Unknown Message")
        body = await attached.body(request)
        refuse(limits.message(body, flags=message.flags))
        self._world.rewrite(message, body)
        return answer(message.payload())

    async def _delete(self, request: web.Request) -> web.Response:
        """One's own may be deleted without any right."""
        channel = self._channel(request, "see")
        message = self._world.messages.get(int(request.match_info["message"]))
        if message is None or message.channel != channel or message.viewer is not None:
            raise RefusalError(404, 10008, "Unknown Message")
        if message.author != BOT:
            raise RefusalError(403, 50013, "Missing Permissions")
        del self._world.messages[message.id]
        return web.Response(status=204)

    async def _history(self, request: web.Request) -> web.Response:
        channel = self._channel(request, "history")
        count, before = int(request.query.get("limit", 50)), int(request.query.get("before", 2**63))
        if not 1 <= count <= 100:
            raise RefusalError(400, 50035, "limit: between 1 and 100")
        latest = [message for message in reversed(self._world.public(channel)) if message.id < before]
        return answer([message.payload() for message in latest[:count]])

    def _same(self, channel: int, body: Json) -> Message | None:
        """The message that was sent with this nonce already."""
        if not body.get("enforce_nonce") or "nonce" not in body:
            return None
        since = self._world.clock() - self._world.remembers
        lately = takewhile(lambda m: m.at >= since, reversed(self._world.messages.values()))
        here = (m for m in lately if m.channel == channel and m.viewer is None)
        return next((m for m in here if m.nonce == body["nonce"]), None)

    def _channel(self, request: web.Request, right: str) -> int:
        channel = int(request.match_info["channel"])
        if channel not in self._world.channels:
            raise RefusalError(404, 10003, "Unknown Channel")
        if channel in self._world.forums:
            raise RefusalError(400, 50008, "Cannot send messages in a non-text channel")
        if any(self._world.conversations.get(name) == channel for name in self._world.closed):
            raise RefusalError(403, 50007, "Cannot send messages to this user")
        if right in self._world.forbidden:
            raise RefusalError(403, 50013, "Missing Permissions")
        return channel
