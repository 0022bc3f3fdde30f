"""The hint of the daily question: for whoever asks, at a price, once, and only while the question is open."""

import asyncio
import re
from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.bank import Bank
from bot.commands import Answer, Board, Command, DailyHint, Hint, Home, Result
from bot.domain.identity import Person, Place, Posted, Workspace
from bot.domain.question import Kind, Question
from bot.domain.rounds import PostingState
from bot.domain.standings import Span
from bot.ports import Refused, Unclear
from bot.store.database import Database
from bot.store.models import HintUsed, Posting, Round, Score
from tests.fakes.memory import Memory
from tests.house import ADA, GRACE, LINUS, PLACE, WORKSPACE, House, Time

STRANGER = Person(Workspace("memory", "elsewhere"), "2", "Grace")
BARBARA = Person(WORKSPACE, "4", "Barbara", manages=False)
BUTTON = "q1:dailyhint:1"


@pytest.fixture(scope="module")
def hinting(bank: Bank) -> Bank:
    """A bank of questions of one letter that have a hint and are all of one level."""
    editions = {
        version: {slug: q for slug, q in edition.items() if q.hint and q.kind is Kind.CHOICE and q.level == 2}
        for version, edition in bank.editions.items()
    }
    return replace(bank, editions=editions)


@pytest.fixture
async def house(database: Database, hinting: Bank, time: Time) -> House:
    """A drill on each day at nine in UTC, whose first question, the round 1, has just been posted."""
    return await opened(database, hinting, time)


async def opened(database: Database, bank: Bank, time: Time) -> House:
    house = House(database, bank, time, [Memory()])
    await house.ask("setup at:09:00 zone:UTC days:daily")
    time.set("2026-11-23 09:00")
    await house.delivery.sweep()
    return house


async def question(house: House, number: int = 1) -> Question:
    """What a round asks."""
    async with house.database.reading() as session:
        this = await session.get_one(Round, number)
    found = house.bank.question(this.question or "")
    assert found is not None
    return found


async def used(house: House) -> list[tuple[int, int]]:
    """Every hint that is written down, by round and person."""
    async with house.database.reading() as session:
        return [(hint.round_id, hint.person_id) for hint in await session.scalars(select(HintUsed))]


def public(house: House) -> list[str]:
    """What the buttons of the latest public message carry."""
    [platform] = house.platforms
    assert isinstance(platform, Memory)
    return platform.messages[-1].carried()


def words(hint: str) -> str:
    """A hint without its marks."""
    return hint.replace("`", "").replace("**", "")


async def test_a_hint_is_written_down_before_it_is_shown_and_once(house: House) -> None:
    hint = words((await question(house)).hint)
    assert public(house)[-1] == BUTTON
    said = await house.ask(DailyHint(1), GRACE)
    assert hint in said.replace("`", "")
    assert "takes 2 points off this question, once" in said
    again = await house.ask(DailyHint(1), GRACE)
    assert hint in again.replace("`", "")
    assert "You have it already" in again
    assert len(await used(house)) == 1


async def test_whoever_has_the_hint_finds_it_in_their_own_cards_and_nobody_else_does(house: House) -> None:
    hint, here = words((await question(house)).hint), replace(PLACE, is_open=True)
    home = Place(WORKSPACE, "dm-2", personal=True)

    async def cards(person: Person) -> list[str]:
        said = [await house.ask("today", person), await house.ask(Home(), person, home)]
        return [each.replace("`", "") for each in said]

    assert "Hint (−2)" in await house.ask(Answer(1, "A"), GRACE, here)
    assert all("Hint (−2)" in said and hint not in said for said in await cards(GRACE))
    await house.ask(DailyHint(1), GRACE)
    assert all("Hint (−2)" not in said and hint in said for said in await cards(GRACE))
    assert all("Hint (−2)" in said and hint not in said for said in await cards(LINUS))


async def test_the_hint_works_alone_with_the_quiz_too(house: House) -> None:
    home = Place(WORKSPACE, "dm-2", personal=True)
    assert words((await question(house)).hint) in (await house.ask(DailyHint(1), GRACE, home)).replace("`", "")
    assert len(await used(house)) == 1


async def test_it_is_taken_off_at_the_close_and_the_result_adds_up(house: House, time: Time) -> None:
    right = (await question(house)).key
    wrong = "A" if right != "A" else "B"
    for person, choice, sure in (
        (GRACE, right, True),
        (LINUS, right, False),
        (BARBARA, wrong, False),
        (ADA, wrong, True),
    ):
        await house.ask(Answer(1, choice, sure), person)
        await house.ask(DailyHint(1), person)
    time.set("2026-11-24 09:00")
    await house.delivery.sweep()
    told = {
        GRACE: "and were sure: 9 points (right 10, sure +1, hint −2 = 9)",
        LINUS: "8 points (right 10, hint −2 = 8)",
        BARBARA: "0 points (wrong 2, hint −2 = 0)",
        ADA: "and were sure: 0 points (wrong 2, sure −2, hint 0 = 0)",
    }
    for person, words_ in told.items():
        said = await house.ask(Result(1), person)
        assert words_ in said
        [terms, total] = re.findall(r"\((.*) = (\d+)\)", said)[0]
        assert sum(int(term.replace("−", "-")) for term in re.findall(r"[+−]?\d+", terms)) == int(total)
    assert "had for 1 question" in await house.ask("me", GRACE)


async def test_without_a_hint_nothing_is_taken_and_nothing_is_said_of_it(house: House, time: Time) -> None:
    right = (await question(house)).key
    await house.ask(Answer(1, right), GRACE)
    await house.ask(DailyHint(1), LINUS)  # who then does not answer
    time.set("2026-11-24 09:00")
    await house.delivery.sweep()
    said = await house.ask(Result(1), GRACE)
    assert "10 points." in said
    assert "hint" not in said.lower()
    assert "Hints" not in await house.ask("me", GRACE)
    assert "Linus" not in await house.ask("board all", GRACE), "a hint is no answer"


async def test_of_those_who_are_equal_in_all_else_whoever_had_fewer_hints_leads(house: House, time: Time) -> None:
    """Grace makes up with her being sure for what her hint takes; the two others share the first rank."""
    for number, day in ((1, "2026-11-24"), (2, "2026-11-25")):
        right = (await question(house, number)).key
        for person in (GRACE, LINUS, BARBARA):
            await house.ask(Answer(number, right, sure=person is GRACE), person)
        if number == 1:
            await house.ask(DailyHint(1), GRACE)
        time.set(f"{day} 09:00")
        await house.delivery.sweep()
    board = await house.ask(Board(span=Span.ALL), ADA)
    for line in ("1. Barbara  20 points", "1. Linus  20 points", "3. Grace  20 points"):
        assert line in board
    assert "then fewer hints, then a shared rank" in board


@pytest.mark.parametrize(
    ("command", "person", "place", "told"),
    [
        (DailyHint(1), STRANGER, Place(STRANGER.workspace, "general"), "That question is not here"),
        (DailyHint(1), STRANGER, PLACE, "That question is not here"),
        (DailyHint(2), GRACE, PLACE, "That question is not here"),  # it is planned for tomorrow
        (DailyHint(999), GRACE, PLACE, "That question is not here"),
        (DailyHint(0), GRACE, PLACE, "That question is not here"),
        (DailyHint(-1), GRACE, PLACE, "That question is not here"),
    ],
)
async def test_a_hint_that_is_not_theirs_to_have_is_not_told(
    house: House, command: Command, person: Person, place: Place, told: str
) -> None:
    said = await house.ask(command, person, place)
    assert told in said
    assert words((await question(house)).hint) not in said.replace("`", "")
    assert await used(house) == []


async def test_a_question_without_a_hint_has_none_to_give(database: Database, hinting: Bank, time: Time) -> None:
    editions = {
        version: {slug: replace(q, hint="") for slug, q in edition.items()}
        for version, edition in hinting.editions.items()
    }
    house = await opened(database, replace(hinting, editions=editions), time)
    assert not any(press.startswith("q1:dailyhint") for press in public(house))
    assert "Hint" not in await house.ask(Answer(1, "A"), GRACE)
    assert "This question has none. Nothing was taken." in await house.ask(DailyHint(1), GRACE)
    assert await used(house) == []


async def test_after_the_close_there_is_no_hint(house: House, time: Time) -> None:
    hint = words((await question(house)).hint)
    time.set("2026-11-24 09:00")
    for _ in range(2):  # before the round is closed, and after
        said = await house.ask(DailyHint(1), GRACE)
        assert "This question has closed" in said
        assert hint not in said.replace("`", "")
        await house.delivery.sweep()
    assert await used(house) == []


async def test_in_practice_hints_are_free(house: House) -> None:
    open_now = await question(house)
    other = next(q for q in house.bank.edition("") if q.slug != open_now.slug)
    assert words(other.hint) in (await house.ask(Hint(other.slug), GRACE)).replace("`", "")
    assert "Not before it closes" in await house.ask(Hint(open_now.slug), GRACE)
    assert await used(house) == []


async def test_many_presses_at_once_are_one_hint(house: House, database_url: str) -> None:
    other = Database(database_url)
    houses = [house, House(other, house.bank, house.time, house.platforms)]
    hint = words((await question(house)).hint)
    told = await asyncio.gather(*(houses[n % 2].ask(DailyHint(1), GRACE) for n in range(20)))
    assert all(hint in said.replace("`", "") for said in told)
    assert sum("You have it already" in said for said in told) == 19
    assert len(await used(house)) == 1
    await other.close()


@pytest.mark.parametrize("head_start", range(4))
async def test_whoever_reads_the_hint_as_the_round_closes_pays_for_it(
    house: House, database_url: str, head_start: int
) -> None:
    """The close knows of every hint that was shown, whichever comes first."""
    other = Database(database_url)
    right, hint = (await question(house)).key, words((await question(house)).hint)
    await house.ask(Answer(1, right), GRACE)

    async def close() -> None:
        for _ in range(head_start * 10):
            await asyncio.sleep(0)
        await House(other, house.bank, house.time, house.platforms).ask("reveal")

    said, _ = await asyncio.gather(house.ask(DailyHint(1), GRACE), close())
    async with house.database.reading() as session:
        score = (await session.scalars(select(Score))).one()
    was_shown = hint in said.replace("`", "")
    assert (score.hinted, score.points, len(await used(house))) == ((True, 8, 1) if was_shown else (False, 10, 0))
    await other.close()


async def test_a_press_on_the_hint_of_a_held_question_proves_that_it_stands(
    database: Database, hinting: Bank, time: Time
) -> None:
    platform = Memory()
    house = House(database, hinting, time, [platform])
    await house.ask("setup at:09:00 zone:UTC days:daily")
    time.set("2026-11-23 09:00")
    platform.fail(Unclear("the connection was lost"), after=True)
    platform.looks = Refused("history may not be read", lasting=True)
    for _ in range(2):
        await house.delivery.sweep()
        time.pass_(minutes=2)
    assert "That question is not here" in await house.ask(DailyHint(1), GRACE), "a private button proves nothing"
    said = await house.ask(DailyHint(1), GRACE, PLACE, Posted(PLACE, "0"))
    assert words((await question(house)).hint) in said.replace("`", "")
    async with house.database.reading() as session:
        posting = (await session.scalars(select(Posting).where(Posting.round_id == 1))).one()
    assert (posting.state, posting.message) == (PostingState.SENT, "0")
    assert len(await used(house)) == 1


async def test_a_press_on_a_copy_of_the_question_has_it_removed(house: House) -> None:
    await house.ask(DailyHint(1), GRACE, PLACE, Posted(PLACE, "7"))
    async with house.database.reading() as session:
        query = select(Posting).where(Posting.round_id == 1, Posting.message == "0")
        posting = (await session.scalars(query)).one()
    assert posting.sweep_at is not None


async def test_who_plays_alone_may_reveal_from_the_hint_once_they_have_answered(
    database: Database, hinting: Bank, time: Time
) -> None:
    house = House(database, hinting, time, [Memory()])
    await house.quiz.open_house(PLACE, ADA, "UTC")
    await house.delivery.sweep()
    assert "Reveal the answer" not in await house.ask(DailyHint(1), ADA)
    await house.ask(Answer(1, "A"), ADA)
    assert "Reveal the answer" in await house.ask(DailyHint(1), ADA)
