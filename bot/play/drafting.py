"""What keepers do with teams: put somebody into one, and draft everybody who is in none into equal ones."""

import json
from dataclasses import dataclass
from datetime import timedelta
from zlib import crc32

from bot.commands import Team as Command
from bot.domain.standings import season_of
from bot.domain.teams import FEWEST, Pick, TeamDo, TeamName, snake, team_name
from bot.play.asked import Asked
from bot.play.away import today_here
from bot.play.keeping import NoSuchPerson, somebody
from bot.play.team_asking import KeepersOnly, NoSuchTeam, Unsaid, find, may_keep_teams
from bot.store import places, teams
from bot.store.database import Session
from bot.store.models import Team

MOST = 20  # teams that one draft makes
_CALLED = "Team {}"


@dataclass(frozen=True, slots=True)
class Assigned:
    """Somebody is in a team now. `was_in`: they had been, before."""

    person: str
    team: str
    was_in: bool


@dataclass(frozen=True, slots=True)
class BadNumber:
    """What was said is no number of teams that can be drafted."""

    said: str


@dataclass(frozen=True, slots=True)
class TooFew:
    """So few people are in no team that so many teams would not be ranked."""

    people: int
    teams: int


@dataclass(frozen=True, slots=True)
class Drawn:
    """A team as a draft would have it: its people, and what they scored last season."""

    name: str
    people: tuple[Pick, ...]

    @property
    def points(self) -> int:
        """All of their points."""
        return sum(pick.points for pick in self.people)


@dataclass(frozen=True, slots=True)
class Draft:
    """What a draft would make, and the number that confirms just this."""

    teams: tuple[Drawn, ...]
    seen: int


@dataclass(frozen=True, slots=True)
class Drafted:
    """Everybody who was in no team is in one."""

    teams: int
    people: int


async def assign(
    session: Session, asked: Asked, said: Command
) -> Assigned | KeepersOnly | NoSuchPerson | NoSuchTeam | Unsaid:
    """Put somebody into a team, out of the one that they are in."""
    if not await may_keep_teams(session, asked):
        return KeepersOnly()
    if said.person is None:
        return Unsaid(TeamDo.ASSIGN)
    found = await find(session, asked, said)
    if not isinstance(found, Team):
        return found
    person = await somebody(session, asked, said.person)
    if isinstance(person, NoSuchPerson):
        return person
    person_id = await places.meet_person(session, person)
    theirs = await teams.of_person(session, person_id)
    was_in = theirs is not None and theirs.id == found.id
    if not was_in:
        await teams.move(session, found.id, person_id, asked.now)
    return Assigned(person.name, found.name, was_in)


async def draft(
    session: Session, asked: Asked, said: Command
) -> Draft | Drafted | BadNumber | TooFew | KeepersOnly | Unsaid:
    """Show what a draft would make; make it, if it is what was shown."""
    if not await may_keep_teams(session, asked):
        return KeepersOnly()
    if said.name is None:
        return Unsaid(TeamDo.DRAFT)
    if not (said.name.isascii() and said.name.isdecimal() and 2 <= int(said.name[:9]) <= MOST):
        return BadNumber(said.name)
    number = int(said.name)
    workspace_id = await places.meet_workspace(session, asked.place.workspace)
    this = season_of(await today_here(session, asked))
    last = season_of(this.first - timedelta(days=1))
    people = await teams.to_draft(session, workspace_id, last.first, this.first)
    if len(people) < FEWEST * number:
        return TooFew(len(people), number)
    names = await _free_names(session, workspace_id, number)
    drawn = tuple(Drawn(name.shown, tuple(each)) for name, each in zip(names, snake(people, number), strict=True))
    seen = _digest(drawn)
    if said.seen != seen:
        return Draft(drawn, seen)
    for name, each in zip(names, drawn, strict=True):
        if await teams.create(session, workspace_id, name):
            made = await teams.find_named(session, workspace_id, name)
            if made is not None:
                await teams.fill(session, made.id, [pick.person for pick in each.people], asked.now)
    return Drafted(number, len(people))


async def _free_names(session: Session, workspace_id: int, number: int) -> list[TeamName]:
    """As many names as there are to be teams, of those that none has."""
    taken = await teams.keys(session, workspace_id)
    names = (team_name(_CALLED.format(n)) for n in range(1, number + len(taken) + 1))
    return [name for name in names if name and name.key not in taken][:number]


def _digest(drawn: tuple[Drawn, ...]) -> int:
    """A number that is another one if anybody were in another team."""
    everybody = [[each.name, [pick.person for pick in each.people]] for each in drawn]
    return crc32(json.dumps(everybody).encode()) >> 1
