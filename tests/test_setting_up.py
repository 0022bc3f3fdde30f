"""Running a drill, beyond its times and topics: keepers, pauses that end, previews, and whom a question notifies."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.bank import Bank
from bot.cards.model import Card, Form
from bot.commands import Answer, Keepers, Pause, Preview, Setup
from bot.domain.identity import Person, Place
from bot.store import drills, models
from bot.store.database import Database
from tests.fakes.memory import Memory
from tests.house import ADA, GRACE, LINUS, PLACE, WORKSPACE, House, Time


@pytest.fixture
async def house(database: Database, bank: Bank, time: Time) -> House:
    """A drill on weekdays at nine in UTC, set up on a Sunday by Ada, who manages the workspace."""
    house = House(database, bank, time, [Memory()])
    assert "is set up" in await house.ask("setup at:9:00 zone:UTC days:mon-fri")
    return house


def messages(house: House) -> list[Card]:
    """What was posted."""
    memory = house.platforms[0]
    assert isinstance(memory, Memory)
    return [message.card for message in memory.messages]


async def test_a_keeper_named_by_a_manager_may_administer_and_name_others(house: House) -> None:
    assert "Nobody is named as its keeper." in await house.ask(Keepers())
    assert "Only keepers" in await house.ask(Keepers(add="3 Linus"), GRACE)
    assert "Kept by Grace." in await house.ask(Keepers(add="2 Grace"))
    assert "Kept by Grace, Linus Torvalds." in await house.ask(Keepers(add="3 Linus Torvalds"), GRACE)
    assert "Paused" in await house.ask("pause", LINUS)
    assert "Kept by Grace." in await house.ask(Keepers(remove="3 whoever"), GRACE)
    assert "Only keepers" in await house.ask("resume", LINUS)
    assert "cannot read “@ada” as a person" in await house.ask("keepers add:@ada")
    assert "Kept by Grace." in await house.ask(Keepers(remove="99 Nobody"))
    for keeper in ("1 Ada", "2 Grace"):
        told = await house.ask(Keepers(remove=keeper))
    assert "Nobody is named as its keeper." in told


async def test_where_no_managers_are_known_somebody_must_keep_it(house: House) -> None:
    place = Place(WORKSPACE, "other")
    first = Person(WORKSPACE, "10", "p10", manages=None)
    await house.ask("setup at:9:00 zone:utc days:daily", first, place)
    assert "the only one who keeps it" in await house.ask(Keepers(remove="10 p10"), first, place)
    assert "Kept by Grace, p10." in await house.ask(Keepers(add="2 Grace"), first, place)
    assert "Kept by Grace." in await house.ask(Keepers(remove="10 p10"), first, place)


@pytest.mark.parametrize("said", ["yesterday", "2026-11-22", "2026-11-21", "2026-02-30", "0d", "400d", "60w", "w"])
async def test_a_pause_must_end_on_a_day_to_come(house: House, said: str) -> None:
    told = await house.ask(Pause(said))
    assert "Nothing was changed" in told
    assert said in told
    assert "is running" in await house.ask("resume")


async def test_a_pause_ends_by_itself_on_its_day(house: House, time: Time) -> None:
    assert "It goes on by itself on Wednesday 25 November." in await house.ask("pause until:3d")
    for day in ("2026-11-23", "2026-11-24"):
        time.set(f"{day} 23:59")
        await house.delivery.sweep()
    assert messages(house) == []
    assert "The daily question is paused here." in await house.ask("today")
    time.set("2026-11-25 00:00")
    await house.delivery.sweep()
    assert messages(house) == []
    time.set("2026-11-25 09:00")
    await house.delivery.sweep()
    assert [card.title for card in messages(house)] == ["Daily question · Wednesday 25 November"]


async def test_a_pause_that_is_taken_back_does_not_come_again(house: House, time: Time) -> None:
    await house.ask("pause until:2026-11-24")
    await house.ask("resume")
    await house.ask("pause")
    assert "It goes on as you resume." in await house.ask("pause")
    time.set("2026-11-24 09:00")
    await house.delivery.sweep()
    assert messages(house) == []


async def test_a_detail_changed_in_a_pause_leaves_the_pause_and_a_time_ends_it(house: House) -> None:
    await house.ask("pause until:3d")
    told = await house.ask(Setup(ping="77"))
    assert "It goes on by itself on Wednesday 25 November." in told
    assert "Notifies: @77" in told
    assert "is running" in await house.ask(Setup(at="10:00"))


async def test_what_has_ended_cannot_be_paused(house: House, time: Time) -> None:
    await house.ask("stop")
    assert "Ended" in await house.ask("pause until:1d")
    time.set("2026-11-24 09:00")
    await house.delivery.sweep()
    assert messages(house) == []


async def test_a_group_is_notified_by_the_question_and_by_nothing_else(house: House, time: Time) -> None:
    assert "Notifies: @77" in await house.ask(Setup(ping="77"))
    time.set("2026-11-23 09:00")
    await house.delivery.sweep()
    await house.ask(Answer(1, "A"), GRACE)
    time.set("2026-11-24 09:00")
    await house.delivery.sweep()
    closed, reveal, following = messages(house)
    assert [card.ping for card in (closed, reveal, following)] == [None, None, "77"]
    assert "Notifies: nobody" in await house.ask(Setup(ping="off"))
    assert "Notifies: nobody" in await house.ask(Setup(at="10:00"))


@pytest.mark.parametrize("everybody", ["everyone", "here", "channel", "@everyone", "<@&77>", "7 7"])
async def test_everybody_at_once_cannot_be_notified(house: House, everybody: str) -> None:
    told = await house.ask(Setup(ping=everybody))
    assert "Nothing was changed" in told
    assert "never everybody" in told


async def test_a_preview_shows_a_question_and_gives_none_away(house: House, time: Time) -> None:
    assert "Only keepers" in await house.ask(Preview(), GRACE)
    shown = await house.ask(Preview())
    assert "preview" in shown
    assert "each answer is private" in shown
    time.set("2026-11-23 09:00")
    await house.delivery.sweep()
    asked = messages(house)[0]
    assert str(asked.blocks[0]) not in await house.ask(Preview())
    time.set("2026-11-24 09:00")
    await house.delivery.sweep()
    reply = await house.quiz.handle(Preview(), ADA, PLACE)
    assert isinstance(reply.says, Card)
    assert reply.says.blocks[0] == asked.blocks[0], "what was asked already is no secret"
    await house.ask("setup topics:versioning")
    assert "preview" in await house.ask(Preview())


async def test_missing_rights_are_named_with_the_fix(house: House) -> None:
    place = replace(PLACE, lacks=("Send Messages", "Embed Links"))
    told = await house.ask(Setup(at="10:00"), ADA, place)
    assert "In this channel I lack: Send Messages, Embed Links. Allow me that" in told
    assert "I lack" in await house.ask(Preview(), ADA, place)
    assert "I lack" not in await house.ask(Setup(at="11:00"))


async def test_setting_up_again_tells_what_a_channel_has_become(house: House) -> None:
    async with house.database.reading() as session:
        assert not await session.scalar(select(models.Place.is_open))
    await house.ask(Setup(at="11:00"), ADA, replace(PLACE, is_open=True))
    async with house.database.reading() as session:
        assert await session.scalar(select(models.Place.is_open))


async def test_the_form_guesses_the_zone_where_the_platform_can(house: House) -> None:
    place = replace(PLACE, channel="new", zone="Europe/Berlin")
    reply = await house.quiz.handle(Setup(), ADA, place)
    assert isinstance(reply.says, Form)
    assert {field.name: field.value for field in reply.says.fields}["zone"] == "Europe/Berlin"
    known = await house.quiz.handle(Setup(), ADA, replace(PLACE, zone="Europe/Berlin"))
    assert isinstance(known.says, Form)
    assert {field.name: field.value for field in known.says.fields}["zone"] == "UTC"


async def test_a_keeper_said_by_id_alone_stays_who_they_are(house: House) -> None:
    await house.ask(Keepers(add="2 Grace"))
    await house.ask(Keepers(add="3 Linus"))
    assert "Kept by Grace, Linus." in await house.ask(Keepers(add="2", remove="99"))


async def test_words_that_name_nobody_make_no_keeper(house: House) -> None:
    await house.ask(Keepers(add="2 Grace"))
    assert "cannot read “add” as a person" in await house.ask("keepers add 2")
    assert "Kept by Grace." in await house.ask("keepers")


async def test_pauses_that_wait_for_their_day_keep_no_other_drill_from_being_planned(house: House) -> None:
    await house.ask(Pause("tomorrow"))
    other = Place(WORKSPACE, "other")
    await house.ask("setup at:9:00 zone:UTC days:daily", ADA, other)
    day = house.time.now.date() + timedelta(days=2)
    async with house.database.reading() as session:
        assert await drills.drill_ids_to_plan(session, day + timedelta(days=1), limit=1) == [2]
