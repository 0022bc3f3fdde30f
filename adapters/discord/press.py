"""Every button of every release, in one class: what was pressed is all in the button's own string."""

import re
from typing import Any, Self, cast

import discord
from discord import ui

from adapters.discord.reception import Reception
from bot import wire


class Press(ui.DynamicItem[ui.Button[ui.LayoutView]], template=r"(?s).+"):
    """A pressed button. Only used to hear, never to draw: one view with both kinds would silence every button at once.

    The template takes whatever comes, for every button on our messages is ours; `wire` tells the ones it can no
    longer read, and the quiz answers even those.
    """

    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction[Any], item: ui.Item[Any], _match: re.Match[str], /
    ) -> Self:
        return cls(cast("ui.Button[ui.LayoutView]", item))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        reception: Reception = interaction.client.reception
        await reception.answer(interaction, wire.decode(self.custom_id))
