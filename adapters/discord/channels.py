"""Whether the bot may post where its drills are: the servers, the channels, and its permissions in each."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TypeVar, cast

import discord

from adapters.discord.blocks import one_line
from adapters.discord.pace import Pace
from adapters.discord.permissions import DISCUSSION, IN_THREAD, NEEDED, invite, missing
from adapters.discord.trouble import TROUBLE, unanswered
from bot.findings import Drilled, Finding, Level

_ROUNDS = 6  # times as long as a single request may all channels together take
_Got = TypeVar("_Got")


class Inspector:
    """Asks about channels in the order of their servers, no faster than Discord allows."""

    def __init__(self, client: discord.Client, user: discord.ClientUser, about: discord.AppInfo, within: float) -> None:
        self._client, self._within, self._pace = client, within, Pace()
        self._bot, self._id = one_line(about.name), about.id
        self._user = user.id  # in the oldest applications not the application's own id

    async def examine(self, drills: Sequence[Drilled]) -> list[Finding]:
        """A finding for each channel, or for a whole server where it is the same for all."""
        servers: dict[str, list[Drilled]] = {}
        for drill in drills:
            servers.setdefault(drill.place.workspace.id, []).append(drill)
        tasks = [asyncio.create_task(self._server(server, there)) for server, there in servers.items()]
        if not tasks:
            fix = "In the channel that wants a question a day: /sqla-quiz setup"
            return [Finding(Level.OK, "Channels", "no drill is active yet", fix)]
        most = _ROUNDS * self._within
        _, late = await asyncio.wait(tasks, timeout=most)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        found = [finding for task in tasks if task not in late for finding in task.result()]
        if late:
            seen = f"{len(late)} of {len(tasks)} servers were not looked at within {most:g} s"
            found.append(Finding(Level.WARN, "Channels", seen, "Run doctor again with a larger --within"))
        return found

    async def _server(self, server: str, drills: Sequence[Drilled]) -> list[Finding]:
        title = f"Server {server}"
        if not server.isdecimal():
            return [Finding(Level.OK, title, "a conversation with the bot alone, where it needs no permission")]
        try:
            guild = await self._ask(lambda: self._client.fetch_guild(int(server), with_counts=False))
            me = await self._ask(lambda: guild.fetch_member(self._user))
        except (discord.NotFound, discord.Forbidden):
            seen = f"the bot is not in it any more, and its drills there ({len(drills)}) cannot post"
            return [Finding(Level.FAIL, title, seen, f"Invite it again: {invite(self._id)}")]
        except TROUBLE as error:
            return [unanswered(title, error, self._within)]
        return [await self._place(guild, me, drill) for drill in drills]

    async def _place(self, guild: discord.Guild, me: discord.Member, drill: Drilled) -> Finding:
        number, server = int(drill.place.channel), one_line(guild.name)
        title = f"Channel {number} in {server}"
        try:
            channel = await self._ask(lambda: guild.fetch_channel(number))
            title = f"#{one_line(channel.name)} in {server}"
            home = channel
            if isinstance(channel, discord.Thread):  # its permissions are those of the channel it is in
                above = channel.parent_id
                home = await self._ask(lambda: guild.fetch_channel(above))
        except discord.NotFound:
            fix = "In the channel that takes its place: /sqla-quiz setup"
            return Finding(Level.FAIL, title, "the channel is gone, and its drill cannot post", fix)
        except discord.Forbidden:  # which is what Discord says of a channel that is hidden from us
            return self._lacks(title, (NEEDED["view_channel"],), me)
        except TROUBLE as error:
            return unanswered(title, error, self._within)
        # The method of all channels, for those of each kind also take away what follows from a permission that is off.
        may = discord.abc.GuildChannel.permissions_for(cast("discord.abc.GuildChannel", home), me)
        if lacking := missing(may, _needed(channel, drill)):
            return self._lacks(title, lacking, me)
        return _silent(title, guild, drill, may) or Finding(Level.OK, title, "all permissions are there")

    def _lacks(self, title: str, lacking: Sequence[str], me: discord.Member) -> Finding:
        names = ", ".join(lacking)
        seen = f"the bot lacks {names}"
        if me.is_timed_out():
            fix = f"{self._bot} is timed out. Click it in the list of members → Remove Timeout."
            return Finding(Level.FAIL, title, seen, fix)
        fix = f"Edit Channel → Permissions → Advanced permissions → + → {self._bot}: allow {names}."
        if {*lacking} & {*missing(me.guild_permissions, {**NEEDED, **DISCUSSION})}:
            fix += f" For every channel of the server at once: Server Settings → Roles → {self._bot} → Permissions."
        return Finding(Level.FAIL, title, seen, fix)

    async def _ask(self, request: Callable[[], Awaitable[_Got]]) -> _Got:
        """One request in its turn. Raises `TimeoutError` where it takes too long, with all that discord.py tries."""
        await self._pace.turn()
        async with asyncio.timeout(self._within):
            return await request()


def _silent(title: str, guild: discord.Guild, drill: Drilled, may: discord.Permissions) -> Finding | None:
    """What keeps a question from notifying those whom it should: it is posted all the same."""
    if not drill.ping:
        return None
    role = guild.get_role(int(drill.ping)) if drill.ping.isdecimal() else None
    if role is None:
        seen = "the role that its questions notify is gone"
        return Finding(
            Level.WARN, title, seen, "In the channel: /sqla-quiz setup ping: another role, or press Notify nobody"
        )
    if role.mentionable or may.mention_everyone:
        return None
    name = one_line(role.name)
    fix = f"Server Settings → Roles → {name} → Display: Allow anyone to @mention this role."
    return Finding(Level.WARN, title, f"its questions cannot notify {name}, which not everybody may mention", fix)


def _needed(channel: discord.abc.GuildChannel | discord.Thread, drill: Drilled) -> Mapping[str, str]:
    """What a drill needs in a channel: a thread has a permission of its own for writing, and no threads in it."""
    if isinstance(channel, discord.Thread):
        return IN_THREAD
    return {**NEEDED, **DISCUSSION} if drill.discussion else NEEDED
