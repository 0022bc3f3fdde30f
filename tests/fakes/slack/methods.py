"""The Web API methods that the quiz uses, with Slack's own refusals."""

import time
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
    token: str | None = BOT_TOKEN


def call(workspace: Workspace, name: str, arguments: Payload, token: str, scopes: set[str]) -> Payload:
    """Answer a call. Raises `SlackError` for what Slack refuses."""
    method = METHODS.get(name)
    if method is None:
        raise SlackError("unknown_method")
    if method.token is not None and token not in (BOT_TOKEN, APP_TOKEN):
        raise SlackError("invalid_auth")
    if method.token is not None and token != method.token:
        raise SlackError("not_allowed_token_type")
    if method.scope and method.scope not in scopes:
        raise SlackError("missing_scope", [f"needed: {method.scope}"], method.scope)
    if extra := arguments.keys() - method.arguments:
        raise SlackError("invalid_arguments", [f"unknown argument {one}" for one in sorted(extra)])
    return {"ok": True, **method.run(workspace, arguments)}


def _auth_test(_: Workspace, __: Payload) -> Payload:
    return {
        "url": "https://quiz.slack.com/",
        "team_id": TEAM,
        "team": "Quiz",
        "user_id": BOT_USER,
        "user": "sqla-quiz",
        "bot_id": "B0QUIZ",
    }


def _user(workspace: Workspace, given: Payload) -> Payload:
    id_, name = given.get("user", ""), name_of(given.get("user", ""))
    return {"user": {"id": id_, "name": name, "is_admin": name in workspace.admins, "is_owner": False}}


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
    thread = given.get("thread_ts")
    if thread is not None:
        _accept_reply(workspace, channel, thread)
    elif given.get("reply_broadcast"):
        raise SlackError("invalid_arguments", ["reply_broadcast without thread_ts"])
    message = workspace.add_message(channel, _shown(given))
    message.thread, message.broadcast = thread, bool(given.get("reply_broadcast"))
    return {"channel": channel, "ts": message.ts, "message": message.body}


def _accept_reply(workspace: Workspace, channel: str, thread: str) -> None:
    """A reply goes under a message that stands in the channel and is no reply itself."""
    root = workspace.messages.get((channel, thread))
    if root is None or root.owner is not None:
        raise SlackError("thread_not_found")
    if root.thread is not None:
        raise SlackError("invalid_arguments", ["thread_ts is that of a reply"])


def _tell(workspace: Workspace, given: Payload) -> Payload:
    """A message to a person's id lands in the app's conversation with them, whose id is another."""
    _accept(limits.message(given))
    channel = f"D{given['channel'][1:]}"
    message = workspace.add_message(channel, _shown(given), name_of(given["channel"]))
    return {"channel": channel, "ts": message.ts, "message": message.body}


def _schedule(workspace: Workspace, given: Payload) -> Payload:
    """A message for later, refused as it would be now. Those with metadata are never posted, as Slack documents."""
    channel = _channel(workspace, given)
    _accept(limits.message(given))
    if "metadata" in given:
        _accept(limits.metadata(given["metadata"]), "invalid_metadata_format")
    ahead = int(given["post_at"]) - time.time()
    if not 0 < ahead <= 120 * 24 * 3600:
        raise SlackError("time_too_far" if ahead > 0 else "time_in_past")
    number = f"Q{workspace.number():04}"
    workspace.scheduled[number] = {"id": number, "channel_id": channel, "post_at": given["post_at"], **_shown(given)}
    return {"channel": channel, "scheduled_message_id": number, "post_at": given["post_at"]}


def _scheduled(workspace: Workspace, _: Payload) -> Payload:
    hidden = {"blocks", "metadata"}
    return {
        "scheduled_messages": [
            {name: value for name, value in one.items() if name not in hidden} for one in workspace.scheduled.values()
        ]
    }


def _unschedule(workspace: Workspace, given: Payload) -> Payload:
    number = given.get("scheduled_message_id", "")
    if workspace.scheduled.get(number, {}).get("channel_id") != given.get("channel"):
        raise SlackError("invalid_scheduled_message_id")
    del workspace.scheduled[number]
    return {}


def _validate(_: Workspace, given: Payload) -> Payload:
    if len(given) != 1:
        raise SlackError("invalid_arguments", ["exactly one of blocks, message and view"])
    ((kind, payload),) = given.items()
    _accept(limits.view(payload) if kind == "view" else limits.message(payload), f"invalid_{kind}")
    return {}


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


def _delete(workspace: Workspace, given: Payload) -> Payload:
    """With its bot token an app may delete its own messages only: nobody else's bear our metadata or blocks here."""
    channel = _channel(workspace, given)
    message = workspace.messages.get((channel, given.get("ts", "")))
    if message is None or message.owner is not None:
        raise SlackError("message_not_found")
    del workspace.messages[channel, message.ts]
    return {"channel": channel, "ts": message.ts}


def _history(workspace: Workspace, given: Payload) -> Payload:
    channel = _channel(workspace, given)
    count = int(given.get("limit", 100))
    if not 1 <= count <= 999:
        raise SlackError("invalid_limit")
    latest = str(given.get("latest") or "9")
    there = (one for one in workspace.messages.values() if one.channel == channel and one.in_channel)
    said = [one for one in there if one.ts < latest]
    with_metadata = str(given.get("include_all_metadata", "")).lower() in ("1", "true")
    hidden = set() if with_metadata else {"metadata"}
    return {
        "messages": [
            {"type": "message", "user": BOT_USER, "ts": one.ts}
            | ({"subtype": "thread_broadcast", "thread_ts": one.thread} if one.thread else {})
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
    return {"view": {"id": view.id, "hash": view.hash, **view.body}}


def _publish(workspace: Workspace, given: Payload) -> Payload:
    """Show somebody an App Home. With a `hash`, only in the place of what it is the mark of."""
    owner, stands = name_of(given.get("user_id", "")), workspace.homes.get(name_of(given.get("user_id", "")))
    if given.get("hash") and (stands is None or stands.hash != given["hash"]):
        raise SlackError("hash_conflict")
    _accept(limits.home(given.get("view")), "invalid_arguments")
    if stands is None:
        stands = workspace.homes[owner] = workspace.add_view(owner, given["view"])
    else:
        workspace.change_view(stands, given["view"])
    for interaction in _waiting(workspace, stands):
        workspace.answered(interaction, stands.seen())
    return {"view": {"id": stands.id, "hash": stands.hash, **stands.body}}


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
    """What somebody did on a view, or to have it, that was not answered yet: the earliest."""
    is_home = view is workspace.homes.get(view.owner)
    undone = [one for one in workspace.interactions.values() if not one.answers]
    pressed = [one for one in undone if one.kind == "press" and one.source is view]
    opened = [one for one in undone if one.kind == "open" and is_home and one.person == view.owner]
    return [*pressed, *opened][:1]


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


_SAID = "channel text blocks metadata unfurl_links unfurl_media link_names thread_ts reply_broadcast"
METHODS = {
    "api.test": Method(lambda _, __: {}, frozenset(), token=None),
    "auth.test": Method(_auth_test, frozenset()),
    "blocks.validate": Method(_validate, _arguments("message view")),
    "chat.deleteScheduledMessage": Method(_unschedule, _arguments("channel scheduled_message_id"), "chat:write"),
    "chat.scheduleMessage": Method(_schedule, _arguments(f"{_SAID} post_at"), "chat:write"),
    "chat.scheduledMessages.list": Method(_scheduled, _arguments("channel cursor limit")),
    "apps.connections.open": Method(_connect, frozenset(), token=APP_TOKEN),
    "chat.postMessage": Method(_post, _arguments(_SAID), "chat:write"),
    "users.info": Method(_user, _arguments("user"), "users:read"),
    "chat.postEphemeral": Method(_post_ephemeral, _arguments("channel user text blocks link_names"), "chat:write"),
    "chat.delete": Method(_delete, _arguments("channel ts"), "chat:write"),
    "chat.update": Method(_update, _arguments("channel ts text blocks metadata link_names"), "chat:write"),
    "conversations.history": Method(
        _history, _arguments("channel limit include_all_metadata oldest latest"), "channels:history"
    ),
    "views.open": Method(_open, _arguments("trigger_id view")),
    "views.publish": Method(_publish, _arguments("user_id view hash")),
    "views.update": Method(_update_view, _arguments("view_id view hash")),
}
