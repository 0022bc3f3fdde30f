"""Slack, over Socket Mode: one workspace, and no public address."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, SecretStr

from adapters.slack.platform import Slack
from adapters.slack.socket import Socket
from adapters.slack.tenants import OneToken
from adapters.slack.web import proxy_to
from bot.errors import SettingsError
from bot.ports import Off, Platform
from bot.settings import HttpUrl, Variables

_PREFIXES = {"xoxb-": "SLACK_BOT_TOKEN", "xapp-": "SLACK_APP_TOKEN"}


def _starts_with(prefix: str) -> AfterValidator:
    def check(token: SecretStr) -> SecretStr:
        text = token.get_secret_value()
        if text.startswith(prefix):
            return token
        owner = next((name for start, name in _PREFIXES.items() if text.startswith(start)), None)
        raise ValueError(f"must start with {prefix}" + (f"; this one belongs in {owner}" if owner else ""))

    return AfterValidator(check)


class _Slack(Variables):
    slack_bot_token: Annotated[SecretStr, _starts_with("xoxb-")] | None = None
    slack_app_token: Annotated[SecretStr, _starts_with("xapp-")] | None = None
    slack_api_url: HttpUrl = "https://slack.com/api"


def connect(environment: Mapping[str, str]) -> Platform | Off:
    """Slack as the environment describes it; `Off` where it names no token."""
    given = _Slack.read(environment)
    bot, app = given.slack_bot_token, given.slack_app_token
    if bot is None and app is None:
        return Off("slack", ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"))
    if bot is None:
        raise SettingsError("SLACK_BOT_TOKEN", "is needed beside SLACK_APP_TOKEN: the installed app's token, xoxb-…")
    if app is None:
        raise SettingsError("SLACK_APP_TOKEN", "is needed beside SLACK_BOT_TOKEN: an app-level token, xapp-…")
    return Slack(OneToken(bot), Socket(app, proxy_to(given.slack_api_url)), given.slack_api_url)
