"""The servers the bot is in: when it is invited, when it is removed, and what happened of that while it was away."""

import asyncio
import json
import logging
from collections.abc import Mapping
from typing import Any

import discord

from adapters.discord.people import NAME
from adapters.discord.reception import Reception
from bot.domain.identity import Workspace

log = logging.getLogger(__name__)

READY = '"READY"'
"""What stands in the frame that begins a session, and in few others."""


class Servers:
    """Tells the door which servers the bot is in, one event after the other, in the order they came.

    A shard's READY lists all its servers, those with an outage included, so each shard is compared by itself: at the
    start, and whenever a lost session is begun anew. discord.py keeps that list to itself and goes on to remember the
    servers that are missing from it, so it is read from what the gateway sent.
    """

    def __init__(self, reception: Reception) -> None:
        self._door = reception.door
        self._in_hand = reception.in_hand
        self._in_turn = asyncio.Lock()

    def listen(self, client: discord.Client) -> None:
        """Hear what happens to servers. The client must have been made with `enable_debug_events`."""
        client.event(self.on_socket_raw_receive)
        client.event(self.on_guild_join)
        client.event(self.on_guild_remove)

    async def on_socket_raw_receive(self, frame: str) -> None:
        """A new session of a shard; every other frame is left to discord.py."""
        if READY in frame and (event := json.loads(frame))["t"] == "READY":
            with self._in_hand:
                async with self._in_turn:
                    await self._compare(event["d"])

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """The bot was invited."""
        with self._in_hand:
            async with self._in_turn:
                await self._door.joined(_workspace(guild))

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """The bot was removed, or the server deleted. An outage is another event."""
        with self._in_hand:
            async with self._in_turn:
                await self._door.left(_workspace(guild))

    async def _compare(self, ready: Mapping[str, Any]) -> None:
        """Tell the door what it does not know yet of a shard's servers. A conversation with one person is no server."""
        shard, shards = ready["shard"]
        here = {guild["id"] for guild in ready["guilds"]}
        left = returned = 0
        for workspace, known_in in (await self._door.workspaces(NAME)).items():
            if not workspace.id.isdecimal() or (int(workspace.id) >> 22) % shards != shard:
                continue
            if known_in and workspace.id not in here:
                await self._door.left(workspace)
                left += 1
            elif not known_in and workspace.id in here:
                await self._door.joined(workspace)
                returned += 1
        if left or returned:
            log.info("while we were away, %s servers were left and %s joined again", left, returned)


def _workspace(guild: discord.Guild) -> Workspace:
    return Workspace(NAME, str(guild.id))
