"""Slack as the core sees it: connect, post, edit, find."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import Any

from slack_sdk.web.async_slack_response import AsyncSlackResponse

from adapters.slack.app import Listener
from adapters.slack.codes import DEAD, NO_THREAD
from adapters.slack.outcomes import TROUBLE, code, explained, outcome, unasked
from adapters.slack.pace import AT_ONCE, DELETE, HISTORY, POST, UPDATE, Call, Pace
from adapters.slack.render import message, quietly
from adapters.slack.rights import OUTSIDE, Rights
from adapters.slack.tenants import Access, Tenant, Tenants, end
from adapters.slack.transport import Transport
from adapters.slack.web import WITHIN, Web, open_web
from bot.cards.model import Card
from bot.domain.identity import Person, Place, Posted, Workspace
from bot.errors import SealError, UnreachableError
from bot.grammar import NAME
from bot.ports import STOPPING, Absent, Door, Refused, Route, Unclear

log = logging.getLogger(__name__)

_EVENT = "sqla_quiz_post"
_LATEST, _PAGES = 100, 5  # messages of a channel that are looked through with one call, and how many calls
_NOT_CONNECTED = Refused("not connected", lasting=False)
_TOO_FAR_UP = Refused("so much was said since that it may stand further up than I can look", lasting=True)
_NOT_INSTALLED = Refused("not installed in this workspace", lasting=True)


@dataclass(frozen=True, slots=True)
class _Line:
    """What is open while we are connected."""

    web: Web
    door: Door
    tenants: Tenants
    listener: Listener
    rights: Rights


class Slack:
    """Every workspace that has taken us in, over one transport."""

    name = "slack"
    at_once = AT_ONCE

    def __init__(self, access: Access, transport: Transport, url: str) -> None:
        """`url` is that of the API."""
        self._access = access
        self._transport = transport
        self._url = url
        self._line: _Line | None = None
        self.pace = Pace()
        self.within = WITHIN  # seconds for a call
        self.routes: Sequence[Route] = (*transport.routes, *access.routes)
        self.hearing = transport.hearing

    async def start(self, door: Door) -> None:
        """Learn in which workspaces we may speak. Raises as `bot.ports.Platform` says."""
        web = open_web(self._url, within=self.within)
        try:
            with _answering():
                tenants = await self._access.open(web, door)
        except BaseException:
            await web.session.close()
            raise
        rights = Rights()
        self._line = _Line(web, door, tenants, Listener(door, tenants, web, rights), rights)

    async def listen(self) -> None:
        """Returns once people can be heard. Raises as `bot.ports.Platform` says."""
        if self._line is None:
            raise RuntimeError("Slack was not started")
        with _answering():
            await self._transport.open(self._line.listener.app())

    async def hush(self) -> None:
        """Hear nothing new."""
        if self._line is not None:
            self._line.listener.leave()
        await self._transport.hush()

    async def stop(self, within: float = STOPPING) -> None:
        """Hear nothing new, let what is in hand finish, disconnect."""
        deadline = asyncio.get_running_loop().time() + within
        line, self._line = self._line, None
        if line is not None:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._transport.hush(), within)
            await line.listener.finish(deadline - asyncio.get_running_loop().time())
            await self._transport.close()
            await line.tenants.close()
            await line.web.session.close()

    def trouble(self) -> str | None:
        """Whether Slack can bring us nothing."""
        return "not connected" if self._line is None else self._transport.trouble()

    async def post(self, place: Place, card: Card, key: str, under: Posted | None = None) -> Posted | Refused | Unclear:
        """Post a card, as a reply in the thread of a message that the channel sees, too.

        Slack knows no idempotency key: `key` goes into the metadata, where `find` looks for it.
        """
        metadata = {"event_type": _EVENT, "event_payload": {"key": key}}
        sent = await self._call(
            Call(POST, place.workspace.id, place.channel),
            lambda it: it.web.api.chat_postMessage(
                channel=place.channel,
                metadata=metadata,
                thread_ts=under.message if under else None,
                reply_broadcast=True if under else None,
                **quietly(card),
            ),
        )
        if under and isinstance(sent, Refused) and code(sent) in NO_THREAD:
            return await self.post(place, card, key)  # surely not sent, and nobody should miss it for that
        if isinstance(sent, Refused) and code(sent) in OUTSIDE:
            return replace(sent, why=f"{sent.why}: say “{await self._invitation(place.workspace)}” there")
        return _posted(place, sent) if isinstance(sent, AsyncSlackResponse) else sent

    async def edit(self, posted: Posted, card: Card) -> Posted | Refused | Unclear:
        """Replace what a message shows. Its metadata stays as it was."""
        place = posted.place
        done = await self._call(
            Call(UPDATE, place.workspace.id, place.channel),
            lambda it: it.web.api.chat_update(
                channel=place.channel, ts=posted.message, link_names=False, **message(card)
            ),
        )
        return posted if isinstance(done, AsyncSlackResponse) else done

    async def tell(self, person: Person, card: Card) -> Posted | Refused | Unclear:
        """Post a card in the app's conversation with one person, which Slack opens by itself."""
        sent = await self._call(
            Call(POST, person.workspace.id, person.id),
            lambda it: it.web.api.chat_postMessage(channel=person.id, **quietly(card)),
        )
        if not isinstance(sent, AsyncSlackResponse):
            return sent
        return _posted(Place(person.workspace, str(sent["channel"])), sent)

    async def discuss(self, posted: Posted, title: str) -> Posted:  # noqa: ARG002  # a thread has no title here
        """Every message can be replied to in a thread: nothing has to be opened."""
        return posted

    async def find(self, place: Place, key: str) -> Posted | Absent | Refused | Unclear:
        """Our message with that key: what a thread tells the channel, too, is among the channel's own.

        Only an installation with a history scope can be asked. In a channel where very much was said since, nobody can
        tell: better that a keeper decides than that a question comes twice.
        """
        found = await self._ours(place, key, first=True)
        if not isinstance(found, tuple):
            return found
        messages, whole = found
        if messages:
            return Posted(place, messages[0])
        return Absent() if whole else _TOO_FAR_UP

    async def remove_copies(self, kept: Posted, key: str) -> int | Refused | Unclear:
        """Delete our other messages with that key: an app may always delete its own."""
        place, removed = kept.place, 0
        found = await self._ours(place, key, first=False)
        if not isinstance(found, tuple):
            return found
        for ts in [ts for ts in found[0] if ts != kept.message]:
            done = await self._call(
                Call(DELETE, place.workspace.id, place.channel),
                lambda it: it.web.api.chat_delete(channel=place.channel, ts=ts),  # noqa: B023  # called in the same round
            )
            if isinstance(done, Unclear) or (isinstance(done, Refused) and code(done) != "message_not_found"):
                return done
            removed += 1
        return removed

    async def _ours(self, place: Place, key: str, *, first: bool) -> tuple[list[str], bool] | Refused | Unclear:
        """Our messages with a key among the latest of a channel, or the `first` of them; and whether it has no more."""
        ours: list[str] = []
        before: str | None = None
        for _ in range(_PAGES):
            history = await self._call(
                Call(HISTORY, place.workspace.id, place.channel),
                lambda it: it.web.api.conversations_history(
                    channel=place.channel,
                    include_all_metadata=True,
                    limit=_LATEST,
                    latest=before,  # noqa: B023  # it is asked for in the same round
                ),
            )
            if not isinstance(history, AsyncSlackResponse):
                return history
            messages = history.get("messages")
            if not isinstance(messages, list):
                return Unclear("a history without messages")
            tenant = await self._tenant(place.workspace)
            ours += [str(one["ts"]) for one in messages if tenant and _is(one, key, tenant.user)]
            if not history.get("has_more") or not messages:
                return ours, True
            if first and ours:
                break
            before = str(messages[-1]["ts"])
        return ours, False

    async def _call(
        self, call: Call, ask: Callable[[Tenant], Awaitable[AsyncSlackResponse]]
    ) -> AsyncSlackResponse | Refused | Unclear:
        """One call in a workspace, by the policy of `pace`; what went wrong with it as a value."""

        async def make() -> AsyncSlackResponse | Refused | Unclear:
            if self._line is None:  # stopped while the call waited for its turn
                return _NOT_CONNECTED
            try:
                tenant = await self._tenant(Workspace(self.name, call.workspace))
            except TROUBLE as error:
                return unasked(error)
            except SealError as error:
                return Refused(f"the token cannot be opened: {error}", lasting=False)
            if tenant is None:
                return _NOT_INSTALLED
            try:
                return await ask(tenant)
            except TROUBLE as error:
                found = outcome(error)
            if isinstance(found, Refused) and found.why in DEAD:
                await self._bury(self._line, call.workspace, tenant)
            return found

        found = await self.pace.keep(call, make)
        return explained(found, call.method.scope) if isinstance(found, Refused) else found

    async def _bury(self, line: _Line, workspace: str, tenant: Tenant) -> None:
        """Slack takes a token no more. It may never tell of that by itself: an event that nobody hears is not kept."""
        given = await line.tenants.revoked(workspace, tenant.web.api.token)
        if given is not None:
            log.warning("the token of %s is good for nothing any more: it counts as removed", given.tenant)
            await end(line.door, line.tenants, given.tenant, given.installed_at)

    async def _invitation(self, workspace: Workspace) -> str:
        """What keepers are to say in a channel that we are not in."""
        try:
            tenant = await self._tenant(workspace)
        except (*TROUBLE, SealError):
            tenant = None
        if self._line is None or tenant is None:  # it was there a moment ago
            return f"/invite @{NAME}"
        return await self._line.rights.invitation(tenant, workspace.id)

    async def _tenant(self, workspace: Workspace) -> Tenant | None:
        if self._line is None:
            raise RuntimeError("Slack is not connected")
        return await self._line.tenants.of(workspace.id)


@contextmanager
def _answering() -> Iterator[None]:
    """Raises `UnreachableError` where Slack does not answer."""
    try:
        yield
    except TROUBLE as error:
        raise UnreachableError(f"Slack does not answer: {outcome(error).why}") from error


def _is(message: Mapping[str, Any], key: str, user: str) -> bool:
    """Whether a message is the one that we, as that user, posted under a key."""
    metadata = message.get("metadata", {})
    ours = message.get("user") == user and metadata.get("event_type") == _EVENT
    return ours and metadata["event_payload"].get("key") == key


def _posted(place: Place, sent: AsyncSlackResponse) -> Posted | Unclear:
    """Where a message stands; without its time it could never be found, edited or told from another."""
    return Posted(place, str(sent["ts"])) if sent["ts"] else Unclear("Slack did not say where the message stands")
