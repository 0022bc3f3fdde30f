"""A thread under the reveal, where the drill wants one: opened once, and no harm to anything if it cannot be."""

from dataclasses import dataclass, field

import pytest
from sqlalchemy import text

from bot.bank import Bank
from bot.cards.revealing import discussion
from bot.commands import Setup
from bot.domain.identity import Posted
from bot.ports import Refused, Unclear
from bot.store.database import Database
from tests.fakes.memory import Killed, Memory
from tests.house import ADA, GRACE, House, Time

FORBIDDEN = Refused("403 Forbidden: Missing Permissions", lasting=True)
LOST = Unclear("the connection was lost")
DOWN = Refused("no network", lasting=False)


@dataclass
class Talking(Memory):
    """A platform whose threads fail as told, used up one by one; with `after` the thread stands all the same."""

    asked: list[Posted] = field(default_factory=list)
    thread_faults: list[tuple[Refused | Unclear | BaseException, bool]] = field(default_factory=list)

    async def discuss(self, posted: Posted, title: str) -> Posted | Refused | Unclear:
        """Open a thread, or fail."""
        self.asked.append(posted)
        how, after = self.thread_faults.pop(0) if self.thread_faults else (None, True)
        if after:
            await super().discuss(posted, title)
        if isinstance(how, BaseException):
            raise how
        return how or posted


@pytest.fixture
def platform() -> Talking:
    return Talking()


@pytest.fixture
async def house(database: Database, bank: Bank, time: Time, platform: Talking) -> House:
    """A weekday drill at nine in Berlin that wants threads, its first question just posted."""
    house = House(database, bank, time, [platform])
    assert "a thread under each answer" in await house.ask(
        "setup at:09:00 zone:Europe/Berlin days:mon-fri discussion:on"
    )
    time.set("2026-11-23 08:00")
    await house.delivery.sweep()
    return house


async def trouble(house: House) -> object:
    """What the keepers of the drill are told."""
    async with house.database.reading() as session:
        [told] = await session.scalars(text("SELECT trouble FROM drill"))
        return told


async def next_day(house: House, time: Time, day: int = 24, minutes: int = 10) -> None:
    """The next question's time comes, and some minutes after it pass."""
    time.set(f"2026-11-{day} 08:00")
    for _ in range(minutes):
        await house.delivery.sweep()
        time.pass_(minutes=1)


async def test_a_reveal_opens_a_thread_called_after_its_question(
    house: House, platform: Talking, time: Time, bank: Bank
) -> None:
    asked = next(q for q in bank.edition("") if q.slug in platform.messages[0].text())
    await next_day(house, time)
    assert [message.card.title[:10] for message in platform.messages] == ["Daily ques", "The answer", "Daily ques"]
    assert platform.threads == {"1": discussion(asked)}
    assert len(platform.asked) == 1


async def test_nobody_gets_threads_unasked(database: Database, bank: Bank, time: Time, platform: Talking) -> None:
    house = House(database, bank, time, [platform])
    assert "no threads" in await house.ask("setup at:09:00 zone:Europe/Berlin days:mon-fri")
    time.set("2026-11-23 08:00")
    await house.delivery.sweep()
    await next_day(house, time)
    assert len(platform.messages) == 3
    assert platform.asked == []


async def test_threads_are_turned_off_and_on_again(house: House, platform: Talking, time: Time) -> None:
    assert "no threads" in await house.ask("setup discussion:off")
    await next_day(house, time, 24)
    assert platform.threads == {}
    assert "a thread under each answer" in await house.ask("setup discussion:ON")
    assert "a thread under each answer" in await house.ask("setup days:daily"), "what is not said stays"
    await next_day(house, time, 25)
    assert len(platform.threads) == 1


async def test_what_is_neither_on_nor_off_changes_nothing(house: House) -> None:
    assert "cannot be given “maybe”" in await house.ask("setup discussion:maybe")
    said = await house.ask(Setup(discussion="maybe"))
    assert "Nothing was changed" in said
    assert "`on` or `off`" in said
    assert "Only keepers" in await house.ask("setup discussion:off", GRACE)


@pytest.mark.parametrize("stands", [True, False])
async def test_a_lost_answer_opens_one_thread(house: House, platform: Talking, time: Time, stands: bool) -> None:
    platform.thread_faults = [(LOST, stands)]
    await next_day(house, time)
    assert len(platform.threads) == 1
    assert len(platform.asked) == 2
    assert await trouble(house) is None


async def test_a_refusal_that_passes_is_tried_again(house: House, platform: Talking, time: Time) -> None:
    platform.thread_faults = [(DOWN, False)] * 3
    await next_day(house, time)
    assert len(platform.threads) == 1
    assert await trouble(house) is None


async def test_a_process_killed_while_it_opens_a_thread(
    database: Database, bank: Bank, house: House, platform: Talking, time: Time
) -> None:
    platform.thread_faults = [(Killed(), True)]
    time.set("2026-11-24 08:00")
    with pytest.raises(Killed):
        await house.delivery.sweep()
    restarted = House(database, bank, time, [platform])
    await next_day(restarted, time)
    assert len(platform.threads) == 1
    assert len(platform.asked) == 2
    assert len(platform.messages) == 3


async def test_a_lasting_refusal_is_told_with_the_way_out_and_harms_no_reveal(
    house: House, platform: Talking, time: Time
) -> None:
    platform.thread_faults = [(FORBIDDEN, False)]
    await next_day(house, time)
    assert [message.card.title[:10] for message in platform.messages] == ["Daily ques", "The answer", "Daily ques"]
    assert platform.threads == {}
    await house.ask("reveal")
    platform.thread_faults = [(FORBIDDEN, False)]
    await house.idle()
    said = await house.ask("today", ADA)
    for words in (
        "no thread could be opened",
        "Missing Permissions",
        "let the quiz create public threads",
        "setup disc",
    ):
        assert words in said
    assert "thread" not in await house.ask("today", GRACE)
    await house.ask("setup discussion:off")
    assert await trouble(house) is None


async def test_the_trouble_ends_with_the_first_thread_that_is_opened(
    house: House, platform: Talking, time: Time
) -> None:
    platform.thread_faults = [(FORBIDDEN, False)]
    await next_day(house, time, 24)
    assert "no thread could be opened" in str(await trouble(house)), "a question that is posted says nothing about it"
    await next_day(house, time, 25)
    assert len(platform.threads) == 1
    assert await trouble(house) is None


async def test_a_question_that_is_refused_matters_more(house: House, platform: Talking, time: Time) -> None:
    platform.thread_faults = [(FORBIDDEN, False)] * 2
    await next_day(house, time, 24)
    await house.ask("reveal")
    await house.idle()
    platform.fail(Refused("missing access", lasting=True))
    await next_day(house, time, 25)
    assert await trouble(house) == "missing access"


async def test_a_failure_that_says_too_much_can_be_stored(house: House, platform: Talking, time: Time) -> None:
    platform.thread_faults = [(Refused("x" * 999, lasting=True), False)]
    await next_day(house, time)
    assert len(str(await trouble(house))) <= 255


def test_every_title_is_short_and_plain(bank: Bank) -> None:
    titles = [discussion(question) for version in bank.versions for question in bank.edition(version)]
    assert all(20 < len(title) <= 100 and title.startswith("Discussion: ") for title in titles)
    assert not any(mark in title for title in titles for mark in ("`", "**", "\n"))


async def test_no_thread_is_opened_once_they_are_switched_off(house: House, platform: Talking, time: Time) -> None:
    platform.thread_faults = [(DOWN, False)]
    await house.ask("reveal")
    await house.delivery.sweep()
    await house.ask("setup discussion:off")
    await next_day(house, time)
    assert len(platform.asked) == 1
    assert await trouble(house) is None
