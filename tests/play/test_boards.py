"""Boards as people see them: of a channel and of its workspace, for each span, with who is around and who moved."""

import re
from collections.abc import Mapping

import pytest
from sqlalchemy import select

from bot.bank import Bank
from bot.commands import Account, Answer, Board
from bot.domain.identity import Person, Place
from bot.domain.rounds import RoundState
from bot.domain.standings import Reach, Scope, Span
from bot.store.database import Database
from bot.store.models import Place as PlaceRow
from bot.store.models import Round
from tests.fakes.memory import Memory
from tests.house import ADA, GRACE, LINUS, PLACE, WORKSPACE, House, Time

RANDOM = Place(WORKSPACE, "random")
CROWD = [Person(WORKSPACE, str(number), f"Member {number}") for number in range(11, 21)]


@pytest.fixture
async def house(database: Database, bank: Bank, time: Time) -> House:
    """Two channels with a daily question at nine."""
    house = House(database, bank, time, [Memory()])
    for place in (PLACE, RANDOM):
        await house.ask("setup at:09:00 zone:UTC days:daily recap:off", place=place)
    return house


async def ask_on(house: House, day: str, answers: Mapping[Person, bool], place: Place = PLACE) -> None:
    """Let the question of a day be asked, and these people answer it, right or wrong."""
    house.time.set(f"{day} 09:00")
    await house.delivery.sweep()
    query = select(Round).join(PlaceRow).where(Round.state == RoundState.OPEN, PlaceRow.channel == place.channel)
    async with house.database.reading() as session:
        this = (await session.scalars(query)).one()
    for person, right in answers.items():
        await house.ask(Answer(this.id, this.key if right else wrong(this)), person, place)


def wrong(this: Round) -> str:
    """An answer that is wrong altogether."""
    return next(letter for letter in "ABCDE" if letter not in this.key) if len(this.key) < 4 else this.key[::-1]


async def close_all(house: House, day: str) -> None:
    """Let the questions close that are open, as those of a day come."""
    await ask_on(house, day, {})


def lines(told: str) -> list[str]:
    """The lines of a board."""
    return [" ".join(line.split()) for line in told.splitlines() if re.match(r"\W*\d+\. ", line)]


def ranks(told: str) -> list[int]:
    """The numbers before the names on a board."""
    return [int(re.findall(r"(\d+)\. ", line)[0]) for line in lines(told)]


def names(told: str) -> list[str]:
    """The first names on a board."""
    return [re.findall(r"\d+\. (\w+)", line)[0] for line in lines(told)]


async def test_a_board_counts_its_channel_or_the_whole_workspace(house: House) -> None:
    await ask_on(house, "2026-11-23", {GRACE: True, LINUS: False})
    await ask_on(house, "2026-11-23", {LINUS: True, ADA: True}, RANDOM)
    await close_all(house, "2026-11-24")
    here, whole = await house.ask("board"), await house.ask("board people week workspace")
    assert names(here) == ["Grace", "Linus"]
    assert "whole workspace" not in here.splitlines()[0]
    assert whole.splitlines()[0].endswith("Board · people · this week · whole workspace")
    assert "Linus" in lines(whole)[0]
    assert "12 points" in lines(whole)[0]
    assert "3 people on this board" in whole


@pytest.mark.parametrize("span", ["day", "week", "season", "all"])
async def test_every_span_and_reach_has_a_board(house: House, span: str) -> None:
    await ask_on(house, "2026-11-23", {GRACE: True, LINUS: False})
    await close_all(house, "2026-11-24")
    for reach in ("here", "workspace"):
        assert names(await house.ask(f"board people {span} {reach}")) == [
            "Grace",
            "Linus",
        ]


async def test_a_season_begins_anew_and_all_time_does_not(house: House) -> None:
    await ask_on(house, "2026-11-28", {GRACE: True})
    await ask_on(house, "2026-11-30", {LINUS: True})  # a Monday on which a season begins
    await close_all(house, "2026-12-01")
    season, ever = await house.ask("board season"), await house.ask("board all")
    assert names(season) == ["Linus"]
    assert "ends on Sunday 27 December" in season
    assert len(lines(ever)) == 2


async def test_one_sees_the_best_five_and_two_on_either_side_of_oneself(house: House) -> None:
    for day in range(1, 11):
        await ask_on(house, f"2026-12-{day:02}", dict.fromkeys(CROWD[: 11 - day], True))
    await close_all(house, "2026-12-11")
    told = await house.ask("board all", CROWD[8])
    assert ranks(told) == [1, 2, 3, 4, 5, 7, 8, 9, 10]
    assert "Around you:" in told
    assert any(line.startswith("→ 9. Member 19") for line in lines(told))
    near = await house.ask("board all", CROWD[5])
    assert ranks(near) == [*range(1, 9)]
    assert "Around you:" not in near
    assert len(lines(await house.ask("board all", ADA))) == 5


async def test_a_board_says_who_moved_with_the_last_question(house: House) -> None:
    await ask_on(house, "2026-11-23", {GRACE: True, LINUS: False, ADA: False})
    await ask_on(house, "2026-11-24", {LINUS: True})
    await close_all(house, "2026-11-25")
    told = await house.ask("board")
    assert names(told) == ["Linus", "Grace", "Ada"]
    first = lines(told)
    assert first[0].endswith(" right ▲1")
    assert first[1].endswith(" right ▼1")
    assert not re.search(r"[▲▼]", lines(await house.ask("board day"))[0])


def summed(told: str) -> tuple[int, int]:
    """What the lines of an account add up to, and the total that it tells."""
    products = re.findall(r": (\d+) × (\d+) = (\d+)", told)
    assert all(int(often) * int(each) == int(product) for often, each, product in products)
    [total] = re.findall(r"Total: (\d+) points?", told)
    return sum(int(product) for _, _, product in products), int(total)


@pytest.mark.parametrize("span", [*Span])
@pytest.mark.parametrize("reach", [*Reach])
async def test_why_one_has_one_s_rank_adds_up_to_the_total_of_the_board(house: House, span: Span, reach: Reach) -> None:
    for number, day in enumerate(("2026-11-27", "2026-11-30", "2026-12-01", "2026-12-02")):
        await ask_on(house, day, {GRACE: number != 2, LINUS: True})
        await ask_on(house, day, {GRACE: number == 2}, RANDOM)
    await close_all(house, "2026-12-03")
    [mine] = [line for line in lines(await house.ask(Board(Scope.PEOPLE, span, reach), GRACE)) if line.startswith("→")]
    told = await house.ask(Account(span, reach), GRACE)
    assert summed(told) == (int(re.findall(r"(\d+) points", mine)[0]),) * 2
    rank = re.findall(r"(\d+)\.", mine)[0]
    assert f"Rank {rank} of 2" in told
    [(levels, hardness)] = re.findall(r"levels of those added up \(([\d× +]+) = (\d+)\)", told)
    parts = [map(int, each.split(" × ")) for each in levels.split(" + ")]
    assert sum(number * level for number, level in parts) == int(hardness) > 0
    right = sum(int(each.split(" × ")[0]) for each in levels.split(" + "))
    assert f"how many were right ({right})" in told


async def test_whoever_was_never_right_has_no_levels_to_add_up(house: House) -> None:
    await ask_on(house, "2026-11-23", {GRACE: False})
    await close_all(house, "2026-11-24")
    told = await house.ask(Account(Span.ALL), GRACE)
    assert "how many were right (0), by the levels of those added up (0), and by fewer hints (0)" in told
    assert "nobody stands above you" in told


async def test_whoever_is_not_on_a_board_has_no_rank_to_ask_for(house: House) -> None:
    await ask_on(house, "2026-11-23", {GRACE: True})
    await close_all(house, "2026-11-24")
    assert "You are not on this board yet" in await house.ask(Account(), LINUS)
    assert "No daily question here yet" in await house.ask(Account(), LINUS, Place(WORKSPACE, "elsewhere"))


async def test_equal_people_share_a_rank_and_the_next_is_skipped(house: House) -> None:
    await ask_on(house, "2026-11-23", {GRACE: True, LINUS: True, ADA: False})
    await close_all(house, "2026-11-24")
    assert ranks(await house.ask("board all")) == [1, 1, 3]


async def test_a_board_of_the_workspace_can_be_seen_where_nothing_is_set_up(house: House) -> None:
    await ask_on(house, "2026-11-23", {GRACE: True})
    await close_all(house, "2026-11-24")
    elsewhere = Place(WORKSPACE, "elsewhere")
    assert "Grace" in await house.ask("board people week workspace", place=elsewhere)
    assert "Grace" not in await house.ask("board", place=elsewhere)
