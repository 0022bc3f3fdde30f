"""What a failed call to Slack means for a message: surely not sent, or nobody can tell."""

from dataclasses import replace

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


_LONGEST_WAIT = 3600.0  # seconds; who says more is not to be believed


def refused(variable: str, error: SlackApiError) -> Exception:
    """What to raise where Slack does not take the credentials of a variable: the error itself where that may pass."""
    match outcome(error):
        case Refused(why, lasting=True):
            return SettingsError(variable, f"Slack refuses it: {why}")
        case _:
            return error


def outcome(error: Exception) -> Refused | Unclear:
    """The result to report for one of `TROUBLE`. Its reason is Slack's own code, where there is one."""
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


def explained(found: Refused, scope: str) -> Refused:
    """A refusal as keepers can understand it: after the code, what it means and what helps. `scope` is what it took."""
    if found.why not in LASTING:
        return found
    needed = f" ({scope})" if found.why == "missing_scope" else ""
    return replace(found, why=f"{found.why}: {LASTING[found.why]}{needed}")


def code(found: Refused) -> str:
    """Slack's own code for a refusal, explained or not."""
    return found.why.partition(":")[0]


def _said(answer: AsyncSlackResponse) -> Refused | Unclear:
    """Slack may answer with codes that it documents nowhere, among other things where it is out of order itself.

    Such a one says that the call failed, but not that nothing came of it: so it is doubtful. At worst a keeper is asked
    to look for a message that is not there; the other way round there might be two.
    """
    said = str(answer.get("error", "")) if isinstance(answer.data, dict) else ""
    if answer.status_code == 429 or said in RATE:
        return Refused(said or "ratelimited", lasting=False, retry_after=_seconds(answer))
    if answer.status_code != 200:
        return Unclear(said or f"HTTP {answer.status_code}")
    if said in PASSING:
        return Refused(said, lasting=False)
    if said in LASTING:
        return Refused(said, lasting=True)
    return Unclear(said or "an answer that is none")


def _seconds(answer: AsyncSlackResponse) -> float:
    # The header may be spelt in any case; where it is missing, Slack's own rate of one message a second is a safe wait.
    headers = {name.lower(): value for name, value in answer.headers.items()}
    said = str(headers.get("retry-after", ""))
    return min(max(float(said), 1.0), _LONGEST_WAIT) if said.isdecimal() else 1.0
