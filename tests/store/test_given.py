"""A table as one parameter: what comes out is what went in, as the database itself keeps it."""

from datetime import UTC, datetime, timedelta, timezone
from typing import NamedTuple

import pytest
from hypothesis import given as every
from hypothesis import strategies as some
from sqlalchemy import insert, make_url, select
from sqlalchemy.dialects import sqlite

from bot.domain.identity import Place, Workspace
from bot.store import models
from bot.store.database import Database, ask
from bot.store.first_answers import FirstAnswer, _adding
from bot.store.given import among, given, is_one_of, packed
from bot.store.models import Person, Round
from bot.store.places import meet_place, meet_workspace

NOW = datetime(2026, 11, 28, 12, 30, tzinfo=UTC)
TEXTS = ("", "it's", 'a "quoted" one', "[1, 2]", "\\", "%s :said ?", "Zoë 💜", "42", "true", "a\nb\t")


class Row(NamedTuple):
    """One of each kind."""

    number: int
    text: str
    at: datetime
    yes: bool


async def found(database: Database, rows: list[Row]) -> list[Row]:
    """The rows as they come back from the database."""
    async with database.reading() as session:
        dialect = session.get_bind().dialect.name
        table = given(dialect, "rows", Row)
        return [*map(Row._make, await ask(session, select(table), {"rows": packed(dialect, rows)}))]


@pytest.mark.parametrize("text", TEXTS)
async def test_rows_come_back_as_they_were(database: Database, text: str) -> None:
    rows = [Row(number, text, NOW + timedelta(microseconds=number), number > 0) for number in (-1, 0, 1, 2**31 - 1)]
    assert await found(database, rows) == rows
    assert await found(database, []) == []


async def test_a_moment_is_one_in_every_zone(database: Database) -> None:
    [row] = await found(database, [Row(1, "", NOW.astimezone(timezone(timedelta(hours=5, minutes=45))), yes=True)])
    assert (row.at, row.at.utcoffset()) == (NOW, timedelta(0))


@every(some.datetimes(timezones=some.timezones(), min_value=datetime(1971, 1, 1), max_value=datetime(2100, 1, 1)))  # noqa: DTZ001  # a zone is drawn for it
def test_sqlite_is_given_a_moment_as_it_keeps_one(moment: datetime) -> None:
    """Else the same moment would be another text, and come before or after itself."""
    dialect = sqlite.dialect()
    kept = Round.__table__.c.due_at.type.dialect_impl(dialect).bind_processor(dialect)
    assert kept is not None
    assert packed("sqlite", [Row(1, "", moment, yes=False)]) == f'[[1, "", "{kept(moment)}", false]]'


async def test_moments_that_were_given_compare_with_those_that_were_bound(database: Database) -> None:
    async with database.writing() as session:
        place = await meet_place(session, Place(Workspace("memory", "1"), "c"))
        await session.execute(
            insert(Round).values(place_id=place, day=NOW.date(), due_at=NOW, state="planned", level=0, key="")
        )
        dialect = session.get_bind().dialect.name
        table = given(dialect, "rows", Row)
        same = select(Round.id).join(table, table.c.at == Round.due_at)
        assert len(await ask(session, same, {"rows": packed(dialect, [Row(1, "", NOW, yes=True)])})) == 1


@pytest.mark.parametrize("wanted", [[], [2], [3, 1, 3, 99]])
async def test_numbers_are_found_among_others(database: Database, wanted: list[int]) -> None:
    async with database.writing() as session:
        await session.execute(insert(models.Workspace), [{"platform": "memory", "external_id": each} for each in "abc"])
        query = select(models.Workspace.id).where(
            is_one_of(session.get_bind().dialect.name, models.Workspace.id, "wanted")
        )
        found = [number for (number,) in await ask(session, query.order_by(models.Workspace.id), {"wanted": wanted})]
    assert found == [number for number in (1, 2, 3) if number in wanted]


async def test_a_server_looks_a_few_up_among_many(postgresql_url: str) -> None:
    """Also where it has never counted how many there are, as in the first hours of a house."""
    database = Database(postgresql_url)
    async with database.writing() as session:
        home = await meet_workspace(session, Workspace("memory", "1"))
        people = [{"workspace_id": home, "external_id": f"U{number}", "name": "n"} for number in range(20_000)]
        await session.execute(insert(Person), people)
        table = given("postgresql", "said", FirstAnswer)
        query = select(Person.id).join(table, table.c.external_id == Person.external_id)
        said = [FirstAnswer(0, 1, home, f"U{number}", "", "A", sure=False, at=NOW) for number in range(100)]
        for more in (query, query.where(among("postgresql", Person.external_id, table.c.external_id))):
            connection = await session.connection()
            sql = str(more.compile(dialect=connection.dialect))
            plan = await connection.exec_driver_sql(f"EXPLAIN {sql}", (packed("postgresql", said),))
            read_through = any("Seq Scan on person" in line for (line,) in plan)
            assert read_through == (more is query)
    await database.close()


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_statement_is_the_same_for_any_number_of_rows(kind: str) -> None:
    dialect = make_url(f"{kind}://").get_dialect()()
    assert "POSTCOMPILE" not in str(_adding(dialect.name).compile(dialect=dialect))
    assert _adding(dialect.name) is _adding(dialect.name)
