"""What is stored about a person is theirs: to be hidden, to be taken along, to be rid of."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from bot.bank import Bank
from bot.cards import text
from bot.cards.model import Card, File
from bot.cards.privacy import FORMAT
from bot.commands import Answer, Board, Confirmed, Privacy, Result, Week, Wish
from bot.domain.identity import Person, Place, Workspace
from bot.domain.rounds import RoundState
from bot.domain.standings import Span
from bot.store import models
from bot.store.database import Database
from tests.fakes.memory import Memory
from tests.house import ADA, PLACE, WORKSPACE, House, Time
from tests.tables import on, rows

ZOE = Person(WORKSPACE, "90177301", "Zephyrine", manages=False)
GRACE = Person(WORKSPACE, "2", "Grace", manages=False)
ALONE = Place(Workspace("memory", "dm-90177301", own=True), "a conversation", personal=True)
ZOE_ALONE = replace(ZOE, workspace=ALONE.workspace)
OTHER = Workspace("memory", "another", "The others")
ZOE_THERE = replace(ZOE, workspace=OTHER)
BOARD = Board(span=Span.ALL)


@pytest.fixture
def platform() -> Memory:
    return Memory()


@pytest.fixture
async def house(database: Database, bank: Bank, time: Time, platform: Memory) -> House:
    """Ada set a drill up that Zoe keeps, too; both and Grace answered the first question, which is revealed. The next
    one is open, and Zoe has answered it. She is known in another workspace as well.
    """
    house = House(database, bank, time, [platform])
    await house.ask("setup at:09:00 zone:Europe/Berlin days:daily")
    async with database.writing() as session:
        there = models.Workspace(platform="memory", external_id=OTHER.id, name=OTHER.name)
        session.add(there)
        await session.flush()
        session.add(models.Person(workspace_id=there.id, external_id=ZOE.id, name="Zoe"))
    time.set("2026-11-23 08:00")
    await house.delivery.sweep()
    async with database.reading() as session:
        key = (await session.get_one(models.Round, 1)).key
        wrong = "B" if key == "A" else "A"
    for person, choice, sure in ((ZOE, key, True), (GRACE, key, False), (ADA, wrong, False)):
        await house.ask(Answer(1, choice, sure), person)
    await house.ask(f"keepers add:{ZOE.id}")
    time.set("2026-11-24 08:00")
    await house.delivery.sweep()
    await house.ask(Answer(2, "A"), ZOE)
    return house


async def exported(house: House, person: Person = ZOE, place: Place = PLACE) -> Mapping[str, Any]:
    """What somebody is handed out."""
    says = (await house.quiz.handle(Privacy(Wish.EXPORT), person, place)).says
    assert isinstance(says, Card)
    [file] = [block for block in says.blocks if isinstance(block, File)]
    assert file.text.isascii()
    told: Mapping[str, Any] = json.loads(file.text)
    return told


async def found(house: House, *words: str) -> list[str]:
    """Every column of every table in which one of these words stands."""
    tables = await on(house.database.url, rows)
    return [
        f"{table}.{column} of {row}"
        for table, its in tables.items()
        for row in its
        for column, value in row._mapping.items()
        if any(word.casefold() in str(value).casefold() for word in words)
    ]


async def forget(house: House, person: Person = ZOE, place: Place = PLACE) -> str:
    return await house.ask(Privacy(Wish.FORGET, confirm=Confirmed.YES), person, place)


def posted(platform: Memory) -> str:
    """Everything that stands in the channel."""
    return str([message.card for message in platform.messages])


async def test_the_word_alone_says_what_is_stored_and_how_one_stands(house: House) -> None:
    said = await house.ask("privacy", ZOE)
    assert "I have 2 answers and 1 score of yours there, and you keep 1 daily question." in said
    assert "Others see your name" in said
    assert "[Hide my name] [Export my data] [Forget me]" in said
    assert "[Erase this workspace]" not in said
    assert "[Erase this workspace]" in await house.ask("privacy", ADA)
    stranger = Person(WORKSPACE, "77", "Nobody", manages=False)
    assert "Nothing is stored about you" in await house.ask("privacy", stranger)
    assert await found(house, "Nobody") == []


async def test_whoever_hides_is_someone_to_others_and_you_to_themselves(
    house: House, platform: Memory, time: Time
) -> None:
    assert "Zephyrine" in await house.ask(BOARD, GRACE)
    assert "You are hidden" in await house.ask("privacy hide", ZOE)
    others, own = await house.ask(BOARD, GRACE), await house.ask(BOARD, ZOE)
    assert "Zephyrine" not in others + own
    assert "1. someone  11 points" in others
    assert "→  1. you  11 points" in own
    time.set("2026-11-25 08:00")
    before = len(platform.messages)
    await house.delivery.sweep()
    late = str([message.card for message in platform.messages[before:]])
    assert "someone" in late
    assert "Zephyrine" not in late
    assert "Zephyrine" not in await house.ask("keepers", ADA)
    assert "You are shown" in await house.ask("privacy show", ZOE)
    assert "Zephyrine" in await house.ask(BOARD, GRACE)


async def test_one_can_hide_before_ever_answering(house: House) -> None:
    shy = Person(WORKSPACE, "31", "Shy", manages=False)
    await house.ask("privacy hide", shy)
    await house.ask(Answer(2, "A"), shy)
    await house.ask("reveal")
    await house.idle()
    said = await house.ask(BOARD, GRACE)
    assert "Shy" not in said
    assert "4 people on this board" in said


async def test_an_export_is_everything_about_oneself_and_nothing_about_others(house: House) -> None:
    told = await exported(house)
    assert (told["format"], told["at"]) == (FORMAT, "2026-11-24T08:00:00+00:00")
    [me] = told["identities"]
    assert {**me, "answers": 0, "scores": 0, "standings": 0} == {
        "platform": "memory",
        "workspace": "guild",
        "workspace_name": "The crew",
        "id": ZOE.id,
        "name": "Zephyrine",
        "hidden": False,
        "keeps": [{"channel": "general", "named": True}],
        "linked": [],
        "link_codes": [],
        "leaves": [],
        "answers": 0,
        "hints": [],
        "scores": 0,
        "disputes": [],
        "standings": 0,
        "teams": [],
        "team_standings": [],
    }
    first, second = me["answers"]
    assert first["at"] == "2026-11-23T08:00:00+00:00"
    assert (first["round"], first["channel"], first["day"], first["seq"], first["sure"]) == (
        *(1, "general", "2026-11-23", 1),
        True,
    )
    assert first["question"].startswith("sess-")
    assert (second["day"], second["choice"], second["sure"]) == ("2026-11-24", "A", False)
    [score] = me["scores"]
    assert [(each["channel"], each["since"], each["points"]) for each in me["standings"]] == [
        (channel, since, score["points"])
        for channel in (None, "general")
        for since in ("0001-01-01", "2026-11-02", "2026-11-23")
    ]
    assert (score["question"], score["verdict"], score["points"]) == (first["question"], "right", 11)
    assert not any(name in json.dumps(told) for name in ("Ada", "Grace"))


async def test_alone_in_no_workspace_it_is_about_everybody_of_that_id(house: House) -> None:
    assert "in every workspace of this platform" in await house.ask("privacy", ZOE_ALONE, ALONE)
    identities = (await exported(house, ZOE_ALONE, ALONE))["identities"]
    assert [(each["workspace"], each["name"]) for each in identities] == [("another", "Zoe"), ("guild", "Zephyrine")]
    await house.ask("privacy hide", ZOE_ALONE, ALONE)
    assert "Zephyrine" not in await house.ask(BOARD, GRACE)
    await forget(house, ZOE_ALONE, ALONE)
    assert await found(house, ZOE.id, ZOE.name, "Zoe") == []
    assert "Nothing is stored about you" in await house.ask("privacy export", ZOE_ALONE, ALONE)
    assert "Nothing is stored about you" in await house.ask("privacy hide", ZOE_ALONE, ALONE)


async def test_in_a_workspace_it_is_about_nobody_else_s(house: House) -> None:
    await forget(house)
    assert await found(house, ZOE.name) == []
    [there] = (await exported(house, ZOE_ALONE, ALONE))["identities"]
    assert there["workspace"] == "another"


async def test_forgetting_asks_first_and_says_what_goes_and_what_stays(house: House) -> None:
    said = await house.ask("privacy forget", ZOE)
    assert "What goes in this workspace: your id, your name, your place on boards, and that you keep 1 daily" in said
    assert "What stays: 2 answers and 1 score, without a person" in said
    assert "[Forget me for good]" in said
    assert "alone" not in said, "whoever manages the workspace may keep it"
    assert await found(house, ZOE.name) != []
    assert "You are forgotten" in await house.ask("privacy forget confirm:yes", ZOE)


async def test_nothing_tells_who_was_forgotten(house: House) -> None:
    assert len(await found(house, ZOE.id, ZOE.name)) > 1
    await house.ask("privacy hide", ZOE_THERE, Place(OTHER, "there"))
    await forget(house, ZOE_ALONE, ALONE)
    assert await found(house, ZOE.id, ZOE.name, "Zoe") == []


async def test_others_keep_their_ranks_and_the_counts_theirs(house: House, platform: Memory, time: Time) -> None:
    before, week = await house.ask(BOARD, GRACE), await house.ask(Week(1), GRACE)
    result = await house.ask(Result(1), GRACE)
    await forget(house)
    after = await house.ask(BOARD, GRACE)
    gone = [line for line in before.splitlines() if "Zephyrine" in line]
    assert len(gone) == 1
    assert after.splitlines() == [line for line in before.splitlines() if line not in gone]
    assert "  2. Grace" in after
    assert "3 people on this board" in after
    assert await house.ask(Week(1), GRACE) == week
    assert await house.ask(Result(1), GRACE) == result.replace("  1. Zephyrine  11 points  1 of 1 right\n", "")
    time.set("2026-11-25 08:00")
    count = len(platform.messages)
    await house.delivery.sweep()
    assert "1 person answered" in posted(platform).replace("', ", "")
    assert "someone" not in str(platform.messages[count:])


async def test_whoever_comes_back_is_somebody_new(house: House) -> None:
    await forget(house)
    assert "You have not answered a question here yet" in await house.ask("me", ZOE)
    assert "Recorded" in await house.ask(Answer(2, "B"), ZOE)
    [me] = (await exported(house))["identities"]
    assert [said["seq"] for said in me["answers"]] == [1]
    assert me["keeps"] == me["scores"] == []
    async with house.database.reading() as session:
        people = (await session.scalars(select(models.Person.forgotten_at).order_by(models.Person.id))).all()
    assert [at is None for at in people].count(False) == 1


async def test_a_sole_keeper_is_told_that_nobody_will_keep_it(database: Database, bank: Bank, time: Time) -> None:
    house = House(database, bank, time, [Memory()])
    founder = Person(WORKSPACE, "5", "Founder", manages=None)
    await house.ask("setup at:09:00 zone:UTC days:daily", founder)
    await house.ask("keepers add:6", founder)
    assert "alone" not in await house.ask("privacy forget", founder)
    await house.ask("keepers remove:6", founder)
    said = await house.ask("privacy forget", founder)
    assert "You alone are named as keeper of 1 daily question. It goes on, and nobody is named to keep it" in said
    await forget(house, founder)
    assert await found(house, "Founder") == []
    time.set("2026-11-23 09:00")
    await house.delivery.sweep()
    [message] = house.platforms[0].messages  # type: ignore[attr-defined]  # the fake's own
    assert "Daily question" in message.card.title


async def test_only_whom_the_platform_says_to_manage_it_may_erase_a_workspace(house: House) -> None:
    for manages in (False, None):
        said = await house.ask(Privacy(Wish.ERASE, confirm=Confirmed.TWICE), replace(ZOE, manages=manages))
        assert "Nothing was erased" in said
        assert "remove me from the workspace" in said
    alone = await house.ask(Privacy(Wish.ERASE, confirm=Confirmed.TWICE), replace(ZOE_ALONE, manages=True), ALONE)
    assert "This is no workspace" in alone
    assert await found(house, ZOE.name) != []


async def test_a_workspace_is_erased_when_that_was_confirmed_twice_and_begins_anew(
    house: House, platform: Memory, time: Time
) -> None:
    async with house.database.writing() as session:
        session.add(models.Installation(platform="memory", tenant=WORKSPACE.id, installed_at=time.now))
    asked = await house.ask("privacy erase", ADA)
    assert "The crew" in asked
    assert "[Erase it all…]" in asked
    assert "There is no way back" in await house.ask("privacy erase confirm:yes", ADA)
    assert await found(house, "Ada") != []
    assert "Nothing of this workspace is stored" in await house.ask(Privacy(Wish.ERASE, confirm=Confirmed.TWICE), ADA)
    left = {table: len(its) for table, its in (await on(house.database.url, rows)).items() if its}
    del left["alembic_version"]
    numbers = {"round": 1, "posting": 1, "place": 1} if house.database.url.startswith("sqlite") else {}
    assert left == numbers | {"workspace": 1 + bool(numbers), "person": 1, "installation": 1}
    assert await found(house, "Ada", "Grace", ZOE.name) == []

    # What was posted is nobody's any more, and somebody may begin from nothing.
    assert "Recorded" not in await house.ask(Answer(2, "A"), GRACE)
    assert "The daily question is set up" in await house.ask("setup at:09:00 zone:Europe/Berlin days:daily")
    time.set("2026-11-26 08:00")
    count = len(platform.messages)
    await house.delivery.sweep()
    assert len(platform.messages) == count + 1
    async with house.database.reading() as session:
        latest = await session.scalar(select(models.Round.id).where(models.Round.state == RoundState.OPEN))
    assert (latest or 0) > 2, "else it would be taken for a question that still stands"
    assert "Nobody is on the board" in await house.ask(BOARD, GRACE)


async def test_an_answer_given_before_is_written_before_its_person_is_forgotten(house: House) -> None:
    """Else it would be written a moment later, and have met them anew."""
    answer = asyncio.create_task(house.quiz.handle(Answer(2, "B"), ZOE, PLACE))
    await asyncio.sleep(0)  # a step, in which it comes to wait for its turn
    await forget(house)
    assert "Recorded" in text.render((await answer).says)
    assert await found(house, ZOE.name) == []
