"""What can go wrong while a question is posted, each by its name."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from tests.fakes.slack.server import DROPPED, Fault
from tests.fakes.slack.stage import SlackStage

POST, LOOK, EDIT = "chat.postMessage", "conversations.history", "chat.update"
BROKEN = Fault(drops=True)


@dataclass(frozen=True, slots=True)
class Case:
    """What goes wrong while a question is posted. `doubt`: whether it can be told afterwards that it does not stand."""

    faults: tuple[tuple[str, Fault], ...]
    doubt: bool = True


def lost(fault: Fault, times: int = 1) -> Case:
    """Nobody can tell."""
    return Case(((POST, fault),) * times)


def surely_not(fault: Fault, times: int = 1) -> Case:
    """Slack says that it did not do it, and may do it later."""
    return Case(((POST, fault),) * times, doubt=False)


def _twice(name: str, fault: Fault) -> dict[str, Case]:
    return {f"{name}, before": lost(fault), f"{name}, after": lost(replace(fault, works=True))}


CASES = {
    **_twice("connection dropped", BROKEN),
    **_twice("no answer", Fault(hangs=True)),
    **_twice("500", Fault(500)),
    **_twice("502", Fault(502)),
    **_twice("503", Fault(503)),
    **_twice("504", Fault(504)),
    **_twice("a page instead of an answer", Fault()),
    **_twice("no time in the answer", Fault(answer={"ok": True})),
    **_twice("an answer that is none", Fault(answer={"error": ""})),
    **_twice("internal_error", Fault(error="internal_error")),
    **_twice("a code that nobody knows", Fault(error="something_new")),
    "dropped again and again": lost(BROKEN, 3),
    "429": surely_not(Fault(429, "ratelimited", 30)),
    "429 for a moment": surely_not(Fault(429, "ratelimited", 2)),
    "429 for minutes": surely_not(Fault(429, "ratelimited", 300)),
    "429 again and again": surely_not(Fault(429, "ratelimited", 20), 4),
    "429 of whoever stands before Slack": surely_not(Fault(429, retry_after=60)),
    "429 that does not say how long": surely_not(Fault(429)),
    "ratelimited, and no 429": surely_not(Fault(error="ratelimited")),
    "the workspace is moved": surely_not(Fault(error="team_added_to_org"), 3),
    "dropped after, then 429": Case(((POST, DROPPED), (POST, Fault(429, "ratelimited", 30)))),
    "dropped after, and Slack is away": Case(((POST, DROPPED), *[(LOOK, Fault(503))] * 7)),
    "dropped before, and looking is limited": Case(((POST, BROKEN), *[(LOOK, Fault(429, "ratelimited", 30))] * 2)),
}

REFUSALS: dict[str, Callable[[SlackStage], None]] = {
    "not_in_channel": lambda stage: setattr(stage.slack.workspace.channels[stage.place.channel], "member", False),
    "is_archived": lambda stage: setattr(stage.slack.workspace.channels[stage.place.channel], "archived", True),
    "channel_not_found": lambda stage: stage.slack.workspace.channels.clear(),
    "missing_scope": lambda stage: stage.slack.fail(POST, Fault(error="missing_scope")),
    "restricted_action": lambda stage: stage.slack.fail(POST, Fault(error="restricted_action")),
    "token_revoked": lambda stage: stage.slack.fail(POST, Fault(error="token_revoked")),
    "account_inactive": lambda stage: stage.slack.fail(POST, Fault(error="account_inactive")),
    "invalid_auth": lambda stage: stage.slack.fail(POST, Fault(error="invalid_auth")),
}
