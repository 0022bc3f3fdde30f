"""A workspace that was left rests, goes on where we come back in time, and is erased where we do not."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bot.bank import Bank
from bot.commands import Answer, MyStats, Pause
from bot.domain.identity import Person, Place, Workspace
from bot.domain.rounds import PostingState, RoundState
from bot.play.leaving import KEPT, erase
from bot.ports import Refused, Unclear
from bot.store.database import Database
from bot.store.models import Base, Posting, Round
from tests.fakes.memory import Memory
from tests.house import GRACE, PLACE, WORKSPACE, House, Time

OTHER = Workspace("memory", "another")
THERE = Place(OTHER, "general")
KEEPER = Person(OTHER, "9", "Linus", manages=True)
NEVER_MET = Workspace("memory", "never met")


@pytest.fixture
def platform() -> Memory:
    return Memory()


@pytest.fixture
async def house(database: Database, bank: Bank, time: Time, platform: Memory) -> House:
    """Two workspaces, each with a weekday drill at nine in Berlin whose first question is open and answered in one."""
    house = House(database, bank, time, [platform])
    await house.ask("setup at:09:00 zone:Europe/Berlin days:mon-fri")
    await house.ask("setup at:09:00 zone:Europe/Berlin days:mon-fri", KEEPER, THERE)
    time.set("2026-11-23 08:00")
    await house.delivery.sweep()
    await house.ask(Answer(1, "A"), GRACE)
    return house


def titles(platform: Memory, place: Place = PLACE) -> list[str]:
    """What stands in a place."""
    return [message.card.title.split(" · ")[-1] for message in platform.messages if message.place == place]


async def rows(house: House, column: object) -> list[object]:
    """A column of all rounds or postings of the first workspace, oldest first."""
    table = column.class_  # type: ignore[attr-defined]  # a mapped column knows its class
    async with house.database.reading() as session:
        query = select(column).where(table.place_id == 1).order_by(table.id)  # type: ignore[call-overload]  # as above
        return [*await session.scalars(query)]


async def test_nothing_is_done_where_we_are_no_more(house: House, platform: Memory, time: Time) -> None:
    await house.quiz.left(WORKSPACE)
    before = await rows(house, Round.state), await rows(house, Posting.state)
    for day in ("24", "25", "26"):
        time.set(f"2026-11-{day} 08:00")
        await house.delivery.sweep()
    assert titles(platform) == ["Monday 23 November"]
    assert (await rows(house, Round.state), await rows(house, Posting.state)) == before
    assert titles(platform, THERE)[-1] == "Thursday 26 November", "the other workspace goes on"


async def test_what_is_in_doubt_is_not_looked_into(house: House, platform: Memory, time: Time) -> None:
    time.set("2026-11-24 08:00")
    platform.faults = [(Unclear("lost"), False)] * 4
    await house.delivery.sweep()
    await house.quiz.left(WORKSPACE)
    doubtful = await rows(house, Posting.attempt)
    assert PostingState.SENDING in await rows(house, Posting.state)
    for _ in range(20):
        time.pass_(minutes=2)
        await house.delivery.sweep()
    assert await rows(house, Posting.attempt) == doubtful
    assert titles(platform, THERE)[-1] == "Tuesday 24 November"


@pytest.mark.parametrize("stands", [True, False])
async def test_what_may_stand_is_held_when_we_come_back_days_later(
    house: House, platform: Memory, time: Time, stands: bool
) -> None:
    await house.ask("reveal")
    await house.idle()
    time.set("2026-11-24 08:00")
    platform.faults = [(Unclear("lost"), stands)] * 2
    await house.delivery.sweep()
    await house.quiz.left(WORKSPACE)
    before = len(titles(platform))
    time.set("2026-11-26 09:00")
    await house.quiz.joined(WORKSPACE)
    for _ in range(5):
        await house.delivery.sweep()
        time.pass_(minutes=2)
    assert len(titles(platform)) == before, "neither a reveal nor the question again"
    assert (await rows(house, Posting.state)).count(PostingState.HELD) == 1
    time.set("2026-11-27 08:00")
    await house.delivery.sweep()
    assert titles(platform)[-1] == "Friday 27 November"


async def test_a_short_absence_changes_nothing_of_the_open_question(house: House, platform: Memory, time: Time) -> None:
    await house.quiz.left(WORKSPACE)
    time.set("2026-11-23 18:00")
    await house.quiz.joined(WORKSPACE)
    assert house.woken
    time.set("2026-11-24 08:00")
    await house.delivery.sweep()
    assert [title[:13] for title in titles(platform)] == ["closed", titles(platform)[1][:13], "Tuesday 24 No"]
    assert "1 day" in await house.ask(MyStats(), GRACE)


async def test_after_days_one_question_comes_and_nothing_late(house: House, platform: Memory, time: Time) -> None:
    await house.quiz.left(WORKSPACE)
    time.set("2026-11-26 09:00")
    await house.quiz.joined(WORKSPACE)
    await house.delivery.sweep()
    assert titles(platform) == ["closed"], "the question's own message shows its answer, and no message comes late"
    assert await rows(house, Round.state) == [RoundState.CLOSED, RoundState.PLANNED], "Friday, not Thursday"
    assert "1 day" in await house.ask(MyStats(), GRACE), "what was answered in time is scored"
    time.set("2026-11-27 08:00")
    await house.delivery.sweep()
    assert titles(platform) == ["closed", "Friday 27 November"]


async def test_a_reveal_that_was_left_out_comes_when_a_keeper_says_so(
    house: House, platform: Memory, time: Time
) -> None:
    await house.quiz.left(WORKSPACE)
    time.set("2026-11-25 12:00")
    await house.quiz.joined(WORKSPACE)
    await house.idle()
    assert len(titles(platform)) == 1
    assert "on its way" in await house.ask("reveal")
    await house.idle()
    assert titles(platform)[1].startswith("The answer is")


async def test_a_reveal_that_waited_for_another_try_is_not_sent_days_later(
    house: House, platform: Memory, time: Time
) -> None:
    platform.fail(Refused("no network", lasting=False))
    await house.ask("reveal")
    await house.idle()
    await house.quiz.left(WORKSPACE)
    time.set("2026-11-27 12:00")
    await house.quiz.joined(WORKSPACE)
    await house.delivery.sweep()
    assert titles(platform) == ["closed"]


@pytest.mark.parametrize("word", ["me", "home", "pause", "today"])
async def test_whoever_asks_proves_that_we_are_there(house: House, time: Time, word: str) -> None:
    await house.quiz.left(WORKSPACE)
    time.set("2026-11-25 12:00")
    assert (await house.quiz.workspaces("memory"))[WORKSPACE] is False
    said = await house.ask(word)
    assert "went wrong" not in said
    assert await house.quiz.workspaces("memory") == {WORKSPACE: True, OTHER: True}
    assert RoundState.OPEN not in await rows(house, Round.state)
    await house.ask("resume")
    assert RoundState.PLANNED in await rows(house, Round.state)


async def test_what_was_paused_stays_paused(house: House, platform: Memory, time: Time) -> None:
    await house.ask(Pause())
    await house.quiz.left(WORKSPACE)
    time.set("2026-11-25 12:00")
    await house.quiz.joined(WORKSPACE)
    time.set("2026-11-26 08:00")
    await house.delivery.sweep()
    assert titles(platform) == ["closed"]
    assert await rows(house, Round.state) == [RoundState.CLOSED]


async def test_saying_it_twice_or_of_strangers_does_no_harm(house: House, time: Time) -> None:
    async def all_rows() -> list[tuple[object, ...]]:
        async with house.database.reading() as session:
            tables = Base.metadata.sorted_tables
            return [tuple(row) for table in tables for row in await session.execute(select(table))]

    house.woken = False
    await house.quiz.joined(WORKSPACE)
    await house.quiz.joined(NEVER_MET)
    await house.quiz.left(NEVER_MET)
    assert not house.woken
    await house.quiz.left(WORKSPACE)
    once = await all_rows()
    time.pass_(days=20)
    await house.quiz.left(WORKSPACE)
    assert await all_rows() == once, "it is since the first time that we are away"
    await house.quiz.joined(WORKSPACE)
    once = await all_rows()
    await house.quiz.joined(WORKSPACE)
    assert await all_rows() == once


async def test_after_thirty_days_everything_is_erased_and_nothing_else(house: House, time: Time) -> None:
    async def counts() -> dict[str, int]:
        async with house.database.reading() as session:
            tables = Base.metadata.sorted_tables
            return {
                table.name: (await session.execute(select(func.count()).select_from(table))).scalar_one()
                for table in tables
            }

    await house.quiz.left(WORKSPACE)
    left_at = time.now
    time.now = left_at + KEPT - timedelta(seconds=1)
    await house.delivery.sweep()
    kept = await counts()
    assert (kept["workspace"], kept["drill"], kept["answer"]) == (2, 2, 1)
    time.now = left_at + KEPT
    await house.delivery.sweep()
    erased = await counts()
    nobody = int("sqlite" in house.database.url)  # whose rows keep numbers from being given again
    left = (erased["workspace"], erased["place"], erased["drill"], erased["answer"])
    assert left == (1 + nobody, 1 + nobody, 1, 0)
    assert await rows(house, Round.id) == []
    assert await house.quiz.workspaces("memory") == {OTHER: True}
    assert "Nobody has set the daily question up" in await house.ask("today")
    await house.quiz.joined(WORKSPACE)


async def test_whoever_comes_back_in_time_loses_nothing_later(house: House, time: Time) -> None:
    await house.quiz.left(WORKSPACE)
    time.pass_(days=29)
    await house.quiz.joined(WORKSPACE)
    time.pass_(days=40)
    await house.delivery.sweep()
    async with house.database.writing() as session:
        await erase(session, 1, time.now)  # by a sweep that had looked before we came back
    assert await house.quiz.workspaces("memory") == {WORKSPACE: True, OTHER: True}
