"""Threads under messages: opened once each, and refused a second time."""

from aiohttp import web

from tests.fakes.discord.refusals import RefusalError, answer, refuse
from tests.fakes.discord.rules import Json, Shape, complaints, maybe, whole, words
from tests.fakes.discord.world import APPLICATION, GUILD, World

PUBLIC, HAS_THREAD = 11, 160004
_MINUTES = {60, 1440, 4320, 10080}
_NEW = Shape(
    {"name": words(1, 100)},
    {
        "auto_archive_duration": lambda value: None if value in _MINUTES else f"must be one of {_MINUTES}",
        "rate_limit_per_user": maybe(whole(0, 21_600)),
    },
)


class Threads:
    """The route of `/channels/{id}/messages/{id}/threads`. A thread has the id of its message."""

    def __init__(self, world: World) -> None:
        self._world = world

    def add_to(self, router: web.UrlDispatcher) -> None:
        router.add_post("/api/v10/channels/{channel}/messages/{message}/threads", self._open)

    async def _open(self, request: web.Request) -> web.Response:
        channel, message = (
            int(request.match_info["channel"]),
            self._world.messages.get(int(request.match_info["message"])),
        )
        if channel not in self._world.channels:
            raise RefusalError(404, 10003, "Unknown Channel")
        if "threads" in self._world.forbidden:
            raise RefusalError(403, 50013, "Missing Permissions")
        if message is None or message.channel != channel or message.viewer is not None:
            raise RefusalError(404, 10008, "Unknown Message")
        body: Json = await request.json()
        refuse(complaints(_NEW, body, "thread"))
        if message.thread is not None:  # no breach: this answer is the one way to learn that an earlier one was lost
            return answer({"message": "A thread has already been created for this message", "code": HAS_THREAD}, 400)
        message.thread = body["name"]
        about: Json = {"id": str(message.id), "parent_id": str(channel), "guild_id": str(GUILD), "type": PUBLIC}
        archive = {"archived": False, "locked": False, "archive_timestamp": "2026-11-22T09:00:00+00:00"}
        archive |= {"auto_archive_duration": body.get("auto_archive_duration", 1440)}
        counts = {"message_count": 0, "member_count": 1, "total_message_sent": 0, "flags": 0}
        rest = {"name": message.thread, "owner_id": str(APPLICATION), "thread_metadata": archive}
        return answer(about | rest | counts, 201)
