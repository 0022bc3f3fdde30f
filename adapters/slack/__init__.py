"""Slack: for one workspace or for many, over Socket Mode, which needs no public address, or over HTTP, which does."""

from collections.abc import Mapping

from adapters.slack.gate import Gate
from adapters.slack.installed import Credentials
from adapters.slack.oauth import Installing
from adapters.slack.platform import Slack
from adapters.slack.scopes import NEEDED
from adapters.slack.socket import Socket
from adapters.slack.tenants import Access, OneToken
from adapters.slack.transport import Transport
from adapters.slack.variables import AUTHORISE, Given
from adapters.slack.web import proxy_to
from bot.errors import SettingsError
from bot.ports import Off, Platform


def connect(environment: Mapping[str, str]) -> Platform | Off:
    """Slack as the environment describes it; `Off` where it names no token, no secret and no client."""
    given = Given.read(environment)
    if given.is_empty:
        return Off("slack", ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"))
    return Slack(_access(given), _transport(given), given.slack_api_url)


def _access(given: Given) -> Access:
    """Many workspaces where the app's own credentials are there, and else the one whose token is."""
    if given.slack_client_id is None and given.slack_client_secret is None:
        if given.slack_bot_token is None:
            beside = "SLACK_APP_TOKEN" if given.slack_app_token else "SLACK_SIGNING_SECRET"
            raise SettingsError(
                "SLACK_BOT_TOKEN",
                f"is needed beside {beside}: the installed app's token, xoxb-…; "
                "or SLACK_CLIENT_ID and SLACK_CLIENT_SECRET, for many workspaces",
            )
        return OneToken(given.slack_bot_token)
    if given.slack_client_id is None or given.slack_client_secret is None:
        lacking = "SLACK_CLIENT_ID" if given.slack_client_id is None else "SLACK_CLIENT_SECRET"
        raise SettingsError(lacking, "is needed beside the other one, for many workspaces; leave out both for one")
    if given.slack_bot_token is not None:
        raise SettingsError(
            "SLACK_BOT_TOKEN",
            "belongs to one workspace, and SLACK_CLIENT_ID is for many: leave out the one or the other",
        )
    for name, there, what in (
        (
            "PUBLIC_URL",
            given.public_url,
            "the address at which browsers reach us, for example https://quiz.example.com",
        ),
        ("SECRET_KEYS", given.secret_keys, "what the tokens of workspaces are sealed with: python -m bot secrets new"),
    ):
        if there is None:
            raise SettingsError(name, f"is needed beside SLACK_CLIENT_ID: {what}")
    app = Credentials(given.slack_client_id, given.slack_client_secret)
    return Installing(app, given.public_url or "", AUTHORISE, [*NEEDED, *filter(None, given.slack_scopes.split(","))])


def _transport(given: Given) -> Transport:
    """Socket Mode where there is an app-level token, and else HTTP: Slack uses one or the other for an app, never both,
    and shows a signing secret for every app.
    """
    if given.slack_app_token is not None:
        return Socket(given.slack_app_token, proxy_to(given.slack_api_url))
    if given.slack_signing_secret is None:
        beside = "SLACK_BOT_TOKEN" if given.slack_bot_token else "SLACK_CLIENT_ID"
        raise SettingsError(
            "SLACK_APP_TOKEN",
            f"is needed beside {beside}: an app-level token, xapp-…, for Socket Mode; "
            "or SLACK_SIGNING_SECRET and PORT, for HTTP",
        )
    return Gate(given.slack_signing_secret)
