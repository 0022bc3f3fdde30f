"""Slack as the core sees it: connect, post, edit, find."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import SecretStr
from slack_sdk.errors import SlackApiError

from adapters.slack.app import Listener
from adapters.slack.outcomes import TROUBLE, outcome
from adapters.slack.render import message
from adapters.slack.socket import Socket
from adapters.slack.web import Web, open_web, proxy_to
from bot.cards.model import Card
from bot.domain.identity import Person, Place, Posted, Workspace
from bot.errors import SettingsError, UnreachableError
from bot.ports import Absent, Door, Refused, Route, Unclear

log = logging.getLogger(__name__)

_EVENT = "sqla_quiz_post"
_CONNECT_WITHIN = 30.0  # seconds
_LATEST = 100  # messages looked through
_LAST_MOMENTS = 8.0  # seconds for what is in hand, of the ten that a process usually gets to stop


@dataclass(frozen=True, slots=True)
class _Line:
    """What is open while we are connected. `user` is who we are in the workspace."""

    web: Web
    user: str
    listener: Listener
    socket: Socket


class Slack:
    """One workspace, over Socket Mode."""

    name = "slack"
    routes: Sequence[Route] = ()

    def __init__(self, bot_token: SecretStr, app_token: SecretStr, url: str) -> None:
        self._bot_token = bot_token
        self._app_token = app_token
        self._url = url
        self._line: _Line | None = None

    async def start(self, door: Door) -> None:
        """Connect; returns once people can be heard. Raises as `bot.ports.Platform` says."""
        web = open_web(self._bot_token.get_secret_value(), self._url)
        try:
            self._line = await self._connect(web, door)
        except TROUBLE as error:
            await web.session.close()
            raise UnreachableError(f"Slack does not answer: {outcome(error).why}") from error
        except BaseException:
            await web.session.close()
            raise

    async def stop(self) -> None:
        """Let what is in hand finish, then disconnect."""
        line, self._line = self._line, None
        if line is not None:
            await line.listener.finish(within=_LAST_MOMENTS)
            await line.socket.close()
            await line.web.session.close()

    async def post(self, place: Place, card: Card, key: str) -> Posted | Refused | Unclear:
        """Post a card. Slack knows no idempotency key: `key` goes into the metadata, where `find` looks for it."""
        try:
            sent = await self._connected.web.api.chat_postMessage(
                channel=place.channel,
                metadata={"event_type": _EVENT, "event_payload": {"key": key}},
                unfurl_links=False,
                unfurl_media=False,
                link_names=False,
                **message(card),
            )
        except TROUBLE as error:
            return outcome(error)
        return Posted(place, str(sent["ts"]))

    async def edit(self, posted: Posted, card: Card) -> Posted | Refused | Unclear:
        """Replace what a message shows. Its metadata stays as it was."""
        try:
            await self._connected.web.api.chat_update(
                channel=posted.place.channel, ts=posted.message, link_names=False, **message(card)
            )
        except TROUBLE as error:
            return outcome(error)
        return posted

    async def tell(self, person: Person, card: Card) -> Posted | Refused | Unclear:
        """Post a card in the app's conversation with one person, which Slack opens by itself."""
        try:
            sent = await self._connected.web.api.chat_postMessage(
                channel=person.id, unfurl_links=False, unfurl_media=False, link_names=False, **message(card)
            )
        except TROUBLE as error:
            return outcome(error)
        return Posted(Place(person.workspace, str(sent["channel"])), str(sent["ts"]))

    async def discuss(self, posted: Posted, title: str) -> Posted:  # noqa: ARG002  # a thread has no title here
        """Every message can be replied to in a thread: nothing has to be opened."""
        return posted

    async def find(self, place: Place, key: str) -> Posted | Absent | Refused | Unclear:
        """Our message with that key. Only an installation with a history scope can be asked."""
        line = self._connected
        try:
            history = await line.web.api.conversations_history(
                channel=place.channel, include_all_metadata=True, limit=_LATEST
            )
        except TROUBLE as error:
            return outcome(error)
        for found in history["messages"]:
            metadata = found.get("metadata", {})
            ours = found.get("user") == line.user and metadata.get("event_type") == _EVENT
            if ours and metadata["event_payload"].get("key") == key:
                return Posted(place, str(found["ts"]))
        return Absent()

    @property
    def _connected(self) -> _Line:
        if self._line is None:
            raise RuntimeError("Slack is not connected")
        return self._line

    async def _connect(self, web: Web, door: Door) -> _Line:
        app_token = self._app_token.get_secret_value()
        try:
            me = await web.api.auth_test()
        except SlackApiError as error:
            raise _refused("SLACK_BOT_TOKEN", error) from error
        try:
            # Asked by us, because Bolt would go on asking for ever with a token that is wrong.
            opened = await web.api.apps_connections_open(app_token=app_token)
        except SlackApiError as error:
            raise _refused("SLACK_APP_TOKEN", error) from error
        listener = Listener(door, Workspace(self.name, str(me["team_id"])), web)
        socket = Socket(listener.app(), app_token, proxy_to(self._url))
        try:
            async with asyncio.timeout(_CONNECT_WITHIN):
                await socket.open(str(opened["url"]))
        except BaseException:
            await socket.close()
            raise
        log.info("connected to %s as %s", me["team"], me["user"])
        return _Line(web, str(me["user_id"]), listener, socket)


def _refused(variable: str, error: SlackApiError) -> Exception:
    match outcome(error):
        case Refused(why, lasting=True):
            return SettingsError(variable, f"Slack refuses it: {why}")
        case _:
            return error
