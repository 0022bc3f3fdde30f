"""The board of two workspaces that are linked: everybody once, whoever they are where it is looked at."""

import re
from collections.abc import Mapping

import pytest

from bot.bank import Bank
from bot.commands import Account, Board, Confirmed, Privacy, Wish
from bot.commands import House as Ask
from bot.domain.identity import Person, Place
from bot.domain.standings import Reach, Scope, Span
from bot.play import rebuilding
from bot.store.database import Database
from tests.fakes.memory import Memory
from tests.house import ADA, GRACE, LINUS, PLACE, House, Time
from tests.play.test_linked_players import DRILL, answer, link
from tests.play.test_linking import ADA_THERE, CRAFT, GRACE_THERE, LINUS_THERE, REALLY, THERE, code

WHOLE = [Board(span=span, reach=Reach.WORKSPACE) for span in Span]
every_span = pytest.mark.parametrize("asked", WHOLE, ids=list(Span))
_LINE = re.compile(r"(\d+)\. +(.+?)  (\d+) points  (\d+) of (\d+) right")
Lines = Mapping[str, tuple[int, int, int, int]]
"""Rank, points, how many right and of how many, by name."""


@pytest.fixture
async def house(database: Database, bank: Bank, time: Time) -> House:
    """Two linked workspaces. In one round on each side Grace was right here and there, Linus here, Ada there; all of it
    is closed by now.
    """
    house = House(database, bank, time, [Memory(), Memory(CRAFT.platform)])
    await house.ask(DRILL)
    await house.ask(DRILL, ADA_THERE, THERE)
    await house.ask(Ask(await code(house, "house", ADA)), ADA_THERE, THERE)
    await day(house, 23, (GRACE, PLACE), (LINUS, PLACE), (GRACE_THERE, THERE), (ADA_THERE, THERE))
    await house.delivery.sweep()
    return house


async def day(house: House, number: int, *people: tuple[Person, Place]) -> None:
    """These people are right on a day in November, whose questions close."""
    house.time.set(f"2026-11-{number} 09:00")
    await house.delivery.sweep()
    await house.delivery.sweep()
    for person, place in people:
        await answer(house, person, place)
    for person, place in ((ADA, PLACE), (ADA_THERE, THERE)):
        await house.ask("reveal", person, place)
    await house.idle()


async def lines(house: House, asked: Board, person: Person = ADA, place: Place = PLACE) -> Lines:
    """A board, as somebody is shown it."""
    told = await house.ask(asked, person, place)
    return {name: (int(rank), *map(int, rest)) for rank, name, *rest in _LINE.findall(told)}  # type: ignore[misc]  # four


@every_span
async def test_it_has_the_people_of_both(house: House, asked: Board) -> None:
    expected = {"Grace": (1, 10, 1, 1), "Linus": (1, 10, 1, 1), "ada": (1, 10, 1, 1), "grace": (1, 10, 1, 1)}
    for person, place in ((ADA, PLACE), (ADA_THERE, THERE)):
        assert await lines(house, asked, person, place) == expected
    told = await house.ask(asked, GRACE)
    assert "4 people on this board" in told
    assert "of both workspaces that are linked" in told


@every_span
async def test_a_player_is_on_it_once_under_the_name_they_have_where_it_is_looked_at(
    house: House, asked: Board
) -> None:
    await link(house)
    others = {"Linus": (2, 10, 1, 1), "ada": (2, 10, 1, 1)}
    assert await lines(house, asked) == {"Grace": (1, 20, 2, 2), **others}
    assert await lines(house, asked, ADA_THERE, THERE) == {"grace": (1, 20, 2, 2), **others}
    told = await house.ask(asked, LINUS)
    assert "3 people on this board" in told


@every_span
async def test_a_player_is_told_which_line_is_theirs_on_both_sides(house: House, asked: Board) -> None:
    await link(house)
    for person, place in ((GRACE, PLACE), (GRACE_THERE, THERE)):
        assert re.search(r"→ +1\. +[Gg]race  20 points", await house.ask(asked, person, place))
        why = await house.ask(Account(asked.span, Reach.WORKSPACE), person, place)
        assert "2 × 10 = 20" in why
        assert "20 points of 2 questions" in why


@pytest.mark.parametrize("hides", [(GRACE, PLACE), (GRACE_THERE, THERE)], ids=["here", "there"])
async def test_a_player_who_hides_on_one_side_is_someone_on_both(house: House, hides: tuple[Person, Place]) -> None:
    await link(house)
    await house.ask("privacy hide", *hides)
    for asked in WHOLE:
        for person, place in ((ADA, PLACE), (ADA_THERE, THERE)):
            assert (await lines(house, asked, person, place))["someone"] == (1, 20, 2, 2)
        for person, place in ((GRACE, PLACE), (GRACE_THERE, THERE)):
            assert (await lines(house, asked, person, place))["you"] == (1, 20, 2, 2)


async def test_who_answered_on_both_sides_is_counted_once_and_moves_once(house: House) -> None:
    await link(house)
    await day(house, 24, (GRACE, PLACE), (GRACE_THERE, THERE), (LINUS, PLACE), (LINUS_THERE, THERE))
    told = await house.ask(Board(span=Span.SEASON, reach=Reach.WORKSPACE), ADA_THERE, THERE)
    assert "4 people on this board; 3 of them answered the last question" in told
    assert "▲" not in told.split("grace", maxsplit=1)[1].split("\n", maxsplit=1)[0]
    assert (await lines(house, Board(span=Span.ALL, reach=Reach.WORKSPACE)))["Grace"] == (1, 40, 4, 4)
    await day(house, 25, (LINUS, PLACE), (ADA_THERE, THERE))
    told = await house.ask(Board(span=Span.WEEK, reach=Reach.WORKSPACE))
    assert re.search(r"ada  20 points  2 of 2 right ▲1", told)


async def test_boards_of_a_channel_and_of_teams_know_nothing_of_it(house: House) -> None:
    before = [await house.ask(Board(scope, span)) for scope in Scope for span in Span]
    teams = [await house.ask(Board(Scope.TEAMS, span, Reach.WORKSPACE)) for span in Span]
    await link(house)
    assert [await house.ask(Board(scope, span)) for scope in Scope for span in Span] == before
    assert [await house.ask(Board(Scope.TEAMS, span, Reach.WORKSPACE)) for span in Span] == teams


async def test_unlinked_everything_is_as_it_was(house: House) -> None:
    apart = [await lines(house, asked) for asked in WHOLE]
    await link(house)
    await house.ask(REALLY, GRACE_THERE, THERE)
    assert [await lines(house, asked) for asked in WHOLE] == apart
    await link(house)
    await house.ask(Ask("off", Confirmed.YES), ADA_THERE, THERE)
    for asked in WHOLE:
        assert await lines(house, asked) == {"Grace": (1, 10, 1, 1), "Linus": (1, 10, 1, 1)}
        assert await lines(house, asked, ADA_THERE, THERE) == {"ada": (1, 10, 1, 1), "grace": (1, 10, 1, 1)}


async def test_who_is_forgotten_on_one_side_leaves_a_vacant_place_and_the_other_side_stays(house: House) -> None:
    await link(house)
    await house.ask(Privacy(Wish.FORGET, confirm=Confirmed.YES), GRACE)
    for asked in WHOLE:
        assert await lines(house, asked) == {"Linus": (1, 10, 1, 1), "ada": (1, 10, 1, 1), "grace": (1, 10, 1, 1)}
        assert "4 people on this board" in await house.ask(asked)


async def test_all_of_it_is_what_the_answers_add_up_to(house: House) -> None:
    await link(house)
    await day(house, 24, (GRACE, PLACE), (LINUS_THERE, THERE))
    for workspace in (1, 2):
        async with house.database.writing() as session:
            found = await rebuilding.rebuild(session, workspace)
        assert (found.scores, found.standings) == (0, 0)


async def test_a_workspace_without_a_channel_of_its_own_sees_the_board_of_the_other(
    database: Database, bank: Bank, time: Time
) -> None:
    house = House(database, bank, time, [Memory(), Memory(CRAFT.platform)])
    await house.ask(DRILL)
    await house.ask(Ask(await code(house, "house", ADA)), ADA_THERE, THERE)
    await house.ask(DRILL, ADA_THERE, THERE)
    await day(house, 23, (GRACE, PLACE))
    assert await lines(house, WHOLE[-1], LINUS_THERE, THERE) == {"Grace": (1, 10, 1, 1)}
