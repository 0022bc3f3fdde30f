"""Many workspaces, each with a token of its own: looked up, remembered for a minute, renewed before it ends."""

import asyncio
import json
import logging
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Self

from pydantic import SecretStr
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from adapters.slack.outcomes import TROUBLE
from adapters.slack.tenants import Tenant
from adapters.slack.web import Web
from bot.ports import Installation, Vault

log = logging.getLogger(__name__)

NAME = "slack"
REMEMBERED = timedelta(seconds=60)  # until another process that renewed or ended an installation is noticed
RENEWED_BEFORE = timedelta(hours=2)  # of the twelve that a token which rotates is good for
_MOST = 10_000  # tenants remembered at once


@dataclass(frozen=True, slots=True)
class Credentials:
    """What Slack knows the app by."""

    client_id: str
    client_secret: SecretStr


@dataclass(frozen=True, slots=True)
class Given:
    """What a workspace gave us: the bot's token, how to renew it where it ends, who we are there, what we may do."""

    token: str = field(repr=False)
    user: str
    scopes: str = ""
    refresh: str = field(default="", repr=False)

    @classmethod
    def read(cls, secret: str) -> Self:
        """From the secret of an installation."""
        return cls(**json.loads(secret))

    def secret(self) -> str:
        """For an installation to keep."""
        return json.dumps({"token": self.token, "user": self.user, "scopes": self.scopes, "refresh": self.refresh})


@dataclass(frozen=True, slots=True)
class _Known:
    tenant: Tenant
    until: datetime


class Many:
    """The tenants in the vault. `now` tells the time."""

    def __init__(self, vault: Vault, web: Web, app: Credentials, now: Callable[[], datetime]) -> None:
        """`web` speaks in no workspace."""
        self._vault = vault
        self._web = web
        self._app = app
        self._now = now
        self._known: OrderedDict[str, _Known] = OrderedDict()
        self._age = 0  # of what is known: what was looked up before a change is not remembered after it
        self._looking: dict[tuple[str, str], asyncio.Task[Tenant | None]] = {}
        self._renewing: dict[str, asyncio.Task[None]] = {}

    async def of(self, workspace: str, enterprise: str = "") -> Tenant | None:
        """See `tenants.Tenants`. Many who ask at once are answered by one look."""
        known = self._known.get(workspace)
        if known is not None and self._now() < known.until:
            return known.tenant
        key = workspace, enterprise
        looking = self._looking.get(key)
        if looking is None:
            looking = asyncio.create_task(self._look(workspace, enterprise))
            self._looking[key] = looking
            looking.add_done_callback(lambda _: self._looking.pop(key, None))
        return await asyncio.shield(looking)  # one who gives up must not keep the others from it

    async def ending(self, tenant: str, until: datetime) -> Sequence[str]:
        """See `tenants.Tenants`."""
        return await self._vault.ending(NAME, tenant, until)

    async def forget(self, tenant: str, until: datetime) -> None:
        """See `tenants.Tenants`."""
        await self._vault.forget(NAME, tenant, until)
        self._changed()

    async def revoked(self, workspace: str, token: str | None) -> Installation | None:
        """See `tenants.Tenants`. Another process may have renewed it, or somebody added us again."""
        self._changed()
        found = await self._vault.find(NAME, workspace)
        return found if found is not None and Given.read(found.secret).token == token else None

    async def keep(self, given: Installation) -> Sequence[str]:
        """A workspace, or an organisation, has just taken us in: the workspaces known to belong to it."""
        members = await self._vault.keep(NAME, given)
        self._changed()
        return members

    async def close(self) -> None:
        """See `tenants.Tenants`."""
        for tasks in (self._looking, self._renewing):  # in this order: who looks may begin to renew
            await asyncio.gather(*tasks.values(), return_exceptions=True)

    def _changed(self) -> None:
        """Forget what is known: a change in an organisation concerns every workspace of it."""
        self._age += 1
        self._known.clear()

    async def _look(self, workspace: str, enterprise: str) -> Tenant | None:
        age = self._age
        found = await self._vault.find(NAME, workspace)
        if found is None and enterprise:
            found = await self._vault.find(NAME, enterprise)
            if found is not None:
                await self._vault.belong(NAME, workspace, enterprise)
        fresh = await self._fresh(found) if found else None
        if fresh is None:
            self._known.pop(workspace, None)
            return None
        given = Given.read(fresh.secret)
        known = _Known(Tenant(self._web.speaking(given.token), given.user), self._now() + REMEMBERED)
        if age == self._age:
            self._known[workspace] = known
            self._known.move_to_end(workspace)
        if len(self._known) > _MOST:
            self._known.popitem(last=False)
        return known.tenant

    async def _fresh(self, held: Installation) -> Installation | None:
        """The installation with a token that has not ended. One that ends soon is renewed, and nobody waits for it."""
        ends = held.expires_at
        if ends is None or self._now() < ends - RENEWED_BEFORE:
            return held
        if self._now() >= ends:
            return await self._renewed(held)
        if held.tenant not in self._renewing:
            renewing = asyncio.create_task(self._renew(held))
            self._renewing[held.tenant] = renewing
            renewing.add_done_callback(lambda _: self._renewing.pop(held.tenant, None))
        return held

    async def _renew(self, held: Installation) -> None:
        try:
            await self._renewed(held)
        except TROUBLE as error:
            log.warning("a token could not be renewed yet: %s", type(error).__name__)
        else:
            self._changed()

    async def _renewed(self, held: Installation) -> Installation | None:
        async def ask() -> Installation:
            return await self._ask(held)

        return await self._vault.renew(NAME, held, ask)

    async def _ask(self, held: Installation) -> Installation:
        given = Given.read(held.secret)
        answer = await exchange(self._web, self._app, grant_type="refresh_token", refresh_token=given.refresh)
        fresh = replace(given, token=str(answer["access_token"]), refresh=str(answer["refresh_token"]))
        return replace(held, secret=fresh.secret(), expires_at=expiry(answer, self._now()))


async def exchange(web: Web, app: Credentials, **what: str) -> AsyncSlackResponse:
    """A code or a refresh token for a token. Raises one of `outcomes.TROUBLE`.

    Not the library's own method, whose way of naming the app its HTTP client will not take for much longer.
    """
    who = {"client_id": app.client_id, "client_secret": app.client_secret.get_secret_value()}
    return await web.api.api_call("oauth.v2.access", data=who | what)


def expiry(answer: AsyncSlackResponse, now: datetime) -> datetime | None:
    """When a token that Slack just gave out ends, if it does."""
    seconds: Any = answer.get("expires_in")
    return now + timedelta(seconds=int(seconds)) if seconds else None
