"""Answers in rounds that this process saw a moment ago mean what they mean to a process that knows nothing."""

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, event

from bot.bank import Bank
from bot.commands import Answer
from bot.domain.identity import Person, Place, Posted
from bot.play import leaving
from bot.store.database import Database
from tests.fakes.memory import Memory
from tests.house import GRACE, LINUS, WORKSPACE, House
from tests.play.test_answering import FIRST, RENAMED, SECOND, STRANGER, log, two_rounds
from tests.tallying import states

GENERAL = Place(WORKSPACE, "general")
CROWD = [GRACE, LINUS, STRANGER, RENAMED, *(Person(WORKSPACE, f"n{number}", f"N{number}") for number in range(3))]
SAYINGS = st.tuples(
    st.sampled_from([timedelta(0), timedelta(seconds=2), timedelta(seconds=4), timedelta(seconds=40)]),
    st.sampled_from(CROWD),
    st.builds(Answer, st.sampled_from([FIRST, SECOND]), st.sampled_from(["A", "B", "AB", "Z"]), st.booleans()),
    st.booleans(),
)


@pytest.fixture
async def house(database: Database, bank: Bank) -> House:
    """Two open questions, and two people whom we know since they answered the first."""
    house = await two_rounds(database, bank)
    for who in (GRACE, LINUS):
        await house.ask(Answer(FIRST, "A"), who)
    return house


@pytest.fixture
def done() -> Iterator[list[str]]:
    """What is executed from now on."""
    found: list[str] = []

    def look(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        found.append(next(word for word in ("BEGIN", "INSERT", "UPDATE", "SELECT") if word in statement))

    event.listen(Engine, "before_cursor_execute", look)
    yield found
    event.remove(Engine, "before_cursor_execute", look)


def texts(house: House) -> list[str]:
    """What the messages say by now."""
    [platform] = house.platforms
    assert isinstance(platform, Memory)
    return [message.text() for message in platform.messages]


async def test_whoever_is_known_answers_in_one_statement(house: House, done: list[str]) -> None:
    first = await house.ask(Answer(SECOND, "A"), GRACE)
    done.clear()
    house.time.pass_(seconds=4)
    assert await house.ask(Answer(SECOND, "A"), LINUS) == first
    assert done == ["INSERT"]
    assert [row[:2] for row in await log(house)][2:] == [(SECOND, GRACE.id), (SECOND, LINUS.id)]


@pytest.mark.parametrize(
    ("who", "said", "where"),
    [
        (LINUS, Answer(SECOND, "Z"), GENERAL),
        (STRANGER, Answer(SECOND, "A"), Place(STRANGER.workspace, "general")),
        (LINUS, Answer(SECOND, "A"), replace(GENERAL, channel="random", is_open=True)),
    ],
)
async def test_what_is_not_usual_is_looked_into_first(
    house: House, done: list[str], who: Person, said: Answer, where: Place
) -> None:
    await house.ask(Answer(SECOND, "A"), GRACE)
    done.clear()
    await house.ask(said, who, where)
    assert "SELECT" in done[:2]


async def test_after_a_moment_the_round_is_looked_up_again(house: House, done: list[str]) -> None:
    await house.ask(Answer(SECOND, "A"), GRACE)
    house.time.pass_(seconds=5)
    done.clear()
    assert "Recorded" in await house.ask(Answer(SECOND, "A"), LINUS)
    assert "SELECT" in done[:2]


async def test_a_press_on_a_copy_is_looked_into(house: House, done: list[str]) -> None:
    await house.ask(Answer(SECOND, "A"), GRACE)
    done.clear()
    copy = Posted(Place(WORKSPACE, "random"), "a copy")
    await house.quiz.handle(Answer(SECOND, "A"), LINUS, copy.place, copy)
    assert "SELECT" in done[:2]


async def test_a_round_that_closed_meanwhile_takes_no_more(house: House) -> None:
    await house.ask(Answer(SECOND, "A"), GRACE)
    other = House(house.database, house.bank, house.time, house.platforms)
    await other.ask("reveal", Person(WORKSPACE, "1", "Ada", manages=True), Place(WORKSPACE, "random"))
    assert "closed" in (await house.ask(Answer(SECOND, "A"), LINUS)).lower()
    assert (SECOND, LINUS.id) not in [row[:2] for row in await log(house)]


async def test_a_workspace_that_was_left_is_asked_about(house: House) -> None:
    await house.ask(Answer(SECOND, "A"), GRACE)
    async with house.database.writing() as session:
        await leaving.leave(session, WORKSPACE, house.time())
    assert "Removed from here" in await house.ask(Answer(SECOND, "A"), LINUS)


async def test_whoever_answers_after_a_count_is_counted_by_the_next(house: House) -> None:
    """Though this process remembers a tally that was due."""
    crowd = [Person(WORKSPACE, f"n{number}", f"N{number}") for number in range(3)]
    for who in crowd:
        await house.ask(Answer(FIRST, "A"), who)
    await house.ask(Answer(SECOND, "A"), GRACE)
    house.time.pass_(seconds=29)
    await house.ask(Answer(SECOND, "A"), crowd[0])
    house.time.pass_(seconds=1)
    await house.delivery.sweep()
    assert await states(house) == ["sent", "sent"]
    assert "Recorded" in await house.ask(Answer(SECOND, "A"), crowd[1])
    assert sorted(map(str, await states(house))) == ["due", "sent"]
    assert "Recorded" in await house.ask(Answer(SECOND, "A"), crowd[2])
    house.time.pass_(seconds=31)
    await house.delivery.sweep()
    assert all(any(count in text for text in texts(house)) for count in ("4 answered so far", "5 answered so far"))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(sayings=st.lists(SAYINGS, max_size=14))
async def test_what_is_remembered_changes_nothing(
    migrated: Path, bank: Bank, sayings: Sequence[tuple[timedelta, Person, Answer, bool]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        files = [shutil.copy(migrated, Path(folder) / name) for name in ("remembers", "forgets")]
        houses = [await two_rounds(Database(f"sqlite+aiosqlite:///{file}"), bank) for file in files]
        for passed, who, said, sweeps in sayings:
            told = []
            for position, house in enumerate(houses):
                house.time.now += passed
                if sweeps:
                    await house.delivery.sweep()
                one = House(house.database, bank, house.time, house.platforms) if position else house
                told.append(await one.ask(said, who, Place(who.workspace, "general")))
            assert told[0] == told[1]
        for house in houses:
            house.time.pass_(seconds=70)
            await house.delivery.sweep()
        assert await log(houses[0]) == await log(houses[1])
        assert texts(houses[0]) == texts(houses[1])
        for house in houses:
            await house.database.close()
