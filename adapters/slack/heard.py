"""What people do in Slack, taken out of its payloads: https://docs.slack.dev/reference/interaction-payloads."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from pydantic import BaseModel

from adapters.slack import typed
from bot import grammar, wire
from bot.commands import Command, Home, Misread, Why
from bot.domain.identity import Person, Place, Posted, Workspace


@dataclass(frozen=True, slots=True)
class Typed:
    """Somebody typed the slash command."""

    url: str
    trigger: str


@dataclass(frozen=True, slots=True)
class OnMessage:
    """Somebody pressed a button under a message, `private` where they alone see it."""

    url: str
    trigger: str
    private: bool


@dataclass(frozen=True, slots=True)
class OnModal:
    """Somebody pressed a button in a modal."""

    view: str


@dataclass(frozen=True, slots=True)
class Submitted:
    """Somebody submitted a form."""

    trigger: str


@dataclass(frozen=True, slots=True)
class Summoned:
    """Somebody used a shortcut: on a message, which comes with a `url`, or anywhere."""

    trigger: str
    url: str


@dataclass(frozen=True, slots=True)
class AtHome:
    """Somebody opened App Home, or pressed a button there, which comes with a `trigger`.

    `hash` is Slack's mark of what stood there then, if anything did.
    """

    trigger: str
    hash: str


Source = Typed | OnMessage | OnModal | Submitted | Summoned | AtHome


@dataclass(frozen=True, slots=True)
class Heard:
    """Who asks what and where, and what they did for it, which decides how they can be answered."""

    command: Command
    person: Person
    place: Place
    source: Source
    pressed: Posted | None = None


class _Slash(BaseModel):
    text: str = ""
    user_id: str
    user_name: str
    channel_id: str
    response_url: str
    trigger_id: str


class _User(BaseModel):
    id: str
    name: str = ""
    username: str = ""


class _Container(BaseModel):
    channel_id: str = ""
    message_ts: str = ""
    is_ephemeral: bool = False


class _Option(BaseModel):
    value: str = ""


class _Action(BaseModel):
    action_id: str = ""
    value: str = ""
    selected_options: list[_Option] | None = None

    def asks(self) -> str:
        """The wire string of a button, or of a menu with what was chosen; empty for a menu with nothing in it."""
        if self.selected_options is None:
            return self.value
        values = [option.value for option in self.selected_options]
        return wire.chosen(self.action_id, values) if values else ""


class _Input(BaseModel):
    value: str | None = None
    selected_option: _Option | None = None

    def said(self) -> str:
        return self.selected_option.value if self.selected_option else self.value or ""


class _State(BaseModel):
    values: dict[str, dict[str, _Input]] = {}


class _View(BaseModel):
    id: str
    type: str = "modal"
    hash: str = ""
    callback_id: str = ""
    private_metadata: str = ""
    state: _State = _State()


class _Press(BaseModel):
    user: _User
    container: _Container
    actions: list[_Action]
    trigger_id: str
    response_url: str = ""
    view: _View | None = None


class _Submission(BaseModel):
    user: _User
    view: _View
    trigger_id: str


class _Channel(BaseModel):
    id: str = ""


class _Shortcut(BaseModel):
    user: _User
    callback_id: str
    trigger_id: str
    response_url: str = ""
    message_ts: str = ""
    channel: _Channel = _Channel()


class _Opened(BaseModel):
    user: str
    tab: str = "home"
    view: _View | None = None


class _Event(BaseModel):
    event: _Opened


def team(body: Mapping[str, Any]) -> tuple[str, str]:
    """The workspace where something was done, and the organisation it belongs to, if any: their ids."""
    inside, around = body.get("team") or {}, body.get("enterprise") or {}
    workspace = inside.get("id") or body.get("team_id") or (body.get("user") or {}).get("team_id") or ""
    return str(workspace), str(around.get("id") or body.get("enterprise_id") or "")


def slash(body: Mapping[str, Any], workspace: Workspace) -> Heard:
    """A slash command."""
    said = _Slash.model_validate(body)
    return Heard(
        grammar.parse_words(typed.words(said.text)),
        Person(workspace, said.user_id, said.user_name),
        _place(workspace, said.channel_id),
        Typed(said.response_url, said.trigger_id),
    )


def press(body: Mapping[str, Any], workspace: Workspace) -> Heard | None:
    """A button or a menu, under a message, in a modal or at home; `None` for a menu that was emptied."""
    said = _Press.model_validate(body)
    action, person = said.actions[0], _person(said.user, workspace)
    if action.selected_options == []:
        return None
    command = wire.decode(action.asks())
    if said.view and said.view.type == "home":
        return Heard(command, person, _place(workspace, ""), AtHome(said.trigger_id, said.view.hash))
    if said.view:
        return Heard(command, person, _place(workspace, said.view.private_metadata), OnModal(said.view.id))
    place, private = _place(workspace, said.container.channel_id), said.container.is_ephemeral
    pressed = None if private else Posted(place, said.container.message_ts)
    return Heard(command, person, place, OnMessage(said.response_url, said.trigger_id, private), pressed)


def submission(body: Mapping[str, Any], workspace: Workspace) -> Heard:
    """A form."""
    said = _Submission.model_validate(body)
    form = wire.decode_form(said.view.callback_id)
    values = {name: element.said() for inputs in said.view.state.values.values() for name, element in inputs.items()}
    return Heard(
        grammar.read(form[0], form[1] | values) if form else Misread(said.view.callback_id, Why.BUTTON),
        _person(said.user, workspace),
        _place(workspace, said.view.private_metadata),
        Submitted(said.trigger_id),
    )


def shortcut(body: Mapping[str, Any], workspace: Workspace) -> Heard:
    """A shortcut, on a message or anywhere."""
    said = _Shortcut.model_validate(body)
    return Heard(
        grammar.shortcut(said.callback_id, said.message_ts),
        _person(said.user, workspace),
        _place(workspace, said.channel.id),
        Summoned(said.trigger_id, said.response_url),
    )


def opened(body: Mapping[str, Any], workspace: Workspace) -> Heard | None:
    """App Home was opened; `None` for its other tabs. Slack tells no name."""
    said = _Event.model_validate(body).event
    if said.tab != "home":
        return None
    stands = said.view.hash if said.view else ""
    return Heard(Home(), Person(workspace, said.user, ""), _place(workspace, ""), AtHome("", stands))


def home_again(what: Heard) -> Heard:
    """What somebody did at home, as if they had just opened it for the first time."""
    return replace(what, command=Home(), source=AtHome("", ""))


def _person(user: _User, workspace: Workspace) -> Person:
    return Person(workspace, user.id, user.username or user.name)


def _place(workspace: Workspace, channel: str) -> Place:
    """A channel. Outside channels, and in conversations of two, somebody is alone with us."""
    return Place(workspace, channel, personal=not channel or channel.startswith("D"))
