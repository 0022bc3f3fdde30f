"""What `doctor` reads off the environment without asking Slack. What cannot be used at all is told before it."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from pydantic import SecretStr

from adapters.slack.oauth import LANDING
from adapters.slack.trouble import APPS
from adapters.slack.variables import Given
from adapters.slack.web import proxy_to
from bot.findings import Finding, Level

_SIGNING = f"{APPS} → the app → Basic Information → Signing Secret → Show, and set SLACK_SIGNING_SECRET to it."
_HEX = re.compile(r"[0-9a-f]{32}")


def surroundings(given: Given) -> Iterator[Finding]:
    """What is wrong, or worth knowing, before anybody is asked."""
    if proxy := proxy_to(given.slack_api_url):
        parts = urlsplit(proxy)  # which may hold a password
        where = f"{parts.hostname}:{parts.port}" if parts.port else f"{parts.hostname}"
        socket = ", and so is Socket Mode, at wss://*.slack.com" if given.slack_app_token else ""
        yield Finding(Level.OK, "Proxy", f"slack.com is reached through {where}{socket}; NO_PROXY would pass it by")
    if given.slack_signing_secret and not given.slack_app_token:
        yield _signing(given.slack_signing_secret)
    if given.slack_client_id:
        yield _address(given.public_url or "")


def _signing(secret: SecretStr) -> Finding:
    title = "Signing secret"
    if not _HEX.fullmatch(secret.get_secret_value()):
        seen = "SLACK_SIGNING_SECRET does not look like one: they have 32 letters from a to f and digits"
        return Finding(Level.WARN, title, seen, _SIGNING)
    return Finding(Level.OK, title, "it looks like one; whether it is this app's shows at the first request")


def _address(url: str) -> Finding:
    if not url.startswith("https://"):
        fix = "Set PUBLIC_URL to the address under which Slack and browsers reach this process, https://…"
        return Finding(Level.FAIL, "Public address", "PUBLIC_URL is not https, and Slack calls nothing else", fix)
    return Finding(Level.OK, "Public address", f"install at {url}{LANDING}")
