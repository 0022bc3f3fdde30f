"""What goes wrong in one round, and what must not follow: nothing lost, nothing told, nobody else kept waiting."""

from dataclasses import replace

import pytest
from sqlalchemy import text, update

from bot.bank import Bank
from bot.commands import Answer, Attempt, Board, Explain, Result
from bot.domain.identity import Person, Place, Posted
from bot.domain.standings import Span
from bot.ports import Refused, Unclear
from bot.store.database import Database
from bot.store.models import Drill
from tests.fakes.memory import Memory
from tests.house import ADA, GRACE, LINUS, PLACE, WORKSPACE, House, Time

GONE = Refused("missing access", lasting=True)
LOST = Unclear("the connection was lost")
DOWN = Refused("no network", lasting=False)
OTHER = Place(WORKSPACE, "other")


@pytest.fixture
def platform() -> Memory:
    return Memory()


@pytest.fixture
async def house(database: Database, bank: Bank, time: Time, platform: Memory) -> House:
    """A weekday drill at nine in Berlin, its first question just posted."""
    house = House(database, bank, time, [platform])
    await house.ask("setup at:09:00 zone:Europe/Berlin days:mon-fri")
    time.set("2026-11-23 08:00")
    await house.delivery.sweep()
    return house


def titles(platform: Memory, place: Place = PLACE) -> list[str]:
    """What stands in a place."""
    return [message.card.title for message in platform.messages if message.place == place]


async def sweep(house: House, time: Time, hours: float, every: float = 5) -> None:
    """Sweep for some hours, every few minutes."""
    for _ in range(int(hours * 60 / every)):
        await house.delivery.sweep()
        time.pass_(minutes=every)


async def test_a_refused_reveal_is_sent_again_when_asked_and_its_day_is_not_asked_twice(
    house: House, platform: Memory
) -> None:
    await house.ask(Answer(1, "B"), GRACE)
    platform.fail(GONE)
    await house.ask("reveal")
    await house.idle()
    assert len(titles(platform)) == 1
    assert "a day has one" in await house.ask("post")
    assert "on its way" in await house.ask("reveal")
    await house.idle()
    assert titles(platform)[1].startswith("The answer is")
    assert "1 day" in await house.ask("me", GRACE)


async def test_a_drill_that_cannot_be_planned_keeps_nobody_waiting(
    house: House, platform: Memory, time: Time, caplog: pytest.LogCaptureFixture
) -> None:
    await house.ask("setup at:09:00 zone:Europe/Berlin days:mon-fri", ADA, OTHER)
    async with house.database.writing() as session:
        await session.execute(update(Drill).where(Drill.place_id == 1).values(zone="Mars/Base"))
    for day in ("24", "25", "26"):
        time.set(f"2026-11-{day} 08:00")
        await house.delivery.sweep()
        await house.delivery.sweep()
    assert titles(platform, OTHER)[-1] == "Daily question · Thursday 26 November"
    assert "Mars/Base" in caplog.text


async def test_an_edit_that_is_never_clear_does_not_keep_the_reveal_back(
    house: House, platform: Memory, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def unclear(*_: object) -> Unclear:
        return LOST

    monkeypatch.setattr(platform, "edit", unclear)
    time.set("2026-11-24 08:00")
    await sweep(house, time, hours=8)
    assert any(title.startswith("The answer is") for title in titles(platform))


async def test_a_reveal_that_always_breaks_does_not_block_the_place(
    house: House, platform: Memory, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    post = platform.post

    async def picky(place: Place, card: object, key: str, under: Posted | None) -> Posted | Refused | Unclear:
        if key.startswith("q1:result"):
            raise RuntimeError("this card breaks the renderer")
        return await post(place, card, key, under)  # type: ignore[arg-type]

    monkeypatch.setattr(platform, "post", picky)
    time.set("2026-11-24 08:00")
    await sweep(house, time, hours=52)
    assert titles(platform)[-1] == "Daily question · Thursday 26 November"


async def test_a_long_outage_delays_the_reveal_and_loses_nothing(house: House, platform: Memory, time: Time) -> None:
    await house.ask(Answer(1, "B"), GRACE)
    time.set("2026-11-24 08:00")
    for _ in range(400):
        platform.fail(DOWN)
    await sweep(house, time, hours=2)
    assert len(titles(platform)) == 1
    platform.faults.clear()
    await sweep(house, time, hours=0.5)
    assert [title.split(" · ")[0][:10] for title in titles(platform)] == ["Daily ques", "The answer", "Daily ques"]


async def test_a_history_that_cannot_be_read_for_an_hour_is_asked_again(
    house: House, platform: Memory, time: Time
) -> None:
    time.set("2026-11-24 08:00")
    platform.fail(LOST, after=True)
    platform.looks = LOST
    await sweep(house, time, hours=1)
    platform.looks = None
    await sweep(house, time, hours=1)
    assert [title[:10] for title in titles(platform)] == ["Daily ques", "The answer", "Daily ques"]


async def test_nothing_is_told_of_a_question_that_stands_although_nobody_confirmed_it(
    house: House, platform: Memory, time: Time, bank: Bank
) -> None:
    time.set("2026-11-24 08:00")
    await house.delivery.sweep()
    time.set("2026-11-25 08:00")
    platform.faults = [(LOST, True)]
    platform.looks = Refused("history may not be read", lasting=True)
    await house.ask("reveal")
    await house.idle()
    time.set("2026-11-26 08:00")
    platform.faults = [(LOST, True)]
    await sweep(house, time, hours=1)
    standing = next(q for q in bank.edition("") if q.slug in platform.messages[-1].text())
    for command in (Explain(standing.slug), Attempt(standing.slug, "A")):
        assert standing.explanation[:40] not in await house.ask(command, GRACE)


async def test_two_channels_of_a_workspace_never_ask_the_same_at_once(
    house: House, platform: Memory, time: Time
) -> None:
    await house.ask("setup at:15:00 zone:Europe/Berlin days:mon-fri", ADA, OTHER)
    for day in ("23", "24", "25", "26", "27"):
        for hour in ("08", "14"):
            time.set(f"2026-11-{day} {hour}:00")
            await house.delivery.sweep()
            still_open = [
                message.text().split("`")[-2] for message in platform.messages if "Answer in private" in message.text()
            ]
            slugs = [
                next(q.slug for q in house.bank.edition("") if q.slug in message.text())
                for message in platform.messages
                if "Answer in private" in message.text()
            ]
            assert len(slugs) == len(set(slugs)), still_open


async def test_a_round_that_was_never_posted_has_no_result(house: House, platform: Memory, time: Time) -> None:
    await house.ask("reveal")
    await house.idle()
    time.set("2026-11-24 08:00")
    assert "is not here" in await house.ask(Result(2), GRACE), "it is planned"
    platform.fail(GONE)
    await house.delivery.sweep()
    assert "is not here" in await house.ask(Result(2), GRACE), "it was refused"
    assert "sat this one out" in await house.ask(Result(1), GRACE)


@pytest.mark.parametrize("word", ["pause", "stop"])
async def test_what_is_paused_is_not_tried_again(house: House, platform: Memory, time: Time, word: str) -> None:
    await house.ask("reveal")
    await house.idle()
    time.set("2026-11-24 08:00")
    platform.fail(DOWN)
    await house.delivery.sweep()
    await house.ask(word)
    await sweep(house, time, hours=1)
    assert [title.split(" · ")[-1] for title in titles(platform)] == ["closed", titles(platform)[1]]


async def test_a_question_waits_for_the_open_one_without_losing_its_day(
    house: House, platform: Memory, time: Time
) -> None:
    await house.ask("setup at:04:00")
    time.set("2026-11-24 03:00")
    await sweep(house, time, hours=5.5)
    assert titles(platform)[-1] == "Daily question · Tuesday 24 November"


async def test_a_refusal_just_before_midnight_does_not_lose_the_day(
    database: Database, bank: Bank, time: Time, platform: Memory
) -> None:
    house = House(database, bank, time, [platform])
    await house.ask("setup at:09:00 zone:UTC days:daily")
    time.set("2026-11-23 23:59:55")
    platform.fail(DOWN)
    await house.ask("post")
    await house.idle()
    time.pass_(minutes=1)
    await house.delivery.sweep()
    assert titles(platform) == ["Daily question · Monday 23 November"]


async def test_a_press_on_a_question_that_waits_for_another_try_proves_that_it_stands(
    house: House, platform: Memory, time: Time
) -> None:
    await house.ask("reveal")
    await house.idle()
    time.set("2026-11-24 08:00")
    platform.faults = [(LOST, False), (DOWN, False)]
    await sweep(house, time, hours=0.1, every=1)
    before = len(platform.messages)
    said = await house.ask(Answer(2, "A"), GRACE, PLACE, Posted(PLACE, "77"))
    assert "Recorded: A" in said
    await sweep(house, time, hours=1)
    assert len(platform.messages) == before


async def test_once_more_and_refused_is_still_in_doubt(house: House, platform: Memory, time: Time) -> None:
    await house.ask("reveal")
    await house.idle()
    time.set("2026-11-24 08:00")
    platform.faults = [(LOST, True)]
    platform.looks = Refused("history may not be read", lasting=True)
    await sweep(house, time, hours=0.1, every=2)
    platform.fail(GONE)
    assert "once more" in await house.ask("post")
    await house.idle()
    assert "Recorded: A" in await house.ask(Answer(2, "A"), GRACE, PLACE, Posted(PLACE, "2"))


async def test_the_board_of_the_last_question_is_there_after_its_close(house: House, time: Time) -> None:
    await house.ask(Answer(1, "B"), GRACE)
    time.set("2026-11-24 08:00")
    await house.delivery.sweep()
    assert "Grace" in await house.ask(Board(span=Span.DAY), LINUS)


async def test_points_follow_the_key_that_was_asked_with(
    house: House, platform: Memory, database: Database, bank: Bank, time: Time
) -> None:
    asked = next(q for q in bank.edition("") if q.slug in platform.messages[0].text())
    letter = asked.key
    await house.ask(Answer(1, letter, sure=True), GRACE)
    turned = replace(asked, key="ABCD".replace(letter, "")[0])
    deployed = Bank({"2.1": dict(bank.editions["2.1"]) | {asked.slug: turned}}, bank.topics)
    after = House(database, deployed, time, [platform])
    time.set("2026-11-24 08:00")
    await after.delivery.sweep()
    assert "11 points" in await after.ask("board", GRACE)


async def test_a_question_taken_from_the_bank_while_open_is_still_scored(
    house: House, platform: Memory, database: Database, bank: Bank, time: Time
) -> None:
    asked = next(q for q in bank.edition("") if q.slug in platform.messages[0].text())
    await house.ask(Answer(1, asked.key), GRACE)
    without = Bank({"2.1": {q.slug: q for q in bank.edition("") if q != asked}}, bank.topics)
    after = House(database, without, time, [platform])
    assert "went wrong" not in await after.ask("today", GRACE)
    assert "went wrong" not in await after.ask(Answer(1, "A"), LINUS)
    time.set("2026-11-24 08:00")
    await after.delivery.sweep()
    assert "10 points" in await after.ask("board", GRACE)
    assert titles(platform)[-1] == "Daily question · Tuesday 24 November"


async def test_a_skipped_question_is_asked_another_time(house: House, platform: Memory, time: Time) -> None:
    await house.ask("reveal")
    await house.idle()
    time.set("2026-11-24 08:00")
    for _ in range(100):
        platform.fail(DOWN)
    await sweep(house, time, hours=4)
    assert "its time passed" in await house.ask("today")
    async with house.database.reading() as session:
        [skipped] = await session.scalars(text("SELECT question FROM round WHERE state = 'skipped'"))
    platform.faults.clear()
    time.set("2026-11-25 08:00")
    await house.delivery.sweep()
    assert skipped in platform.messages[-1].text()


async def test_who_loses_the_right_to_manage_loses_the_drill(house: House) -> None:
    former = Person(WORKSPACE, ADA.id, ADA.name, manages=False)
    assert "Only keepers" in await house.ask("pause", former)
