"""The workspaces that have taken us in: how to speak in each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from pydantic import SecretStr
from slack_sdk.errors import SlackApiError

from adapters.slack.outcomes import refused
from adapters.slack.web import Web
from bot.domain.identity import Workspace
from bot.ports import Door, Installation, Route


@dataclass(frozen=True, slots=True)
class Tenant:
    """One workspace as we may speak in it. `web` carries its token; `user` is who we are there."""

    web: Web
    user: str


class Tenants(Protocol):
    """Whoever knows them."""

    async def of(self, workspace: str, enterprise: str = "") -> Tenant | None:
        """The tenant of a workspace, or of the organisation it belongs to; `None` where we are not installed.

        Raises one of `outcomes.TROUBLE` where its token had to be renewed and Slack did not answer.
        """

    async def ending(self, tenant: str, until: datetime) -> Sequence[str]:
        """The workspaces that we are in no more if what a workspace or an organisation gave up to a moment is void."""

    async def forget(self, tenant: str, until: datetime) -> None:
        """Forget what it gave up to a moment."""

    async def revoked(self, workspace: str, token: str | None) -> Installation | None:
        """The installation of a token that Slack takes no more, if it is ours to forget and still the one kept."""

    async def close(self) -> None:
        """Returns once nothing of it is under way."""


class Access(Protocol):
    """How we come to speak in workspaces."""

    routes: Sequence[Route]

    async def open(self, web: Web, door: Door) -> Tenants:
        """Raises `bot.errors.SettingsError` for credentials refused, one of `outcomes.TROUBLE` where nobody answers."""


class One:
    """A single workspace, whose token is in the environment."""

    def __init__(self, workspace: str, tenant: Tenant) -> None:
        """Knows this one and no other."""
        self._workspace = workspace
        self._tenant = tenant

    async def of(self, workspace: str, enterprise: str = "") -> Tenant | None:  # noqa: ARG002  # as `Tenants` says
        """The one, if it is the one."""
        return self._tenant if workspace == self._workspace else None

    async def ending(self, tenant: str, until: datetime) -> Sequence[str]:  # noqa: ARG002  # as `Tenants` says
        """The one itself, unless its token is good: it may have been added again since."""
        if tenant != self._workspace:
            return ()
        try:
            await self._tenant.web.api.auth_test()
        except SlackApiError:
            return (self._workspace,)
        return ()

    async def forget(self, tenant: str, until: datetime) -> None:
        """Its token is the operator's."""

    async def revoked(self, workspace: str, token: str | None) -> Installation | None:  # noqa: ARG002  # as `Tenants` says
        """Nor is it ours to forget."""
        return None

    async def close(self) -> None:
        """Nothing ever is."""


async def end(door: Door, tenants: Tenants, tenant: str, until: datetime) -> None:
    """What a workspace or an organisation gave up to a moment is void. Doing it again after a failure does no harm."""
    for workspace in await tenants.ending(tenant, until):
        await door.left(Workspace("slack", workspace))
    await tenants.forget(tenant, until)


class OneToken:
    """The access of a single workspace: its token is in the environment."""

    routes: Sequence[Route] = ()

    def __init__(self, token: SecretStr) -> None:
        """The installed app's token, xoxb-…."""
        self._token = token

    async def open(self, web: Web, door: Door) -> Tenants:
        """Ask Slack whose token it is. While it is taken, we are in that workspace."""
        speaking = web.speaking(self._token.get_secret_value())
        try:
            me = await speaking.api.auth_test()
        except SlackApiError as error:
            raise refused("SLACK_BOT_TOKEN", error) from error
        await door.joined(Workspace("slack", str(me["team_id"]), str(me["team"])))
        return One(str(me["team_id"]), Tenant(speaking, str(me["user_id"])))
