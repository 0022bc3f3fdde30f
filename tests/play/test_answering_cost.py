"""What a crowd's answers cost the database: as many statements as one's, and none that reads through a table."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event, insert
from sqlalchemy.engine import Connection

from bench.parts.crowd import NOW, Ready, gather
from bot.bank import Bank
from bot.play import answering
from bot.play.asked import Asked
from bot.store.database import Database, Session
from bot.store.models import Answer, Base

Statement = tuple[str, Any]
CHANGED = ("BEGIN", "SELECT", "INSERT", "SELECT", "SELECT", "INSERT")
"""What it takes where nothing is added at first: the people, what they said last, and what they say now."""


@contextmanager
def _statements(session: Session) -> Iterator[list[Statement]]:
    """What is executed within the block."""
    done: list[Statement] = []

    def keep(_connection: Connection, _cursor: object, sql: str, parameters: Any, *_: object) -> None:
        done.append((sql, parameters))

    engine = session.get_bind().engine
    event.listen(engine, "before_cursor_execute", keep)
    yield done
    event.remove(engine, "before_cursor_execute", keep)


def _said(ready: Ready, choice: str) -> answering.Said:
    return answering.Said(Asked(ready.person, ready.place, NOW), ready.round, answering.Mine(choice, sure=False))


async def test_a_crowd_takes_as_many_statements_as_one(sqlite_url: str, bank: Bank) -> None:
    database = Database(sqlite_url)
    crowd = await gather(database, bank, people=100)
    async with database.writing() as session:
        await answering.answer(bank, session, [_said(each, "A") for each in crowd[:200]])  # their tallies are due now
    for choice, verbs in (("B", ["BEGIN", "SELECT", "INSERT"]), ("C", [*CHANGED])):
        for some in (crowd[200:201], crowd[201:401]):
            async with database.writing() as session:
                with _statements(session) as done:
                    outcomes = await answering.answer(bank, session, [_said(each, choice) for each in some])
            assert [type(outcome) for outcome in outcomes] == [answering.Recorded] * len(some)
            assert [_verb(sql) for sql, _ in done] == verbs
    await database.close()


def _verb(sql: str) -> str:
    """What a statement does, whatever it begins with."""
    return next(word for word in ("BEGIN", "INSERT", "UPDATE", "SELECT") if word in sql)


async def test_no_statement_reads_through_a_table(sqlite_url: str, bank: Bank) -> None:
    database = Database(sqlite_url)
    crowd = await gather(database, bank, people=100)
    async with database.writing() as session:
        first = [{"round_id": each.round, "person_id": each.person_row, "seq": 1} for each in crowd[:100]]
        await session.execute(insert(Answer), [row | {"choice": "A", "sure": False, "at": NOW} for row in first])
    async with database.writing() as session:
        with _statements(session) as done:
            await answering.answer(bank, session, [_said(each, "B") for each in crowd[:150]])
        connection = await session.connection()
        for sql, parameters in done:
            if not sql.startswith("BEGIN") and not isinstance(parameters, list):  # of rows for one statement
                plan = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", tuple(parameters))
                steps = [row.detail.split() for row in plan]
                assert [step for step in steps if step[0] == "SCAN" and step[1] in Base.metadata.tables] == [], sql
    await database.close()
