"""Teams as people make, join, leave and change them; and what keepers do for them."""

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import delete, select

from bot.bank import Bank
from bot.cards.model import Buttons, Card
from bot.commands import Command
from bot.commands import Team as Ask
from bot.domain.identity import Person, Place, Workspace
from bot.domain.teams import TeamDo
from bot.grammar import parse
from bot.store.database import Database
from bot.store.models import Member, Team
from bot.store.models import Person as KnownPerson
from bot.wire import decode, encode
from tests.fakes.memory import Memory
from tests.house import ADA, GRACE, LINUS, PLACE, WORKSPACE, House, Time

ALONE = Place(WORKSPACE, "", personal=True)
THEIRS = Place(Workspace("memory", "elsewhere", "The others"), "general")
NAMESAKE = Person(THEIRS.workspace, GRACE.id, "Grace", manages=False)
IN_NONE = Place(Workspace("memory", "dm-2", own=True), "dm", personal=True)
CROWD = [Person(WORKSPACE, str(number), f"Member {number}", manages=False) for number in range(11, 21)]
NOTHING = "Nothing was changed"


@pytest.fixture
async def house(database: Database, bank: Bank, time: Time) -> House:
    """A drill every day at nine in UTC."""
    house = House(database, bank, time, [Memory()])
    await house.ask("setup at:09:00 zone:UTC days:daily")
    return house


async def buttons(house: House, command: Command | str, person: Person, place: Place = PLACE) -> dict[str, Command]:
    """The buttons of a reply, as they come back from a platform."""
    asked = parse(command) if isinstance(command, str) else command
    card = (await house.quiz.handle(asked, person, place)).says
    assert isinstance(card, Card)
    items = [button for block in card.blocks if isinstance(block, Buttons) for button in block.items]
    return {button.label: decode(encode(button.press)) for button in items}


async def who(house: House) -> dict[str, set[str]]:
    """Who is in which team, by names."""
    query = select(Team.name, KnownPerson.name).outerjoin(Member, Member.team_id == Team.id)
    query = query.outerjoin(KnownPerson, Member.person_id == KnownPerson.id)
    found: dict[str, set[str]] = {}
    async with house.database.reading() as session:
        for team, name in await session.execute(query):
            found.setdefault(team, set()).update([name] if name else [])
    return found


async def test_whoever_is_in_no_team_is_shown_those_there_are_and_how_to_make_one(house: House) -> None:
    told = await house.ask("team", GRACE)
    assert "You are in no team" in told
    assert "Nobody here is in a team" in told
    assert "team create Night Owls" in told
    await house.ask("team create Owls", ADA)
    told = await house.ask("team", GRACE)
    assert "Owls: 1 member" in told
    assert "[Join Owls]" in told


async def test_just_asking_writes_nothing(house: House) -> None:
    for said in ("team", "team Owls", "team leave", "team invite", "board teams"):
        await house.ask(said, LINUS)
    async with house.database.reading() as session:
        assert await session.scalar(select(KnownPerson.id).where(KnownPerson.name == "Linus")) is None


async def test_whoever_makes_a_team_is_in_it(house: House) -> None:
    told = await house.ask("team create  Night   Owls", GRACE)
    assert "Team Night Owls is there" in told
    assert "Members: 1: Grace" in told
    assert await who(house) == {"Night Owls": {"Grace"}}
    assert "Team Night Owls" in (told := await house.ask("team", GRACE))
    assert "on no board until a question has closed" in told


@pytest.mark.parametrize("said", ["NIGHT owls", "Ｎｉｇｈｔ　Ｏｗｌｓ", "night\u200b owls"])
async def test_a_name_is_taken_in_every_case_and_width(house: House, said: str) -> None:
    await house.ask("team create Night Owls", GRACE)
    told = await house.ask(Ask(TeamDo.CREATE, said), LINUS)
    assert NOTHING in told
    assert "There is a team Night Owls already" in told
    assert await who(house) == {"Night Owls": {"Grace"}}
    join = (await buttons(house, Ask(TeamDo.CREATE, said), LINUS))["Join Night Owls"]
    assert "You are in team Night Owls" in await house.ask(join, LINUS)


@pytest.mark.parametrize("said", ["x", "x" * 33, "\u200b\u200b", "\u3164"])
async def test_what_cannot_be_a_name_is_answered_with_what_can(house: House, said: str) -> None:
    told = await house.ask(Ask(TeamDo.CREATE, said), GRACE)
    assert NOTHING in told
    assert "it has 2 to 32 characters" in told
    assert await who(house) == {}


@pytest.mark.parametrize(
    ("said", "needs"),
    [
        ("team create", "team create Night Owls"),
        ("team join", "team join Night Owls"),
        ("team assign", "team assign Night Owls person:@ada"),
        ("team draft", "team draft 4"),
        ("team assign Owls", "a person and the name of a team"),
    ],
)
async def test_what_is_missing_is_said_with_an_example(house: House, said: str, needs: str) -> None:
    told = await house.ask(said, ADA)
    assert NOTHING in told
    assert needs in told


async def test_one_is_in_one_team_at_a_time(house: House) -> None:
    await house.ask("team create Owls", GRACE)
    await house.ask("team create Larks", LINUS)
    for said in ("team join Larks", "team create Crows"):
        told = await house.ask(said, GRACE)
        assert "You are in team Owls already. One can be in one at a time: leave it first." in told
    assert "You are in team Owls already." in (told := await house.ask("team join owls", GRACE))
    assert "leave it first" not in told
    assert await who(house) == {"Owls": {"Grace"}, "Larks": {"Linus"}}
    told = await house.ask((await buttons(house, "team join Larks", GRACE))["Leave it"], GRACE)
    assert "What you scored for Owls stays with it, and with you." in told
    assert "Larks: 1 member" in told
    assert "Owls:" not in told, "it is empty now"
    assert "You are in team Larks" in await house.ask((await buttons(house, "team", GRACE))["Join Larks"], GRACE)
    assert await who(house) == {"Owls": set(), "Larks": {"Linus", "Grace"}}


async def test_an_empty_team_is_not_shown_but_keeps_its_name_and_can_be_joined(house: House) -> None:
    await house.ask("team create Owls", GRACE)
    await house.ask("team leave", GRACE)
    assert "Nobody here is in a team" in await house.ask("team", LINUS)
    assert "There is a team Owls already" in await house.ask("team create OWLS", LINUS)
    assert "You are in team Owls" in await house.ask("team join owls", LINUS)
    assert "Yours to change" in await house.ask("team", LINUS), "who has been in it longest by now"


async def test_leaving_no_team_changes_nothing(house: House) -> None:
    for said in ("team leave", "team rename Owls", "team disband", "team invite person:3"):
        assert "You are in no team" in await house.ask(said, GRACE)


async def test_a_team_nobody_knows_is_answered_with_those_that_may_be_meant(house: House) -> None:
    await house.ask("team create Night Owls", GRACE)
    told = await house.ask("team join Nihgt Owls", LINUS)
    assert "There is no team called “Nihgt Owls” here. Did you mean one of these?" in told
    assert "[Join Night Owls]" in told
    assert "There is no team called “Zebras” here." in (told := await house.ask("team Zebras", LINUS))
    assert "Did you mean" not in told


async def test_names_of_members_are_for_members(house: House) -> None:
    await house.ask("team create Owls", GRACE)
    assert "Members: 1: Grace" in await house.ask("team Owls", GRACE)
    told = await house.ask("team Owls", LINUS)
    assert "Grace" not in told
    assert "Members: 1\n" in told
    assert "[Join Owls]" in told


async def test_whoever_is_hidden_is_someone_in_their_team_too(house: House) -> None:
    await house.ask("team create Owls", GRACE)
    await house.ask("team join Owls", LINUS)
    await house.ask("privacy hide", GRACE)
    assert "Members: 2: someone, Linus" in await house.ask("team", LINUS)


async def test_whoever_is_forgotten_is_in_no_team(house: House) -> None:
    await house.ask("team create Owls", GRACE)
    await house.ask("team join Owls", LINUS)
    await house.ask("privacy forget yes", GRACE)
    assert "Members: 1: Linus" in await house.ask("team", LINUS)


async def test_the_founder_may_rename_and_disband_and_after_them_whoever_came_next(house: House, time: Time) -> None:
    await house.ask("team create Owls", GRACE)
    time.pass_(minutes=1)
    await house.ask("team join Owls", LINUS)
    for said in ("team rename Crows", "team disband"):
        assert "Only whoever has been in team Owls longest" in await house.ask(said, LINUS)
    assert "The team is called Night Owls now" in await house.ask("team rename Night Owls", GRACE)
    assert "The team is called NIGHT OWLS now" in await house.ask("team rename NIGHT OWLS", GRACE), "it is its own name"
    await house.ask("team leave", GRACE)
    assert "The team is called Crows now" in await house.ask("team rename Crows", LINUS)


async def test_a_team_cannot_be_given_another_s_name(house: House) -> None:
    await house.ask("team create Owls", GRACE)
    await house.ask("team create Larks", LINUS)
    assert "There is a team Owls already" in await house.ask("team rename OWLS", LINUS)
    assert "cannot be the name of a team" in await house.ask("team rename x", LINUS)
    assert "That needs the name of a team" in await house.ask("team rename", LINUS)
    assert {*await who(house)} == {"Owls", "Larks"}


async def test_disbanding_asks_first_and_then_is_done_once(house: House) -> None:
    await house.ask("team create Owls", GRACE)
    told = await house.ask("team disband", GRACE)
    assert "Disband this team?" in told
    assert "Owls has 1 member" in told
    assert await who(house) == {"Owls": {"Grace"}}
    press = (await buttons(house, "team disband", GRACE))["Disband it"]
    assert "Team Owls is no more" in await house.ask(press, GRACE)
    assert "There is no team here" in await house.ask(press, GRACE)
    assert await who(house) == {}
    await house.ask("team create Larks", GRACE)
    assert "There is no team here" in await house.ask(press, GRACE), "that button was about another team"
    assert await who(house) == {"Larks": {"Grace"}}


async def test_managers_may_change_every_team_and_so_may_keepers(house: House) -> None:
    await house.ask("team create Owls", GRACE)
    press = (await buttons(house, "team disband Owls", ADA))["Disband it"]
    assert "Only whoever has been in team Owls longest" in await house.ask(press, LINUS)
    await house.ask("keepers add:3", ADA)
    assert "Team Owls is no more" in await house.ask(press, LINUS)


async def test_an_invitation_is_a_line_that_lets_somebody_join(house: House) -> None:
    await house.ask("team create Night Owls", GRACE)
    told = await house.ask(Ask(TeamDo.INVITE, person="3 Linus"), GRACE)
    assert "Linus says this line, in any channel that has me:" in told
    [line] = [line.strip() for line in told.splitlines() if "do:join" in line]
    assert "You are in team Night Owls" in await house.ask(line.removeprefix("/sqla-quiz "), LINUS)
    assert "Linus is in team Night Owls already" in await house.ask(Ask(TeamDo.INVITE, person="3 Linus"), GRACE)
    assert "Whoever is to join says this line" in await house.ask("team invite", GRACE)
    assert "cannot read “@ada” as a person" in await house.ask("team invite person:@ada", GRACE)


async def test_an_invitation_does_not_tell_where_somebody_is(house: House) -> None:
    await house.ask("team create Owls", GRACE)
    await house.ask("team create Larks", LINUS)
    assert "Larks" not in await house.ask(Ask(TeamDo.INVITE, person="3 Linus"), GRACE)


async def test_alone_with_the_quiz_one_has_the_team_of_the_workspace(house: House) -> None:
    assert "Team Owls is there" in await house.ask("team create Owls", GRACE, ALONE)
    assert "Members: 1: Grace" in await house.ask("team", GRACE)


async def test_in_no_workspace_there_are_no_teams(house: House) -> None:
    asker = replace(GRACE, workspace=IN_NONE.workspace)
    for said in ("team", "team create Owls", "team join Owls"):
        assert "That belongs in a channel" in await house.ask(said, asker, IN_NONE)
    assert await who(house) == {}


async def test_a_button_of_another_workspace_does_nothing(house: House) -> None:
    """Forged, or taken along: a team's number says nothing where it is none of theirs."""
    await house.ask("team create Owls", GRACE)
    join = (await buttons(house, "team Owls", LINUS))["Join Owls"]
    assert isinstance(join, Ask)
    manager = replace(NAMESAKE, manages=True)
    for do in (TeamDo.JOIN, TeamDo.DISBAND, TeamDo.RENAME, TeamDo.ASSIGN, None):
        for person in (NAMESAKE, manager):
            forged = Ask(do, "Crows", "2 Grace", team=join.team, seen=join.team)
            told = await house.ask(forged, person, THEIRS)
            assert "Owls" not in told
            assert "There is no team here" in told or "Only keepers" in told
    assert await who(house) == {"Owls": {"Grace"}}
    assert "Team Owls is there" in await house.ask("team create Owls", NAMESAKE, THEIRS), "names are a workspace's own"


async def test_of_many_who_take_the_same_name_at_once_one_gets_it(house: House) -> None:
    told = await asyncio.gather(*(house.ask("team create Owls", person) for person in CROWD))
    assert sorted("Team Owls is there" in each for each in told) == [False] * 9 + [True]
    assert sum("There is a team Owls already" in each for each in told) == 9
    [members] = (await who(house)).values()
    assert len(members) == 1


async def test_whoever_presses_everything_at_once_is_in_one_team(house: House) -> None:
    for person, team in zip(CROWD, ("Owls", "Larks", "Crows"), strict=False):
        await house.ask(f"team create {team}", person)
    told = await asyncio.gather(*(house.ask(f"team join {team}", GRACE) for team in ("Owls", "Larks", "Crows") * 3))
    assert sum("You are in team" in each and NOTHING not in each for each in told) == 1
    assert sum("Grace" in members for members in (await who(house)).values()) == 1


async def test_joining_a_team_that_is_being_disbanded_leaves_nobody_in_none_that_is_there(house: House) -> None:
    await house.ask("team create Owls", GRACE)
    press = (await buttons(house, "team disband", GRACE))["Disband it"]
    told = await asyncio.gather(house.ask(press, GRACE), *(house.ask("team join Owls", person) for person in CROWD))
    assert "Team Owls is no more" in told[0]
    assert all("You are in team Owls" in each or "There is no team" in each for each in told[1:])
    assert await who(house) == {}
    async with house.database.writing() as session:
        assert not (await session.scalars(delete(Member).returning(Member.person_id))).all()
