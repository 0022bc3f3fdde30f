"""Linking workspaces and people: every way it goes, and every wrong turn."""

import asyncio
import re
from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.bank import Bank
from bot.commands import Confirmed, Link, Privacy, Wish
from bot.commands import House as Ask
from bot.domain.identity import Person, Place, Workspace
from bot.domain.links import LETTERS
from bot.store.database import Database
from bot.store.models import House as Linked
from bot.store.models import LinkCode, Player
from bot.store.models import Person as Known
from tests.fakes.memory import Memory
from tests.house import ADA, GRACE, LINUS, PLACE, House, Time
from tests.play.test_teams import buttons
from tests.tables import on, rows

CRAFT = Workspace("elsewhere", "T1", "The craft")
THERE = Place(CRAFT, "lobby")
ADA_THERE = Person(CRAFT, "U1", "ada", manages=True)
GRACE_THERE = Person(CRAFT, "U2", "grace", manages=False)
LINUS_THERE = Person(CRAFT, "U3", "linus", manages=False)
THIRD = Place(Workspace("elsewhere", "T2", "Third"), "den")
BOSS = Person(THIRD.workspace, "U1", "Boss", manages=True)
ALONE = Place(CRAFT, "", personal=True)
IN_NONE = Place(Workspace("elsewhere", "dm-U2", own=True), "dm", personal=True)
NOTHING = "Nothing was linked"
REALLY = Link("off", Confirmed.YES)


@pytest.fixture
async def house(database: Database, bank: Bank, time: Time) -> House:
    return House(database, bank, time, [Memory()])


@pytest.fixture
async def linked(house: House) -> House:
    """The crew and the craft are linked."""
    assert "are linked" in await house.ask(Ask(await code(house, "house", ADA)), ADA_THERE, THERE)
    return house


async def code(house: House, word: str, person: Person, place: Place = PLACE) -> str:
    """The code that somebody is given."""
    told = await house.ask(word, person, place)
    found = re.search(rf"\b[{LETTERS}]{{5}}-[{LETTERS}]{{5}}\b", told)
    assert found, told
    return found[0]


async def link_grace(house: House) -> None:
    """Grace is one player."""
    said = await code(house, "link", GRACE)
    assert "You are linked" in await house.ask(Link(said), GRACE_THERE, THERE)


async def number(house: House, table: type[Linked | LinkCode | Player]) -> int:
    """How many rows a table has."""
    async with house.database.reading() as session:
        return len((await session.scalars(select(table))).all())


async def test_both_managers_link_their_workspaces_and_both_see_so(house: House) -> None:
    told = await house.ask("house", ADA)
    assert "Somebody who manages the other workspace says it there" in told
    said = await code(house, "house", ADA)
    told = await house.ask(f"house {said.lower().replace('-', ' ')}", ADA_THERE, THERE)
    assert "linked with The crew on Memory, since Sunday 22 November 2026. 0 people" in told
    assert "linked with The craft on Elsewhere" in await house.ask("house", ADA)
    assert "linked with The craft on Elsewhere" in await house.ask("house", GRACE)
    assert (await number(house, Linked), await number(house, LinkCode)) == (1, 0)


async def test_somebody_links_who_they_are_here_and_there(linked: House) -> None:
    told = await linked.ask("link", GRACE)
    assert "Say it in The craft on Elsewhere" in told
    said = await code(linked, "link", GRACE)
    told = await linked.ask(f"link code:{said}", GRACE_THERE, ALONE)
    assert "You are one player with who you are in The crew on Memory, since Sunday 22 November 2026" in told
    for person, place, other in ((GRACE, PLACE, "The craft"), (GRACE_THERE, THERE, "The crew")):
        assert f"who you are in {other}" in await linked.ask("link", person, place)
        assert f"who you are in {other}" in await linked.ask(Link(said), person, place)
    assert "1 person is one player in both" in await linked.ask("house", ADA)
    assert await number(linked, LinkCode) == 0


async def test_only_managers_link_workspaces(house: House) -> None:
    for manages in (False, None):
        person = replace(GRACE, manages=manages)
        for command in (Ask(), Ask("ACDEF-GHJKM"), Ask("off"), Ask("off", Confirmed.YES)):
            told = await house.ask(command, person)
            assert f"{NOTHING}" in told
            assert "Only somebody of whom the platform says that they manage this workspace" in told
            assert "It is linked with none" in told
            assert ("Here it says so of nobody" in told) is (manages is None)
    assert await number(house, LinkCode) == 0


async def test_nobody_is_linked_before_their_workspaces_are_and_is_told_who_can_do_it(house: House) -> None:
    for command in (Link(), Link("ACDEF-GHJKM"), REALLY):
        told = await house.ask(command, GRACE)
        assert "not linked with one on another platform yet" in told
        assert "For whoever manages it, /sqla-quiz house gives a code" in told.replace("`", "")
    assert "Link this workspace" in await buttons(house, "link", ADA)
    assert "Link this workspace" not in await buttons(house, "link", GRACE)


async def wrong(house: House, command: Link | Ask, why: str, person: Person, place: Place) -> None:
    """It links nothing, and says why."""
    before = await on(house.database.url, rows)
    told = await house.ask(command, person, place)
    assert NOTHING in told
    assert why in told
    after = await on(house.database.url, rows)
    met = {"person", "workspace"}
    assert {name: after[name] for name in after.keys() - met} == {name: before[name] for name in before.keys() - met}


async def test_a_code_that_links_no_workspaces_says_why(house: House, time: Time) -> None:
    mine = await code(house, "house", ADA)
    await wrong(house, Ask("ACDEF"), "That is no code", ADA_THERE, THERE)
    await wrong(house, Ask("ACDEF-GHJKM"), "There is no such code", ADA_THERE, THERE)
    await wrong(house, Ask(mine), "That code is your own", ADA, PLACE)
    neighbour = Person(Workspace("memory", "other", "Another"), "9", "Neighbour", manages=True)
    await house.ask("house", neighbour, Place(neighbour.workspace, "x"))
    await wrong(house, Ask(mine), "on one platform", neighbour, Place(neighbour.workspace, "x"))
    newer = await code(house, "house", ADA)
    assert newer != mine
    await wrong(house, Ask(mine), "a newer one took its place", ADA_THERE, THERE)
    time.pass_(minutes=15)
    await wrong(house, Ask(newer), "15 minutes, which are over", ADA_THERE, THERE)
    last = await code(house, "house", ADA)
    assert await number(house, LinkCode) == 1, "what had expired is gone"
    time.pass_(minutes=14, seconds=59)
    assert "are linked" in await house.ask(Ask(last), ADA_THERE, THERE)


async def test_a_workspace_is_linked_with_one_alone(linked: House) -> None:
    theirs = await code(linked, "house", BOSS, THIRD)
    assert "linked with The craft on Elsewhere" in await linked.ask(Ask(theirs), ADA)
    assert "linked with The crew on Memory" in await linked.ask(Ask(theirs), ADA_THERE, THERE)
    assert "are linked" not in await linked.ask("house", BOSS, THIRD)


async def test_a_code_of_a_person_is_none_of_a_workspace_and_the_other_way_round(linked: House) -> None:
    mine = await code(linked, "link", GRACE)
    theirs = await code(linked, "house", BOSS, THIRD)
    lone = Person(Workspace("lone", "1", "Lone"), "1", "Lone", manages=True)
    await linked.ask("house", lone, Place(lone.workspace, "x"))
    await wrong(linked, Ask(mine), "somebody's own", lone, Place(lone.workspace, "x"))
    await wrong(linked, Link(theirs), "for workspaces", LINUS, PLACE)


async def test_a_code_that_links_nobody_says_why(linked: House, time: Time) -> None:
    mine = await code(linked, "link", GRACE)
    await wrong(linked, Link("0" * 10), "That is no code", GRACE_THERE, THERE)
    await wrong(linked, Link("ACDEF-GHJKM"), "There is no such code", GRACE_THERE, THERE)
    await wrong(linked, Link(mine), "That code is your own", GRACE, PLACE)
    await wrong(linked, Link(mine), "from this very workspace", LINUS, PLACE)
    stranger = Person(Workspace("lone", "1", "Lone"), "7", "Stranger", manages=True)
    den = Place(stranger.workspace, "den")
    await wrong(linked, Link(mine), "not linked with one on another platform yet", stranger, den)
    await linked.ask(Ask(await code(linked, "house", stranger, den)), BOSS, THIRD)
    await wrong(linked, Link(mine), "not linked with. This one is with Third on Elsewhere", stranger, den)
    time.pass_(minutes=15)
    await wrong(linked, Link(mine), "15 minutes, which are over", GRACE_THERE, THERE)
    mine = await code(linked, "link", GRACE)
    assert "You are linked" in await linked.ask(Link(mine), GRACE_THERE, THERE)
    await wrong(linked, Link(mine), "used already", LINUS_THERE, THERE)


async def test_what_belongs_to_a_workspace_is_not_asked_where_there_is_none(linked: House) -> None:
    for command in ("link", "house", "link off"):
        assert "That belongs in a channel" in await linked.ask(command, GRACE_THERE, IN_NONE)


async def test_the_workspace_of_a_keyboard_is_linked_with_none(house: House) -> None:
    here = Place(Workspace("keyboard", "local", local=True), "home")
    me = Person(here.workspace, "me", "me", manages=True)
    for command in ("link", "house", "house off", "link ACDEF-GHJKM"):
        assert "of this machine alone" in await house.ask(command, me, here)


async def test_unlinking_oneself_asks_first(linked: House) -> None:
    assert "You are linked with none" in await linked.ask("link off", GRACE)
    await link_grace(linked)
    told = await linked.ask("link off", GRACE_THERE, THERE)
    assert "two players again, one here and one in The crew on Memory" in told
    assert "You are linked" in await linked.ask("link", GRACE)
    pressed = (await buttons(linked, "link off", GRACE))["Unlink me now"]
    assert pressed == REALLY
    assert "linked with The craft on Elsewhere no more" in await linked.ask(pressed, GRACE)
    assert "A code to link with" in await linked.ask("link", GRACE_THERE, THERE)
    assert await number(linked, Player) == 0
    await link_grace(linked)


async def test_unlinking_workspaces_asks_first_and_splits_their_players(linked: House) -> None:
    await link_grace(linked)
    told = await linked.ask("house off", ADA)
    assert "The board of both would go, and 1 player would be two again, here and in The craft" in told
    assert await number(linked, Linked) == 1
    pressed = (await buttons(linked, "house off", ADA_THERE, THERE))["Unlink it now"]
    assert "linked with The crew on Memory no more" in await linked.ask(pressed, ADA_THERE, THERE)
    assert (await number(linked, Linked), await number(linked, Player)) == (0, 0)
    assert "This workspace is linked with none" in await linked.ask("house off", ADA)
    assert "not linked with one on another platform yet" in await linked.ask("link", GRACE)


async def test_a_workspace_that_is_left_or_erased_is_linked_with_none(linked: House, time: Time) -> None:
    await link_grace(linked)
    await linked.ask("house", BOSS, THIRD)
    await linked.quiz.left(CRAFT)
    assert (await number(linked, Linked), await number(linked, Player), await number(linked, LinkCode)) == (0, 0, 1)
    await linked.quiz.left(CRAFT)
    await linked.quiz.left(Workspace("elsewhere", "never met"))
    time.pass_(minutes=5)
    said = await code(linked, "house", ADA)
    assert "are linked" in await linked.ask(Ask(said), ADA_THERE, THERE)
    await link_grace(linked)
    await linked.ask(Privacy(Wish.ERASE, confirm=Confirmed.TWICE), ADA)
    assert (await number(linked, Linked), await number(linked, Player)) == (0, 0)
    assert "not linked" in await linked.ask("link", GRACE_THERE, THERE)


async def test_whoever_is_forgotten_is_unlinked_and_leaves_no_code(linked: House) -> None:
    await link_grace(linked)
    await linked.ask(Privacy(Wish.FORGET, confirm=Confirmed.YES), GRACE)
    assert "A code to link with" in await linked.ask("link", GRACE_THERE, THERE)
    assert (await number(linked, Player), await number(linked, LinkCode)) == (0, 1)
    await linked.ask(
        Privacy(Wish.FORGET, confirm=Confirmed.YES), replace(GRACE_THERE, workspace=IN_NONE.workspace), IN_NONE
    )
    assert await number(linked, LinkCode) == 0
    assert "GRACE" not in str(await on(linked.database.url, rows)).upper()


async def test_no_code_is_stored_as_it_is(linked: House) -> None:
    said = await code(linked, "link", GRACE)
    stored = str(await on(linked.database.url, rows))
    assert said not in stored
    assert said.replace("-", "") not in stored


@pytest.mark.parametrize("word", ["link", "house"])
async def test_of_two_who_say_the_same_code_at_once_one_is_linked(house: House, word: str) -> None:
    if word == "link":
        await house.ask(Ask(await code(house, "house", ADA)), ADA_THERE, THERE)
        said = Link(await code(house, "link", GRACE))
        asking = [house.ask(said, person, THERE) for person in (GRACE_THERE, LINUS_THERE)]
    else:
        ask = Ask(await code(house, "house", ADA))
        asking = [house.ask(ask, ADA_THERE, THERE), house.ask(ask, BOSS, THIRD)]
    told = await asyncio.gather(*asking)
    assert sorted(NOTHING in each for each in told) == [False, True], told
    assert "used already" in "".join(told)
    assert await number(house, Player if word == "link" else Linked) == 1


async def test_two_who_say_each_other_s_codes_at_once_are_linked_once(linked: House) -> None:
    here, there = await code(linked, "link", GRACE), await code(linked, "link", GRACE_THERE, THERE)
    told = await asyncio.gather(linked.ask(Link(there), GRACE), linked.ask(Link(here), GRACE_THERE, THERE))
    assert all("You are linked" in each or "used already" in each for each in told), told
    async with linked.database.reading() as session:
        players = (await session.scalars(select(Known.player_id).where(Known.player_id.is_not(None)))).all()
    assert len(players) == 2
    assert len({*players}) == await number(linked, Player) == 1
