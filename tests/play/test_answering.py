"""Answers that come together mean what they would mean one after the other."""

import asyncio
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from bot.bank import Bank
from bot.cards.text import render
from bot.commands import Answer
from bot.domain.identity import Person, Place, Workspace
from bot.domain.question import Kind, Question
from bot.domain.rounds import RoundState
from bot.play import leaving
from bot.store import models
from bot.store.database import Database
from tests.fakes.memory import Memory
from tests.house import ADA, GRACE, LINUS, WORKSPACE, House, Time

STRANGER = Person(Workspace("memory", "elsewhere"), "2", "Grace")
RENAMED = replace(GRACE, name="Grace H.")
RANDOM = Place(WORKSPACE, "random")  # where the second round is open
KEEPER = replace(ADA, name="Ada of the keepers")

FIRST, SECOND = 1, 3  # the rounds that are open: two days of each channel are planned at once

TWO_NAMES_AT_ONCE = ((LINUS, FIRST), (GRACE, FIRST), (RENAMED, SECOND))
"""The first of them is written alone, before the others."""

LATE = timedelta(hours=23)
"""The last hour before both rounds close."""

SAYINGS = st.tuples(
    st.sampled_from([timedelta(0), timedelta(minutes=20)]),
    st.sampled_from([GRACE, LINUS, STRANGER, RENAMED]),
    st.builds(
        Answer,
        st.sampled_from([FIRST, FIRST + 1, SECOND, 999]),
        st.text("ABCZ", min_size=1, max_size=3),
        st.booleans(),
        st.booleans(),
    ),
)


async def two_rounds(database: Database, bank: Bank) -> House:
    """A workspace with a question of several right answers in one channel, and one of a single letter in another."""
    house = House(database, bank, Time(), [Memory()])
    await house.ask("setup at:09:00 zone:UTC days:daily")
    await house.ask("setup at:09:00 zone:UTC days:daily", KEEPER, RANDOM)
    house.time.set("2026-11-23 09:00")
    await house.delivery.sweep()
    async with database.reading() as session:
        opened = await session.scalars(select(models.Round.id).where(models.Round.state == RoundState.OPEN))
        assert [*opened] == [FIRST, SECOND]
    return house


async def log(house: House) -> list[tuple[object, ...]]:
    """Who said what, in the order of each person's answers."""
    columns = (models.Answer.round_id, models.Person.external_id, models.Answer.seq, models.Answer.choice)
    query = select(*columns, models.Answer.sure, models.Answer.at, models.Person.name)
    async with house.database.reading() as session:
        return [tuple(row) for row in await session.execute(query.join(models.Person).order_by(*columns))]


@pytest.fixture(scope="module")
def mixed(bank: Bank) -> Bank:
    """A bank of one question with several right letters, and one with a single one."""
    editions = {}
    for version, edition in bank.editions.items():
        chosen = [next(q for q in edition.values() if q.kind is kind) for kind in (Kind.SEVERAL, Kind.CHOICE)]
        editions[version] = {question.slug: question for question in chosen}
    return replace(bank, editions=editions)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@example(sayings=[(timedelta(0), who, Answer(where, "A")) for who, where in TWO_NAMES_AT_ONCE])
@given(sayings=st.lists(SAYINGS, max_size=12))
async def test_together_they_mean_what_they_mean_one_by_one(
    migrated: Path, mixed: Bank, sayings: Sequence[tuple[timedelta, Person, Answer]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        files = [shutil.copy(migrated, Path(folder) / name) for name in ("singly", "together")]
        databases = [Database(f"sqlite+aiosqlite:///{file}") for file in files]
        singly, together = [await two_rounds(database, mixed) for database in databases]
        said, told = [], []
        for house in (singly, together):
            house.time.now += LATE
        async with databases[1].writing() as busy:  # with the only connection that writes
            await busy.execute(text("SELECT 1"))
            for passed, person, answer in sayings:
                for house in (singly, together):
                    house.time.now += passed
                said.append(await singly.ask(answer, person, _where(person)))
                told.append(asyncio.create_task(together.quiz.handle(answer, person, _where(person))))
                await asyncio.sleep(0)  # it is said at this time, and waits for the others
        replies = await asyncio.gather(*told)
        assert [render(reply.says) for reply in replies] == said
        assert await log(together) == await log(singly)
        for database in databases:
            await database.close()


def _where(person: Person) -> Place:
    return Place(person.workspace, "general")


@pytest.fixture
async def house(database: Database, bank: Bank) -> House:
    """Two channels of a workspace, each with an open question."""
    return await two_rounds(database, bank)


async def test_a_crowd_is_counted_once_for_each_of_its_people(house: House) -> None:
    crowd = [Person(WORKSPACE, str(number), f"Member {number}") for number in range(450)]
    await asyncio.gather(
        *(house.ask(Answer(FIRST if number % 2 else SECOND, "A"), person) for number, person in enumerate(crowd))
    )
    await asyncio.gather(
        *(house.ask(Answer(FIRST if number % 2 else SECOND, "B"), person) for number, person in enumerate(crowd))
    )
    house.time.pass_(seconds=31)
    await house.delivery.sweep()
    [platform] = house.platforms
    assert isinstance(platform, Memory)
    assert ["225 answered so far" in message.text() for message in platform.messages] == [True, True]
    assert len(await log(house)) == 900


async def test_whoever_answers_where_we_were_no_more_proves_that_we_are(house: House) -> None:
    async with house.database.writing() as session:
        await leaving.leave(session, WORKSPACE, house.time())
    assert "Removed from here" in await house.ask(Answer(FIRST, "A"), GRACE)
    house.time.pass_(minutes=2)
    told = await asyncio.gather(house.ask(Answer(FIRST, "A"), GRACE), house.ask(Answer(SECOND, "B"), LINUS))
    assert all("Recorded" in said for said in told)
    assert [row[1] for row in await log(house)] == [GRACE.id, LINUS.id]


async def test_what_cannot_be_recorded_changes_no_other(house: House, caplog: pytest.LogCaptureFixture) -> None:
    async with house.database.reading() as session:
        _, lost = await session.scalars(select(models.Round.question).where(models.Round.question.is_not(None)))

    class Torn(Bank):
        """A bank with a page that cannot be read."""

        def question(self, slug: str, version: str = "") -> Question | None:
            if slug == lost:
                raise ZeroDivisionError
            return super().question(slug, version)

    torn = House(house.database, Torn(house.bank.editions, house.bank.topics), house.time, house.platforms)
    told = await asyncio.gather(*(torn.ask(Answer(number, "A"), GRACE) for number in (FIRST, SECOND, FIRST)))
    assert ["Recorded" in said for said in told] == [True, False, True]
    assert "Something went wrong" in told[1]
    assert [row[0] for row in await log(house)] == [FIRST]
    assert [record.levelname for record in caplog.records] == ["ERROR", "ERROR"]
