"""Who and where: the addresses every platform can be described with. Ids are the platform's own, as text."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Workspace:
    """A Discord guild, a Slack team, the terminal on one machine: the tenant. Nothing crosses it.

    `name` is what its people call it, where the platform says so. `own`: no tenant at all but made up for one
    person who is in none, and who is then known by the platform's id of them across all of its workspaces. `local`:
    nobody's but of whoever sits at this machine.
    """

    platform: str
    id: str
    name: str = field(default="", compare=False)
    own: bool = field(default=False, compare=False)
    local: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Place:
    """One channel of one workspace, and what the platform says of it.

    `personal`: one person alone with the quiz, or in a workspace that has not installed it, where nothing is posted.
    `lacks` names the rights that the quiz would need to post there, in the platform's words; `zone` is a guess at the
    time zone that its people live in; `silent` are the groups, of those just named, that the quiz may not notify;
    `threads`: whether a message there can have a thread; `invite` is what somebody has to say there before the quiz can
    post, where it is not in the channel yet; `is_open`: everybody of the workspace may see what stands there, `None`
    where the platform does not say.
    """

    workspace: Workspace
    channel: str
    personal: bool = field(default=False, compare=False)
    lacks: tuple[str, ...] = field(default=(), compare=False)
    zone: str = field(default="", compare=False)
    silent: tuple[str, ...] = field(default=(), compare=False)
    threads: bool = field(default=True, compare=False)
    invite: str = field(default="", compare=False)
    is_open: bool | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Person:
    """One identity in one workspace. `name` is empty where the platform did not say it: then the one we know stays.

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
