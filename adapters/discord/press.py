"""Every button and menu of every release, in one class: what was pressed is all in its own string."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Self, cast

import discord
from discord import ui

from adapters.discord.reception import Reception
from bot import wire


class Press(ui.DynamicItem[ui.Button[ui.LayoutView]], template=r"(?s).+"):
    """A pressed button, or a choice from a menu. Only used to hear, never to draw: one view with both kinds would
    silence every button at once.

    The template takes whatever comes, for everything on our messages is ours; `wire` tells what it can no longer read,
    and the quiz answers even that.
    """

    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction[Any], item: ui.Item[Any], _match: re.Match[str], /
    ) -> Self:
        return cls(cast("ui.Button[ui.LayoutView]", item))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        reception: Reception = interaction.client.reception
        values = cast("Sequence[str]", cast("Mapping[str, object]", interaction.data or {}).get("values", ()))
        said = wire.chosen(self.custom_id, values) if values else self.custom_id
        await reception.answer(interaction, wire.decode(said))
