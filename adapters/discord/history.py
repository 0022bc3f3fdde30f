"""Our own messages in a channel, known by what their buttons carry: those can be read without any intent."""

import discord
from discord import ui

from adapters.discord.client import Client
from bot.domain.identity import Place

_LATEST = 500  # messages of a channel that are searched for a post of ours, a hundred with each request


async def ours(client: Client, place: Place, key: str) -> tuple[list[discord.Message], bool]:
    """Our own messages with a key among the latest of a channel, and whether those are all there ever were."""
    channel = client.get_partial_messageable(int(place.channel))
    try:
        latest = [message async for message in channel.history(limit=_LATEST)]
    except discord.NotFound:  # the channel is gone, and every message with it
        return [], True
    written = [m for m in latest if client.user is not None and m.author.id == client.user.id]
    return [message for message in written if _carries(message, key)], len(latest) < _LATEST


def _carries(message: discord.Message, key: str) -> bool:
    """Whether one of the message's buttons or menus begins with the key, ended where a field ends."""
    items = ui.LayoutView.from_message(message, timeout=None).walk_children()
    ids = [known for item in items if (known := getattr(item, "custom_id", None))]
    return any(f"{known}:".startswith(f"{key.rstrip(':')}:") for known in ids)
