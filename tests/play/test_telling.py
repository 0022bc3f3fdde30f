"""Keepers are told of a trouble once and in private; a drill that fails for days stops trying."""

import pytest
from sqlalchemy import text

from bot.bank import Bank
from bot.cards import text as plain
from bot.cards.model import Buttons, Card
from bot.commands import Help
from bot.domain.identity import Person, Place, Workspace
from bot.ports import Refused, Unclear
from bot.store.database import Database
from tests.fakes.memory import Killed, Memory
from tests.house import ADA, GRACE, PLACE, WORKSPACE, House, Time

GONE = Refused("missing access", lasting=True)
LOST = Unclear("the connection was lost")
DAYS = ("23", "24", "25", "26", "27")


@pytest.fixture
def platform() -> Memory:
    return Memory()


@pytest.fixture
async def house(database: Database, bank: Bank, time: Time, platform: Memory) -> House:
    """A weekday drill at nine in Berlin that Ada has set up on a Sunday."""
    house = House(database, bank, time, [platform])
    await house.ask("setup at:09:00 zone:Europe/Berlin days:mon-fri")
    return house


async def days_of_refusal(house: House, platform: Memory, time: Time, days: tuple[str, ...]) -> None:
    """So many mornings at which the question is refused, each with some sweeps more."""
    for day in days:
        time.set(f"2026-11-{day} 08:00")
        platform.faults = [(GONE, False)] * 5
        for _ in range(3):
            await house.delivery.sweep()
            time.pass_(minutes=5)


def cards(platform: Memory) -> list[Card]:
    """What keepers were told."""
    return [card for _, card in platform.told]


def said(platform: Memory) -> str:
    """The latest thing a keeper was told, as plain text."""
    return plain.render(cards(platform)[-1])


async def test_a_refusal_is_told_once_to_whoever_set_it_up(house: House, platform: Memory, time: Time) -> None:
    await days_of_refusal(house, platform, time, ("23",))
    assert [(who, card.title) for who, card in platform.told] == [("Ada", "The daily question could not be posted")]
    assert "In #general the question could not be posted: missing access." in said(platform)
    assert "/sqla-quiz post` there" in said(platform)
    assert "The next question comes Tue 24 Nov, 09:00 Europe/Berlin." in said(platform)
    await days_of_refusal(house, platform, time, ("24",))
    assert len(platform.told) == 1, "it is the same trouble as the day before"


async def test_no_button_is_about_the_drill(house: House, platform: Memory, time: Time) -> None:
    await days_of_refusal(house, platform, time, DAYS)
    for card in cards(platform):
        [buttons] = [block for block in card.blocks if isinstance(block, Buttons)]
        assert all(isinstance(button.press, Help) for button in buttons.items)
        for button in buttons.items:
            alone = Workspace("memory", "dm-1")
            shown = await house.ask(button.press, Person(alone, "1", "Ada", manages=True), Place(alone, "dm"))
            assert shown.startswith("/sqla-quiz ")


async def test_after_three_days_the_drill_is_paused_and_says_so(house: House, platform: Memory, time: Time) -> None:
    await days_of_refusal(house, platform, time, DAYS)
    assert [card.title for card in cards(platform)] == [
        "The daily question could not be posted",
        "The daily question is paused",
    ]
    assert "`/sqla-quiz resume` there" in said(platform)
    assert "The next question comes" not in said(platform)
    async with house.database.reading() as session:
        states = [*await session.scalars(text("SELECT state FROM round ORDER BY day"))]
    assert states == ["failed"] * 3, "nothing was tried on the fourth day"
    platform.faults.clear()
    time.set("2026-11-30 08:00")
    await house.delivery.sweep()
    assert platform.messages == []


async def test_a_paused_drill_goes_on_when_it_is_mended(house: House, platform: Memory, time: Time) -> None:
    await days_of_refusal(house, platform, time, DAYS)
    platform.faults.clear()
    assert "running" in await house.ask("resume")
    time.set("2026-11-30 08:00")
    await house.delivery.sweep()
    assert [message.card.title for message in platform.messages] == ["Daily question · Monday 30 November"]
    assert len(platform.told) == 2


async def test_started_again_without_a_remedy_it_is_paused_at_the_next_failure(
    house: House, platform: Memory, time: Time
) -> None:
    await days_of_refusal(house, platform, time, DAYS)
    time.set("2026-11-29 08:00")
    await house.ask("resume")
    await days_of_refusal(house, platform, time, ("30",))
    assert [card.title for card in cards(platform)][2:] == ["The daily question is paused"]
    assert "is paused here" in await house.ask("today")


async def test_a_success_in_between_begins_the_count_anew_and_the_trouble_is_told_anew(
    house: House, platform: Memory, time: Time
) -> None:
    await days_of_refusal(house, platform, time, ("23", "24"))
    platform.faults.clear()
    time.set("2026-11-25 08:00")
    await house.delivery.sweep()
    await days_of_refusal(house, platform, time, ("26",))
    assert [card.title for card in cards(platform)] == ["The daily question could not be posted"] * 2
    time.set("2026-11-27 07:00")
    assert "The next question comes" in await house.ask("today")


@pytest.mark.parametrize("word", ["resume", "setup at:09:00"])
async def test_who_starts_it_again_is_told_too(house: House, platform: Memory, time: Time, word: str) -> None:
    barbara = Person(WORKSPACE, "8", "Barbara", manages=True)
    linus = Person(WORKSPACE, "3", "Linus", manages=True)
    await house.ask("resume", linus)
    await house.ask("setup at:09:00", linus)
    await house.ask("stop")
    await house.ask("resume", GRACE)
    await house.ask(word, barbara)
    await days_of_refusal(house, platform, time, ("23",))
    assert [who for who, _ in platform.told] == ["Ada", "Barbara"], "it ran when Linus touched it, and Grace may not"


async def test_of_what_nobody_knows_keepers_are_asked_to_look(house: House, platform: Memory, time: Time) -> None:
    time.set("2026-11-23 08:00")
    platform.fail(LOST, after=True)
    platform.looks = Refused("history may not be read", lasting=True)
    for _ in range(5):
        await house.delivery.sweep()
        time.pass_(minutes=2)
    assert [card.title for card in cards(platform)] == ["The daily question may be missing"]
    assert "[It is there] [Post it now]" in said(platform)


async def test_a_reveal_that_is_refused_is_told_with_its_own_word(house: House, platform: Memory, time: Time) -> None:
    time.set("2026-11-23 08:00")
    await house.delivery.sweep()
    platform.fail(GONE)
    await house.ask("reveal")
    await house.idle()
    assert [card.title for card in cards(platform)] == ["The answer could not be posted"]
    assert "`/sqla-quiz reveal` there" in said(platform)


async def test_a_reveal_refused_in_a_pause_is_not_what_paused_it(house: House, platform: Memory, time: Time) -> None:
    time.set("2026-11-23 08:00")
    await house.delivery.sweep()
    await house.ask("pause")
    platform.fail(GONE)
    await house.ask("reveal")
    await house.idle()
    assert [card.title for card in cards(platform)] == ["The answer could not be posted"]
    assert "until you resume" not in said(platform)


@pytest.mark.usefixtures("house")
async def test_topics_without_a_question_are_told(platform: Memory, database: Database, bank: Bank, time: Time) -> None:
    empty = Bank({"2.1": {}}, bank.topics)
    without = House(database, empty, time, [platform])
    time.set("2026-11-23 08:00")
    await without.delivery.sweep()
    assert "there was nothing to ask" in said(platform)
    assert "`/sqla-quiz setup` there and choose more topics" in said(platform)


async def test_a_time_that_passed_is_no_news(house: House, platform: Memory, time: Time) -> None:
    time.set("2026-11-23 13:00")
    await house.delivery.sweep()
    assert "its time passed" in await house.ask("today")
    assert platform.told == []


@pytest.mark.parametrize("how", [Refused("closed", lasting=True), LOST, RuntimeError("broken")])
async def test_a_keeper_who_cannot_be_told_is_logged_and_left_alone(
    house: House, platform: Memory, time: Time, caplog: pytest.LogCaptureFixture, how: Refused | Unclear | Exception
) -> None:
    platform.closed = how
    await days_of_refusal(house, platform, time, ("23",))
    assert "a keeper of" in caplog.text
    assert len([record for record in caplog.records if "a keeper of" in record.message]) == 1
    platform.closed = None
    await days_of_refusal(house, platform, time, ("24",))
    assert platform.told == []
    assert "missing access" in await house.ask("today")


async def test_a_process_killed_while_telling_tells_nobody_twice(
    database: Database, bank: Bank, house: House, platform: Memory, time: Time
) -> None:
    time.set("2026-11-23 08:00")
    platform.fail(GONE)
    platform.closed = Killed()
    with pytest.raises(Killed):
        await house.delivery.sweep()
    platform.closed = None
    restarted = House(database, bank, time, [platform])
    await restarted.delivery.sweep()
    assert platform.told == []


async def test_where_we_are_no_more_nobody_is_told(house: House, platform: Memory, time: Time) -> None:
    time.set("2026-11-23 08:00")
    platform.fail(GONE)
    async with house.database.writing() as session:
        await session.execute(text("UPDATE drill SET trouble = 'missing access'"))
    await house.quiz.left(WORKSPACE)
    await house.delivery.sweep()
    assert platform.told == []


async def test_nobody_becomes_a_keeper_by_being_told_no(house: House) -> None:
    assert "Only keepers" in await house.ask("setup at:10:00", GRACE, PLACE)
    assert "Only keepers" in await house.ask("pause", GRACE)
    former = Person(WORKSPACE, ADA.id, ADA.name, manages=False)
    assert "Only keepers" in await house.ask("pause", former)


async def test_keepers_who_surely_heard_nothing_are_told_later(house: House, platform: Memory, time: Time) -> None:
    platform.closed = Refused("ratelimited", lasting=False)
    await days_of_refusal(house, platform, time, ("23",))
    assert platform.told == []
    platform.closed = None
    for _ in range(2):
        await house.delivery.sweep()
    assert [who for who, _ in platform.told] == ["Ada"]
    assert "missing access" in said(platform)
