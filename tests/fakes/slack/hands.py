"""What people do in the Slack client: type the command, press a button, choose from a menu, submit a form."""

from collections.abc import Mapping, Sequence
from typing import Any

from tests.fakes.slack import people
from tests.fakes.slack.server import FakeSlack
from tests.fakes.slack.state import Interaction, Message, View, Workspace
from tests.fakes.slack.visible import buttons, menus
from tests.stage import Seen

Payload = dict[str, Any]


class Hands:
    """People at the keyboard. Each method sends one interaction to the bot and returns it, answered or not."""

    def __init__(self, slack: FakeSlack, workspace: Workspace | None = None) -> None:
        """They are in the only workspace there is, or in that one."""
        self._slack = slack
        self._workspace = workspace or slack.workspace

    async def ask(self, name: str, text: str, channel: str = people.CHANNEL) -> Interaction:
        """Type `/sqla-quiz <text>`."""
        interaction = self._workspace.begin("ask", name, channel)
        await self._slack.deliver(
            interaction,
            {
                "command": "/sqla-quiz",
                "text": text,
                "user_id": people.user_id(name),
                "user_name": name,
                "team_id": self._workspace.team,
                "enterprise_id": self._workspace.enterprise,
                "team_domain": "quiz",
                "channel_id": channel,
                "channel_name": self._workspace.named(channel),
                "api_app_id": people.APP,
                "is_enterprise_install": str(bool(self._workspace.enterprise)).lower(),
                "token": "legacy",
                "trigger_id": interaction.id,
                "response_url": self._url(interaction),
            },
        )
        return interaction

    async def press(self, name: str, on: Seen, label: str) -> Interaction:
        """Press the button with that label. Raises `LookupError` where it is not there, or not for this person."""
        source = self._source(name, on)
        button = next((one for one in buttons(source.body["blocks"]) if one["text"]["text"] == label), None)
        if button is None:
            raise LookupError(f"no button {label!r} among {on.buttons}")
        return await self._press(name, source, button)

    async def choose(self, name: str, on: Seen, values: Sequence[str]) -> Interaction:
        """Choose just these from the menu and close it. Raises `LookupError` for what it does not have."""
        source = self._source(name, on)
        menu = next(iter(menus(source.body["blocks"])), None)
        options = {option["value"]: option for option in menu["options"]} if menu else {}
        if menu is None or not options.keys() >= set(values):
            raise LookupError(f"no menu with {values} on {on.buttons}")
        chosen = {"type": menu["type"], "action_id": menu["action_id"]}
        return await self._press(name, source, {**chosen, "selected_options": [options[value] for value in values]})

    async def forge(self, name: str, on: Seen, value: str, action_id: str = "forged") -> Interaction:
        """Send the payload of a button that the bot never drew."""
        return await self._press(
            name, self._source(name, on), {"type": "button", "action_id": action_id, "value": value}
        )

    def body(self, on: Seen) -> Payload:
        """The payload behind what somebody sees."""
        kind, *where = on.id.split(":")
        shown = self._workspace.views[where[0]] if kind == "view" else self._workspace.messages[where[0], where[1]]
        return shown.body

    async def fill(self, name: str, form: Seen, values: Mapping[str, str]) -> Interaction:
        """Submit a form; what is not said stays as it was. Raises `ValueError` for what the client refuses."""
        shown = self._view(name, form)
        inputs = [block for block in shown.body["blocks"] if block["type"] == "input"]
        if unknown := values.keys() - {block["block_id"] for block in inputs}:
            raise ValueError(f"the form does not ask for {sorted(unknown)}")
        state = {block["block_id"]: {block["element"]["action_id"]: _entered(block, values)} for block in inputs}
        interaction = self._workspace.begin("fill", name, "", shown)
        await self._slack.deliver(
            interaction,
            {
                "type": "view_submission",
                **people.envelope(self._workspace.team, self._workspace.enterprise),
                "user": people.user(name, self._workspace.team),
                "trigger_id": interaction.id,
                "view": {**view(shown, self._workspace.team), "state": {"values": state}},
                "response_urls": [],
            },
        )
        return interaction

    async def _press(self, name: str, source: Message | View, button: Mapping[str, Any]) -> Interaction:
        channel = source.channel if isinstance(source, Message) else ""
        interaction = self._workspace.begin("press", name, channel, source)
        payload: Payload = {
            "type": "block_actions",
            **people.envelope(self._workspace.team, self._workspace.enterprise),
            "user": people.user(name, self._workspace.team),
            "trigger_id": interaction.id,
            "state": {"values": {}},
            "actions": [{**button, "block_id": "b", "action_ts": "1700000000.000001"}],
        }
        match source:
            case View():
                payload |= {
                    "container": {"type": "view", "view_id": source.id},
                    "view": view(source, self._workspace.team),
                }
            case Message():
                payload |= self._from_message(interaction, source)
        await self._slack.deliver(interaction, payload)
        return interaction

    def _from_message(self, interaction: Interaction, message: Message) -> Payload:
        private = message.owner is not None
        place: Payload = {
            "container": {
                "type": "message",
                "message_ts": message.ts,
                "channel_id": message.channel,
                "is_ephemeral": private,
            },
            "channel": {"id": message.channel, "name": self._workspace.named(message.channel)},
            "response_url": self._url(interaction),
        }
        # Slack does not repeat a message that only one person sees.
        shown = {"type": "message", "user": people.BOT_USER, "ts": message.ts, **message.body}
        return place if private else place | {"message": shown}

    def _source(self, name: str, on: Seen) -> Message | View:
        if on.id.startswith("view:"):
            return self._view(name, on)
        _, channel, ts = on.id.split(":")
        message = self._workspace.messages[channel, ts]
        if message.owner not in (None, name):
            raise LookupError(f"{name} does not see what {message.owner} sees")
        return message

    def _view(self, name: str, on: Seen) -> View:
        shown = self._workspace.views[on.id.removeprefix("view:")]
        if not shown.open or shown.owner != name:
            raise LookupError(f"{name} has no such modal on the screen")
        return shown

    def _url(self, interaction: Interaction) -> str:
        return f"{self._workspace.url}/respond/{interaction.id}"


def view(shown: View, team: str) -> Payload:
    """A view as payloads show it."""
    return {"id": shown.id, "team_id": team, "hash": shown.hash, "callback_id": "", **shown.body}


def _entered(block: Payload, values: Mapping[str, str]) -> Payload:
    element, name = block["element"], block["block_id"]
    if element["type"] == "plain_text_input":
        text = values.get(name, element.get("initial_value", "")) or None
        _needed(block, text)
        return {"type": element["type"], "value": text}
    initial = element.get("initial_option")
    wanted = values.get(name, initial["value"] if initial else None)
    option = next((one for one in element["options"] if one["value"] == wanted), None)
    if wanted and option is None:
        raise ValueError(f"{wanted!r} is not an option of {name}")
    _needed(block, option)
    return {"type": element["type"], "selected_option": option}


def _needed(block: Payload, value: object) -> None:
    if value is None and not block.get("optional"):
        raise ValueError(f"{block['block_id']} must be filled in")
