"""What keepers do with teams: put somebody into one, and draft everybody who is in none."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.bank import Bank
from bot.commands import Answer
from bot.commands import Team as Ask
from bot.domain.identity import Person, Place
from bot.domain.rounds import RoundState
from bot.domain.teams import TeamDo
from bot.store.database import Database
from bot.store.models import Round
from tests.fakes.memory import Memory
from tests.house import ADA, GRACE, LINUS, WORKSPACE, House, Time
from tests.play.test_teams import ALONE, CROWD, buttons, who


@pytest.fixture
async def house(database: Database, bank: Bank, time: Time) -> House:
    """A drill every day at nine in UTC."""
    house = House(database, bank, time, [Memory()])
    await house.ask("setup at:09:00 zone:UTC days:daily")
    return house


async def play_a_day(house: House, day: str, *people: Person) -> None:
    """Let a day's question be asked, and these people answer it."""
    house.time.set(f"{day} 09:00")
    await house.delivery.sweep()
    async with house.database.reading() as session:
        this = (await session.scalars(select(Round).where(Round.state == RoundState.OPEN))).one()
    for person in people:
        await house.ask(Answer(this.id, this.key), person)


async def test_keepers_put_somebody_into_a_team_and_out_of_theirs(house: House) -> None:
    await house.ask("team create Owls", GRACE)
    await house.ask("team create Larks", LINUS)
    assert "Grace is in team Larks now." in await house.ask(Ask(TeamDo.ASSIGN, "larks", "2 Grace"), ADA)
    assert "Grace is in team Larks already." in await house.ask(Ask(TeamDo.ASSIGN, "larks", "2 Grace"), ADA)
    assert "Newcomer is in team Owls now." in await house.ask(Ask(TeamDo.ASSIGN, "Owls", "99 Newcomer"), ADA)
    assert await who(house) == {"Owls": {"Newcomer"}, "Larks": {"Linus", "Grace"}}
    assert "There is no team called “Crows”" in await house.ask(Ask(TeamDo.ASSIGN, "Crows", "2 Grace"), ADA)
    assert "cannot read “@x” as a person" in await house.ask("team assign Owls person:@x", ADA)
    assert "Only keepers may do that" in await house.ask(Ask(TeamDo.ASSIGN, "Owls", "3 Linus"), GRACE)


async def test_a_draft_is_shown_and_then_made_just_so(house: House) -> None:
    await play_a_day(house, "2026-11-27", *CROWD[:7])
    await play_a_day(house, "2026-11-28", *CROWD[:3])
    await play_a_day(house, "2026-11-29")
    told = await house.ask("team draft 2", ADA)
    assert "7 people have played this season or the last and are in no team" in told
    assert "Nothing is done yet" in told
    assert await who(house) == {}
    press = (await buttons(house, "team draft 2", ADA))["Draw them so"]
    assert "Only keepers may do that" in await house.ask(press, GRACE)
    assert "7 people are in 2 new teams" in await house.ask(press, ADA)
    drawn = await who(house)
    assert {team: len(people) for team, people in drawn.items()} == {"Team 1": 3, "Team 2": 4}
    for line in told.splitlines():
        if line.startswith(("Team 1", "Team 2")):
            assert all(name in line for name in drawn[line[:6]])
    assert "0 people in no team played" in await house.ask(press, ADA), "nobody is drawn twice"


async def test_a_draft_takes_the_strongest_of_last_season_in_turns(house: House) -> None:
    await play_a_day(house, "2026-11-27", *CROWD[:6])
    await play_a_day(house, "2026-11-28", *CROWD[:3])
    await play_a_day(house, "2026-11-29", *CROWD[:1])
    await play_a_day(house, "2026-12-01", *CROWD[:7])  # of the next season, whose points say nothing yet
    await play_a_day(house, "2026-12-02")
    await house.ask((await buttons(house, "team draft 2", ADA))["Draw them so"], ADA)
    names = [person.name for person in CROWD]
    first, second = {names[at] for at in (0, 3, 4)}, {names[at] for at in (1, 2, 5, 6)}
    assert [*(await who(house)).values()] == [first, second]


async def test_a_draft_that_would_be_another_by_now_is_shown_again(house: House) -> None:
    await play_a_day(house, "2026-11-27", *CROWD[:7])
    await play_a_day(house, "2026-11-28")
    press = (await buttons(house, "team draft 2", ADA))["Draw them so"]
    await house.ask("team create Owls", CROWD[0])
    assert "6 people have played" in await house.ask(press, ADA)
    assert await who(house) == {"Owls": {CROWD[0].name}}


async def test_names_of_a_draft_are_free_ones(house: House) -> None:
    await play_a_day(house, "2026-11-27", *CROWD[:7])
    await play_a_day(house, "2026-11-28")
    await house.ask("team create TEAM 1", GRACE)
    await house.ask((await buttons(house, "team draft 2", ADA))["Draw them so"], ADA)
    assert {*await who(house)} == {"TEAM 1", "Team 2", "Team 3"}


@pytest.mark.parametrize("said", ["1", "0", "21", "two", "-3", "3.5", "²", "9" * 99])
async def test_a_number_of_teams_that_cannot_be_drafted_is_named(house: House, said: str) -> None:
    assert "as a number of teams from 2 to 20" in await house.ask(f"team draft {said}", ADA)


async def test_too_few_people_are_not_drafted(house: House) -> None:
    await play_a_day(house, "2026-11-27", *CROWD[:5])
    await play_a_day(house, "2026-11-28")
    told = await house.ask("team draft 2", ADA)
    assert "5 people in no team played" in told
    assert "2 teams with a rank take 6: 3 in each" in told


async def test_nobody_becomes_a_keeper_of_teams_by_asking_where_no_drill_is(house: House) -> None:
    """Where a platform names no managers, anybody may set the first drill of a channel up; teams are everybody's."""
    unknown = replace(LINUS, manages=None)
    for place in (ALONE, Place(WORKSPACE, "unused")):
        for said in ("team draft 2", "team assign Owls person:2"):
            assert "Only keepers may do that" in await house.ask(said, unknown, place)
