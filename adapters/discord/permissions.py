"""What the bot may do in a channel, and has to: one list for the invitation, for `doctor` and for whoever else asks."""

from collections.abc import Mapping

import discord

NEEDED: Mapping[str, str] = {
    "view_channel": "View Channel",
    "send_messages": "Send Messages",
    "embed_links": "Embed Links",
    "read_message_history": "Read Message History",
}
"""discord.py's names of the permissions without which no drill runs, and what Discord's own settings call them."""

DISCUSSION: Mapping[str, str] = {
    "create_public_threads": "Create Public Threads",
    "send_messages_in_threads": "Send Messages in Threads",
}
"""The same for what is needed besides where reveals open threads."""

IN_THREAD: Mapping[str, str] = {
    **{name: title for name, title in NEEDED.items() if name != "send_messages"},
    "send_messages_in_threads": DISCUSSION["send_messages_in_threads"],
}
"""The same for a drill in a thread, such as a post of a forum; its reveals can open no further threads."""


def missing(permissions: discord.Permissions, needed: Mapping[str, str] = NEEDED) -> tuple[str, ...]:
    """What is not among the permissions, as Discord's settings call it."""
    return tuple(title for name, title in needed.items() if not getattr(permissions, name))


def invite(application_id: int) -> str:
    """The address where an administrator of a server takes the bot in, with every permission it may come to need."""
    permissions = discord.Permissions(**dict.fromkeys([*NEEDED, *DISCUSSION], True))
    return discord.utils.oauth_url(application_id, permissions=permissions, scopes=("bot", "applications.commands"))
