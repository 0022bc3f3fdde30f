"""What people do in Slack, taken out of its payloads: https://docs.slack.dev/reference/interaction-payloads."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from pydantic import BaseModel, ConfigDict

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


_PRIVATE = ("privategroup", "directmessage")


class _Payload(BaseModel):
    """What is wrong with one is told without what it holds, which may be logged."""

    model_config = ConfigDict(hide_input_in_errors=True)


class _Slash(_Payload):
    text: str = ""
    user_id: str
    user_name: str
    channel_id: str
    channel_name: str = ""
    response_url: str
    trigger_id: str


class _User(_Payload):
    id: str
    name: str = ""
    username: str = ""


class _Container(_Payload):
    channel_id: str = ""
    message_ts: str = ""
    is_ephemeral: bool = False


class _Option(_Payload):
    value: str = ""


class _Channel(_Payload):
    id: str = ""
    name: str = ""


class _Action(_Payload):
    action_id: str = ""
    value: str = ""
    selected_options: list[_Option] | None = None

    def asks(self) -> Command:
        """What a button asks, or a menu with what was chosen. One that was emptied shows what still stands."""
        match self.selected_options:
            case None:
                return wire.decode(self.value)
            case []:
                return Home()
            case options:
                return wire.decode(wire.chosen(self.action_id, [option.value for option in options]))


class _Input(_Payload):
    value: str | None = None
    selected_option: _Option | None = None

    def said(self) -> str:
        return self.selected_option.value if self.selected_option else self.value or ""


class _State(_Payload):
    values: dict[str, dict[str, _Input]] = {}


class _View(_Payload):
    id: str
    type: str = "modal"
    hash: str = ""
    callback_id: str = ""
    private_metadata: str = ""
    state: _State = _State()


class _Press(_Payload):
    user: _User
    container: _Container
    actions: list[_Action]
    trigger_id: str
    response_url: str = ""
    channel: _Channel = _Channel()
    view: _View | None = None


class _Submission(_Payload):
    user: _User
    view: _View
    trigger_id: str


class _Shortcut(_Payload):
    user: _User
    callback_id: str
    trigger_id: str
    response_url: str = ""
    message_ts: str = ""
    channel: _Channel = _Channel()


class _Opened(_Payload):
    user: str
    tab: str = "home"
    view: _View | None = None


class _Event(_Payload):
    event: _Opened


def slash(body: Mapping[str, Any], workspace: Workspace) -> Heard:
    """A slash command."""
    said = _Slash.model_validate(body)
    return Heard(
        grammar.parse_words(typed.words(said.text)),
        Person(workspace, said.user_id, said.user_name),
        _place(workspace, said.channel_id, said.channel_name),
        Typed(said.response_url, said.trigger_id),
    )


def press(body: Mapping[str, Any], workspace: Workspace) -> Heard:
    """A button or a menu, under a message, in a modal or at home."""
    said = _Press.model_validate(body)
    command, person = said.actions[0].asks(), _person(said.user, workspace)
    if said.view and said.view.type == "home":
        return Heard(command, person, _place(workspace, ""), AtHome(said.trigger_id, said.view.hash))
    if said.view:
        return Heard(command, person, _place(workspace, said.view.private_metadata), OnModal(said.view.id))
    private = said.container.is_ephemeral
    place = _place(workspace, said.container.channel_id, said.channel.name)
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
        _place(workspace, said.channel.id, said.channel.name),
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


def _place(workspace: Workspace, channel: str, name: str = "") -> Place:
    """A channel. Outside channels, and in conversations of two, somebody is alone with us. Slack tells the name of none
    that is not for everybody: they are all called the same.
    """
    is_open = name not in _PRIVATE and not name.startswith("mpdm-") if name else None
    return Place(workspace, channel, personal=not channel or channel.startswith("D"), is_open=is_open)
