"""Boards of teams as people see them: which leads, with how many, and why; and in the review of a week."""

import re
from collections.abc import Mapping
from fractions import Fraction

import pytest
from sqlalchemy import delete, select

from bot.bank import Bank
from bot.cards import text
from bot.cards.model import Buttons, Card, Facts, Text
from bot.cards.model import Span as Span_
from bot.commands import Answer, Command, TeamRank
from bot.domain.identity import Person, Place, Workspace
from bot.domain.rounds import RoundState
from bot.domain.standings import Reach, Span
from bot.grammar import parse
from bot.store.database import Database
from bot.store.models import Place as PlaceRow
from bot.store.models import Round, Team
from bot.wire import decode, encode
from tests.fakes.memory import Memory
from tests.house import ADA, PLACE, WORKSPACE, House, Time
from tests.play.test_boards import lines, names, ranks, wrong

RANDOM = Place(WORKSPACE, "random")
OWLS = [Person(WORKSPACE, f"1{n}", f"Owl {n}", manages=False) for n in range(4)]
LARKS = [Person(WORKSPACE, f"2{n}", f"Lark {n}", manages=False) for n in range(4)]
LONER = Person(WORKSPACE, "30", "Loner", manages=False)
DAYS = ("2026-11-23", "2026-11-24", "2026-11-25", "2026-11-26", "2026-11-27")


@pytest.fixture
def platform() -> Memory:
    return Memory()


async def with_teams(database: Database, bank: Bank, time: Time, platform: Memory) -> House:
    """Two channels with a question on weekdays, a team of three, and one of two."""
    house = House(database, bank, time, [platform])
    for place in (PLACE, RANDOM):
        await house.ask("setup at:09:00 zone:UTC days:mon-fri", place=place)
    time.set("2026-11-23 08:00")
    for team, people in (("Owls", OWLS[:3]), ("Larks", LARKS[:2])):
        await house.ask(f"team create {team}", people[0])
        for person in people[1:]:
            await house.ask(f"team join {team}", person)
    return house


@pytest.fixture
async def house(database: Database, bank: Bank, time: Time, platform: Memory) -> House:
    """Two channels and two teams."""
    return await with_teams(database, bank, time, platform)


async def ask_on(house: House, day: str, answers: Mapping[Person, bool], place: Place = PLACE) -> None:
    """Let the question of a day be asked, and these people answer it, right or wrong: for 10 points or for 2."""
    house.time.set(f"{day} 09:00")
    await house.delivery.sweep()
    query = select(Round).join(PlaceRow).where(Round.state == RoundState.OPEN, PlaceRow.channel == place.channel)
    async with house.database.reading() as session:
        this = (await session.scalars(query)).one()
    for person, right in answers.items():
        await house.ask(Answer(this.id, this.key if right else wrong(this)), person, place)


async def close_all(house: House, day: str) -> None:
    """Let the questions close that are open, as those of a day come."""
    house.time.set(f"{day} 09:00")
    await house.delivery.sweep()


async def card(house: House, command: Command | str, person: Person) -> Card:
    """A reply, as a card."""
    asked = parse(command) if isinstance(command, str) else command
    says = (await house.quiz.handle(asked, person, PLACE)).says
    assert isinstance(says, Card)
    return says


async def why(house: House, board: str, person: Person) -> Card:
    """What the button on a board leads to, as it comes back from a platform."""
    says = await card(house, board, person)
    items = [button for block in says.blocks if isinstance(block, Buttons) for button in block.items]
    [press] = [button.press for button in items if button.label == "Why this rank?"]
    return await card(house, decode(encode(press)), person)


async def team_id(house: House, name: str) -> int:
    """The number of a team."""
    async with house.database.reading() as session:
        return (await session.scalars(select(Team.id).where(Team.name == name))).one()


async def test_a_board_shows_what_teams_are_worth_and_how_many_took_part(house: House) -> None:
    await house.ask("team join Larks", LARKS[2])
    await ask_on(house, DAYS[0], {OWLS[0]: True, OWLS[1]: True, LARKS[0]: True, LONER: False})
    await close_all(house, DAYS[1])
    for words in ("board teams season", "board teams week", "board teams all", "board teams day"):
        told = await house.ask(words, OWLS[0])
        assert names(told) == ["Owls", "Larks"]
        assert ranks(told) == [1, 2]
        # The mean is 32 / 4 = 8: (40 + 20) / (5 + 3) and (40 + 10) / (5 + 3)
        assert "7.5 points" in lines(told)[0]
        assert "2 of 3 answered" in lines(told)[0]
        assert "6.3 points" in lines(told)[1]
        assert "1 of 3 answered" in lines(told)[1]
        assert "(5 × the mean of all people here + its people's points) ÷ (5 + n)" in told


async def test_a_team_of_two_has_no_rank_and_says_how_many_it_takes(house: House) -> None:
    await ask_on(house, DAYS[0], {OWLS[0]: True, LARKS[0]: True, LARKS[1]: True})
    await close_all(house, DAYS[1])
    told = await house.ask("board teams", OWLS[0])
    assert names(told) == ["Owls"]
    assert "Without a rank: Larks (2 of 3 members)." in told
    assert "no rank yet: 2 of 3 members" in await house.ask("team", LARKS[0])
    assert "rank 1 with" in await house.ask("team", OWLS[0])


async def test_equal_teams_share_a_rank(house: House) -> None:
    await house.ask("team join Larks", LARKS[2])
    await ask_on(house, DAYS[0], {OWLS[0]: True, LARKS[2]: True})
    await close_all(house, DAYS[1])
    assert ranks(await house.ask("board teams", OWLS[0])) == [1, 1]


async def test_the_best_five_are_shown_and_one_s_own_with_two_on_either_side(house: House) -> None:
    crowd = [[Person(WORKSPACE, f"{t}-{n}", f"p{t}-{n}", manages=False) for n in range(3)] for t in range(12)]
    for number, people in enumerate(crowd):
        await house.ask(f"team create Team {number:02}", people[0])
        for person in people[1:]:
            await house.ask(f"team join Team {number:02}", person)
    for day in range(4):  # of each twelve there are 36 answers to be had, so that no two teams are equal
        flat = [person for people in crowd for person in people]
        right = {person: (n // 3) * 12 // 12 > 3 * day + n % 3 for n, person in enumerate(flat)}
        await ask_on(house, DAYS[day], right)
    await close_all(house, DAYS[4])
    told = await house.ask("board teams season", crowd[3][0])
    shown = [re.findall(r"Team \d\d", line)[0] for line in lines(told)]
    assert shown == [f"Team {n:02}" for n in (11, 10, 9, 8, 7)] + [f"Team {n:02}" for n in (5, 4, 3, 2, 1)]
    assert "Around yours:" in told
    assert ranks(told) == [1, 2, 3, 4, 5, 7, 8, 9, 10, 11]


async def test_a_board_counts_its_channel_or_the_whole_workspace(house: House) -> None:
    await ask_on(house, DAYS[0], {OWLS[0]: True})
    await ask_on(house, DAYS[0], {OWLS[1]: True, LONER: True}, RANDOM)
    await close_all(house, DAYS[1])
    here, whole = await house.ask("board teams"), await house.ask("board teams week workspace")
    assert "7.5 points" in lines(here)[0], "the mean is 10: (50 + 10) / 8"
    assert "8.8 points" in lines(whole)[0], "the mean is 10: (50 + 20) / 8"
    assert "whole workspace" in whole.splitlines()[0]


async def test_leaving_neither_takes_points_away_nor_makes_a_team_smaller(house: House) -> None:
    await ask_on(house, DAYS[0], dict.fromkeys(OWLS[:3], True) | {LONER: False})
    await close_all(house, DAYS[1])
    before = lines(await house.ask("board teams season", OWLS[0]))
    await house.ask("team leave", OWLS[2])
    assert lines(await house.ask("board teams season", OWLS[0])) == before
    await house.ask("team join Larks", OWLS[2])
    told = await house.ask("board teams season", OWLS[0])
    assert lines(told)[0] == before[0], "and for the other team they begin with nothing"
    assert "Lark" in lines(told)[1]


async def test_whoever_is_away_or_has_not_played_for_long_is_not_counted(house: House) -> None:
    await house.ask("team join Owls", OWLS[3])
    await ask_on(house, DAYS[0], {OWLS[0]: True, OWLS[1]: True})
    await close_all(house, DAYS[1])
    told = await house.ask("board teams", OWLS[0])
    assert "2 of 4 answered" in lines(told)[0], "whoever has just joined counts"
    await house.ask("away until:1w", OWLS[3])
    assert "2 of 3 answered" in lines(await house.ask("board teams", OWLS[0]))[0]
    await house.ask("away off", OWLS[3])
    days = [f"2026-12-{day:02}" for day in (1, 2, 3, 4, 7, 8, 9, 10, 11, 14)]
    for day in days:
        await ask_on(house, day, {LONER: True, OWLS[0]: True})
    await close_all(house, "2026-12-15")
    assert lines(await house.ask("board teams all", OWLS[0])) == []
    assert "Owls (2 of 3 members)" in await house.ask("board teams all", OWLS[0]), "those who ever scored for it"


async def test_a_board_without_teams_says_how_to_make_one(house: House) -> None:
    async with house.database.writing() as session:
        await session.execute(delete(Team))
    told = await house.ask("board teams", ADA)
    assert "Nobody has formed a team here yet" in told
    assert "team create" in told


async def test_a_board_before_the_first_close_says_when_there_will_be_one(house: House) -> None:
    assert "points are given when a question closes" in await house.ask("board teams", OWLS[0])
    assert "Nobody has set the daily question up" in await house.ask("board teams", OWLS[0], Place(WORKSPACE, "none"))


def numbers(says: Card) -> tuple[dict[str, str], dict[str, str]]:
    """The parts of a sum and its steps, by name."""
    parts, steps = (block for block in says.blocks if isinstance(block, Facts))
    return (
        {f"{n} {name}": _words(spans) for n, (name, spans) in enumerate(parts.pairs)},
        {name: _words(spans) for name, spans in steps.pairs},
    )


def _words(spans: tuple[Span_, ...]) -> str:
    return "".join(span.text for span in spans if isinstance(span, Text))


def exactly(words: str) -> Fraction:
    """A number written as `61 2/3`."""
    whole, _, rest = words.partition(" ")
    return int(whole) + (Fraction(rest) if rest else Fraction(0))


@pytest.mark.parametrize("span", [*Span])
@pytest.mark.parametrize("reach", [*Reach])
async def test_every_number_of_why_adds_up_to_what_the_board_shows(house: House, span: Span, reach: Reach) -> None:
    await ask_on(house, DAYS[0], {OWLS[0]: True, OWLS[1]: False, LARKS[0]: False, LARKS[1]: True, LONER: True})
    await ask_on(house, DAYS[0], {OWLS[2]: True, LARKS[1]: False}, RANDOM)
    await ask_on(house, DAYS[1], {OWLS[0]: True, OWLS[2]: True, LONER: False, ADA: False})
    await close_all(house, DAYS[2])
    await house.ask("team leave", OWLS[2])
    board = f"board teams {span} {reach}"
    told = await house.ask(board, OWLS[0])
    says = await why(house, board, OWLS[0])
    parts, steps = numbers(says)
    points = [int(re.findall(r"(\d+) point", each)[0]) for each in parts.values()]
    assert sum(points) == int(steps["Its people"].split()[0])
    [whole, n, mean] = re.findall(r"5 × (\d+) ÷ (\d+) = (.+)", steps["5 × the mean"])[0]
    assert 5 * Fraction(int(whole), int(n)) == exactly(mean)
    assert exactly(steps["Together"]) == exactly(mean) + sum(points)
    [people, divisor] = re.findall(r"5 \+ (\d+) = (\d+)", steps["Divided by"])[0]
    assert (int(people), int(divisor)) == (len(parts), 5 + len(parts))
    [result, shown] = re.findall(r"(.+), shown as (.+)", steps["That is"])[0]
    assert exactly(result) == exactly(steps["Together"]) / int(divisor)
    assert f"{shown} points" in lines(told)[0]
    assert abs(Fraction(shown) - exactly(result)) <= Fraction(1, 20)
    assert sum("no longer in it" in each for each in parts.values()) == 1


async def test_members_see_who_scored_what_and_others_only_whom_the_board_of_people_shows(house: House) -> None:
    best = [Person(WORKSPACE, f"4{n}", f"Best {n}", manages=False) for n in range(9)]
    for person in (OWLS[3], *best):
        await house.ask("team join Owls" if person is OWLS[3] else "team", person)
    await ask_on(house, DAYS[0], dict.fromkeys(best, True) | {OWLS[0]: True} | dict.fromkeys(OWLS[1:], False))
    await ask_on(house, DAYS[1], dict.fromkeys(best[:4], True) | {OWLS[0]: True} | dict.fromkeys(OWLS[1:], False))
    await close_all(house, DAYS[2])
    mine, others = [text.render(await why(house, "board teams week", person)) for person in (OWLS[0], ADA)]
    owls = ["Owl 0", "Owl 1", "Owl 2", "Owl 3"]
    assert [name for name in owls if name in mine] == owls
    assert [name for name in owls if name in others] == owls[:1]
    assert others.count("someone: 4 points") == 3
    await house.ask("privacy hide", OWLS[1])
    assert "Owl 1" not in text.render(await why(house, "board teams week", OWLS[0]))


async def test_alone_with_the_quiz_one_sees_why_too(house: House) -> None:
    await ask_on(house, DAYS[0], dict.fromkeys(OWLS[:3], True))
    await close_all(house, DAYS[1])
    alone = Place(WORKSPACE, "", personal=True)
    assert "[Why this rank?]" in await house.ask("team", OWLS[0], alone)
    told = await house.ask(TeamRank(await team_id(house, "Owls"), Span.SEASON, Reach.WORKSPACE), OWLS[0], alone)
    assert "rank 1 of 1 with 10.0 points" in told


async def test_a_team_of_another_workspace_has_no_sum_here(house: House) -> None:
    await ask_on(house, DAYS[0], dict.fromkeys(OWLS[:3], True))
    await close_all(house, DAYS[1])
    owls = await team_id(house, "Owls")
    there = Place(Workspace("memory", "elsewhere", "The others"), "general")
    stranger = Person(there.workspace, OWLS[0].id, "Owl 0", manages=True)
    await house.ask("setup at:09:00 zone:UTC days:daily", stranger, there)
    for span in Span:
        for reach in Reach:
            told = await house.ask(TeamRank(owls, span, reach), stranger, there)
            assert "Not on this board" in told
            assert "Owl" not in told
    assert "Not on this board" in await house.ask(TeamRank(999), OWLS[0])


async def test_a_board_of_people_leads_to_that_of_teams(house: House) -> None:
    await ask_on(house, DAYS[0], dict.fromkeys(OWLS[:3], True))
    await close_all(house, DAYS[1])
    assert "[Teams]" in await house.ask("board", OWLS[0])
