"""Two years of a large house, written straight into an empty database: who scored what, and the standings of it.

Sizes are skewed as they are in earnest: the largest of a hundred workspaces has a tenth of all people, the largest of
its ten places most of them. The log of answers is left out, as no board reads it: for each of them there is a score.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import insert, make_url, text
from sqlalchemy.schema import CreateIndex, DropIndex

from bot.domain import identity
from bot.domain.rounds import RoundState
from bot.store import standings
from bot.store.database import Database, server_engine
from bot.store.models import Base, Drill, Member, Person, Place, Round, Team, Workspace

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)  # a Wednesday, late in a season
WORKSPACES, PLACES, TEAMS = 100, 10, 50  # places and teams of each workspace; everybody is in one
DAYS = 730  # unless others are asked for
_CHUNK = 50_000
_ROOM = "PRAGMA cache_size=-500000"  # kilobytes: what is written in any order is to be written out once
_COLUMNS = ("round_id", "person_id", "team_id", "choice", "sure", "verdict", "points")
_WORTH = (("A", True, "right", 11), ("A", False, "right", 10), ("B", False, "wrong", 2), ("B", True, "wrong", 0))


@dataclass(frozen=True, slots=True)
class Channel:
    """One place with its people, by the numbers of their rows, and how many of them answer each day."""

    row: int
    home: int
    people: range
    daily: float

    @property
    def place(self) -> identity.Place:
        """As a platform names it."""
        return identity.Place(identity.Workspace("memory", f"W{self.home}"), f"C{self.row}")


def channels(people: int, answers: int, days: int) -> list[Channel]:
    """Every place. Whoever is in a smaller one of a workspace is in its larger ones as well."""
    shares = [rank**-0.7 for rank in range(1, WORKSPACES + 1)]
    sizes = [max(PLACES, int(people * share / sum(shares))) for share in shares]
    found, first = list[tuple[int, range]](), 1
    for home, size in enumerate(sizes, start=1):
        found += [(home, range(first, first + max(1, round(size / rank)))) for rank in range(1, PLACES + 1)]
        first += size
    daily = answers / days / sum(len(those) for _, those in found)
    return [Channel(row, home, those, len(those) * daily) for row, (home, those) in enumerate(found, start=1)]


async def live(database: Database, people: int, answers: int, days: int = DAYS) -> list[Channel]:
    """Fill the database: so many people, about so many scores."""
    places = channels(people, answers, days)
    await _write_small(database, places, days)
    async with _without_indexes(database):
        await _write_scores(database.url, _scores(places, days))
    for home in range(1, WORKSPACES + 1):
        async with database.writing() as session:
            if session.get_bind().dialect.name == "sqlite":
                await session.execute(text(_ROOM))
            await standings.recount(session, home)
    await _look_through(database.url)
    return places


async def _write_small(database: Database, places: Sequence[Channel], days: int) -> None:
    homes = {number: place.home for place in places for number in place.people}
    first, day = NOW.date() - timedelta(days=days), timedelta(days=1)
    async with database.writing() as session:
        names = [{"platform": "memory", "external_id": f"W{home}"} for home in range(1, WORKSPACES + 1)]
        await session.execute(insert(Workspace), names)
        await session.execute(insert(Place), [{"workspace_id": it.home, "channel": f"C{it.row}"} for it in places])
        drills = [{"place_id": it.row, "at": time(9), "zone": "UTC", "days": "daily"} for it in places]
        await session.execute(insert(Drill), drills)
        members = [
            {"workspace_id": home, "external_id": f"U{number}", "name": f"Member {number}"}
            for number, home in sorted(homes.items())
        ]
        await session.execute(insert(Person), members)
        teams = [
            {"workspace_id": home, "name": f"Team {number}", "key": f"team {number}"}
            for home in range(1, WORKSPACES + 1)
            for number in range(TEAMS)
        ]
        await session.execute(insert(Team), teams)
        joined = [
            {"person_id": number, "team_id": _team_of(home, number), "joined_at": NOW - timedelta(days=days)}
            for number, home in sorted(homes.items())
        ]
        await session.execute(insert(Member), joined)
        for ahead in range(days):
            rounds = [
                {
                    "place_id": it.row,
                    "day": first + day * ahead,
                    "level": 1 + ahead % 4,
                    "due_at": NOW,
                    "closes_at": NOW,
                    "state": RoundState.REVEALED,
                    "question": "sess-0001",
                }
                for it in places
            ]
            await session.execute(insert(Round), rounds)


def _team_of(home: int, person: int) -> int:
    return (home - 1) * TEAMS + person % TEAMS + 1


def _scores(places: Sequence[Channel], days: int) -> Iterator[tuple[Any, ...]]:
    """Every score of every round, in the order in which they are written: round by round."""
    random = Random(7)  # noqa: S311  # the same house in every run
    number = 0
    for _ in range(days):
        for place in places:
            number += 1
            there = int(place.daily + random.random())
            for person in random.sample(place.people, min(there, len(place.people))):
                # Whoever has a lower number is right more often, so that a board has an order.
                lucky = random.random() < 0.8 - 0.6 * (person - place.people.start) / len(place.people)
                yield number, person, _team_of(place.home, person), *_WORTH[2 * (not lucky) + (random.random() < 0.5)]


@asynccontextmanager
async def _without_indexes(database: Database) -> AsyncIterator[None]:
    """Millions of rows are sorted once, when they are all there, instead of each by itself."""
    indexes = sorted(Base.metadata.tables["score"].indexes, key=lambda index: str(index.name))
    async with database.writing() as session:
        connection = await session.connection()
        for index in indexes:
            await connection.execute(DropIndex(index))
    yield
    async with database.writing() as session:
        connection = await session.connection()
        for index in indexes:
            await connection.execute(CreateIndex(index))


async def _write_scores(url: str, scores: Iterator[tuple[Any, ...]]) -> None:
    if make_url(url).get_backend_name() == "sqlite":
        return await asyncio.to_thread(_insert, Path(str(make_url(url).database)), scores)
    engine = server_engine(url)
    async with engine.begin() as connection:
        driver: Any = (await connection.get_raw_connection()).driver_connection
        while chunk := [*islice(scores, _CHUNK)]:
            await driver.copy_records_to_table("score", records=chunk, columns=_COLUMNS)
    await engine.dispose()
    return None


def _insert(file: Path, scores: Iterator[tuple[Any, ...]]) -> None:
    query = f"INSERT INTO score ({', '.join(_COLUMNS)}) VALUES (?, ?, ?, ?, ?, ?, ?)"  # noqa: S608  # names of our own
    with closing(sqlite3.connect(file)) as connection:
        for pragma in (_ROOM, "PRAGMA synchronous=OFF"):
            connection.execute(pragma)
        connection.executemany(query, scores)
        connection.commit()


async def _look_through(url: str) -> None:
    """What a server does by itself in the hours that this took seconds: it counts, and sees what everybody may see."""
    if make_url(url).get_backend_name() == "sqlite":
        return
    engine = server_engine(url, isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(text("VACUUM ANALYZE"))
    await engine.dispose()
