"""The workspaces that have taken us in: how to speak in each."""

from dataclasses import dataclass
from typing import Protocol

from adapters.slack.web import Web


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


class One:
    """A single workspace, whose token is in the environment."""

    def __init__(self, workspace: str, tenant: Tenant) -> None:
        """Knows this one and no other."""
        self._workspace = workspace
        self._tenant = tenant

    async def of(self, workspace: str, enterprise: str = "") -> Tenant | None:  # noqa: ARG002  # as `Tenants` says
        """The one, if it is the one."""
        return self._tenant if workspace == self._workspace else None
