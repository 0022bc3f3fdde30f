"""What we and people may do where somebody sets a drill up: asked of Slack at that moment, and remembered for minutes.

Nothing of it is told with what people do, and the scopes that everybody grants show neither channels nor people. So
whether we may post is tried with a message for a far day that is taken back at once: `chat.scheduleMessage` refuses
what `chat.postMessage` would, and nobody sees anything. The doctor tries likewise, and takes back what was left.
"""

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from slack_sdk.errors import SlackApiError

from adapters.slack.heard import Heard
from adapters.slack.outcomes import TROUBLE
from adapters.slack.probing import METADATA, TEXT
from adapters.slack.tenants import Tenant
from bot.domain.identity import Person, Place
from bot.grammar import NAME

log = logging.getLogger(__name__)

PATIENCE = 1.0  # seconds; a form must be opened within three, and an answer should not wait for this
OUTSIDE = ("not_in_channel", "no_permission", "channel_not_found")
"""What Slack says of a channel that we are not in; the last of a private one."""
PEOPLE = "users:read"
_REMEMBERED = 300.0  # seconds
_MOST = 10_000  # things remembered of each sort
_FAR = 100 * 24 * 3600  # seconds; Slack takes messages for up to 120 days ahead

Hold = Callable[[asyncio.Task[Any]], None]
"""Whoever waits, before the end, for what goes on by itself."""

_Value = TypeVar("_Value")


class _Memory(Generic[_Value]):
    """The latest of what was found out, each for a while."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._known: OrderedDict[tuple[str, str], tuple[float, _Value]] = OrderedDict()

    def get(self, key: tuple[str, str]) -> _Value | None:
        until, value = self._known.get(key, (0.0, None))
        return value if self._clock() < until else None

    def put(self, key: tuple[str, str], value: _Value) -> _Value:
        self._known[key] = self._clock() + _REMEMBERED, value
        self._known.move_to_end(key)
        if len(self._known) > _MOST:
            self._known.popitem(last=False)
        return value


@dataclass(frozen=True, slots=True)
class _Me:
    """Who we are in a workspace, and what it has granted."""

    name: str
    scopes: frozenset[str]


class Rights:
    """Asks Slack, within bounds. `clock` tells seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Knows nothing yet."""
        self._me: _Memory[_Me] = _Memory(clock)
        self._admins: _Memory[bool] = _Memory(clock)
        self._inside: _Memory[bool] = _Memory(clock)

    async def look(self, what: Heard, tenant: Tenant, hold: Hold) -> Heard:
        """The same with whether the person manages the workspace, and how to invite us where we are not in the channel:
        as far as Slack tells in a moment. `hold` is given what goes on after that.
        """
        manages = asyncio.create_task(self._manages(tenant, what.person))
        invite = asyncio.create_task(self._invite(tenant, what.place, hold))
        hold(manages)
        hold(invite)
        await asyncio.wait({manages, invite}, timeout=PATIENCE)
        return replace(
            what,
            person=replace(what.person, manages=manages.result() if manages.done() else None),
            place=replace(what.place, invite=invite.result() if invite.done() else ""),
        )

    async def invitation(self, tenant: Tenant, workspace: str) -> str:
        """What to say in a channel to have us in it."""
        try:
            return f"/invite @{(await self._who(tenant, workspace)).name}"
        except TROUBLE as error:
            log.info("our own name could not be looked up: %s", type(error).__name__)
            return f"/invite @{NAME}"

    async def _manages(self, tenant: Tenant, person: Person) -> bool | None:
        """Yes for admins. Of nobody else Slack says that they may not set a drill up."""
        key = person.workspace.id, person.id
        try:
            if PEOPLE not in (await self._who(tenant, person.workspace.id)).scopes:
                return None
            known = self._admins.get(key)
            if known is None:
                user = (await tenant.web.api.users_info(user=person.id))["user"]
                is_theirs = _belongs(user, person.workspace.id)
                known = self._admins.put(key, is_theirs and bool(user.get("is_admin") or user.get("is_owner")))
        except TROUBLE as error:
            log.info("whether somebody is an admin could not be looked up: %s", type(error).__name__)
            return None
        return known or None

    async def _invite(self, tenant: Tenant, place: Place, hold: Hold) -> str:
        """How to have us in a channel; empty where we are in it, or nobody can tell."""
        key = place.workspace.id, place.channel
        if place.personal or self._inside.get(key):
            return ""
        try:
            tried = await tenant.web.api.chat_scheduleMessage(
                channel=place.channel, post_at=int(time.time()) + _FAR, text=TEXT, metadata=METADATA
            )
        except SlackApiError as error:
            is_outside = error.response.get("error") in OUTSIDE
            return await self.invitation(tenant, place.workspace.id) if is_outside else ""
        except TROUBLE as error:
            log.info("whether we are in a channel could not be looked up: %s", type(error).__name__)
            return ""
        self._inside.put(key, value=True)
        hold(asyncio.create_task(_take_back(tenant, place, str(tried["scheduled_message_id"]))))
        return ""

    async def _who(self, tenant: Tenant, workspace: str) -> _Me:
        known = self._me.get((workspace, ""))
        if known is None:
            me = await tenant.web.api.auth_test()
            scopes = next((value for name, value in me.headers.items() if name.lower() == "x-oauth-scopes"), "")
            granted = frozenset(filter(None, scopes.replace(",", " ").split()))
            known = self._me.put((workspace, ""), _Me(str(me["user"]), granted))
        return known


def _belongs(user: Mapping[str, Any], workspace: str) -> bool:
    """Whether somebody is of a workspace, and not of another one that shares a channel with it."""
    return workspace in (user.get("team_id", workspace), *(user.get("enterprise_user") or {}).get("teams", ()))


async def _take_back(tenant: Tenant, place: Place, message: str) -> None:
    """Doing it twice does no harm, so that an answer that is lost is no reason to give up."""
    for _ in range(2):
        try:
            await tenant.web.api.chat_deleteScheduledMessage(channel=place.channel, scheduled_message_id=message)
        except SlackApiError as error:
            if error.response.get("error") == "invalid_scheduled_message_id":
                return  # it is gone already
        except TROUBLE as error:
            log.info("a message for a far day is still there: %s", type(error).__name__)
        else:
            return
    log.warning("the message %s for a far day in %s could not be taken back", message, place.channel)
