"""What a failed call to Slack means for a message: surely not sent, or nobody can tell."""

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from adapters.slack.codes import LASTING, PASSING, RATE
from bot.errors import SettingsError
from bot.ports import Refused, Unclear

TROUBLE = (SlackApiError, aiohttp.ClientError, TimeoutError)
"""Everything that a call to Slack raises for reasons outside this program."""

# No connection, so not a byte was sent: to Slack, or through the proxy on the way there.
_UNREACHED = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.ClientHttpProxyError)


def refused(variable: str, error: SlackApiError) -> Exception:
    """What to raise where Slack does not take the credentials of a variable: the error itself where that may pass."""
    match outcome(error):
        case Refused(why, lasting=True):
            return SettingsError(variable, f"Slack refuses it: {why}")
        case _:
            return error


def outcome(error: Exception) -> Refused | Unclear:
    """The result to report for one of `TROUBLE`. A reason begins with Slack's own code for it."""
    match error:
        case SlackApiError(response=AsyncSlackResponse() as answer):
            return _said(answer)
        case _ if isinstance(error, _UNREACHED):
            return Refused("unreachable", lasting=False)
        case _:
            return Unclear(type(error).__name__)


def unasked(error: Exception) -> Refused:
    """The result for one of `TROUBLE` that came before the call itself: whatever it was, nothing was asked for."""
    found = outcome(error)
    return found if isinstance(found, Refused) else Refused(found.why, lasting=False)


def _said(answer: AsyncSlackResponse) -> Refused | Unclear:
    """Slack may answer with codes that it documents nowhere, among other things where it is out of order itself.

    Such a one says that the call failed, but not that nothing came of it: so it is doubtful. At worst a keeper is asked
    to look for a message that is not there; the other way round there might be two.
    """
    code = str(answer.get("error", "")) if isinstance(answer.data, dict) else ""
    if answer.status_code == 429 or code in RATE:
        return Refused(code or "ratelimited", lasting=False, retry_after=_seconds(answer))
    if answer.status_code != 200:
        return Unclear(code or f"HTTP {answer.status_code}")
    if code in PASSING:
        return Refused(code, lasting=False)
    if code in LASTING:
        needed = answer.get("needed")  # a scope
        return Refused(f"{code}: {LASTING[code]}" + (f" ({needed})" if needed else ""), lasting=True)
    return Unclear(code or "an answer that is none")


def _seconds(answer: AsyncSlackResponse) -> float:
    # The header may be spelt in any case; where it is missing, Slack's own rate of one message a second is a safe wait.
    headers = {name.lower(): value for name, value in answer.headers.items()}
    said = str(headers.get("retry-after", ""))
    return max(float(said), 1.0) if said.isdecimal() else 1.0
