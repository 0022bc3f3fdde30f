"""Two workspaces, in which people score, are linked and unlinked, and what has to have become of them."""

from collections.abc import Container, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from sqlalchemy import delete, or_, select

from bot.domain import identity
from bot.domain.grading import Verdict
from bot.domain.rounds import RoundState
from bot.domain.standings import season_of, week_of
from bot.store import linking, privacy, scores, standings
from bot.store.database import Database, Session
from bot.store.models import Answer, Board, House, Person, Place, Player, Round, Standing, Workspace
from bot.store.scores import Worth
from tests.store.test_standings import MONDAY, NUMBERS

NOW = datetime(2026, 11, 28, tzinfo=UTC)
SIDES, PEOPLE = range(2), range(4)


class Close(NamedTuple):
    """Some days later a round closes on one side, in which these people scored that."""

    later: int
    side: int
    points: dict[int, int]


class Regrade(NamedTuple):
    """One of the rounds is graded anew: whoever scored in it has so much; nothing at all, where it is void."""

    round: int
    points: int | None


class LinkWorkspaces(NamedTuple):
    """The two workspaces become a house."""


class UnlinkWorkspaces(NamedTuple):
    """They are none any more; one of them said so."""

    side: int


class LinkPeople(NamedTuple):
    """Somebody of the one side and somebody of the other are one player."""

    one: int
    other: int


class UnlinkPerson(NamedTuple):
    """Somebody is linked with nobody."""

    side: int
    person: int


class Forget(NamedTuple):
    """Somebody is forgotten."""

    side: int
    person: int


class Hide(NamedTuple):
    """Somebody hides their name."""

    side: int
    person: int


class Erase(NamedTuple):
    """One of the workspaces is erased; nothing more happens there."""

    side: int


Step = Close | Regrade | LinkWorkspaces | UnlinkWorkspaces | LinkPeople | UnlinkPerson | Forget | Hide | Erase
Sums = tuple[int, int, int]
"""Points, how many right, of how many."""
Line = tuple[str, date, date, int]
"""Of what, from which day to which, and who."""


class Scored(NamedTuple):
    """What has to be remembered of one score."""

    round: int
    side: int
    day: date
    person: int
    points: int


@dataclass
class Pair:
    """Two workspaces with a place and some people each, and what has to have become of them."""

    database: Database
    workspaces: Sequence[int]
    places: Sequence[int]
    people: Sequence[Sequence[int]]
    names: Sequence[identity.Workspace]
    today: date = MONDAY
    house: int | None = None
    players: list[set[int]] = field(default_factory=list)
    rounds: list[tuple[int, int]] = field(default_factory=list)
    log: list[Scored] = field(default_factory=list)
    forgotten: set[int] = field(default_factory=set)
    hidden: set[int] = field(default_factory=set)
    erased: set[int] = field(default_factory=set)

    async def do(self, step: Step) -> None:
        """Do one thing."""
        async with self.database.writing() as session:
            match step:
                case Close() if step.side not in self.erased:
                    await self._close(session, step)
                case Regrade():
                    await self._regrade(session, step)
                case LinkWorkspaces() if not self.erased:
                    made = await linking.link_workspaces(session, self.workspaces[0], self.workspaces[1], NOW)
                    assert (made is None) is (self.house is not None)
                    self.house = self.house or made
                case UnlinkWorkspaces(side) if side not in self.erased:
                    there_was = await linking.unlink_workspaces(session, self.workspaces[side])
                    assert there_was is (self.house is not None)
                    self.house, self.players = None, []
                case LinkPeople(one, other) if self.house is not None:
                    both = {self.people[0][one], self.people[1][other]}
                    free = not any(both & each for each in self.players) and not both & self.forgotten
                    if not both & self.forgotten:
                        assert await linking.link_people(session, self.house, both, NOW) is free
                    self.players += [both] if free else []
                case UnlinkPerson() | Forget() | Hide():
                    await self._one(session, step, self.people[step.side][step.person])
                case Erase(side) if not self.erased:
                    assert await privacy.erase_workspace(session, self.names[side])
                    self.erased, self.house, self.players = {side}, None, []
                    self.log = [each for each in self.log if each.side != side]
                case _:
                    pass

    async def _one(self, session: Session, step: UnlinkPerson | Forget | Hide, who: int) -> None:
        match step:
            case UnlinkPerson():
                await linking.lock_players(session, [who])
                assert await linking.unlink_people(session, [who]) is any(who in each for each in self.players)
            case Forget(side, person):
                them = identity.Person(self.names[side], str(person), "")
                known = side not in self.erased and who not in self.forgotten
                assert await privacy.forget(session, them, NOW, everywhere=False) == known
                self.forgotten |= {who}
            case Hide():
                await privacy.hide(session, [who], hidden=True)
                self.hidden |= {who}
        if not isinstance(step, Hide):
            self.players = [each for each in self.players if who not in each]

    async def _close(self, session: Session, step: Close) -> None:
        self.today += timedelta(days=step.later)
        this = Round(place_id=self.places[step.side], day=self.today, due_at=datetime.combine(self.today, time(9), UTC))
        this.level, this.state = 1, RoundState.CLOSED
        session.add(this)
        await session.flush()
        worths: dict[int, Worth] = {}
        for number, points in step.points.items():
            who = self.people[step.side][number]
            if who not in self.forgotten:
                session.add(Answer(round_id=this.id, person_id=who, seq=1, choice="A", sure=False, at=this.due_at))
                worths[who] = worth(points)
                self.log.append(Scored(this.id, step.side, self.today, who, points))
        await session.flush()
        await scores.add(session, this.id, worths)
        await standings.add_round(session, this)
        self.rounds.append((step.side, this.id))

    async def _regrade(self, session: Session, step: Regrade) -> None:
        if step.round >= len(self.rounds) or self.rounds[step.round][0] in self.erased:
            return
        _, number = self.rounds[step.round]
        this = await session.get_one(Round, number)
        theirs = [each for each in self.log if each.round == number]
        if not theirs:
            return
        await standings.take_off(session, this, {"A"})
        if step.points is None:
            await scores.drop(session, number)
        else:
            await scores.regrade(session, number, [worth(step.points)])
        await standings.put_back(session, this, {"A"})
        others = [each for each in self.log if each.round != number]
        now = [] if step.points is None else [each._replace(points=step.points) for each in theirs]
        self.log = others + now

    def counted(self, boards: Container[tuple[str, date, date]]) -> dict[Line, Sums]:
        """Every standing of a whole workspace and of the house, counted score by score; of those weeks that have these
        boards.
        """
        found: dict[Line, Sums] = {}
        for each in self.log:
            first = min(next((player for player in self.players if each.person in player), {each.person}))
            season, week = season_of(each.day), week_of(each.day)
            spans = [(date.min, date.max), (season.first, season.last), (week.first, week.last)]
            of_both = [("house", first)] if self.house else []
            for of, who in [(f"workspace {each.side}", each.person), *of_both]:
                for since, until in spans:
                    if (since, until) != spans[2] or (of, since, until) in boards:
                        points, right, rounds = found.get((of, since, until, who), (0, 0, 0))
                        found[of, since, until, who] = points + each.points, right + (each.points > 5), rounds + 1
        return found

    async def boards(self) -> dict[int, tuple[str, date, date]]:
        """The boards that there are of whole workspaces and of the house, by row."""
        query = select(Board.id, Board.workspace_id, Board.since, Board.until).where(Board.place_id.is_(None))
        query = query.where(or_(Board.workspace_id.in_(self.workspaces), Board.house_id == (self.house or 0)))
        names = {row: f"workspace {side}" for side, row in enumerate(self.workspaces)} | {None: "house"}
        async with self.database.reading() as session:
            return {row: (names[of], since, until) for row, of, since, until in await session.execute(query)}

    async def kept(self) -> dict[Line, Sums]:
        """Every standing, as it is kept."""
        boards = await self.boards()
        columns = (Standing.board_id, Standing.person_id, Standing.points, Standing.right, Standing.rounds)
        async with self.database.reading() as session:
            rows = (await session.execute(select(*columns).where(Standing.board_id.in_(boards)))).all()
        return {(*boards[board], who): (points, right, rounds) for board, who, points, right, rounds in rows}

    async def agrees(self) -> None:
        """Every board is what it has to be, and the tables of links say what was done."""
        assert await self.kept() == self.counted([*(await self.boards()).values()])
        async with self.database.writing() as session:
            wrong = [await standings.recount(session, each) for side, each in enumerate(self.workspaces)]
            assert wrong == [0, 0]
            linked: dict[int, set[int]] = {}
            query = select(Person.player_id, Person.id).where(Person.player_id.is_not(None))
            for player_id, person_id in await session.execute(query.where(Person.workspace_id.in_(self.workspaces))):
                linked.setdefault(player_id or 0, set()).add(person_id)
            assert sorted(map(sorted, linked.values())) == sorted(map(sorted, self.players))
            assert {*await session.scalars(select(Player.id))} == {*linked}, "no player is left of whom there is nobody"
            houses = (await session.scalars(select(House.id))).all()
            assert houses == ([self.house] if self.house else [])


async def pair(database: Database) -> Pair:
    """A new one, in which nothing is linked."""
    number = next(NUMBERS)
    names = [identity.Workspace(f"platform {side}", f"pair {number}") for side in SIDES]
    async with database.writing() as session:
        await session.execute(delete(House))  # of an example before this one
        homes = [Workspace(platform=name.platform, external_id=name.id) for name in names]
        session.add_all(homes)
        await session.flush()
        places = [Place(workspace_id=home.id, channel="general") for home in homes]
        session.add_all(places)
        people = [
            [Person(workspace_id=home.id, external_id=str(n), name=f"Person {n}") for n in PEOPLE] for home in homes
        ]
        session.add_all(each for side in people for each in side)
        await session.flush()
        ids = [[each.id for each in side] for side in people]
        return Pair(database, [home.id for home in homes], [place.id for place in places], ids, names)


def worth(points: int) -> Worth:
    """An answer that is worth so much."""
    verdict = Verdict.RIGHT if points > 5 else Verdict.WRONG
    return Worth("A", sure=False, verdict=verdict, points=points, hinted=False)
