"""Conversations of the bot with one person: opened by their id, and closed to it by whoever wants no messages."""

from aiohttp import web

from tests.fakes.discord.refusals import RefusalError, answer
from tests.fakes.discord.rules import Json
from tests.fakes.discord.world import Message, World


class Private:
    """The route that opens one. It always succeeds: a person who takes no messages refuses the message itself."""

    def __init__(self, world: World) -> None:
        self._world = world

    def add_to(self, router: web.UrlDispatcher) -> None:
        router.add_post("/api/v10/users/@me/channels", self._open)

    async def _open(self, request: web.Request) -> web.Response:
        body: Json = await request.json()
        member = next((m for m in self._world.people.values() if str(m.id) == str(body.get("recipient_id"))), None)
        if member is None:
            raise RefusalError(404, 10013, "Unknown User")
        channel = self._world.conversations.setdefault(member.name, next(self._world.ids))
        self._world.channels[channel] = 0
        return answer({"id": str(channel), "type": 1, "last_message_id": None, "recipients": [member.user()]})


def told(world: World, name: str) -> list[Message]:
    """What somebody was told in private, oldest first."""
    return world.public(world.conversations[name]) if name in world.conversations else []
