"""Who asks, where, and with which button, as an interaction tells it: nothing is looked up or remembered."""

from typing import Any

import discord

from bot.domain.identity import Person, Place, Posted, Workspace

NAME = "discord"


def person(interaction: discord.Interaction[Any]) -> Person:
    """The one who asks, under the name this server knows. Whoever talks to the bot alone manages that conversation."""
    user = interaction.user
    manages = interaction.guild_id is None or interaction.permissions.manage_guild
    return Person(_workspace(interaction), str(user.id), user.display_name, manages)


def place(interaction: discord.Interaction[Any]) -> Place:
    """The channel they ask in."""
    if interaction.channel_id is None:
        raise LookupError("an interaction in a channel of a kind that discord.py does not know")
    return Place(_workspace(interaction), str(interaction.channel_id))


def pressed(interaction: discord.Interaction[Any]) -> Posted | None:
    """The public message whose button was pressed."""
    message = interaction.message
    if interaction.type is not discord.InteractionType.component or message is None or message.flags.ephemeral:
        return None
    return Posted(place(interaction), str(message.id))


def _workspace(interaction: discord.Interaction[Any]) -> Workspace:
    """A server; a conversation with the bot alone is a workspace of its own."""
    guild = interaction.guild_id
    return Workspace(NAME, f"dm-{interaction.user.id}" if guild is None else str(guild))
