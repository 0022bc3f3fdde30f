"""What `python -m bot doctor` finds out about Discord, over REST alone: it needs no gateway and changes nothing."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from typing import Any

import discord
from discord import app_commands
from discord.app_commands import Choice
from discord.http import Route as Address

from adapters.discord import DiscordVariables, slash
from adapters.discord.blocks import one_line
from adapters.discord.channels import Inspector
from adapters.discord.permissions import invite
from adapters.discord.registration import differs
from adapters.discord.trouble import TROUBLE, unanswered
from bot.commands import Command
from bot.findings import Finding, Known, Level
from bot.skew import Skew

_PORTAL = "https://discord.com/developers/applications"
_FEW_STARTS = 50
_MOST_SKEW = 30.0  # seconds
_PRIVILEGED = {
    "Presence": ("gateway_presence", "gateway_presence_limited"),
    "Server Members": ("gateway_guild_members", "gateway_guild_members_limited"),
    "Message Content": ("gateway_message_content", "gateway_message_content_limited"),
}
"""What the portal calls the intents that need Discord's leave, and the flags of an application that has one of them."""


async def examine(
    environment: Mapping[str, str], known: Known, clock: Callable[[], float] = time.time
) -> Sequence[Finding]:
    """Everything that can be asked with `DISCORD_TOKEN`. Without a token that is accepted nothing else is asked."""
    variables = DiscordVariables.read(environment)
    if variables.discord_token is None:
        return ()
    if variables.discord_api_url:
        Address.BASE = variables.discord_api_url  # the one place where discord.py keeps it
    skew = Skew(clock, "Discord", _MOST_SKEW)
    async with discord.Client(intents=discord.Intents(guilds=True), http_trace=skew.trace()) as client:
        logged_in = await _token(client, variables.discord_token.get_secret_value(), known.within)
        about, user = client.application, client.user
        if logged_in.level is not Level.OK or about is None or user is None:
            return (logged_in,)
        asked = [
            await _asked("Commands", known.within, _commands(client)),
            await _asked("Session starts", known.within, _starts(client)),
        ]
        channels = await _channels(client, user, about, known)
        return (logged_in, *_application(about), *asked, *channels, skew.finding(), _invitation(about))


_REFUSED = Finding(
    Level.FAIL,
    "Token",
    "Discord does not accept DISCORD_TOKEN",
    f"{_PORTAL} → the application → Bot → Reset Token, and set DISCORD_TOKEN to the new one.",
)


async def _token(client: discord.Client, token: str, within: float) -> Finding:
    try:
        async with asyncio.timeout(within):
            await client.login(token)
    except discord.LoginFailure:
        return _REFUSED
    except TROUBLE as error:
        return unanswered("Token", error, within)
    except (ValueError, TypeError, LookupError):  # discord.py does not expect what it was given, or was told
        if not (token.isascii() and token.isprintable()):  # it could not even stand in a header
            return _REFUSED
        fix = "Let this machine reach discord.com by HTTPS. DISCORD_API_URL, if set, leads there and holds no password."
        return Finding(Level.FAIL, "Token", "what answers is not Discord", fix)
    return Finding(Level.OK, "Token", f"accepted, for the bot {one_line(str(client.user))}")


def _application(about: discord.AppInfo) -> Iterator[Finding]:
    """What was set in the portal."""
    portal, public = f"{_PORTAL}/{about.id}", "anyone" if about.bot_public else "only its owner"
    yield Finding(Level.OK, "Application", f"{one_line(about.name)}, {about.id}; {public} may invite it")
    if about.bot_require_code_grant:
        fix = f"{portal}/bot → switch off Requires OAuth2 Code Grant → Save Changes"
        yield Finding(Level.FAIL, "OAuth2 code grant", "it is asked for, and no invitation works", fix)
    if about.interactions_endpoint_url:
        fix = f"{portal}/information → empty Interactions Endpoint URL → Save Changes"
        yield Finding(Level.FAIL, "Interactions endpoint", "a URL is set, so the bot hears no command or button", fix)
    else:
        yield Finding(Level.OK, "Interactions endpoint", "no URL is set, so the bot hears of everything itself")
    granted = [name for name, flags in _PRIVILEGED.items() if any(getattr(about.flags, flag) for flag in flags)]
    if granted:
        fix = f"{portal}/bot → Privileged Gateway Intents → switch off {', '.join(granted)} → Save Changes"
        yield Finding(Level.WARN, "Privileged intents", f"{', '.join(granted)}: on, and none is used", fix)
    else:
        yield Finding(Level.OK, "Privileged intents", "none is on, and none is needed")


async def _asked(title: str, within: float, check: Awaitable[Finding]) -> Finding:
    """What a check finds, if Discord answers it in time."""
    try:
        async with asyncio.timeout(within):
            return await check
    except TROUBLE as error:
        return unanswered(title, error, within)


async def _commands(client: discord.Client) -> Finding:
    tree = app_commands.CommandTree(client)
    slash.register(tree, _Closed())
    if await differs(tree):
        seen = "those that Discord shows are not those of this release; they are told at the next start"
        return Finding(Level.WARN, "Commands", seen, "Start the bot, then reload Discord: python -m bot run")
    return Finding(Level.OK, "Commands", "Discord shows those of this release")


async def _starts(client: discord.Client) -> Finding:
    shards, _, limit = await client.http.get_bot_gateway()
    left, minutes = limit["remaining"], -(-limit["reset_after"] // 60_000)
    when = f"in {minutes // 60} h {minutes % 60} min"
    advised = "1 shard, which" if shards == 1 else f"{shards} shards, each of which"
    seen = f"{left} of {limit['total']} left today; Discord advises {advised} takes one"
    if left < shards:
        fix = f"Wait: Discord gives new ones {when}. Then find out why the bot was started so often."
        return Finding(Level.FAIL, "Session starts", f"{seen}; the bot cannot start", fix)
    if left < _FEW_STARTS:
        fix = f"Find out why the bot was started so often; Discord gives new ones {when}."
        return Finding(Level.WARN, "Session starts", seen, fix)
    return Finding(Level.OK, "Session starts", seen)


async def _channels(
    client: discord.Client, user: discord.ClientUser, about: discord.AppInfo, known: Known
) -> list[Finding]:
    if known.drills is None:
        fix = "See what is said of the database: python -m bot doctor --only core"
        return [Finding(Level.WARN, "Channels", "not looked at, for the drills cannot be read", fix)]
    return await Inspector(client, user, about, known.within).examine(known.drills)


def _invitation(about: discord.AppInfo) -> Finding:
    return Finding(Level.OK, "Invitation", invite(about.id))


class _Closed:
    """Stands behind commands that are only compared: nobody can use them."""

    async def answer(self, interaction: discord.Interaction[Any], command: Command) -> None:
        raise NotImplementedError

    async def complete(
        self, interaction: discord.Interaction[Any], word: str, argument: str, typed: str
    ) -> list[Choice[str]]:
        raise NotImplementedError
