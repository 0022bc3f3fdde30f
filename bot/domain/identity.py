"""Who and where: the addresses every platform can be described with. Ids are the platform's own, as text."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Workspace:
    """A Discord guild, a Slack team, the terminal on one machine: the tenant. Nothing crosses it."""

    platform: str
    id: str


@dataclass(frozen=True, slots=True)
class Place:
    """One channel of one workspace."""

    workspace: Workspace
    channel: str


@dataclass(frozen=True, slots=True)
class Person:
    """One identity in one workspace.

    `manages` is what the platform says of the person's right to administer the place: yes, no, or
    `None` where it cannot tell (then whoever sets a drill up becomes its keeper).
    """

    workspace: Workspace
    id: str
    name: str
    manages: bool | None = None


@dataclass(frozen=True, slots=True)
class Posted:
    """A message that stands in a place; enough to edit it later."""

    place: Place
    message: str
