"""Group commit: who comes together is written together, and each hears of their own answer alone."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import make_url, select, text
from sqlalchemy.exc import DBAPIError

from bot.store.answer_batch import FEW, MOST, TOLD, AnswerBatch
from bot.store.database import Database, Session, is_outage
from bot.store.models import Workspace


class Writer:
    """Writes a workspace for each thing said, and remembers the batches."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []

    async def __call__(self, session: Session, said: Sequence[str]) -> list[str]:
        self.batches.append([*said])
        session.add_all([Workspace(platform="memory", external_id=each) for each in said])
        await session.flush()
        if "poison" in said:
            raise ZeroDivisionError
        return [each.upper() for each in said]


@pytest.fixture
def writer() -> Writer:
    return Writer()


@pytest.fixture
async def batch(database: Database, writer: Writer) -> AnswerBatch[str, str]:
    return AnswerBatch(database, writer, str)


@asynccontextmanager
async def busy(database: Database) -> AsyncIterator[None]:
    """Somebody else has the one writing connection."""
    async with database.writing() as session:
        await session.execute(text("SELECT 1"))
        yield


async def kept(database: Database) -> list[str]:
    """What has been committed, in order."""
    async with database.reading() as session:
        return [*await session.scalars(select(Workspace.external_id).order_by(Workspace.id))]


async def test_who_comes_while_another_is_written_goes_together(
    database: Database, batch: AnswerBatch[str, str], writer: Writer
) -> None:
    database.writers = 1
    said = [f"n{number}" for number in range(MOST + 50)]
    outcomes = await asyncio.gather(batch.add("first"), *map(batch.add, said))
    assert outcomes == ["FIRST", *(each.upper() for each in said)]
    assert [len(each) for each in writer.batches] == [MOST, 51]
    assert await kept(database) == ["first", *said]


async def test_a_crowd_is_shared_out_among_those_who_can_write(
    database: Database, batch: AnswerBatch[str, str], writer: Writer
) -> None:
    database.writers = 2
    said = [f"n{number}" for number in range(FEW * 3)]
    assert await asyncio.gather(*map(batch.add, said)) == [each.upper() for each in said]
    assert writer.batches == [said[: len(said) // 2], said[len(said) // 2 :]]
    assert sorted(await kept(database)) == sorted(said)


@pytest.mark.parametrize("crowd", [FEW + 1, FEW * 2])
async def test_a_small_crowd_goes_together(
    database: Database, batch: AnswerBatch[str, str], writer: Writer, crowd: int
) -> None:
    database.writers = 3
    await asyncio.gather(*(batch.add(f"n{number}") for number in range(crowd)))
    assert [len(each) for each in writer.batches] == [crowd]


async def test_what_one_person_says_is_written_in_order(database: Database, writer: Writer) -> None:
    database.writers = 2
    batch = AnswerBatch(database, writer, lambda said: said.split()[0])
    said = [f"p{number % 7} {number}" for number in range(FEW * 4)]
    await asyncio.gather(*map(batch.add, said))
    written = [each for some in writer.batches for each in some]
    assert len(writer.batches) > 1
    for person in range(7):
        theirs = [each for each in said if each.startswith(f"p{person}")]
        assert [each for each in written if each in theirs] == theirs
        assert [each for each in await kept(database) if each in theirs] == theirs


async def test_of_whom_something_is_in_hand_the_next_waits_for_it(database_url: str, writer: Writer) -> None:
    slow = Slow(database_url)
    slow.writers = 2
    batch = AnswerBatch(slow, writer, lambda said: said.split()[0])
    first = [asyncio.create_task(batch.add(f"p{number} first")) for number in range(FEW)]
    await until(lambda: len(writer.batches) == 1)
    others = [f"q{number} first" for number in range(FEW)]
    more = [asyncio.create_task(batch.add(said)) for said in ("p3 second", *others, "p3 third")]
    if "sqlite" not in database_url:  # where the second writer would wait for the first one's connection
        await until(lambda: len(writer.batches) == 2)
        assert writer.batches[1] == others
    slow.may_commit.set()
    await asyncio.gather(*first, *more)
    written = [each for some in writer.batches for each in some]
    assert [each for each in written if each.startswith("p3")] == ["p3 first", "p3 second", "p3 third"]
    await slow.close()


async def test_a_few_are_left_to_whoever_is_writing(database_url: str, writer: Writer) -> None:
    slow = Slow(database_url)
    slow.writers = 2
    batch = AnswerBatch(slow, writer, str)
    told = [asyncio.create_task(batch.add("first"))]
    await until(lambda: bool(writer.batches))
    told += [asyncio.create_task(batch.add(f"n{number}")) for number in range(FEW)]
    for _ in range(100):
        await asyncio.sleep(0)
    assert writer.batches == [["first"]]
    slow.may_commit.set()
    await asyncio.gather(*told)
    assert [len(each) for each in writer.batches] == [1, FEW]
    await slow.close()


async def test_whoever_is_done_leaves_a_few_to_the_other(postgresql_url: str) -> None:
    database, gated = Database(postgresql_url), Gated()
    database.writers = 2
    batch = AnswerBatch(database, gated, str)
    crowd = [asyncio.create_task(batch.add(f"n{number}")) for number in range(FEW * 3)]
    await until(lambda: len(gated.batches) == 2)
    few = [asyncio.create_task(batch.add(f"few{number}")) for number in range(FEW)]
    await asyncio.sleep(0)
    gated.gates[1].set()
    await until(lambda: len(batch._in_hand) == 1)
    assert len(gated.batches) == 2
    gated.gates[0].set()
    gated.gates[2].set()
    await asyncio.gather(*crowd, *few)
    assert [len(each) for each in gated.batches] == [FEW * 3 // 2, FEW * 3 // 2, FEW]
    await database.close()


class Gated(Writer):
    """Writes each batch once its gate is open."""

    def __init__(self) -> None:
        super().__init__()
        self.gates = [asyncio.Event() for _ in range(3)]

    async def __call__(self, session: Session, said: Sequence[str]) -> list[str]:
        gate = self.gates[len(self.batches)]
        answers = await super().__call__(session, said)
        await gate.wait()
        return answers


class Slow(Database):
    """A database whose commits wait."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.may_commit = asyncio.Event()

    @asynccontextmanager
    async def writing_to_the_end(self) -> AsyncIterator[Session]:
        async with super().writing_to_the_end() as session:
            yield session
            await self.may_commit.wait()


async def until(holds: Callable[[], bool]) -> None:
    """Returns once the writers have come so far."""
    async with asyncio.timeout(10):
        while not holds():  # noqa: ASYNC110  # the writer sets no event
            await asyncio.sleep(0)


async def test_nobody_is_told_before_the_commit(database_url: str, writer: Writer) -> None:
    slow = Slow(database_url)
    told = asyncio.create_task(AnswerBatch(slow, writer, str).add("a"))
    await until(lambda: bool(writer.batches))
    for _ in range(100):
        await asyncio.sleep(0)
    assert not told.done()
    assert await kept(slow) == []
    slow.may_commit.set()
    assert await told == "A"
    assert await kept(slow) == ["a"]
    await slow.close()


async def test_a_crowd_is_told_in_portions(database: Database, batch: AnswerBatch[str, str]) -> None:
    database.writers = 1
    told: list[list[str]] = [[]]

    async def person(name: str) -> None:
        outcome = await batch.add(name)
        told[-1].append(outcome or "")

    people = [asyncio.create_task(person(f"n{number}")) for number in range(TOLD * 2 + 3)]
    async with asyncio.timeout(10):
        while not all(each.done() for each in people):
            await asyncio.sleep(0)
            told.append([])
    assert [len(each) for each in told if each] == [TOLD, TOLD, 3]
    assert [name for each in told for name in each] == [f"N{number}" for number in range(TOLD * 2 + 3)]


async def test_a_stop_lets_what_waits_be_written(database: Database, batch: AnswerBatch[str, str]) -> None:
    told = [asyncio.create_task(batch.add(f"n{number}")) for number in range(MOST * 2 + 1)]
    await asyncio.sleep(0)
    await batch.finish(10)
    assert all(each.done() for each in told)
    assert len(await kept(database)) == MOST * 2 + 1


async def test_one_that_cannot_be_written_harms_no_other(
    database: Database, batch: AnswerBatch[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    told = await asyncio.gather(*map(batch.add, ("a", "poison", "b")), return_exceptions=True)
    assert [told[0], type(told[1]), told[2]] == ["A", ZeroDivisionError, "B"]
    assert await kept(database) == ["a", "b"]
    assert [record.message for record in caplog.records] == ["3 answers could not be written together"]
    assert await batch.add("c") == "C"


FULL_DISK = {
    "sqlite": (
        ["CREATE TRIGGER disk_full BEFORE INSERT ON workspace BEGIN SELECT nowhere(); END"],
        ["DROP TRIGGER disk_full"],
    ),
    "postgresql": (
        [
            "CREATE FUNCTION disk_full() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$",
            "CREATE TRIGGER disk_full BEFORE INSERT ON workspace EXECUTE FUNCTION disk_full()",
        ],
        ["DROP TRIGGER disk_full ON workspace"],
    ),
}


async def run(database: Database, statements: Sequence[str]) -> None:
    """Change the database itself."""
    async with database.writing() as session:
        for statement in statements:
            await session.execute(text(statement))


@pytest.mark.parametrize("first", ["a", "poison"])
async def test_a_database_that_fails_twice_fails_all_of_them(
    database: Database, batch: AnswerBatch[str, str], writer: Writer, first: str
) -> None:
    fill, empty = FULL_DISK[make_url(database.url).get_backend_name()]
    await run(database, fill)
    told = await asyncio.gather(*map(batch.add, [first, "b", "c"]), return_exceptions=True)
    assert [isinstance(each, DBAPIError) and is_outage(each) for each in told] == [True] * 3
    assert writer.batches == [[first, "b", "c"]] * 2
    await run(database, empty)
    assert await batch.add("d") == "D"
    assert await kept(database) == ["d"]


class Flaky(Writer):
    """Writes, but finds the database away at these of its calls."""

    def __init__(self, *away: int) -> None:
        super().__init__()
        self._away = away

    async def __call__(self, session: Session, said: Sequence[str]) -> list[str]:
        answers = await super().__call__(session, said)
        if len(self.batches) in self._away:
            raise ConnectionResetError
        return answers


async def test_a_connection_that_was_lost_is_no_loss(database: Database) -> None:
    flaky = Flaky(1)
    assert await asyncio.gather(*map(AnswerBatch(database, flaky, str).add, "abc")) == ["A", "B", "C"]
    assert await kept(database) == ["a", "b", "c"]


async def test_an_outage_is_not_asked_about_for_each_of_a_crowd(database: Database) -> None:
    database.writers, flaky = 1, Flaky(3, 4)
    said = ["poison", *(f"n{number}" for number in range(50))]
    told = await asyncio.gather(*map(AnswerBatch(database, flaky, str).add, said), return_exceptions=True)
    assert [type(each) for each in told] == [ZeroDivisionError, *[ConnectionResetError] * 50]
    assert len(flaky.batches) == 4  # together, the first alone, the second alone and once more


async def test_too_many_are_told_so_and_nothing_of_theirs_is_written(database: Database, writer: Writer) -> None:
    batch = AnswerBatch(database, writer, str, full=2)
    assert await asyncio.gather(*map(batch.add, "abc")) == ["A", "B", None]
    assert await kept(database) == ["a", "b"]
    assert await batch.add("c") == "C"


async def test_who_gives_up_waiting_has_said_it_all_the_same(database: Database, batch: AnswerBatch[str, str]) -> None:
    async with busy(database):
        impatient, patient = asyncio.create_task(batch.add("a")), asyncio.create_task(batch.add("b"))
        await asyncio.sleep(0)
        impatient.cancel()
    assert await patient == "B"
    assert impatient.cancelled()
    assert await kept(database) == ["a", "b"]
