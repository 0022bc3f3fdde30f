"""Teams in the store: after whatever joining, leaving and closing, what was scored for a team stays where it was."""

import asyncio
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update

from bot.domain.standings import Reach, season_of, week_of
from bot.store import scores, standings, team_boards, teams
from bot.store.boards import Within
from bot.store.database import Database, Session
from bot.store.models import Board, Member, Person, Place, Round, Score, TeamStanding
from tests.store.league import PEOPLE, TEAMS, Close, Depart, Disband, Join, League, Rest, Scored, Step, league, worth
from tests.store.test_standings import MONDAY

person = st.sampled_from(PEOPLE)
joins = st.builds(Join, person, st.sampled_from(TEAMS))
closes = st.builds(Close, st.integers(1, 9), st.integers(0, 1), st.dictionaries(person, st.integers(0, 11)))
others = st.builds(Depart, person) | st.builds(Rest, person, st.integers(1, 20))
steps = st.lists(joins | closes | joins | closes | others | st.builds(Disband, st.sampled_from(TEAMS)), max_size=24)


async def kept(session: Session, workspace_id: int) -> list[tuple[object, ...]]:
    """What is kept for teams."""
    sums = (TeamStanding.points, TeamStanding.right, TeamStanding.rounds, TeamStanding.last)
    query = select(Board.place_id, Board.since, Board.until, TeamStanding.team_id, TeamStanding.person_id, *sums)
    query = query.join(Board, TeamStanding.board_id == Board.id).where(Board.workspace_id == workspace_id)
    return [tuple(row) for row in await session.execute(query)]


async def scored(session: Session, workspace_id: int) -> set[Scored]:
    """Every score there is."""
    query = select(Round.place_id, Round.day, Score.person_id, Score.team_id, Score.points).join_from(Score, Round)
    query = query.join(Place, Round.place_id == Place.id).where(Place.workspace_id == workspace_id)
    return {Scored(*row) for row in await session.execute(query)}


@given(steps)
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_whatever_people_do_their_past_points_stay_and_sums_are_those_of_the_log(
    database_url: str, taken: list[Step]
) -> None:
    async def check() -> None:
        database = Database(database_url)
        it = await league(database)
        for step in taken:
            await it.do(step)
            async with database.reading() as session:
                assert await scored(session, it.workspace) == {*it.log}
        async with database.reading() as session:
            found = await kept(session, it.workspace)
            assert sorted(map(repr, found)) == sorted(map(repr, it.sums()))
        await boards_agree(it)
        async with database.writing() as session:
            assert await standings.recount(session, it.workspace) == 0
        await database.close()

    asyncio.run(check())


async def boards_agree(it: League) -> None:
    """Every board of teams is what the log and the present members come to."""
    for reach in Reach:
        here = [day for place, day in it.rounds if reach is Reach.WORKSPACE or place == it.places[0]]
        scored_on = [each.day for each in it.log if reach is Reach.WORKSPACE or each.place == it.places[0]]
        if not here or max(here) not in scored_on:
            continue
        within = Within(reach, it.workspace if reach is Reach.WORKSPACE else it.places[0])
        last, season, week = max(here), season_of(max(here)), week_of(it.today)
        for since, until, only_last in [
            *((date.min, date.max, False), (season.first, season.last, False), (week.first, week.last, False)),
            *((season.first, date.max, False), (date.min, date.max, True)),
        ]:
            async with it.database.reading() as session:
                counting = await team_boards.counting(session, within, since, until, it.today, only_last=only_last)
                if counting is None:
                    assert since == week.first
                    assert last < week.first, "nothing was scored here in this week"
                    continue
                assert (counting.board is None) is (only_last or until - since == date.max - season.first)
                if only_last:
                    assert counting.since == counting.until == last
                seen = await team_boards.seen(session, counting)
                assert all(type(number) is int for each in seen.totals for number in (each.points, each.people))
                assert {each.team: each for each in seen.totals} == it.expected(reach, counting.since, counting.until)
                for each in seen.totals:
                    parts = await team_boards.contributors(session, counting, each.team)
                    assert (sum(part.points for part in parts), len(parts)) == (each.points, each.people)
                    assert {part.person for part in parts if part.present} <= {
                        who for who, (team, _) in it.now_in.items() if team == each.team
                    }
                if seen.totals:
                    lines = [each for each in it.log if counting.since <= each.day <= counting.until]
                    lines = [each for each in lines if reach is Reach.WORKSPACE or each.place == it.places[0]]
                    assert seen.points == sum(each.points for each in lines)
                    assert seen.people == len({each.person for each in lines})


@pytest.fixture
async def played(database: Database) -> League:
    """A league in which two teams have scored, and somebody has moved from one to the other."""
    it = await league(database)
    done: list[Step] = [Join(0, 0), Join(1, 0), Join(2, 1), Close(1, 0, {0: 10, 1: 2, 2: 11, 3: 10})]
    for step in (*done, Depart(0), Join(0, 1), Close(1, 1, {0: 10, 1: 2}), Depart(1)):
        await it.do(step)
    return it


@pytest.mark.parametrize(
    "spoil",
    [
        update(TeamStanding).values(points=TeamStanding.points + 1),
        update(TeamStanding).values(right=99),
        update(TeamStanding).values(last=MONDAY - timedelta(days=1)),
        delete(TeamStanding),
        delete(Board),
        update(Score).values(team_id=None),
    ],
    ids=["points", "right", "last day", "none", "no boards", "for no team"],
)
async def test_a_recount_finds_and_mends_what_is_wrong_with_teams(played: League, spoil: object) -> None:
    async with played.database.writing() as session:
        await session.execute(spoil)  # type: ignore[call-overload]  # one of the statements above
    async with played.database.writing() as session:
        assert await standings.recount(session, played.workspace) > 0
    async with played.database.writing() as session:
        assert await standings.recount(session, played.workspace) == 0


async def test_making_scores_anew_keeps_the_teams_that_they_are_for(played: League) -> None:
    async with played.database.writing() as session:
        before = await scored(session, played.workspace)
        this = (await session.scalars(select(Round).where(Round.day == MONDAY + timedelta(days=1)))).first()
        assert this is not None
        right = {who: worth(7) for who in played.people[:4]}
        assert await scores.make(session, this.id, right) == 4
        after = await scored(session, played.workspace)
    teams_of = [{(each.day, each.person): each.team for each in part} for part in (before, after)]
    assert teams_of[0] == teams_of[1]
    assert before != after


async def test_an_empty_team_is_there_but_not_shown(played: League) -> None:
    async with played.database.reading() as session:
        assert [each.name for each in await teams.there_are(session, played.workspace, 9)] == ["Team 1"]
        assert len(await teams.keys(session, played.workspace)) == 3
        within = Within(Reach.WORKSPACE, played.workspace)
        counting = await team_boards.counting(session, within, date.min, date.max, played.today)
        assert counting is not None
        seen = await team_boards.seen(session, counting)
        assert [each.name for each in seen.totals] == ["Team 1"]


async def test_a_person_who_goes_takes_their_place_in_a_team_along(played: League) -> None:
    async with played.database.writing() as session:
        await session.execute(delete(Person).where(Person.id == played.people[2]))
    async with played.database.writing() as session:
        assert {*await session.scalars(select(Member.person_id))} == {played.people[0]}
        # The sums of their team stay as they were: whoever has scores is forgotten in earnest, and never deleted.
        assert await standings.recount(session, played.workspace) == 12
