"""What a failed call to Slack means for a message: surely not sent, or nobody can tell."""

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.errors import SettingsError
from bot.ports import Refused, Unclear

TROUBLE = (SlackApiError, aiohttp.ClientError, TimeoutError)
"""Everything that a call to Slack raises for reasons outside this program."""

_DOUBTFUL = frozenset({"fatal_error", "internal_error", "service_unavailable", "request_timeout"})
_PASSING = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded", "team_added_to_org"})


def refused(variable: str, error: SlackApiError) -> Exception:
    """What to raise where Slack does not take the credentials of a variable: the error itself where that may pass."""
    match outcome(error):
        case Refused(why, lasting=True):
            return SettingsError(variable, f"Slack refuses it: {why}")
        case _:
            return error


def outcome(error: Exception) -> Refused | Unclear:
    """The result to report for one of `TROUBLE`."""
    match error:
        case SlackApiError(response=AsyncSlackResponse() as answer):
            return _said(answer)
        case aiohttp.ClientConnectorError():
            return Refused("unreachable", lasting=False)  # no connection, so not a byte was sent
        case _:
            return Unclear(type(error).__name__)


def _said(answer: AsyncSlackResponse) -> Refused | Unclear:
    code = str(answer.get("error", "")) if isinstance(answer.data, dict) else ""
    if answer.status_code == 429 or code in _PASSING:
        return Refused(code or "ratelimited", lasting=False, retry_after=_seconds(answer))
    if answer.status_code != 200 or not code or code in _DOUBTFUL:
        return Unclear(code or f"HTTP {answer.status_code}")
    return Refused(code, lasting=True)


def _seconds(answer: AsyncSlackResponse) -> float:
    # The header may be spelt in any case; where it is missing, Slack's own rate of one message a second is a safe wait.
    headers = {name.lower(): value for name, value in answer.headers.items()}
    said = str(headers.get("retry-after", ""))
    return float(said) if said.isdecimal() else 1.0
