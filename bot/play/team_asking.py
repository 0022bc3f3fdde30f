"""What is asked about teams: which one is meant, who may, and the answers where it cannot be done."""

from dataclasses import dataclass
from difflib import get_close_matches

from bot.commands import Team as Command
from bot.domain.teams import TeamDo, team_name
from bot.play.asked import Asked
from bot.store import places, teams
from bot.store.database import Session
from bot.store.models import Team
from bot.store.teams import Sized

_KNOWN = 200  # teams that a name nobody has is compared with
_NEAR = 3


@dataclass(frozen=True, slots=True)
class Unsaid:
    """Something without which that cannot be done was not said."""

    do: TeamDo


@dataclass(frozen=True, slots=True)
class BadName:
    """What was said cannot be the name of a team."""

    said: str


@dataclass(frozen=True, slots=True)
class NameTaken:
    """A team of the workspace has that name, in whatever case and width."""

    team: int
    name: str


@dataclass(frozen=True, slots=True)
class AlreadyIn:
    """The asker is in a team: nobody is in two. `is_same`: in the very one that they asked for."""

    team: int
    name: str
    is_same: bool


@dataclass(frozen=True, slots=True)
class NotInTeam:
    """The asker is in no team."""


@dataclass(frozen=True, slots=True)
class NoSuchTeam:
    """There is no such team in this workspace; `said` is what came, if anything was typed."""

    said: str | None
    near: tuple[Sized, ...]


@dataclass(frozen=True, slots=True)
class NotYours:
    """Only its founder, and those who keep the daily question, may change a team."""

    name: str


@dataclass(frozen=True, slots=True)
class KeepersOnly:
    """Only those who keep the daily question may put others into teams."""


async def may_keep_teams(session: Session, asked: Asked) -> bool:
    """Whether the asker may change every team of the workspace: its managers may, and whoever keeps a drill of it."""
    if asked.person.manages:
        return True
    person = await places.find_person(session, asked.person)
    return person is not None and await teams.keeps_any(session, person.id)


async def find(session: Session, asked: Asked, said: Command) -> Team | NoSuchTeam | Unsaid:
    """The team that was said, by a button or by its name."""
    workspace = await places.find_workspace(session, asked.place.workspace)
    if said.team is not None:
        there = await teams.find(session, workspace.id, said.team) if workspace else None
        return there or NoSuchTeam(None, await nearest(session, asked, _NEAR))
    if said.name is None:
        return Unsaid(said.do or TeamDo.JOIN)
    name = team_name(said.name)
    there = await teams.find_named(session, workspace.id, name) if workspace and name else None
    return there or NoSuchTeam(said.name, await nearest(session, asked, _NEAR, said.name))


async def nearest(session: Session, asked: Asked, number: int, said: str | None = None) -> tuple[Sized, ...]:
    """Teams that anybody is in: those whose names are nearest to what was said, else the largest."""
    workspace = await places.find_workspace(session, asked.place.workspace)
    there = await teams.there_are(session, workspace.id, _KNOWN) if workspace else ()
    if said is None:
        return tuple(there[:number])
    near = get_close_matches(said.casefold(), [each.name.casefold() for each in there], n=number, cutoff=0.5)
    return tuple(each for each in there if each.name.casefold() in near)[:number]
