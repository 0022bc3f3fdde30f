"""A call of `doctor` that went wrong, as a finding; and the ways to mend what is wrong with the app itself."""

import aiohttp

from adapters.slack.outcomes import outcome
from bot.findings import Finding, Level
from bot.ports import Refused, Unclear

APPS = "https://api.slack.com/apps"
PASTE = (
    f"python -m bot slack manifest, with the --mode, --url and --scope you want → {APPS} → the app → App Manifest: "
    "put it in place of what is there → Save Changes → Install App → Reinstall to Workspace"
)

_NOBODY = (
    "Try again in some minutes; https://slack-status.com tells whether Slack has an outage. Else let this machine "
    "reach slack.com by HTTPS. SLACK_API_URL, if set, leads to Slack's API."
)


class SilentError(Exception):
    """Slack did not say what was asked. The text says why."""


class BusyError(SilentError):
    """Slack wants to be left alone for a while."""


def refusal(error: Exception, within: float) -> Refused:
    """What Slack says against a call for good, for one of `outcomes.TROUBLE`; raises `SilentError` for the rest."""
    if isinstance(error, TimeoutError):
        raise SilentError(f"no answer within {within:g} s") from error
    if isinstance(error, aiohttp.ClientConnectorError):
        raise SilentError(str(error.os_error.strerror or error.os_error)) from error
    match outcome(error):
        case Refused(lasting=True) as refused:
            return refused
        case Refused(why, retry_after=wait):
            raise BusyError(f"Slack wants {wait:g} s of rest ({why})") from error
        case Unclear(why):
            raise SilentError(why) from error


def unanswered(title: str, error: SilentError) -> Finding:
    """Something that Slack did not tell, or not in time."""
    return Finding(Level.FAIL, title, f"Slack does not say: {error}", _NOBODY)
