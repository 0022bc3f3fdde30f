"""What a tally must not do: fight with the close, or trouble anybody when it fails."""

import asyncio

import pytest
from sqlalchemy import text

from bot.bank import Bank
from bot.ports import Refused, Unclear
from bot.store.database import Database
from tests.fakes.memory import Killed
from tests.house import House, Time
from tests.tallying import Edited, answer, pass_by, shown, states, stored

GONE = Refused("missing access", lasting=True)
LOST = Unclear("the connection was lost")
DOWN = Refused("no network", lasting=False)
BROKEN = RuntimeError("this card breaks the renderer")


@pytest.fixture
def platform() -> Edited:
    return Edited()


@pytest.fixture
async def house(database: Database, bank: Bank, time: Time, platform: Edited) -> House:
    """A weekday drill at nine in Berlin, its first question just posted."""
    house = House(database, bank, time, [platform])
    await house.ask("setup at:09:00 zone:Europe/Berlin days:mon-fri")
    time.set("2026-11-23 08:00")
    await house.delivery.sweep()
    return house


async def test_no_tally_after_the_close(house: House, platform: Edited, time: Time) -> None:
    await answer(house, 1)
    time.pass_(seconds=30)
    await house.ask("reveal")
    for _ in range(3):
        await house.idle()
        await pass_by(house, time, 60)
    assert [card.title.split(" · ")[-1] for card in platform.edits] == ["closed"]
    assert await states(house) == ["sent"]


async def test_the_closing_waits_while_a_tally_is_being_sent(
    database: Database, bank: Bank, house: House, platform: Edited, time: Time
) -> None:
    await answer(house, 1)
    time.pass_(seconds=30)
    platform.free.clear()
    sweep = asyncio.create_task(house.delivery.sweep())
    await platform.begun.wait()
    await answer(house, 2)  # who is to be counted next, which the close makes needless
    assert "on its way" in await house.ask("reveal")
    other = House(database, bank, time, [platform])
    await other.delivery.sweep()
    assert len(platform.messages) == 1, "the reveal comes after the closing"
    platform.free.set()
    await sweep
    await other.delivery.sweep()
    assert [card.title.split(" · ")[-1] for card in platform.edits] == ["Monday 23 November", "closed"]
    assert platform.messages[0].carried() == []
    assert len(platform.messages) == 2
    await pass_by(house, time, 60)
    assert await states(house) == ["sent"]


async def test_a_tally_of_a_round_that_is_not_open_is_dropped(house: House, platform: Edited) -> None:
    await answer(house, 1)
    async with house.database.writing() as session:
        await session.execute(text("UPDATE round SET state = 'closed'"))
        await session.execute(text("UPDATE posting SET due_at = '2026-11-23 08:00' WHERE kind = 'tally'"))
    await house.delivery.sweep()
    assert platform.edits == []
    assert await states(house) == ["sent"]


@pytest.mark.parametrize("closes", [False, True])
async def test_a_process_killed_while_it_sends_a_tally(
    database: Database, bank: Bank, house: House, platform: Edited, time: Time, closes: bool
) -> None:
    await answer(house, 1)
    time.pass_(seconds=30)
    platform.edit_faults = [Killed()]
    with pytest.raises(Killed):
        await house.delivery.sweep()
    restarted = House(database, bank, time, [platform])
    if closes:
        await restarted.ask("reveal")
    await pass_by(restarted, time, 140)
    assert platform.edits == [], "its lease has not run out"
    await pass_by(restarted, time, 20)
    assert [card.title.endswith("closed") for card in platform.edits] == [closes]
    assert len(platform.messages) == (2 if closes else 1)
    assert await states(restarted) == ["sent"]


@pytest.mark.parametrize("comes", [False, True])
async def test_the_closing_waits_for_an_edit_that_may_still_arrive(
    house: House, platform: Edited, time: Time, comes: bool
) -> None:
    platform.edit_faults = [LOST]
    await answer(house, 1)
    await pass_by(house, time, 30)
    if comes:
        await answer(house, 2)
    assert "on its way" in await house.ask("reveal")
    await pass_by(house, time, 55)
    assert (platform.edits, len(platform.messages)) == ([], 1)
    await pass_by(house, time, 10)
    assert [card.title.endswith("closed") for card in platform.edits] == [True]
    assert len(platform.messages) == 2
    assert await states(house) == ["sent"]


async def test_who_answers_while_an_edit_may_still_arrive_is_counted_after_it(
    house: House, platform: Edited, time: Time
) -> None:
    platform.edit_faults = [LOST]
    await answer(house, 1)
    await pass_by(house, time, 40)
    await answer(house, 2)
    await pass_by(house, time, 60)
    assert "2 answered so far" in shown(platform)
    assert len(platform.edits) == 1
    assert await states(house) == ["sent"]


async def test_who_answers_before_an_edit_is_lost_is_counted_after_it(
    house: House, platform: Edited, time: Time
) -> None:
    await answer(house, 1)
    time.pass_(seconds=30)
    platform.free.clear()
    platform.edit_faults = [LOST]
    sweep = asyncio.create_task(house.delivery.sweep())
    await platform.begun.wait()
    await answer(house, 2)
    time.pass_(seconds=45)
    platform.free.set()
    await sweep
    await pass_by(house, time, 70)
    assert "2 answered so far" in shown(platform)
    assert len(platform.edits) == 1


@pytest.mark.parametrize("fault", [GONE, LOST, DOWN, BROKEN])
async def test_a_tally_that_fails_is_dropped_and_harms_nothing(
    house: House, platform: Edited, time: Time, fault: Refused | Unclear | Exception
) -> None:
    platform.edit_faults = [fault]
    await answer(house, 1)
    await pass_by(house, time, 300)
    assert (platform.edits, platform.edit_faults) == ([], [])
    assert await stored(house, "SELECT state FROM posting WHERE kind = 'tally'") == ["sent"]
    assert await stored(house, "SELECT trouble FROM drill") == [None]
    await answer(house, 2)
    await pass_by(house, time, 60)
    assert "2 answered so far" in shown(platform)
    platform.edit_faults = [fault]
    await answer(house, 3)
    await pass_by(house, time, 60)
    time.set("2026-11-24 08:00")
    await house.delivery.sweep()
    titles = [message.card.title.split(" · ")[-1] for message in platform.messages]
    assert (titles[0], titles[2]) == ("closed", "Tuesday 24 November")


async def test_a_platform_that_asks_for_patience_is_given_it(house: House, platform: Edited, time: Time) -> None:
    platform.edit_faults = [Refused("ratelimited", lasting=False, retry_after=200)]
    await answer(house, 1)
    await pass_by(house, time, 30)
    await answer(house, 2)
    await pass_by(house, time, 195)
    assert platform.edits == []
    await pass_by(house, time, 5)
    assert "2 answered so far" in shown(platform)


async def test_a_question_that_left_the_bank_is_not_counted_and_is_no_trouble(
    database: Database, bank: Bank, house: House, platform: Edited, time: Time
) -> None:
    await answer(house, 1)
    asked = next(q for q in bank.edition("") if q.slug in shown(platform))
    without = Bank({"2.1": {q.slug: q for q in bank.edition("") if q != asked}}, bank.topics)
    after = House(database, without, time, [platform])
    await pass_by(after, time, 60)
    assert platform.edits == []
    assert await stored(after, "SELECT trouble FROM drill") == [None]
    assert await states(after) == ["sent"]


async def test_a_tally_that_cannot_be_prepared_waits_for_the_next_answer(
    house: House, platform: Edited, time: Time, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def breaks(*_: object) -> None:
        raise BROKEN

    await answer(house, 1)
    with monkeypatch.context() as broken:
        broken.setattr("bot.store.answers.count_people", breaks)
        await pass_by(house, time, 60)
    assert "cannot be prepared" in caplog.text
    assert await states(house) == ["sent"]
    await answer(house, 2)
    await pass_by(house, time, 600)
    assert "2 answered so far" in shown(platform)
