"""What people do in Slack, taken out of its payloads: https://docs.slack.dev/reference/interaction-payloads."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from bot import grammar, wire
from bot.commands import Command, Misread, Why
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


Source = Typed | OnMessage | OnModal | Submitted


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


class _Action(BaseModel):
    value: str = ""


class _Input(BaseModel):
    value: str | None = None
    selected_option: _Action | None = None

    def said(self) -> str:
        return self.selected_option.value if self.selected_option else self.value or ""


class _State(BaseModel):
    values: dict[str, dict[str, _Input]] = {}


class _View(BaseModel):
    id: str
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


def team(body: Mapping[str, Any]) -> tuple[str, str]:
    """The workspace where something was done, and the organisation it belongs to, if any: their ids."""
    inside, around = body.get("team") or {}, body.get("enterprise") or {}
    workspace = inside.get("id") or body.get("team_id") or (body.get("user") or {}).get("team_id") or ""
    return str(workspace), str(around.get("id") or body.get("enterprise_id") or "")


def slash(body: Mapping[str, Any], workspace: Workspace) -> Heard:
    """A slash command."""
    said = _Slash.model_validate(body)
    return Heard(
        grammar.parse(said.text),
        Person(workspace, said.user_id, said.user_name),
        Place(workspace, said.channel_id),
        Typed(said.response_url, said.trigger_id),
    )


def press(body: Mapping[str, Any], workspace: Workspace) -> Heard:
    """A button, under a message or in a modal."""
    said = _Press.model_validate(body)
    command, person = wire.decode(said.actions[0].value), _person(said.user, workspace)
    if said.view:
        return Heard(command, person, Place(workspace, said.view.private_metadata), OnModal(said.view.id))
    place, private = Place(workspace, said.container.channel_id), said.container.is_ephemeral
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
        Place(workspace, said.view.private_metadata),
        Submitted(said.trigger_id),
    )


def _person(user: _User, workspace: Workspace) -> Person:
    return Person(workspace, user.id, user.username or user.name or user.id)
