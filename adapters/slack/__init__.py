"""Slack: over Socket Mode, which needs no public address, or over HTTP, which does. Both for one workspace."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, SecretStr

from adapters.slack.gate import Gate
from adapters.slack.platform import Slack
from adapters.slack.socket import Socket
from adapters.slack.transport import Transport
from adapters.slack.web import proxy_to
from bot.errors import SettingsError
from bot.ports import Off, Platform
from bot.settings import HttpUrl, Variables

_PREFIXES = {"xoxb-": "SLACK_BOT_TOKEN", "xapp-": "SLACK_APP_TOKEN"}


def _owner(token: SecretStr) -> str | None:
    text = token.get_secret_value()
    return next((name for start, name in _PREFIXES.items() if text.startswith(start)), None)


def _starts_with(prefix: str) -> AfterValidator:
    def check(token: SecretStr) -> SecretStr:
        if token.get_secret_value().startswith(prefix):
            return token
        owner = _owner(token)
        raise ValueError(f"must start with {prefix}" + (f"; this one belongs in {owner}" if owner else ""))

    return AfterValidator(check)


def _no_token(secret: SecretStr) -> SecretStr:
    if owner := _owner(secret):
        raise ValueError(f"is the signing secret among the app's basic information; this one belongs in {owner}")
    return secret


class _Slack(Variables):
    slack_bot_token: Annotated[SecretStr, _starts_with("xoxb-")] | None = None
    slack_app_token: Annotated[SecretStr, _starts_with("xapp-")] | None = None
    slack_signing_secret: Annotated[SecretStr, AfterValidator(_no_token)] | None = None
    slack_api_url: HttpUrl = "https://slack.com/api"
    port: str | None = None  # the core's own, which checks it


def connect(environment: Mapping[str, str]) -> Platform | Off:
    """Slack as the environment describes it; `Off` where it names no token and no secret."""
    given = _Slack.read(environment)
    bot = given.slack_bot_token
    if bot is None and given.slack_app_token is None and given.slack_signing_secret is None:
        return Off("slack", ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"))
    if bot is None:
        beside = "SLACK_APP_TOKEN" if given.slack_app_token else "SLACK_SIGNING_SECRET"
        raise SettingsError("SLACK_BOT_TOKEN", f"is needed beside {beside}: the installed app's token, xoxb-…")
    return Slack(bot, _transport(given), given.slack_api_url)


def _transport(given: _Slack) -> Transport:
    """Socket Mode where there is an app-level token, and else HTTP: Slack uses one or the other for an app, never both,
    and shows a signing secret for every app.
    """
    if given.slack_app_token is not None:
        return Socket(given.slack_app_token, proxy_to(given.slack_api_url))
    if given.slack_signing_secret is None:
        raise SettingsError(
            "SLACK_APP_TOKEN",
            "is needed beside SLACK_BOT_TOKEN: an app-level token, xapp-…, for Socket Mode; "
            "or SLACK_SIGNING_SECRET and PORT, for HTTP",
        )
    if given.port is None:
        raise SettingsError(
            "PORT",
            "must be set, for example to 8080: with SLACK_SIGNING_SECRET and without SLACK_APP_TOKEN, "
            "Slack sends its requests to us, at /slack/events",
        )
    return Gate(given.slack_signing_secret)
