"""Discord: slash commands, buttons and modals over the gateway; cards as Components V2 messages."""

from collections.abc import Mapping

from pydantic import SecretStr

from adapters.discord.people import NAME
from adapters.discord.platform import Discord
from bot.ports import Off, Platform
from bot.settings import HttpUrl, Variables


class DiscordVariables(Variables):
    """`DISCORD_API_URL` is for a proxy, for example http://127.0.0.1:8080/api/v10."""

    discord_token: SecretStr | None = None
    discord_api_url: HttpUrl | None = None


def connect(environment: Mapping[str, str]) -> Platform | Off:
    """The bot of `DISCORD_TOKEN`."""
    variables = DiscordVariables.read(environment)
    if variables.discord_token is None:
        return Off(NAME, ("DISCORD_TOKEN",))
    return Discord(variables.discord_token, variables.discord_api_url)
