"""What needs no transaction of several statements is written before the others, and nobody's order is lost by it."""

import asyncio
from collections.abc import Sequence

import pytest
from sqlalchemy import insert

from bot.store.answer_batch import AnswerBatch
from bot.store.database import Database, Session
from bot.store.models import Workspace
from tests.store.test_answer_batch import Writer, kept


@pytest.fixture
def writer() -> Writer:
    return Writer()


class AtOnce:
    """Writes at once what begins with a vowel."""

    def __init__(self) -> None:
        self.offered: list[list[str]] = []

    async def __call__(self, session: Session, said: Sequence[str]) -> list[str | None]:
        self.offered.append([*said])
        can = [each for each in said if each[0] in "aeiou"]
        if "eek" in can:
            raise ZeroDivisionError
        if can:
            await session.execute(insert(Workspace), [{"platform": "memory", "external_id": each} for each in can])
        return [f"{each} at once" if each in can else None for each in said]


async def test_what_can_be_written_at_once_needs_no_transaction(database: Database, writer: Writer) -> None:
    database.writers, at_once = 1, AtOnce()
    batch = AnswerBatch(database, writer, str, write_at_once=at_once)
    assert await asyncio.gather(*map(batch.add, ["a", "b", "i", "d"])) == ["a at once", "B", "i at once", "D"]
    assert at_once.offered == [["a", "b", "i", "d"]]
    assert writer.batches == [["b", "d"]]
    assert await batch.add("o") == "o at once"
    assert await kept(database) == ["a", "i", "b", "d", "o"]


async def test_whoever_says_several_things_is_written_in_order(database: Database, writer: Writer) -> None:
    database.writers, at_once = 1, AtOnce()
    batch = AnswerBatch(database, writer, lambda said: said[-1], write_at_once=at_once)
    assert await asyncio.gather(*map(batch.add, ["b1", "a1", "a2", "e1"])) == ["B1", "A1", "a2 at once", "E1"]
    assert at_once.offered == [["a2"]]
    assert writer.batches == [["b1", "a1", "e1"]]


async def test_what_fails_at_once_is_written_all_the_same(
    database: Database, writer: Writer, caplog: pytest.LogCaptureFixture
) -> None:
    database.writers = 1
    batch = AnswerBatch(database, writer, str, write_at_once=AtOnce())
    assert await asyncio.gather(*map(batch.add, ["a", "eek", "b"])) == ["A", "EEK", "B"]
    assert writer.batches == [["a", "eek", "b"]]
    assert "3 answers could not be written at once: ZeroDivisionError" in caplog.text
