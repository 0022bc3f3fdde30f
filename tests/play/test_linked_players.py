"""What somebody has who is one player on two platforms: one streak, one order of practice, and what is said of it."""

import re

import pytest
from sqlalchemy import select

from bot.bank import Bank
from bot.commands import Answer, Confirmed, Explain, Link, Practice, Privacy, Wish
from bot.commands import House as Ask
from bot.domain.identity import Person, Place
from bot.domain.rounds import RoundState
from bot.play import standings
from bot.play.asked import Asked
from bot.store import models
from bot.store.database import Database
from tests.fakes.memory import Memory
from tests.house import ADA, GRACE, LINUS, PLACE, House, Time
from tests.play.test_linking import ADA_THERE, CRAFT, GRACE_THERE, IN_NONE, LINUS_THERE, REALLY, THERE, code
from tests.play.test_privacy import exported, found
from tests.play.test_streaks import _statements

DRILL = "setup at:09:00 zone:UTC days:daily"
HERE_AND_THERE = ((GRACE, PLACE), (GRACE_THERE, THERE))


@pytest.fixture
async def house(database: Database, bank: Bank, time: Time) -> House:
    """Two linked workspaces, each with a question a day, on two platforms."""
    house = House(database, bank, time, [Memory(), Memory(CRAFT.platform)])
    await house.ask(DRILL)
    await house.ask(DRILL, ADA_THERE, THERE)
    await house.ask(Ask(await code(house, "house", ADA)), ADA_THERE, THERE)
    return house


async def link(house: House) -> None:
    """Grace is one player."""
    assert "You are linked" in await house.ask(Link(await code(house, "link", GRACE)), GRACE_THERE, THERE)


async def lives(house: House, *days: str) -> None:
    """From a Monday on, Grace answers on these days: here (h), there (t), on both sides (b), or nowhere (-)."""
    for number, day in enumerate(days):
        house.time.set(f"2026-11-{23 + number} 09:00")
        await house.delivery.sweep()
        for person, place in HERE_AND_THERE:
            if day in ("b", "h" if place is PLACE else "t"):
                await answer(house, person, place)
    house.time.set(f"2026-11-{23 + len(days)} 08:59")


async def answer(house: House, person: Person, place: Place) -> None:
    """Somebody answers the open question of a place, rightly."""
    query = select(models.Round).join(models.Place).where(models.Place.channel == place.channel)
    async with house.database.reading() as session:
        this = (await session.scalars(query.where(models.Round.state == RoundState.OPEN))).one()
    assert "Recorded" in await house.ask(Answer(this.id, this.key), person, place)


async def streaks(house: House) -> list[tuple[int, int]]:
    """How long Grace's streaks are here and there, and what freezes are left."""
    told = [await house.ask("me", person, place) for person, place in HERE_AND_THERE]
    parts = [re.search(r"Streak\W+(\d+) days?, longest \d+, (\d) freezes? left", each) for each in told]
    return [(int(part[1]), int(part[2])) for part in parts if part]


async def test_a_day_answered_on_one_side_keeps_the_streak_on_both(house: House) -> None:
    await lives(house, "b", "h", "t", "h", "b")
    assert await streaks(house) == [(4, 1), (3, 0)], "nobody is linked"
    await link(house)
    assert await streaks(house) == [(5, 2), (5, 2)]
    assert "Unlinked" in await house.ask(REALLY, GRACE)
    assert await streaks(house) == [(4, 1), (3, 0)], "unlinked it is as if nobody had been"


async def test_a_day_missed_on_both_sides_is_missed(house: House) -> None:
    await link(house)
    await lives(house, "h", "-", "t", "-", "h")
    assert await streaks(house) == [(3, 0), (3, 0)]
    assert "Streak" not in await house.ask("me", LINUS_THERE, THERE), "and nobody else has it"


async def test_leave_on_one_side_is_leave_on_both(house: House) -> None:
    await link(house)
    await lives(house, "h")
    await house.ask("away until:2d", GRACE)
    await lives(house, "h", "-", "h")
    assert await streaks(house) == [(2, 2), (2, 2)]


async def test_a_streak_takes_no_statement_more(house: House) -> None:
    await lives(house, "b", "h")
    taken: list[int] = []
    for _ in range(2):
        async with house.database.reading() as session:
            with _statements(session) as done:
                await standings.me(session, house.bank, Asked(GRACE, PLACE, house.time.now))
        taken.append(len(done))
        if len(taken) == 1:
            await link(house)
    assert taken[0] == taken[1]


async def order(house: House, person: Person, place: Place) -> list[str]:
    """The first few questions that somebody is given to practise."""
    told, after = list[str](), None
    for _ in range(4):
        [slug] = {*re.findall(r"sess-\d+", await house.ask(Practice(after=after), person, place))}
        told, after = [*told, slug], slug
    return told


async def test_practice_comes_in_one_order_on_both_sides(house: House) -> None:
    apart = [await order(house, person, place) for person, place in HERE_AND_THERE]
    assert apart[0] != apart[1]
    await link(house)
    together = [await order(house, person, place) for person, place in HERE_AND_THERE]
    assert together == [apart[0], apart[0]], "in that of whoever was met first"
    assert await order(house, GRACE_THERE, IN_NONE) == apart[0]
    await house.ask(REALLY, GRACE)
    assert [await order(house, person, place) for person, place in HERE_AND_THERE] == apart


async def test_what_is_open_on_one_side_is_not_told_on_the_other(house: House) -> None:
    await link(house)
    await lives(house, "-")
    query = select(models.Round.question).join(models.Place).where(models.Place.channel == PLACE.channel)
    async with house.database.reading() as session:
        slug = (await session.scalars(query.where(models.Round.state == RoundState.OPEN))).one()
    assert "Not before it closes" in await house.ask(Explain(str(slug)), GRACE_THERE, THERE)
    assert "Not before it closes" in await house.ask(Explain(str(slug)), GRACE_THERE, IN_NONE)
    assert "ran on SQLAlchemy" in await house.ask(Explain(str(slug)), LINUS_THERE, THERE)


async def test_my_numbers_say_where_i_am_the_same_player(house: House) -> None:
    await lives(house, "h")
    assert "one player" not in await house.ask("me", GRACE)
    await link(house)
    assert "You are one player with who you are in The craft on Elsewhere" in await house.ask("me", GRACE)
    assert "You are one player with who you are in The crew on Memory" in await house.ask("me", GRACE_THERE, THERE)
    assert "one player" not in await house.ask("me", LINUS)


async def test_an_export_tells_of_the_link_and_of_nobody_else(house: House) -> None:
    await link(house)
    await lives(house, "b", "h")
    await house.ask("link", LINUS)
    for person, place, other in ((GRACE, PLACE, "elsewhere"), (GRACE_THERE, THERE, "memory")):
        told = await exported(house, person, place)
        [me] = told["identities"]
        assert me["linked"] == [{"platform": other, "since": "2026-11-22T12:00:00+00:00"}]
        assert (me["id"], me["link_codes"]) == (person.id, [])
        assert not any(word in str(told) for word in ("Linus", "Ada", "grace" if person is GRACE else "Grace"))
        whole = {(each["since"], each["linked"]): each["rounds"] for each in me["standings"] if not each["channel"]}
        assert whole[("0001-01-01", True)] == 2
        assert whole[("0001-01-01", False)] == 1
    [linus] = (await exported(house, LINUS))["identities"]
    assert (linus["linked"], linus["link_codes"]) == ([], [{"expires_at": "2026-11-25T09:14:00+00:00"}])


async def test_whoever_is_forgotten_on_one_side_stays_on_the_other(house: House) -> None:
    await link(house)
    await lives(house, "b", "h")
    await house.ask(Privacy(Wish.FORGET, confirm=Confirmed.YES), GRACE)
    [left] = await found(house, "Grace")
    assert left.startswith("person.name")
    assert GRACE_THERE.id in left
    assert "one player" not in await house.ask("me", GRACE_THERE, THERE)
    [me] = (await exported(house, GRACE_THERE, THERE))["identities"]
    assert me["linked"] == []
    assert {each["rounds"] for each in me["standings"]} == {1}
