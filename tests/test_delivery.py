"""Posting exactly once, through every way in which it can go wrong."""

import asyncio

import pytest
from sqlalchemy import select

from bot.bank import Bank
from bot.commands import Answer, Result
from bot.domain.identity import Place, Posted
from bot.domain.rounds import PostingKind, PostingState, RoundState
from bot.ports import Refused, Unclear
from bot.store.database import Database
from bot.store.models import Posting, Round
from tests.fakes.memory import Killed, Memory
from tests.house import ADA, GRACE, PLACE, WORKSPACE, House, Time

LOST = Unclear("the connection was lost")


@pytest.fixture
def platform() -> Memory:
    return Memory()


@pytest.fixture
async def house(database: Database, bank: Bank, time: Time, platform: Memory) -> House:
    """A drill at nine in Berlin on weekdays, set up on a Sunday."""
    house = House(database, bank, time, [platform])
    assert "set up" in await house.ask("setup at:09:00 zone:Europe/Berlin days:mon-fri")
    return house


async def test_the_question_comes_once_at_its_local_time(house: House, platform: Memory, time: Time) -> None:
    time.set("2026-11-23 07:59:59")
    await house.delivery.sweep()
    assert platform.messages == []
    time.set("2026-11-23 08:00")
    for _ in range(3):
        await house.delivery.sweep()
    assert [message.card.title for message in platform.messages] == ["Daily question · Monday 23 November"]


async def test_friday_closes_on_monday_and_each_reveal_precedes_the_next_question(
    house: House, platform: Memory, time: Time
) -> None:
    titles = []
    for moment in ("2026-11-27 08:00", "2026-11-28 08:00", "2026-11-29 08:00", "2026-11-30 08:00"):
        time.set(moment)
        await house.delivery.sweep()
        titles.append([message.card.title for message in platform.messages])
    assert titles[0] == titles[1] == titles[2] == ["Daily question · Friday 27 November"]
    closed, reveal, opened = titles[3]
    assert closed == "Daily question · Friday 27 November · closed"
    assert reveal.startswith("The answer is ")
    assert opened == "Daily question · Monday 30 November"
    assert platform.messages[0].carried() == []


async def test_a_reveal_replies_to_its_own_question(house: House, platform: Memory, time: Time) -> None:
    for day in (23, 24, 25):
        time.set(f"2026-11-{day} 08:00")
        await house.delivery.sweep()
    questions = [number for number, message in enumerate(platform.messages) if message.card.title.startswith("Daily")]
    replies = [message.under for message in platform.messages if message.card.title.startswith("The ")]
    assert replies == [Posted(PLACE, str(number)) for number in questions[:2]]
    assert all(platform.messages[number].under is None for number in questions)


@pytest.mark.parametrize("sweepers", [2, 5])
async def test_several_processes_may_sweep_at_once(
    database: Database, bank: Bank, house: House, platform: Memory, time: Time, sweepers: int
) -> None:
    time.set("2026-11-23 08:00")
    others = [House(database, bank, time, [platform]) for _ in range(sweepers)]
    await asyncio.gather(*(each.delivery.sweep() for each in (house, *others)))
    assert len(platform.messages) == 1


async def test_a_refusal_is_tried_again_later(house: House, platform: Memory, time: Time) -> None:
    time.set("2026-11-23 08:00")
    platform.fail(Refused("ratelimited", lasting=False, retry_after=40))
    await house.delivery.sweep()
    time.pass_(seconds=39)
    await house.delivery.sweep()
    assert platform.messages == []
    time.pass_(seconds=1)
    await house.delivery.sweep()
    assert len(platform.messages) == 1


async def test_a_lasting_refusal_ends_the_day_and_is_told_to_keepers_alone(
    house: House, platform: Memory, time: Time
) -> None:
    time.set("2026-11-23 08:00")
    platform.fail(Refused("missing access", lasting=True))
    for _ in range(3):
        await house.delivery.sweep()
        time.pass_(minutes=5)
    assert platform.messages == []
    assert "missing access" in await house.ask("today", ADA)
    assert "missing access" not in await house.ask("today", GRACE)
    time.set("2026-11-24 08:00")
    await house.delivery.sweep()
    assert len(platform.messages) == 1
    time.set("2026-11-25 09:00")
    assert "missing access" not in await house.ask("today", ADA)


async def test_a_lost_answer_after_the_post_is_found_and_not_posted_again(
    house: House, platform: Memory, time: Time
) -> None:
    time.set("2026-11-23 08:00")
    platform.fail(LOST, after=True)
    await house.delivery.sweep()
    time.pass_(seconds=61)
    await house.delivery.sweep()
    assert len(platform.messages) == 1
    assert "Daily question" in await house.ask("today", GRACE)


async def test_a_lost_answer_before_the_post_is_posted_after_two_looks(
    house: House, platform: Memory, time: Time
) -> None:
    time.set("2026-11-23 08:00")
    platform.fail(LOST, after=False)
    await house.delivery.sweep()
    time.pass_(seconds=61)
    await house.delivery.sweep()
    assert platform.messages == [], "one look is not enough"
    time.pass_(seconds=31)
    await house.delivery.sweep()
    assert len(platform.messages) == 1


async def test_a_platform_that_cannot_be_asked_for_a_while_is_asked_again(
    house: House, platform: Memory, time: Time
) -> None:
    time.set("2026-11-23 08:00")
    platform.fail(LOST, after=True)
    platform.looks = LOST
    for _ in range(3):
        await house.delivery.sweep()
        time.pass_(seconds=61)
    platform.looks = None
    await house.delivery.sweep()
    assert len(platform.messages) == 1
    assert "Daily question" in await house.ask("today", GRACE)


@pytest.mark.parametrize("stands", [True, False])
async def test_a_process_killed_while_sending(
    database: Database, bank: Bank, house: House, platform: Memory, time: Time, stands: bool
) -> None:
    time.set("2026-11-23 08:00")
    platform.fail(Killed(), after=stands)
    with pytest.raises(Killed):
        await house.delivery.sweep()
    restarted = House(database, bank, time, [platform])
    for _ in range(12):
        time.pass_(seconds=20)
        await restarted.delivery.sweep()
    assert len(platform.messages) == 1
    assert "Daily question" in await restarted.ask("today", GRACE)


async def test_where_the_platform_cannot_be_asked_a_keeper_decides(house: House, platform: Memory, time: Time) -> None:
    time.set("2026-11-23 08:00")
    platform.fail(LOST, after=False)
    platform.looks = Refused("history may not be read", lasting=True)
    for _ in range(10):
        await house.delivery.sweep()
        time.pass_(minutes=2)
    assert platform.messages == []
    assert "history may not be read" in await house.ask("today", ADA)
    assert "once more" in await house.ask("post", ADA)
    await house.idle()
    assert len(platform.messages) == 1


async def test_a_press_on_a_held_question_proves_that_it_stands(house: House, platform: Memory, time: Time) -> None:
    time.set("2026-11-23 08:00")
    platform.fail(LOST, after=True)
    platform.looks = Refused("history may not be read", lasting=True)
    await house.delivery.sweep()
    time.pass_(minutes=2)
    await house.delivery.sweep()
    assert "Recorded: A" in await house.ask(Answer(1, "A"), GRACE, PLACE, Posted(PLACE, "0"))
    time.set("2026-11-24 08:00")
    await house.delivery.sweep()
    assert platform.messages[0].card.title.endswith("closed"), "the adopted message is the one that is edited"


async def test_a_press_on_a_held_reveal_proves_that_it_stands(house: House, platform: Memory, time: Time) -> None:
    async def known() -> tuple[PostingState, str | None, RoundState]:
        async with house.database.reading() as session:
            query = select(Posting.state, Posting.message, Round.state).join(Round, Posting.round_id == Round.id)
            state, message, this = (await session.execute(query.where(Posting.kind == PostingKind.REVEAL))).one()
            return state, message, this

    time.set("2026-11-23 08:00")
    await house.delivery.sweep()
    time.set("2026-11-24 08:00")
    platform.fail(LOST, after=True)
    platform.looks = Refused("history may not be read", lasting=True)
    for _ in range(2):
        await house.delivery.sweep()
        time.pass_(minutes=2)
    assert await known() == (PostingState.HELD, None, RoundState.CLOSED)
    elsewhere = Place(WORKSPACE, "elsewhere")
    await house.ask(Result(1), GRACE, elsewhere, Posted(elsewhere, "1"))
    assert await known() == (PostingState.HELD, None, RoundState.CLOSED), "that is no message of this round"
    assert "You did not answer" in await house.ask(Result(1), GRACE, PLACE, Posted(PLACE, "1"))
    assert await known() == (PostingState.SENT, "1", RoundState.REVEALED)


async def test_a_press_on_a_reveal_whose_round_is_open_again_leaves_that_to_be_closed(house: House, time: Time) -> None:
    """As after a restore: closed first, for its points."""
    time.set("2026-11-23 08:00")
    await house.delivery.sweep()
    await house.ask(Answer(1, "A"), GRACE)
    async with house.database.writing() as session:
        this = await session.get_one(Round, 1)
        again = Posting(round_id=1, place_id=this.place_id, kind=PostingKind.REVEAL, due_at=time.now, attempt=1)
        again.state, again.lease_until = PostingState.SENDING, time.now
        session.add(again)
    await house.ask(Result(1), GRACE, PLACE, Posted(PLACE, "1"))
    async with house.database.reading() as session:
        assert (await session.get_one(Round, 1)).state is RoundState.OPEN


async def test_downtime_within_the_grace_posts_late_and_beyond_it_skips(
    house: House, platform: Memory, time: Time
) -> None:
    time.set("2026-11-23 10:59")
    await house.delivery.sweep()
    assert len(platform.messages) == 1
    time.set("2026-11-24 11:01")
    await house.delivery.sweep()
    assert [m.card.title.split(" · ")[-1] for m in platform.messages] == ["closed", platform.messages[1].card.title]
    time.set("2026-11-25 08:00")
    await house.delivery.sweep()
    assert platform.messages[-1].card.title == "Daily question · Wednesday 25 November"


async def test_a_week_of_downtime_brings_one_question_not_five(house: House, platform: Memory, time: Time) -> None:
    time.set("2026-11-30 08:10")
    await house.delivery.sweep()
    assert [message.card.title for message in platform.messages] == ["Daily question · Monday 30 November"]


async def test_a_changed_time_moves_what_is_planned_but_never_repeats_a_day(
    house: House, platform: Memory, time: Time
) -> None:
    time.set("2026-11-23 08:00")
    await house.delivery.sweep()
    await house.ask("setup at:18:00")
    time.set("2026-11-23 17:00")
    await house.delivery.sweep()
    assert len(platform.messages) == 1
    time.set("2026-11-24 08:00")
    await house.delivery.sweep()
    assert len(platform.messages) == 2, "the open question closes and is revealed when it said it would"
    time.set("2026-11-24 17:00")
    await house.delivery.sweep()
    assert platform.messages[-1].card.title == "Daily question · Tuesday 24 November"


async def test_a_wait_that_the_platform_names_does_not_grow(house: House, platform: Memory, time: Time) -> None:
    time.set("2026-11-23 08:00")
    for _ in range(6):
        platform.fail(Refused("ratelimited", lasting=False, retry_after=2))
        await house.delivery.sweep()
        time.pass_(seconds=2)
    await house.delivery.sweep()
    assert len(platform.messages) == 1
