"""Teams of a workspace: making one, joining and leaving. What anybody scored for a team stays with it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from bot.commands import Team as Command
from bot.domain.standings import Reach, Span
from bot.domain.teams import TeamDo, TeamName, TeamStanding, team_name
from bot.play import drafting, team_boards
from bot.play.asked import Asked
from bot.play.keeping import NoSuchPerson, somebody
from bot.play.team_asking import (
    AlreadyIn,
    BadName,
    KeepersOnly,
    NameTaken,
    NoSuchTeam,
    NotInTeam,
    NotYours,
    Unsaid,
    find,
    may_keep_teams,
    nearest,
)
from bot.store import places, teams
from bot.store.database import Session
from bot.store.models import Team
from bot.store.teams import Sized

SHOWN = 5  # teams that can be joined by a button


class News(StrEnum):
    """What has just happened to a team that is shown."""

    NONE = "none"
    CREATED = "created"
    JOINED = "joined"
    RENAMED = "renamed"


@dataclass(frozen=True, slots=True)
class OneTeam:
    """A team: how many are in it and, to its members alone, who; how it stands this season in the whole workspace.

    `may_change`: the asker may rename and disband it.
    """

    id: int
    name: str
    members: int
    names: tuple[str, ...] | None
    standing: TeamStanding | None
    may_change: bool
    news: News = News.NONE


@dataclass(frozen=True, slots=True)
class NoTeam:
    """The asker is in no team; here are those that can be joined. `left` is the one they have just left."""

    there: tuple[Sized, ...]
    left: str | None = None


@dataclass(frozen=True, slots=True)
class Disbanding:
    """Whether a team is really to be no more."""

    team: Sized


@dataclass(frozen=True, slots=True)
class Disbanded:
    """A team is no more; its people have all their points."""

    name: str


@dataclass(frozen=True, slots=True)
class Invitation:
    """How somebody, anybody where none is named, comes into the asker's team. `is_in`: they are in it already."""

    team: str
    person: str | None
    is_in: bool = False


TeamFacts = (
    OneTeam
    | NoTeam
    | Disbanding
    | Disbanded
    | Invitation
    | AlreadyIn
    | BadName
    | KeepersOnly
    | NameTaken
    | NoSuchPerson
    | NoSuchTeam
    | NotInTeam
    | NotYours
    | Unsaid
    | drafting.Assigned
    | drafting.BadNumber
    | drafting.Draft
    | drafting.Drafted
    | drafting.TooFew
)


async def team(session: Session, asked: Asked, said: Command) -> TeamFacts:
    """Do what is asked with a team, or show the asker's, or those that there are."""
    match said.do:
        case None:
            return await _show(session, asked, said)
        case TeamDo.CREATE:
            return await _create(session, asked, said)
        case TeamDo.JOIN:
            return await _join(session, asked, said)
        case TeamDo.LEAVE:
            return await _leave(session, asked)
        case TeamDo.RENAME | TeamDo.DISBAND:
            return await _change(session, asked, said)
        case TeamDo.INVITE:
            return await _invite(session, asked, said)
        case TeamDo.ASSIGN:
            return await drafting.assign(session, asked, said)
        case TeamDo.DRAFT:
            return await drafting.draft(session, asked, said)
        case _:
            assert_never(said.do)


async def _show(session: Session, asked: Asked, said: Command) -> OneTeam | NoTeam | NoSuchTeam | Unsaid:
    if said.name is None and said.team is None:
        mine = await _mine(session, asked)
        return await _one(session, asked, mine) if mine else await _none(session, asked)
    found = await find(session, asked, said)
    return await _one(session, asked, found) if isinstance(found, Team) else found


async def _create(session: Session, asked: Asked, said: Command) -> OneTeam | BadName | NameTaken | AlreadyIn | Unsaid:
    name = _name(said)
    if not isinstance(name, TeamName):
        return name
    person_id = await places.meet_person(session, asked.person)
    if mine := await teams.of_person(session, person_id):
        return AlreadyIn(mine.id, mine.name, is_same=mine.key == name.key)
    workspace_id = await places.meet_workspace(session, asked.place.workspace)
    is_new = await teams.create(session, workspace_id, name)
    there = await teams.find_named(session, workspace_id, name)
    if there is None:
        raise LookupError(f"workspace {workspace_id} has no team {name.key!r}, which was just there")
    if not is_new:
        return NameTaken(there.id, there.name)
    await teams.join(session, there.id, person_id, asked.now)
    return await _one(session, asked, there, News.CREATED)


async def _join(session: Session, asked: Asked, said: Command) -> OneTeam | AlreadyIn | NoSuchTeam | Unsaid:
    found = await find(session, asked, said)
    if not isinstance(found, Team):
        return found
    person_id = await places.meet_person(session, asked.person)
    if not await teams.join(session, found.id, person_id, asked.now):
        mine = await teams.of_person(session, person_id) or found
        return AlreadyIn(mine.id, mine.name, is_same=mine.id == found.id)
    return await _one(session, asked, found, News.JOINED)


async def _leave(session: Session, asked: Asked) -> NoTeam | NotInTeam:
    mine = await _mine(session, asked)
    person = await places.find_person(session, asked.person)
    if mine is None or person is None or not await teams.leave(session, [person.id]):
        return NotInTeam()
    return await _none(session, asked, mine.name)


async def _change(
    session: Session, asked: Asked, said: Command
) -> OneTeam | Disbanding | Disbanded | BadName | NameTaken | NotInTeam | NotYours | NoSuchTeam | Unsaid:
    """Rename or disband a team: one's own, or for keepers the one that a button names or, to disband it, its name."""
    by_name = said.do is TeamDo.DISBAND and said.name is not None
    found = await find(session, asked, said) if said.team is not None or by_name else await _mine(session, asked)
    if not isinstance(found, Team):
        return found or NotInTeam()
    if not await _may_change(session, asked, found):
        return NotYours(found.name)
    if said.do is TeamDo.DISBAND:
        if said.seen != found.id:
            return Disbanding(Sized(found.id, found.name, len(await teams.members(session, found.id))))
        await teams.disband(session, found.id)
        return Disbanded(found.name)
    name = _name(said)
    if not isinstance(name, TeamName):
        return name
    if not await teams.rename(session, found.id, name):
        other = await teams.find_named(session, found.workspace_id, name) or found
        return NameTaken(other.id, other.name)
    await session.refresh(found)
    return await _one(session, asked, found, News.RENAMED)


async def _invite(session: Session, asked: Asked, said: Command) -> Invitation | NotInTeam | NoSuchPerson:
    mine = await _mine(session, asked)
    if mine is None:
        return NotInTeam()
    if said.person is None:
        return Invitation(mine.name, None)
    person = await somebody(session, asked, said.person)
    if isinstance(person, NoSuchPerson):
        return person
    known = await places.find_person(session, person)
    theirs = await teams.of_person(session, known.id) if known else None
    return Invitation(mine.name, person.name, is_in=theirs is not None and theirs.id == mine.id)


def _name(said: Command) -> TeamName | BadName | Unsaid:
    if said.name is None:
        return Unsaid(TeamDo.CREATE if said.do is None else said.do)
    return team_name(said.name) or BadName(said.name)


async def _mine(session: Session, asked: Asked) -> Team | None:
    person = await places.find_person(session, asked.person)
    return await teams.of_person(session, person.id) if person else None


async def _none(session: Session, asked: Asked, left: str | None = None) -> NoTeam:
    return NoTeam(await nearest(session, asked, SHOWN), left)


async def _one(session: Session, asked: Asked, this: Team, news: News = News.NONE) -> OneTeam:
    mine, members = await _mine(session, asked), await teams.members(session, this.id)
    is_mine = mine is not None and mine.id == this.id
    return OneTeam(
        this.id,
        this.name,
        len(members),
        tuple(members.values()) if is_mine else None,
        await team_boards.standing(session, asked, this.id, Span.SEASON, Reach.WORKSPACE),
        await _may_change(session, asked, this),
        news,
    )


async def _may_change(session: Session, asked: Asked, this: Team) -> bool:
    """Whether the asker may rename a team and disband it: whoever has been in it longest, and those who keep them all.

    That is its founder; after them somebody always is.
    """
    person, members = await places.find_person(session, asked.person), await teams.members(session, this.id)
    is_first = person is not None and next(iter(members), None) == person.id
    return is_first or await may_keep_teams(session, asked)
