"""Everything that people are shown, laid before Slack without being shown: `doctor --live`.

https://docs.slack.dev/reference/methods/blocks.validate needs no scope and takes a message or a view.
"""

import json
from collections.abc import Sequence

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from adapters.slack.caller import Caller
from adapters.slack.render import message, modal
from adapters.slack.trouble import SilentError, unanswered
from bot.cards.model import Card, Form
from bot.findings import Finding, Level
from bot.ports import Refused

_TITLE = "Cards"
_INVALID = frozenset({"invalid_blocks", "invalid_message", "invalid_view"})
_CHANNEL = "C0123456789"  # as long as they are; a modal carries the one it is about
_REPORT = "Please report this line."


async def try_out(caller: Caller, shown: Sequence[Card | Form]) -> list[Finding]:
    """What Slack says against any of it, or that it says nothing."""

    async def look(says: Card | Form) -> list[Finding]:
        return [Finding(Level.FAIL, _TITLE, f"“{says.title}”: {why}", _REPORT) for why in await _against(caller, says)]

    try:
        found = await caller.each(_TITLE, shown, look)
    except SilentError as error:
        return [unanswered(_TITLE, error)]
    return found or [Finding(Level.OK, _TITLE, f"Slack takes all {len(shown)} that were tried")]


async def _against(caller: Caller, says: Card | Form) -> list[str]:
    part = {"message": message(says)} if isinstance(says, Card) else {"view": modal(says, _CHANNEL)}
    data = {name: json.dumps(payload) for name, payload in part.items()}

    async def validate() -> AsyncSlackResponse:
        try:
            return await caller.web.api.api_call("blocks.validate", data=data)
        except SlackApiError as error:
            if isinstance(error.response, AsyncSlackResponse) and error.response.get("error") in _INVALID:
                return error.response
            raise

    answer = await caller.ask(validate)
    if isinstance(answer, Refused):
        return [answer.why]
    if answer.get("ok"):
        return []
    errors = answer.get("errors") or []
    return [f"{one.get('pointer', '')} {one.get('message', '')}".strip() for one in errors] or [str(answer["error"])]
