"""What people do in the Slack client besides messages: open App Home, use a shortcut."""

from typing import Any

from tests.fakes.slack import people
from tests.fakes.slack.hands import view
from tests.fakes.slack.server import FakeSlack
from tests.fakes.slack.state import Interaction, Workspace
from tests.stage import Seen

Payload = dict[str, Any]


class Elsewhere:
    """People outside the flow of messages. Each method sends one thing to the bot and returns it, answered or not."""

    def __init__(self, slack: FakeSlack, workspace: Workspace | None = None) -> None:
        """They are in the only workspace there is, or in that one."""
        self._slack = slack
        self._workspace = workspace or slack.workspace

    async def open_home(self, name: str, tab: str = "home", stands: Payload | None = None) -> Interaction:
        """Open the app's page at a tab. `stands` is what the event shows of it, if not what is there now."""
        interaction = self._workspace.begin("open", name, "")
        event: Payload = {
            "type": "app_home_opened",
            "user": people.user_id(name),
            "channel": f"D{people.user_id(name)[1:]}",
            "tab": tab,
            "event_ts": "1700000000.000001",
        }
        home = self._workspace.homes.get(name)
        if tab == "home" and (stands or home):
            event["view"] = stands or (view(home, self._workspace.team) if home else {})
        for_us = {"team_id": self._workspace.team, "user_id": people.BOT_USER, "is_bot": True}
        await self._slack.deliver(interaction, self._callback(event, 1_700_000_000, for_us))
        return interaction

    async def end(self, at: int, kind: str = "app_uninstalled") -> Interaction:
        """The app was removed at that second, or its token taken back; of an organisation, from all of it."""
        interaction = self._workspace.begin("open", "", "")
        tokens = {"tokens": {"bot": [people.BOT_USER], "oauth": []}} if kind == "tokens_revoked" else {}
        whole = bool(self._workspace.enterprise)
        who = {"enterprise_id": self._workspace.enterprise, "team_id": None if whole else self._workspace.team}
        for_us = {**who, "is_bot": True, "is_enterprise_install": whole}
        await self._slack.deliver(interaction, self._callback({"type": kind, **tokens}, at, for_us))
        return interaction

    async def shortcut(self, name: str, callback_id: str) -> Interaction:
        """Use a shortcut from wherever one is."""
        interaction = self._workspace.begin("summon", name, "")
        await self._slack.deliver(interaction, self._summons("shortcut", interaction, callback_id))
        return interaction

    async def message_shortcut(self, name: str, callback_id: str, on: Seen) -> Interaction:
        """Use a shortcut on a public message."""
        _, channel, ts = on.id.split(":")
        message = self._workspace.messages[channel, ts]
        if message.owner is not None:
            raise LookupError("there is no menu on what one person alone sees")
        interaction = self._workspace.begin("summon", name, channel)
        place = {
            "channel": {"id": channel, "name": self._workspace.named(channel)},
            "message_ts": ts,
            "message": {"type": "message", "user": people.BOT_USER, "ts": ts, **message.body},
            "response_url": f"{self._workspace.url}/respond/{interaction.id}",
        }
        await self._slack.deliver(interaction, self._summons("message_action", interaction, callback_id) | place)
        return interaction

    def _summons(self, kind: str, interaction: Interaction, callback_id: str) -> Payload:
        return {
            "type": kind,
            **people.envelope(self._workspace.team, self._workspace.enterprise),
            "user": people.user(interaction.person, self._workspace.team),
            "callback_id": callback_id,
            "trigger_id": interaction.id,
            "action_ts": "1700000000.000001",
        }

    def _callback(self, event: Payload, at: int, for_us: Payload) -> Payload:
        """An event of that second in what Slack wraps it in; `for_us` is the installation that it is told to."""
        return {
            "type": "event_callback",
            "team_id": self._workspace.team,
            "enterprise_id": self._workspace.enterprise,
            "api_app_id": people.APP,
            "token": "legacy",
            "event": event,
            "event_id": f"Ev{self._workspace.number():08}",
            "event_time": at,
            "authorizations": [for_us],
        }
