"""A request of `doctor` that went wrong, as a finding."""

import aiohttp
import discord

from bot.findings import Finding, Level

# What aiohttp raises is no DiscordException, and not all of it an OSError; a timeout is one.
TROUBLE = (discord.DiscordException, aiohttp.ClientError, OSError)

_FIX = (
    "Try again in some minutes; https://discordstatus.com tells whether Discord has an outage. Else let this machine "
    "reach discord.com by HTTPS, or set DISCORD_API_URL to a proxy that does."
)


def unanswered(title: str, error: BaseException, within: float) -> Finding:
    """Something that Discord did not tell, or not in time."""
    why = f"no answer within {within:g} s" if isinstance(error, TimeoutError) else str(error.__cause__ or error)
    return Finding(Level.FAIL, title, f"Discord does not say: {why}", _FIX)
