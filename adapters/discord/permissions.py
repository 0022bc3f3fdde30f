"""What the bot must be allowed to do in a channel that it posts to."""

from collections.abc import Mapping

import discord

NEEDED: Mapping[str, str] = {
    "view_channel": "View Channel",
    "send_messages": "Send Messages",
    "embed_links": "Embed Links",
    "read_message_history": "Read Message History",
}
"""discord.py's names, and what Discord's own settings call them."""


def missing(permissions: discord.Permissions) -> tuple[str, ...]:
    """The titles of those that are not granted."""
    return tuple(title for name, title in NEEDED.items() if not getattr(permissions, name))
