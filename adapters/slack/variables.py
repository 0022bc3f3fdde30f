"""What the environment says of Slack."""

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, SecretStr

from adapters.slack.scopes import OPTIONAL
from bot.settings import HttpUrl, Variables

AUTHORISE = "https://slack.com/oauth/v2/authorize"
"""Where somebody agrees to take an app in."""

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


def _optional(text: str) -> str:
    scopes = text.replace(",", " ").split()
    if unknown := [scope for scope in scopes if scope not in OPTIONAL]:
        raise ValueError(f"has {unknown[0]}, which nothing here needs; there are {', '.join(OPTIONAL)}")
    return ",".join(scopes)


def _no_path(url: str) -> str:
    if urlsplit(url).path:
        raise ValueError("must be an address without a path, for example https://quiz.example.com")
    return url


class Given(Variables):
    """Every variable that the adapter reads. `secret_keys` is the core's own, which checks it."""

    slack_bot_token: Annotated[SecretStr, _starts_with("xoxb-")] | None = None
    slack_app_token: Annotated[SecretStr, _starts_with("xapp-")] | None = None
    slack_signing_secret: Annotated[SecretStr, AfterValidator(_no_token)] | None = None
    slack_client_id: str | None = None
    slack_client_secret: SecretStr | None = None
    slack_scopes: Annotated[str, AfterValidator(_optional)] = ""
    slack_api_url: HttpUrl = "https://slack.com/api"
    public_url: Annotated[HttpUrl, AfterValidator(_no_path)] | None = None
    secret_keys: SecretStr | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing says that Slack is wanted."""
        own = (self.slack_bot_token, self.slack_app_token, self.slack_signing_secret)
        return not any((*own, self.slack_client_id, self.slack_client_secret))
