"""What `doctor` reads off the environment without asking Slack."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from pydantic import SecretStr

from adapters.slack.trouble import APPS
from adapters.slack.web import proxy_to
from bot.ports import Finding, Level
from bot.settings import HttpUrl, Variables

_SIGNING = f"{APPS} → the app → Basic Information → Signing Secret → Show, and set SLACK_SIGNING_SECRET to it."
_TOKEN = re.compile(r"(xox|xapp)")
_HEX = re.compile(r"[0-9a-f]{32}")


class Given(Variables):
    """What the operator says of Slack, whatever the way of connecting."""

    slack_bot_token: SecretStr | None = None
    slack_app_token: SecretStr | None = None
    slack_signing_secret: SecretStr | None = None
    slack_client_id: str | None = None
    slack_client_secret: SecretStr | None = None
    slack_api_url: HttpUrl = "https://slack.com/api"
    public_url: HttpUrl | None = None

    @property
    def over_http(self) -> bool:
        """Slack calls us; in Socket Mode we call Slack."""
        return self.slack_app_token is None


def surroundings(given: Given) -> Iterator[Finding]:
    """What is wrong, or worth knowing, before anybody is asked."""
    if given.slack_bot_token and given.slack_client_id:
        seen = "SLACK_CLIENT_ID is set beside SLACK_BOT_TOKEN, which is for one workspace"
        fix = "For one workspace unset SLACK_CLIENT_ID and SLACK_CLIENT_SECRET, for many unset SLACK_BOT_TOKEN."
        yield Finding(Level.WARN, "Environment", seen, fix)
    if proxy := proxy_to(given.slack_api_url):
        parts = urlsplit(proxy)  # which may hold a password
        where = f"{parts.hostname}:{parts.port}" if parts.port else f"{parts.hostname}"
        socket = "" if given.over_http else ", and so is Socket Mode, at wss://*.slack.com"
        yield Finding(Level.OK, "Proxy", f"slack.com is reached through {where}{socket}; NO_PROXY would pass it by")
    if given.over_http:
        yield _signing(given.slack_signing_secret)
        if given.slack_client_id:
            yield _address(given.public_url)


def _signing(secret: SecretStr | None) -> Finding:
    title, text = "Signing secret", secret.get_secret_value() if secret else ""
    if not text:
        seen = "SLACK_SIGNING_SECRET is not set, and over HTTP nobody can tell Slack from others"
        return Finding(Level.FAIL, title, seen, _SIGNING)
    if _TOKEN.match(text):
        return Finding(Level.FAIL, title, "SLACK_SIGNING_SECRET holds a token", _SIGNING)
    if not _HEX.fullmatch(text):
        seen = "SLACK_SIGNING_SECRET does not look like one: they have 32 letters from a to f and digits"
        return Finding(Level.WARN, title, seen, _SIGNING)
    return Finding(Level.OK, title, "it looks like one; whether it is this app's shows at the first request")


def _address(url: str | None) -> Finding:
    fix = "Set PUBLIC_URL to the address under which Slack and browsers reach this process, https://…"
    if url is None:
        return Finding(Level.FAIL, "Public address", "PUBLIC_URL is not set, and nobody can install the app", fix)
    if not url.startswith("https://"):
        return Finding(Level.FAIL, "Public address", "PUBLIC_URL is not https, and Slack calls nothing else", fix)
    return Finding(Level.OK, "Public address", f"install at {url}/slack/install")
