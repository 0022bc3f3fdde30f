"""How many have answered, on the question's own message, in few edits."""

import asyncio
import itertools
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, event

from bot.bank import Bank
from bot.cards.model import Card
from bot.domain.identity import Place, Posted
from bot.ports import Refused, Unclear
from bot.store.database import Database
from bot.wire import decode
from tests.house import ADA, GRACE, WORKSPACE, House, Time
from tests.tallying import Edited, answer, pass_by, shown, states


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


@pytest.fixture
def written() -> Iterator[list[str]]:
    """Every change of the postings from now on."""
    found: list[str] = []

    def look(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith(("INSERT INTO posting", "UPDATE posting", "DELETE FROM posting")):
            found.append(statement)

    event.listen(Engine, "before_cursor_execute", look)
    yield found
    event.remove(Engine, "before_cursor_execute", look)


async def test_the_question_says_how_many_have_answered(house: House, platform: Edited, time: Time) -> None:
    question = platform.messages[0].card
    await answer(house, 1)
    await pass_by(house, time, 25)
    assert platform.edits == []
    await pass_by(house, time, 5)
    assert "Closes Tue 24 Nov, 09:00 Europe/Berlin. 1 answered so far." in shown(platform)
    [edited] = platform.edits
    assert (edited.title, edited.blocks[:-1]) == (question.title, question.blocks[:-1])
    await answer(house, 2, 3)
    await pass_by(house, time, 60)
    assert "3 answered so far" in shown(platform)
    assert len(platform.edits) == 2
    assert await states(house) == ["sent"]


@pytest.mark.parametrize("sweep_every", [1, 15])
async def test_a_hundred_answers_in_a_minute_make_at_most_three_edits(
    house: House, platform: Edited, time: Time, sweep_every: int
) -> None:
    edited_at = []
    begin, swept = time.now, time.now
    for number in range(100):
        await answer(house, number)
        time.pass_(seconds=0.6)
        if (time.now - swept).total_seconds() >= sweep_every:
            swept, before = time.now, len(platform.edits)
            await house.delivery.sweep()
            edited_at += [time.now] * (len(platform.edits) - before)
    assert (time.now - begin).total_seconds() == pytest.approx(60)
    await pass_by(house, time, 45)
    assert 1 <= len(platform.edits) <= 3
    assert all((later - earlier).total_seconds() >= 30 for earlier, later in itertools.pairwise(edited_at))
    assert "100 answered so far" in shown(platform)


async def test_all_but_the_first_answer_write_nothing_for_the_tally(house: House, written: list[str]) -> None:
    await answer(house, *range(10))
    assert len(written) == 1
    await answer(house, *range(10), choice="B")
    assert len(written) == 1


async def test_a_changed_mind_makes_no_edit(house: House, platform: Edited, time: Time) -> None:
    await answer(house, 1)
    await pass_by(house, time, 60)
    await answer(house, 1, choice="B")
    await pass_by(house, time, 120)
    assert len(platform.edits) == 1
    assert "1 answered so far" in shown(platform)


async def test_who_answers_while_a_tally_is_being_sent_is_counted_by_the_next(
    house: House, platform: Edited, time: Time
) -> None:
    await answer(house, 1)
    time.pass_(seconds=30)
    platform.free.clear()
    sweep = asyncio.create_task(house.delivery.sweep())
    await platform.begun.wait()
    await answer(house, 2)
    time.pass_(seconds=40)
    await answer(house, 3)
    platform.free.set()
    await sweep
    assert "1 answered so far" in shown(platform)
    await pass_by(house, time, 25)
    assert len(platform.edits) == 1, "not half a minute since the last edit"
    await pass_by(house, time, 60)
    assert "3 answered so far" in shown(platform)
    assert len(platform.edits) == 2


async def test_several_processes_make_one_edit(
    database: Database, bank: Bank, house: House, platform: Edited, time: Time
) -> None:
    await answer(house, 1)
    time.pass_(seconds=30)
    others = [House(database, bank, time, [platform]) for _ in range(4)]
    await asyncio.gather(*(each.delivery.sweep() for each in (house, *others)))
    assert len(platform.edits) == 1


async def test_tallies_let_other_things_of_a_sweep_have_their_turn(
    house: House, platform: Edited, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    platform.at_once = 1
    edit = platform.edit

    async def slow(posted: Posted, card: Card) -> Posted | Refused | Unclear:
        time.pass_(seconds=11)
        return await edit(posted, card)

    monkeypatch.setattr(platform, "edit", slow)
    for channel in ("b", "c"):
        place = Place(WORKSPACE, channel)
        await house.ask("setup at:09:00 zone:Europe/Berlin days:mon-fri", ADA, place)
        await house.ask("post", ADA, place)
        await house.idle()
    for message in platform.messages:
        await house.ask(decode(message.carried()[0]), GRACE, message.place)
    time.pass_(seconds=30)
    for edits in (1, 2, 3):
        await house.delivery.sweep()
        assert len(platform.edits) == edits
