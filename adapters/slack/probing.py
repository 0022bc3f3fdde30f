"""Whether the bot may post where its drills are.

To look a channel up takes a scope that posting does not, and does not tell all that may forbid it. So a message is put
into the future and taken back at once. Slack documents that one with metadata is never posted at all, and what an end
in between leaves behind is taken back by the next doctor: https://docs.slack.dev/reference/methods/chat.scheduleMessage.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from slack_sdk.web.async_slack_response import AsyncSlackResponse

from adapters.slack.caller import Caller
from adapters.slack.trouble import PASTE, BusyError, SilentError, unanswered
from bot.findings import Drilled, Finding, Level
from bot.ports import Refused

_AHEAD = 60 * 24 * 3600  # seconds, of the 120 days that Slack allows
TEXT = "sqla-quiz looked whether it may post here. Nothing is to be done, and this should never have been shown."
METADATA = {"event_type": "sqla_quiz_probe", "event_payload": {"of": "doctor"}}
"""What such a message says, and what keeps it from being posted."""
_SETUP = "In the channel that takes its place: /sqla-quiz setup"


@dataclass(frozen=True, slots=True)
class Me:
    """Who we are: the workspace, its address with a closing slash, and the bot's name."""

    team: str
    team_name: str
    url: str
    name: str


class Prober:
    """Tries one channel after the other: Slack allows fifty such calls a minute."""

    def __init__(self, caller: Caller, me: Me, clock: Callable[[], float]) -> None:
        self._caller, self._me, self._clock = caller, me, clock

    async def examine(self, drills: Sequence[Drilled]) -> list[Finding]:
        """A finding for each channel with a drill."""
        if not drills:
            fix = "In the channel that wants a question a day: /sqla-quiz setup"
            return [Finding(Level.OK, "Channels", "no drill is active yet", fix)]
        ours = [drill.place.channel for drill in drills if drill.place.workspace.id == self._me.team]
        found = [self._elsewhere(len(drills) - len(ours))] if len(ours) < len(drills) else []
        try:
            await self._clear()  # what a doctor that was stopped has left
            found += await self._caller.each("Channels", ours, self._channel)
            found += [_left(why) for why in await self._clear()]
        except SilentError as error:
            found.append(unanswered("Channels", error))
        return found

    def _elsewhere(self, count: int) -> Finding:
        here = self._me.team_name
        seen = f"there are drills ({count}) in others than {here}, where alone SLACK_BOT_TOKEN is good"
        fix = "Give each workspace a bot and a database of its own, or install the app in many: docs/slack.md."
        return Finding(Level.WARN, "Workspaces", seen, fix)

    async def _channel(self, channel: str) -> Sequence[Finding]:
        title, where = f"Channel {channel}", f"{self._me.url}archives/{channel}"
        try:
            answer = await self._try(channel)
        except BusyError:
            raise
        except SilentError as error:
            return [unanswered(title, error)]
        if isinstance(answer, Refused):
            return [_refused(title, answer.why, where, self._me.name)]
        return [Finding(Level.OK, title, f"the bot can post there: {where}")]

    async def _try(self, channel: str) -> AsyncSlackResponse | Refused:
        """Put a message into the future of a channel, and take it back whatever happens."""
        api = self._caller.web.api
        at = int(self._clock()) + _AHEAD
        sent = await self._caller.ask(
            lambda: api.chat_scheduleMessage(channel=channel, post_at=at, text=TEXT, metadata=METADATA)
        )
        if isinstance(sent, AsyncSlackResponse):
            await self._take_back(channel, str(sent["scheduled_message_id"]))
        return sent

    async def _take_back(self, channel: str, id_: str) -> AsyncSlackResponse | Refused:
        api = self._caller.web.api
        return await self._caller.ask(
            lambda: api.chat_deleteScheduledMessage(channel=channel, scheduled_message_id=id_)
        )

    async def _clear(self) -> list[str]:
        """Take back whatever is left of us; why that failed, if it did."""
        listed = await self._caller.ask(self._caller.web.api.chat_scheduledMessages_list)
        if isinstance(listed, Refused):
            return [listed.why]
        ours = [one for one in listed.get("scheduled_messages") or () if one.get("text") == TEXT]
        done = [await self._take_back(str(one["channel_id"]), str(one["id"])) for one in ours]
        return [one.why for one in done if isinstance(one, Refused)]


def _left(why: str) -> Finding:
    seen = f"the message of a trial, two months ahead, could not be taken back ({why}); Slack posts none of its kind"
    return Finding(Level.WARN, "Channels", seen, "Run doctor again later: it takes back what was left.")


_REFUSALS: Mapping[str, tuple[str, str]] = {
    "not_in_channel": ("the bot is not in it", "In {where}: /invite @{name}"),
    "no_permission": ("the bot is not in it", "In {where}: /invite @{name}"),
    "channel_not_found": (
        "it is gone, or private and the bot is not in it",
        "If it is there, in {where}: /invite @{name}. Else in the channel that takes its place: /sqla-quiz setup",
    ),
    "is_archived": ("it is archived", f"Its name → Settings → Unarchive channel. {_SETUP}"),
    "restricted_action": (
        "only some people may post there",
        "Its name → Settings → Posting permissions: let everybody post, or @{name} as well. " + _SETUP,
    ),
    "missing_scope": ("the bot lacks the scope chat:write", f"{PASTE}."),
}


def _refused(title: str, code: str, where: str, name: str) -> Finding:
    known = "restricted_action" if code.startswith("restricted_action") else code
    seen, fix = _REFUSALS.get(known, ("Slack does not let the bot post", "In {where}: /invite @{name}. " + _SETUP))
    fix = fix.replace("{where}", where).replace("{name}", name)
    return Finding(Level.FAIL, title, f"{seen} ({code}), and its drill cannot post", fix)
