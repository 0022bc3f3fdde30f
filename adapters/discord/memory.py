"""What discord.py keeps of the servers the bot is in: their names, and which of their channels are forums.

Left to itself it keeps every channel, role and thread: 38 MB for 2,500 servers of thirty channels and fifteen roles,
and these are 3 MB. An interaction brings all there is to know of where it comes from, but not whether a thread is a
post of a forum.
"""

from collections.abc import Mapping
from typing import Any

import discord
from discord.state import AutoShardedConnectionState

_HEARD = {
    *("READY", "RESUMED", "INTERACTION_CREATE", "GUILD_CREATE", "GUILD_UPDATE", "GUILD_DELETE"),
    *("CHANNEL_CREATE", "CHANNEL_UPDATE", "CHANNEL_DELETE"),
}
_KEPT = ("id", "name", "unavailable", "member_count")
_OF_A_MESSAGE = ("id", "type", "content", "flags")  # without the first three discord.py takes a message for none
_FORUMS = {discord.ChannelType.forum.value, discord.ChannelType.media.value}


class Memory(AutoShardedConnectionState[Any]):
    """The library's, with most of it forgotten. It calls `parse_…` with what an event says."""

    def __init__(self, *args: Any, **options: Any) -> None:
        """As the library makes it."""
        super().__init__(*args, **options)
        self.parsers = {event: parse for event, parse in self.parsers.items() if event in _HEARD}

    def parse_guild_create(self, data: Any) -> None:
        """A server, at the start, or because the bot was invited, or after an outage."""
        super().parse_guild_create(_known(data))

    def parse_guild_update(self, data: Any) -> None:
        """Another name, perhaps."""
        super().parse_guild_update(_known(data))

    def parse_interaction_create(self, data: Any) -> None:
        """A press. What stands on the message that it was on, and who wrote it, is not taken apart: the press says what
        it asks for.
        """
        if message := data.get("message"):
            data = {**data, "message": {name: message[name] for name in _OF_A_MESSAGE if name in message}}
        super().parse_interaction_create(data)

    def parse_channel_create(self, data: Any) -> None:
        """A new channel."""
        if data["type"] in _FORUMS:
            super().parse_channel_create(data)

    def parse_channel_update(self, data: Any) -> None:
        """A channel with another name, or other permissions. None becomes a forum that was not one."""
        if data["type"] in _FORUMS:
            super().parse_channel_update(data)


def _known(server: Mapping[str, Any]) -> Any:
    channels = [channel for channel in server.get("channels", ()) if channel["type"] in _FORUMS]
    return {name: server[name] for name in _KEPT if name in server} | {"channels": channels}
