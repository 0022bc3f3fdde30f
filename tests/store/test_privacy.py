"""What is stored of a person, table by table: all of it is known, and nothing of it is left."""

import asyncio
from collections.abc import Sequence
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, select

from bot.domain.identity import Person, Workspace
from bot.store import models
from bot.store.database import Database, file_of
from bot.store.handing_out import HANDED_OUT, Identity, handed_out
from bot.store.models import Base
from bot.store.places import PersonKey, meet_people, meet_person, meet_workspace
from bot.store.privacy import GOES, STAYS, erase_workspace, forget
from tests.store.test_people import meet, somebody_waits
from tests.tables import fill, on, rows

NOW = datetime(2026, 11, 28, tzinfo=UTC)
HOME = Workspace("memory", "1")
ZOE = Person(HOME, "90177301", "Zephyrine")


def about_people() -> set[str]:
    """The tables that refer to a person."""
    keys = ((table.name, key.column.table.name) for table in Base.metadata.sorted_tables for key in table.foreign_keys)
    return {table for table, referred in keys if referred == "person"}


def test_every_table_about_people_is_handed_out_and_goes_or_stays() -> None:
    """A table that comes to refer to a person is to be added to these, and to PRIVACY.md."""
    named = [model.__tablename__ for model in (*STAYS, *GOES)]
    assert sorted(named) == sorted(about_people())
    assert sorted(model.__tablename__ for model in HANDED_OUT.values()) == sorted(about_people())
    assert {*HANDED_OUT} <= {field.name for field in fields(Identity)}


async def test_every_table_about_people_is_really_handed_out(database: Database) -> None:
    await on(database.url, fill)
    async with database.reading() as session:
        person = await session.get_one(models.Person, 1)
        workspace = await session.get_one(models.Workspace, person.workspace_id)
        me = Person(Workspace(workspace.platform, workspace.external_id), person.external_id, "")
        [told] = await handed_out(session, me, everywhere=False)
    assert {name: len(getattr(told, name)) for name in HANDED_OUT} == dict.fromkeys(HANDED_OUT, 1)


async def test_every_table_about_people_really_goes_or_stays(database: Database) -> None:
    await on(database.url, fill)
    async with database.writing() as session:
        await session.execute(delete(models.Person).where(models.Person.id == 2))
        person = await session.get_one(models.Person, 1)
        workspace = await session.get_one(models.Workspace, person.workspace_id)
        me = Person(Workspace(workspace.platform, workspace.external_id), person.external_id, "")
    async with database.writing() as session:
        assert await forget(session, me, NOW, everywhere=False) == 1
    tables = await on(database.url, rows)
    assert {name: len(tables[name]) for name in about_people()} == {
        **{model.__tablename__: 1 for model in STAYS},
        **{model.__tablename__: 0 for model in GOES},
    }
    [row] = tables["person"]
    assert (row.external_id[:10], row.name, row.hidden, row.forgotten_at is None) == ("forgotten-", "", True, False)


async def lines_of(database: Database) -> list[tuple[str, str]]:
    """Everybody's id and name."""
    async with database.reading() as session:
        query = select(models.Person.external_id, models.Person.name).order_by(models.Person.id)
        return [(id_, name) for id_, name in await session.execute(query)]


async def test_somebody_forgotten_twice_is_two_of_whom_nothing_is_known(database: Database) -> None:
    for _ in range(2):
        async with database.writing() as session:
            await meet_person(session, ZOE)
        async with database.writing() as session:
            assert await forget(session, ZOE, NOW, everywhere=False) == 1
    async with database.writing() as session:
        assert await forget(session, ZOE, NOW, everywhere=False) == 0
    (first, _), (second, _) = await lines_of(database)
    assert first != second
    assert "90177301" not in first + second


async def test_an_answer_under_way_is_waited_for_and_cannot_bring_the_name_back(postgresql_url: str) -> None:
    """It holds the person as it is written; whoever forgets them comes after it, and the name goes."""
    database = Database(postgresql_url)
    async with database.writing() as session:
        home = await meet_workspace(session, HOME)
        await meet_person(session, ZOE)
    async with database.writing() as session:
        await meet_people(session, {(home, ZOE.id): "Zephyrine the Second"})
        rival = asyncio.create_task(forgotten(database))
        await somebody_waits(database)
    assert await rival == 1
    [(id_, name)] = await lines_of(database)
    assert (id_[:10], name) == ("forgotten-", "")
    await database.close()


async def test_an_answer_that_waits_until_its_person_is_forgotten_is_a_stranger_s(postgresql_url: str) -> None:
    """It comes after they were forgotten: whoever answers then has come back, as somebody new."""
    database = Database(postgresql_url)
    async with database.writing() as session:
        home = await meet_workspace(session, HOME)
        before = await meet_person(session, ZOE)
    key: PersonKey = (home, ZOE.id)
    async with database.writing() as session:
        await forget(session, ZOE, NOW, everywhere=False)
        await session.flush()
        rival = asyncio.create_task(meet(database, {key: "Zephyrine the Second"}))
        await somebody_waits(database)
    assert (await rival)[key] != before
    (_, gone), (new, _) = await lines_of(database)
    assert (gone, new) == ("", ZOE.id)
    await database.close()


async def forgotten(database: Database) -> int:
    async with database.writing() as session:
        return await forget(session, ZOE, NOW, everywhere=False)


def bytes_of(database: Database) -> bytes:
    """A SQLite file, with what is not yet written into it."""
    file = file_of(database.url)
    assert file is not None
    parts: Sequence[Path] = [*file.parent.glob(f"{file.name}*")]
    return b"".join(part.read_bytes() for part in parts)


@pytest.mark.sqlite_only
@pytest.mark.parametrize("whole_workspace", [False, True])
async def test_no_byte_of_a_name_is_left_in_the_file(database: Database, whole_workspace: bool) -> None:
    """Many rows around it, so that it stood on pages that are freed, split and used again."""
    async with database.writing() as session:
        home = await meet_workspace(session, HOME)
        crowd = [{"workspace_id": home, "external_id": f"1{n:05}", "name": f"person {n}" * 9} for n in range(300)]
        await session.execute(insert(models.Person), crowd[:150])
        await meet_person(session, ZOE)
        await session.execute(insert(models.Person), crowd[150:])
        await meet_person(session, Person(HOME, ZOE.id, "Zephyrine the Second, of a longer name than before"))
    assert b"Zephyrine" in bytes_of(database)
    async with database.writing() as session:
        if whole_workspace:
            assert await erase_workspace(session, HOME)
        else:
            await forget(session, ZOE, NOW, everywhere=False)
    await database.close()  # which writes what stands in the log into the file
    assert b"Zephyrine" not in bytes_of(database)
    assert b"90177301" not in bytes_of(database)
    if whole_workspace:
        assert b"person 1" not in bytes_of(database)
