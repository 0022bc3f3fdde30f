"""People met for the first time, by two processes at once."""

import asyncio

from sqlalchemy import select, text

from bot.domain.identity import Workspace
from bot.store.database import Database
from bot.store.models import Person
from bot.store.places import PersonKey, meet_people, meet_workspace


async def meet(database: Database, names: dict[PersonKey, str]) -> dict[PersonKey, int]:
    """Meet them in a transaction of its own."""
    async with database.writing() as session:
        return {**await meet_people(session, names)}


async def somebody_waits(database: Database) -> None:
    """Returns once a transaction waits for another."""
    async with asyncio.timeout(10):
        async with database.reading() as session:
            while not await session.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")):  # noqa: ASYNC110  # a server sets no event
                await asyncio.sleep(0.002)


async def test_whoever_is_met_by_both_at_once_is_one_person(postgresql_url: str) -> None:
    database = Database(postgresql_url)
    async with database.writing() as session:
        home = await meet_workspace(session, Workspace("memory", "1"))
    async with database.writing() as session:
        ada = await meet_people(session, {(home, "ada"): "Ada"})
        rival = asyncio.create_task(meet(database, {(home, "grace"): "Grace", (home, "ada"): "Ada L."}))
        await somebody_waits(database)
    both = await rival
    assert both[home, "ada"] == ada[home, "ada"]
    async with database.reading() as session:
        known = (await session.execute(select(Person.id, Person.name).order_by(Person.name))).all()
    assert [tuple(each) for each in known] == [(both[home, "ada"], "Ada L."), (both[home, "grace"], "Grace")]
    await database.close()


async def test_people_met_together_are_told_apart(database: Database) -> None:
    async with database.writing() as session:
        home = await meet_workspace(session, Workspace("memory", "1"))
    first = await meet(database, {(home, name): name.upper() for name in "ca"})
    again = await meet(database, {(home, name): "" for name in "abc"})
    assert {key: again[key] for key in first} == first
    async with database.reading() as session:
        known = (await session.execute(select(Person.external_id, Person.id, Person.name))).all()
    assert {each.external_id: each.id for each in known} == {name: again[home, name] for name in "abc"}
    assert {each.external_id: each.name for each in known} == {"a": "A", "b": "b", "c": "C"}
