"""The connection: which events reach us, and who takes them."""

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

import discord
from discord import app_commands
from discord.gateway import DiscordWebSocket
from yarl import URL

from adapters.discord import slash
from adapters.discord.memory import Memory
from adapters.discord.pace import Pace, PacedConnector
from adapters.discord.reception import Reception
from adapters.discord.registration import differs
from adapters.discord.servers import READY, Servers
from adapters.discord.starts import Starts
from bot import grammar, wire
from bot.commands import Command, Misread, Why

log = logging.getLogger(__name__)

# discord.py otherwise warns at every start that it cannot play sound.
discord.VoiceClient.warn_nacl = False
discord.VoiceClient.warn_dave = False

_WAIT_AT_MOST = 30.0  # seconds for a rate limit, the least discord.py takes; a longer one is refused instead


class Client(discord.AutoShardedClient):
    """One bot on as many shards as Discord advises, that hears interactions and remembers nothing."""

    def __init__(self, reception: Reception, pace: Pace, starts: Starts, own_address: bool) -> None:
        super().__init__(
            intents=discord.Intents(guilds=True),
            allowed_mentions=discord.AllowedMentions.none(),
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_messages=None,
            guild_ready_timeout=0,  # nothing here waits for the servers, which it takes some seconds to hear of
            max_ratelimit_timeout=_WAIT_AT_MOST,
            enable_debug_events=True,  # for `Servers`
            connector=PacedConnector(pace),
        )
        self.reception = reception
        self._starts = starts
        self._own_address = own_address
        self._tree = Tree(self)
        Servers(reception).listen(self)

    def _get_state(self, **options: Any) -> Memory:
        return Memory(dispatch=self.dispatch, handlers=self._handlers, hooks=self._hooks, http=self.http, **options)

    async def setup_hook(self) -> None:
        """Between the login and the first event."""
        _, gateway, starts = await self.http.get_bot_gateway()
        self._starts.buckets = starts["max_concurrency"]
        if self._own_address:
            # discord.py takes up a lost session at the real Discord otherwise.
            DiscordWebSocket.DEFAULT_GATEWAY = URL(gateway)
        slash.register(self._tree, self.reception)
        await self._tree.register()

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:  # noqa: ARG002  # discord.py names it
        """Before a shard begins a session, the first time and after it lost one for good."""
        await self._starts.turn(shard_id or 0)

    def dispatch(self, event: str, /, *args: Any, **kwargs: Any) -> None:
        """Spare the frames that `Servers` does not read a task each."""
        if event != "socket_raw_receive" or READY in args[0]:
            super().dispatch(event, *args, **kwargs)

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        """Buttons, menus and submitted forms of every release: what each asks is all in its own string.

        discord.py's views and modals live in memory only: what is used after a restart would be lost, and so would be
        what the second of two people submits. Commands it gives to `Tree` by itself.
        """
        data: Mapping[str, Any] = interaction.data or {}
        if interaction.type is discord.InteractionType.component:
            await self.reception.answer(interaction, _pressed(data))
        elif interaction.type is discord.InteractionType.modal_submit:
            await self.reception.answer(interaction, _filled(data))

    def hears(self) -> bool:
        """Whether any shard has its connection."""
        return any(not shard.is_closed() for shard in self.shards.values())

    async def leave_gateway(self) -> None:
        """Hear nothing new. What waits for that in discord.py has to be cancelled before."""
        await asyncio.gather(*(shard.disconnect() for shard in self.shards.values()))


class Tree(app_commands.CommandTree[Client]):
    """The slash commands."""

    async def register(self) -> None:
        """Tell Discord our commands where it has others. It counts the changes of a day, so a restart makes none."""
        if await differs(self):
            await self.sync()
            log.info("told Discord our commands")

    async def on_error(self, interaction: discord.Interaction[Client], error: app_commands.AppCommandError, /) -> None:
        """What discord.py could not place, most of it said by clients that know an older release."""
        if not isinstance(error, app_commands.CommandNotFound | app_commands.CommandSignatureMismatch):
            log.error("a command failed on its way to us", exc_info=error)
        if interaction.type is discord.InteractionType.autocomplete:
            await interaction.response.autocomplete([])
        elif not interaction.response.is_done():
            await self.client.reception.answer(interaction, slash.reread(interaction.data or {}))


def _pressed(data: Mapping[str, Any]) -> Command:
    """The command of a pressed button, or of a choice from a menu. `wire` tells what it can no longer read."""
    custom_id, values = data["custom_id"], data.get("values")
    return wire.decode(wire.chosen(custom_id, values) if values else custom_id)


def _filled(data: Mapping[str, Any]) -> Command:
    """The command of a submitted form, whose fields each stand in a label."""
    form = wire.decode_form(data["custom_id"])
    if form is None:
        return Misread(data["custom_id"][: wire.LONGEST], Why.BUTTON)
    word, given = form
    inputs = [row["component"] for row in data["components"] if "component" in row]
    said = {each["custom_id"]: each.get("value") or ",".join(each.get("values", [])) for each in inputs}
    return grammar.read(word, given | said)
