"""Who asks, where, and with which button, as an interaction tells it: nothing is looked up or remembered."""

from collections.abc import Mapping
from typing import Any

import discord

from adapters.discord.locales import ZONES
from adapters.discord.permissions import IN_THREAD, NEEDED, missing
from bot.domain.identity import Person, Place, Posted, Workspace

NAME = "discord"


def person(interaction: discord.Interaction[Any]) -> Person:
    """The one who asks, under the name this server knows."""
    user = interaction.user
    return Person(_workspace(interaction), str(user.id), user.display_name, interaction.permissions.manage_guild)


def place(interaction: discord.Interaction[Any]) -> Place:
    """The channel they ask in; of a thread the one it belongs to. A forum takes no messages, but each of its posts.

    Raises `LookupError` where Discord has not told us yet what a thread belongs to.
    """
    channel, number = interaction.channel, interaction.channel_id
    if number is None:
        raise LookupError("an interaction in a channel of a kind that discord.py does not know")
    if not _in_server(interaction):
        return Place(_workspace(interaction), str(number), personal=True)
    is_post, needed = False, NEEDED
    if isinstance(channel, discord.Thread):
        if channel.guild.unavailable:
            raise LookupError("a thread of a server that Discord has not told us of yet")
        is_post = isinstance(channel.parent, discord.ForumChannel)  # other channels are not remembered: see `memory`
        number, needed = (channel.id, IN_THREAD) if is_post else (channel.parent_id, NEEDED)
    return Place(
        _workspace(interaction),
        str(number),
        lacks=missing(interaction.app_permissions, needed),
        zone=ZONES.get(str(interaction.guild_locale), ""),
        silent=_silent(interaction),
        threads=not is_post,
    )


def _silent(interaction: discord.Interaction[Any]) -> tuple[str, ...]:
    """The roles just picked that the bot may not mention."""
    data: Mapping[str, Any] = interaction.data or {}
    roles = data.get("resolved", {}).get("roles", {})
    may = interaction.app_permissions.mention_everyone
    return tuple(number for number, role in roles.items() if not (may or role["mentionable"]))


def pressed(interaction: discord.Interaction[Any], here: Place) -> Posted | None:
    """The public message whose button was pressed, which stands here."""
    message = interaction.message
    if interaction.type is not discord.InteractionType.component or message is None or message.flags.ephemeral:
        return None
    return Posted(here, str(message.id))


def conversation_with(user: int | str, channel: int) -> Place:
    """A conversation of the bot with one person."""
    return Place(_alone_with(user), str(channel))


def _workspace(interaction: discord.Interaction[Any]) -> Workspace:
    """A server that has the bot; where somebody brought it along for themselves, a workspace of their own."""
    if not _in_server(interaction):
        return _alone_with(interaction.user.id)
    name = interaction.guild.name if interaction.guild else ""
    return Workspace(NAME, str(interaction.guild_id), name)


def _in_server(interaction: discord.Interaction[Any]) -> bool:
    """Whether the server itself has the bot: people may also install it for themselves and use it anywhere."""
    brought_along = interaction.is_user_integration() and not interaction.is_guild_integration()
    return interaction.guild_id is not None and not brought_along


def _alone_with(user: int | str) -> Workspace:
    return Workspace(NAME, f"dm-{user}", own=True)
