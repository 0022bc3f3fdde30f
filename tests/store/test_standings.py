"""Boards and what is kept for them, against a count of every single score."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, update

from bot.domain.grading import Verdict
from bot.domain.rounds import RoundState
from bot.domain.standings import Reach, Standing, Total, rank, season_of, week_of
from bot.store import boards, standings
from bot.store.database import Database, Session
from bot.store.models import Board, Person, Place, Round, Score, Workspace
from bot.store.models import Standing as Kept

MONDAY = date(2026, 11, 2)  # on which a season begins
NUMBERS = count()
PEOPLE = range(8)


class Won(NamedTuple):
    """What one person got in a round."""

    person: int
    points: int
    right: bool
    hinted: bool = False


class Closed(NamedTuple):
    """One round: where, how many days after `MONDAY`, how hard, and what came of it."""

    place: int
    day: int
    level: int
    won: tuple[Won, ...]


wins = st.builds(Won, st.sampled_from(PEOPLE), st.integers(0, 3), st.booleans(), st.booleans())
rounds = st.lists(
    st.builds(
        Closed,
        st.integers(0, 1),
        st.integers(-1, 60),
        st.integers(1, 4),
        st.lists(wins, max_size=8, unique_by=lambda won: won.person).map(tuple),
    ),
    unique_by=lambda closed: (closed.place, closed.day),
    max_size=8,
)


class Home:
    """A workspace of a test's own with two places and some people, and what was scored there."""

    def __init__(self, database: Database, workspace: int, places: Sequence[int], people: Sequence[int]) -> None:
        """The rows that were made."""
        self.database, self.workspace, self.places, self.people = database, workspace, places, people
        self.closed: list[Closed] = []

    async def close(self, session: Session, closed: Closed) -> None:
        """Write a round with its scores, as a close does."""
        day = MONDAY + timedelta(days=closed.day)
        this = Round(
            place_id=self.places[closed.place], day=day, due_at=datetime.combine(day, datetime.min.time(), UTC)
        )
        this.level, this.state = closed.level, RoundState.CLOSED
        session.add(this)
        await session.flush()
        for person, points, right, hinted in closed.won:
            verdict = Verdict.RIGHT if right else Verdict.WRONG
            score = {"choice": "A", "sure": False, "verdict": verdict, "points": points, "hinted": hinted}
            await session.execute(insert(Score).values(round_id=this.id, person_id=self.people[person], **score))
        await standings.add_round(session, this)
        self.closed.append(closed)

    def counted(self, reach: Reach, since: date, until: date) -> list[Standing]:
        """A board, counted score by score; of everybody in their order."""
        totals: dict[int, Total] = {}
        for closed in self.closed:
            if since <= MONDAY + timedelta(days=closed.day) <= until and (reach is Reach.WORKSPACE or not closed.place):
                for person, points, right, hinted in closed.won:
                    row = self.people[person]
                    old = totals.get(row, Total(row, f"Person {person}", 0, 0, 0, 0))
                    gained = (
                        old.points + points,
                        old.right + right,
                        old.rounds + 1,
                        old.hardness + right * closed.level,
                    )
                    totals[row] = Total(row, old.name, *gained, hints=old.hints + hinted)
        return rank(totals.values())

    def within(self, reach: Reach) -> boards.Within:
        """The whole of it, or its first place."""
        return boards.Within(reach, self.workspace if reach is Reach.WORKSPACE else self.places[0])


async def new_home(database: Database) -> Home:
    """One more workspace."""
    async with database.writing() as session:
        home = Workspace(platform="memory", external_id=str(next(NUMBERS)))
        session.add(home)
        await session.flush()
        places = [Place(workspace_id=home.id, channel=str(number)) for number in range(2)]
        people = [Person(workspace_id=home.id, external_id=str(n), name=f"Person {n}") for n in PEOPLE]
        session.add_all([*places, *people])
        await session.flush()
        return Home(database, home.id, [place.id for place in places], [person.id for person in people])


SPANS = [  # and whether they are kept
    (MONDAY, MONDAY + timedelta(days=6), False),
    (date.min, date.max, False),
    (season_of(MONDAY).first, season_of(MONDAY).last, True),
    (date.min, date.max, True),
]


async def board(
    home: Home, reach: Reach, span: tuple[date, date, bool], asker: boards.Asker, last: date | None = None
) -> boards.Seen:
    """A board, as it is read."""
    since, until, is_kept = span
    async with home.database.reading() as session:
        if is_kept:
            row = await boards.find(session, home.within(reach), since, until)
            return await boards.kept(session, row, home.within(reach), asker, last)
        return await boards.of_days(session, home.within(reach), since, until, asker)


def weeks(home: Home) -> list[tuple[date, date, bool]]:
    """The last week in which a round closed anywhere and the one before, whose boards are kept."""
    last = max((week_of(MONDAY + timedelta(days=each.day)).first for each in home.closed), default=MONDAY)
    return [(monday, monday + timedelta(days=6), True) for monday in (last, last - timedelta(weeks=1))]


async def agrees(home: Home) -> None:
    """Every board of a home is what its scores add up to."""
    for reach in Reach:
        for span in [*SPANS, *weeks(home)]:
            right = home.counted(reach, *span[:2])
            everybody = await board(home, reach, span, boards.Asker(None, 99, 0))
            assert everybody == (right, [], len(right))
            for position, each in enumerate(right):
                seen = await board(home, reach, span, boards.Asker(each.total.person, 3, 2))
                assert seen == (right[:3], right[max(0, position - 2) : position + 3], len(right))


@given(rounds)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_boards_are_what_the_scores_add_up_to(database_url: str, closed: list[Closed]) -> None:
    async def check() -> None:
        database = Database(database_url)
        home = await new_home(database)
        for each in closed:
            async with database.writing() as session:
                await home.close(session, each)
        await agrees(home)
        async with database.writing() as session:
            assert await standings.recount(session, home.workspace) == 0
        await database.close()

    asyncio.run(check())


@given(rounds.filter(bool))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_movement_is_the_rank_before_the_last_question(database_url: str, closed: list[Closed]) -> None:
    async def check() -> None:
        database = Database(database_url)
        home = await new_home(database)
        for each in closed:
            async with database.writing() as session:
                await home.close(session, each)
        last = MONDAY + timedelta(days=max(each.day for each in closed))
        for reach in Reach:
            were = {each.total.person: each.rank for each in home.counted(reach, date.min, last - timedelta(days=1))}
            shown = [replace(each, was=were.get(each.total.person)) for each in home.counted(reach, date.min, date.max)]
            assert (await board(home, reach, SPANS[3], boards.Asker(None, 99, 0), last)).top == shown
            for lowest in shown[-1:]:
                seen = await board(home, reach, SPANS[3], boards.Asker(lowest.total.person, 0, 99), last)
                assert seen.near == shown
        await database.close()

    asyncio.run(check())


SOME = [
    Closed(0, 0, 2, (Won(0, 3, right=True), Won(1, 1, right=False), Won(2, 3, right=True))),
    Closed(1, 0, 1, (Won(0, 2, right=True), Won(3, 2, right=True))),
    Closed(0, 30, 3, (Won(1, 3, right=True),)),
]


@pytest.fixture
async def home(database: Database) -> Home:
    """Three rounds in two places, of which two seasons are made."""
    home = await new_home(database)
    for each in SOME:
        async with database.writing() as session:
            await home.close(session, each)
    return home


@pytest.mark.parametrize(
    "spoil",
    [
        update(Kept).values(points=Kept.points + 1),
        update(Kept).values(hints=7),
        delete(Kept),
        delete(Board),
        update(Score).values(points=9),
        delete(Score).where(Score.points == 1),
    ],
    ids=["points", "hints", "no standings", "no boards", "other scores", "fewer scores"],
)
async def test_a_recount_finds_and_mends_what_is_wrong(home: Home, spoil: object) -> None:
    async with home.database.writing() as session:
        await session.execute(spoil)  # type: ignore[call-overload]  # one of the statements above
    async with home.database.writing() as session:
        assert await standings.recount(session, home.workspace) > 0
    async with home.database.writing() as session:
        assert await standings.recount(session, home.workspace) == 0
    for reach in Reach:
        of_days, kept = [await board(home, reach, span, boards.Asker(None, 99, 0)) for span in (SPANS[1], SPANS[3])]
        assert kept == of_days


async def test_whoever_is_not_on_a_board_has_nobody_around(home: Home) -> None:
    for span in SPANS:
        seen = await board(home, Reach.HERE, span, boards.Asker(home.people[7], 1, 2))
        assert (len(seen.top), seen.near) == (1, [])


async def test_a_season_in_which_nothing_was_scored_has_an_empty_board(home: Home) -> None:
    nothing = (date(2020, 1, 6), date(2020, 1, 12), False), (date(2020, 1, 6), date(2020, 2, 2), True)
    for span in nothing:
        assert await board(home, Reach.HERE, span, boards.Asker(home.people[0], 5, 2), MONDAY) == ([], [], 0)


async def test_the_last_day_is_one_on_which_something_was_scored(home: Home) -> None:
    async with home.database.writing() as session:
        await home.close(session, Closed(0, 40, 1, ()))
    async with home.database.reading() as session:
        for reach in Reach:
            within, after = home.within(reach), MONDAY + timedelta(days=30)
            latest = await boards.latest(session, within, date.min, date.max)
            assert latest == (after, 1, await boards.find(session, within, date.min, date.max))
            assert latest is not None
            assert await boards.last_day(session, within, date.min, date.max) == (latest.day, latest.board)
            for nothing in (boards.latest, boards.last_day):
                assert await nothing(session, within, after + timedelta(days=1), date.max) is None
            earlier = await boards.latest(session, within, date.min, after - timedelta(days=1))
            assert earlier == (MONDAY, 3 if reach is Reach.HERE else 4, None)


async def test_another_workspace_is_none_of_its_business(home: Home) -> None:
    other = await new_home(home.database)
    async with other.database.writing() as session:
        await other.close(session, Closed(0, 0, 1, (Won(0, 3, right=True),)))
    await agrees(other)
    await agrees(home)


async def test_rounds_that_close_at_once_are_both_counted(postgresql_url: str) -> None:
    database = Database(postgresql_url)
    home = await new_home(database)
    everybody = tuple(Won(person, 2, right=True) for person in PEOPLE)

    async def close(number: int) -> None:
        async with database.writing() as session:
            await home.close(session, Closed(number % 2, number, 1, everybody))

    await asyncio.gather(*(close(number) for number in range(10)))
    await agrees(home)
    await database.close()
