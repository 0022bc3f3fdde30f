"""The Web API methods that the quiz uses, with Slack's own refusals."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tests.fakes.slack import limits
from tests.fakes.slack.people import APP_TOKEN, BOT_TOKEN, BOT_USER, TEAM, name_of
from tests.fakes.slack.state import TRIGGER_LIFE, Interaction, View, Workspace

Payload = dict[str, Any]


class SlackError(Exception):
    """A refusal, with Slack's code for it and what is wrong in detail."""

    def __init__(self, code: str, details: Sequence[str] = (), needed: str | None = None) -> None:
        super().__init__("; ".join([code, *details]))
        self.code = code
        self.details = details
        self.needed = needed

    def answer(self) -> Payload:
        """What Slack says."""
        said: Payload = {"ok": False, "error": self.code, "response_metadata": {"messages": list(self.details)}}
        return said | ({"needed": self.needed} if self.needed else {})


@dataclass(frozen=True)
class Method:
    """One method: what does it, its arguments, and the scope it needs."""

    run: Callable[[Workspace, Payload], Payload]
    arguments: frozenset[str]
    scope: str | None = None
    token: str = BOT_TOKEN


def call(workspace: Workspace, name: str, arguments: Payload, token: str, scopes: set[str]) -> Payload:
    """Answer a call. Raises `SlackError` for what Slack refuses."""
    method = METHODS.get(name)
    if method is None:
        raise SlackError("unknown_method")
    if token not in (BOT_TOKEN, APP_TOKEN):
        raise SlackError("invalid_auth")
    if token != method.token:
        raise SlackError("not_allowed_token_type")
    if method.scope and method.scope not in scopes:
        raise SlackError("missing_scope", [f"needed: {method.scope}"], method.scope)
    if extra := arguments.keys() - method.arguments:
        raise SlackError("invalid_arguments", [f"unknown argument {one}" for one in sorted(extra)])
    return {"ok": True, **method.run(workspace, arguments)}


def _auth_test(_: Workspace, __: Payload) -> Payload:
    return {"team_id": TEAM, "team": "Quiz", "user_id": BOT_USER, "user": "sqla-quiz", "bot_id": "B0QUIZ"}


def _connect(workspace: Workspace, _: Payload) -> Payload:
    ticket = f"ticket-{workspace.number()}"
    workspace.tickets.add(ticket)
    return {"url": f"{workspace.url.replace('http', 'ws', 1)}/link?ticket={ticket}"}


def _post(workspace: Workspace, given: Payload) -> Payload:
    if str(given.get("channel", "")).startswith("U"):
        return _tell(workspace, given)
    channel = _channel(workspace, given)
    _accept(limits.message(given))
    if "metadata" in given:
        _accept(limits.metadata(given["metadata"]), "invalid_metadata_format")
    message = workspace.add_message(channel, _shown(given))
    return {"channel": channel, "ts": message.ts, "message": message.body}


def _tell(workspace: Workspace, given: Payload) -> Payload:
    """A message to a person's id lands in the app's conversation with them, whose id is another."""
    _accept(limits.message(given))
    channel = f"D{given['channel'][1:]}"
    message = workspace.add_message(channel, _shown(given), name_of(given["channel"]))
    return {"channel": channel, "ts": message.ts, "message": message.body}


def _post_ephemeral(workspace: Workspace, given: Payload) -> Payload:
    channel = _channel(workspace, given)
    _accept(limits.message(given))
    message = workspace.add_message(channel, _shown(given), name_of(given["user"]))
    return {"message_ts": message.ts}


def _update(workspace: Workspace, given: Payload) -> Payload:
    channel = _channel(workspace, given)
    message = workspace.messages.get((channel, given.get("ts", "")))
    if message is None or message.owner is not None:
        raise SlackError("message_not_found")
    _accept(limits.message(given))
    workspace.change_message(message, _shown(given))
    return {"channel": channel, "ts": message.ts, "text": given.get("text", "")}


def _history(workspace: Workspace, given: Payload) -> Payload:
    channel = _channel(workspace, given)
    count = int(given.get("limit", 100))
    if not 1 <= count <= 999:
        raise SlackError("invalid_limit")
    said = [one for one in workspace.messages.values() if one.channel == channel and one.owner is None]
    with_metadata = str(given.get("include_all_metadata", "")).lower() in ("1", "true")
    hidden = set() if with_metadata else {"metadata"}
    return {
        "messages": [
            {"type": "message", "user": BOT_USER, "ts": one.ts}
            | {name: value for name, value in one.body.items() if name not in hidden}
            for one in sorted(said, key=lambda one: one.ts, reverse=True)[:count]
        ],
        "has_more": len(said) > count,
    }


def _open(workspace: Workspace, given: Payload) -> Payload:
    interaction = _trigger(workspace, given.get("trigger_id", ""))
    _accept(limits.view(given.get("view")), "invalid_arguments")
    interaction.trigger_used = True
    view = workspace.add_view(interaction.person, given["view"])
    workspace.answered(interaction, view.seen())
    return {"view": {"id": view.id, **view.body}}


def _update_view(workspace: Workspace, given: Payload) -> Payload:
    view = workspace.views.get(given.get("view_id", ""))
    if view is None or not view.open:
        raise SlackError("not_found")
    _accept(limits.view(given.get("view")), "invalid_arguments")
    workspace.change_view(view, given["view"])
    for interaction in _waiting(workspace, view):
        workspace.answered(interaction, view.seen())
    return {"view": {"id": view.id, **view.body}}


def _waiting(workspace: Workspace, view: View) -> list[Interaction]:
    done = workspace.interactions.values()
    return [one for one in done if one.source is view and one.kind == "press" and not one.answers][:1]


def _trigger(workspace: Workspace, trigger: str) -> Interaction:
    interaction = workspace.interactions.get(trigger)
    if interaction is None:
        raise SlackError("invalid_trigger_id")
    if interaction.trigger_used:
        raise SlackError("exchanged_trigger_id")
    if workspace.clock() - interaction.began > TRIGGER_LIFE:
        raise SlackError("expired_trigger_id")
    return interaction


def _channel(workspace: Workspace, given: Payload) -> str:
    channel = workspace.channels.get(given.get("channel", ""))
    if channel is None:
        raise SlackError("channel_not_found")
    if channel.archived:
        raise SlackError("is_archived")
    if not channel.member:
        raise SlackError("not_in_channel")
    return channel.id


def _accept(found: list[str], code: str = "invalid_blocks") -> None:
    if found:
        known = ("msg_blocks_too_long", "no_text", "metadata_too_large")
        raise SlackError(next((one for one in known if any(one in line for line in found)), code), found)


def _shown(given: Payload) -> Payload:
    return {name: given[name] for name in ("text", "blocks", "metadata") if name in given}


def _arguments(names: str) -> frozenset[str]:
    return frozenset(names.split())


_SAID = "channel text blocks metadata unfurl_links unfurl_media link_names"
METHODS = {
    "auth.test": Method(_auth_test, frozenset()),
    "apps.connections.open": Method(_connect, frozenset(), token=APP_TOKEN),
    "chat.postMessage": Method(_post, _arguments(_SAID), "chat:write"),
    "chat.postEphemeral": Method(_post_ephemeral, _arguments("channel user text blocks link_names"), "chat:write"),
    "chat.update": Method(_update, _arguments("channel ts text blocks metadata link_names"), "chat:write"),
    "conversations.history": Method(
        _history, _arguments("channel limit include_all_metadata oldest latest"), "channels:history"
    ),
    "views.open": Method(_open, _arguments("trigger_id view")),
    "views.update": Method(_update_view, _arguments("view_id view hash")),
}
