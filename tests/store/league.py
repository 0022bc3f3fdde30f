"""A workspace with teams, in which people join, leave and score, and what has to have become of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import product
from typing import NamedTuple

from bot.domain.grading import Verdict
from bot.domain.rounds import RoundState
from bot.domain.standings import Reach, season_of, week_of
from bot.domain.teams import TeamTotal, team_name
from bot.store import scores, standings, teams
from bot.store.database import Database, Session
from bot.store.models import Answer, Leave, Person, Place, Round, Team, Workspace
from bot.store.scores import Worth
from tests.store.test_standings import MONDAY, NUMBERS

PEOPLE, TEAMS = range(6), range(3)


class Join(NamedTuple):
    """Somebody is in a team from now on, and in no other."""

    person: int
    team: int


class Depart(NamedTuple):
    """Somebody is in no team any more."""

    person: int


class Rest(NamedTuple):
    """Somebody is on leave for some days."""

    person: int
    days: int


class Disband(NamedTuple):
    """A team is no more; another takes its name."""

    team: int


class Close(NamedTuple):
    """Some days later a round closes in a place, in which these people scored that."""

    later: int
    place: int
    points: dict[int, int]


Step = Join | Depart | Rest | Disband | Close


class Scored(NamedTuple):
    """One line of what has to be remembered; no team, once it has been disbanded."""

    place: int
    day: date
    person: int
    team: int | None
    points: int


@dataclass
class League:
    """A workspace with two places, some people and some teams, and what has to have become of them."""

    database: Database
    workspace: int
    places: Sequence[int]
    people: Sequence[int]
    teams: list[int]
    today: date = MONDAY
    now_in: dict[int, tuple[int, datetime]] = field(default_factory=dict)
    log: list[Scored] = field(default_factory=list)
    rounds: list[tuple[int, date]] = field(default_factory=list)
    away: set[tuple[int, date]] = field(default_factory=set)

    async def do(self, step: Step) -> None:
        """Do one thing."""
        async with self.database.writing() as session:
            match step:
                case Join(number, team):
                    who, at = self.people[number], datetime.combine(self.today, time(12), UTC)
                    await teams.leave(session, [who])
                    assert await teams.join(session, self.teams[team], who, at)
                    assert not await teams.join(session, self.teams[team - 1], who, at), "nobody is in two"
                    self.now_in[who] = self.teams[team], at
                case Depart(number):
                    was_in = self.now_in.pop(self.people[number], None)
                    assert bool(await teams.leave(session, [self.people[number]])) == (was_in is not None)
                case Rest(number, days):
                    new = {
                        (self.people[number], self.today + timedelta(days=ahead)) for ahead in range(days)
                    } - self.away
                    self.away |= new
                    session.add_all(Leave(person_id=who, day=day) for who, day in new)
                case Disband(team):
                    await self._disband(session, team)
                case Close():
                    await self._close(session, step)

    async def _disband(self, session: Session, team: int) -> None:
        gone, name = self.teams[team], team_name(f"Team {team}")
        assert name is not None
        await teams.disband(session, gone)
        assert await teams.create(session, self.workspace, name)
        made = await teams.find_named(session, self.workspace, name)
        assert made is not None
        assert made.id > gone, "no number is given twice"
        self.teams[team] = made.id
        self.now_in = {who: each for who, each in self.now_in.items() if each[0] != gone}
        self.log = [each._replace(team=None if each.team == gone else each.team) for each in self.log]

    async def _close(self, session: Session, step: Close) -> None:
        self.today += timedelta(days=step.later)
        place_id = self.places[step.place]
        this = Round(place_id=place_id, day=self.today, due_at=datetime.combine(self.today, time(9), UTC))
        this.level, this.state = 1, RoundState.CLOSED
        session.add(this)
        await session.flush()
        worths: dict[int, Worth] = {}
        for number, points in step.points.items():
            who = self.people[number]
            session.add(Answer(round_id=this.id, person_id=who, seq=1, choice="A", sure=False, at=this.due_at))
            worths[who] = worth(points)
            team = self.now_in[who][0] if who in self.now_in else None
            self.log.append(Scored(place_id, self.today, who, team, points))
        await session.flush()
        await scores.add(session, this.id, worths)
        await standings.add_round(session, this)
        self.rounds.append((place_id, self.today))

    def sums(self) -> Iterator[tuple[int | None, date, date, int, int, int, int, int, date | None]]:
        """What the log adds up to for each team: a place, the first and the last day of a board, team, person, points,
        right, rounds, and of all time the last day with any.
        """
        last = max((week_of(day).first for _, day in self.rounds), default=MONDAY)
        keys: dict[tuple[int | None, date, date, int, int], list[Scored]] = {}
        for each in self.log:
            season, week = season_of(each.day), week_of(each.day)
            spans = [(date.min, date.max), (season.first, season.last)]
            spans += [(week.first, week.last)] if week.first >= last - timedelta(weeks=1) else []
            for place, (since, until) in product((None, each.place), spans):
                if each.team is not None:
                    keys.setdefault((place, since, until, each.team, each.person), []).append(each)
        for key, those in keys.items():
            points, right = sum(each.points for each in those), sum(each.points > 5 for each in those)
            yield *key, points, right, len(those), max(each.day for each in those) if key[1] == date.min else None

    def expected(self, reach: Reach, since: date, until: date) -> dict[int, TeamTotal]:
        """A board of teams, counted line by line."""
        here = {each for each in self.rounds if reach is Reach.WORKSPACE or each[0] == self.places[0]}
        lines = [each for each in self.log if (each.place, each.day) in here]
        last = max(day for _, day in here)
        days = sorted({day for _, day in here if day >= last - timedelta(weeks=10)})[-10:]
        oldest = datetime.combine(last - timedelta(weeks=10), time(0), UTC)
        first = datetime.combine(days[0], time(9), UTC) if len(days) == 10 else oldest
        lately = {each.person for each in lines if each.day >= days[0]}
        found: dict[int, TeamTotal] = {}
        for team in {team for team, _ in self.now_in.values()}:
            scored = [each for each in lines if each.team == team and since <= each.day <= until]
            active = {
                who
                for who, (where, at) in self.now_in.items()
                if where == team and (who in lately or at >= first) and (who, self.today) not in self.away
            }
            people = {each.person for each in scored} | active
            last_day = {each.person for each in lines if each.team == team and each.day == last}
            if people:
                points = sum(each.points for each in scored)
                found[team] = TeamTotal(team, f"Team {self.teams.index(team)}", points, len(people), len(last_day))
        return found


async def league(database: Database) -> League:
    """A new one, in which nobody is in a team."""
    async with database.writing() as session:
        home = Workspace(platform="memory", external_id=f"league {next(NUMBERS)}")
        session.add(home)
        await session.flush()
        places = [Place(workspace_id=home.id, channel=str(number)) for number in range(2)]
        people = [Person(workspace_id=home.id, external_id=str(n), name=f"Person {n}") for n in PEOPLE]
        those = [Team(workspace_id=home.id, name=f"Team {n}", key=f"team {n}") for n in TEAMS]
        session.add_all([*places, *people, *those])
        await session.flush()
        ids = [[each.id for each in part] for part in (places, people, those)]
        return League(database, home.id, ids[0], ids[1], ids[2])


def worth(points: int) -> Worth:
    """An answer that is worth so much."""
    verdict = Verdict.RIGHT if points > 5 else Verdict.WRONG
    return Worth("A", sure=False, verdict=verdict, points=points, hinted=False)
