"""How many answers a second can be recorded so that no crash loses them? Against a session for each, and raw sqlite3.

Run it with `python -m bench.answers [--database sqlite] [--rounds 5] [--people 20000] [--json]`. Every answer goes
through the door (`Quiz.handle`), as one from a platform does, and comes back as a card after its commit; the house has
forty open rounds, a history, and people whom it knows. In the same run, in turn with ours and into the same tables: a
session for each answer, on an engine as SQLAlchemy documents it, that loads the round by the ORM, adds one row and
commits, which is the least a program without group commit does; our play in a session each; and on SQLite `executemany`
of the bare rows in batches as large, which is the most that the file takes. All of them with `synchronous=FULL`. It
fails where an answer is lost, and where we are slower than `DEMANDS`.
"""

import argparse
import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from statistics import median
from time import perf_counter
from typing import Any

from sqlalchemy import Connection, event, func, make_url, select
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker, create_async_engine

from bench.parts.crowd import NOW, Ready, gather
from bench.parts.fresh import fresh
from bench.parts.idle import Idle
from bench.parts.outcome import frozen
from bench.parts.rows import Row, tell
from bot import commands
from bot.bank import Bank, load
from bot.play import answering
from bot.play.asked import Asked
from bot.quiz import Quiz
from bot.store.database import Database, server_engine
from bot.store.models import Answer, Round

OURS, EACH, PLAY, RAW = "ours", "a session each", "our play in a session each", "raw sqlite3"
SHARE = {  # of a round's answers, by how many are in flight: the slow ways get fewer
    OURS: {1: 0.05, 10: 0.2, 100: 1.0, 1000: 1.5},
    EACH: {1: 0.05, 10: 0.05, 100: 0.1, 1000: 0.4},
    PLAY: {1: 0.02, 10: 0.02, 100: 0.04, 1000: 0.4},
    RAW: {1: 0.2, 10: 0.4, 100: 1.0, 1000: 1.5},
}
DEMANDS = {
    "sqlite": {(100, EACH): 40.0, (100, RAW): 0.15, (1, EACH): 1.0},
    "postgresql": {(100, EACH): 12.0, (1, EACH): 1.0},
}
_POOL = 10

Way = Callable[[Sequence[Ready], int], Awaitable[list[float]]]
"""Records these answers, so many of them in flight at once. Returns how long each took, in seconds."""


@dataclass(frozen=True, slots=True)
class Took:
    """How fast one way was in one round: answers a second, and how long each took."""

    rate: float
    waits: list[float]


def in_flight(say: Callable[[Ready], Awaitable[object]]) -> Way:
    """A way to record many by saying each alone."""

    async def crowd(answers: Sequence[Ready], at_once: int) -> list[float]:
        left, waits = iter(answers), []

        async def person() -> None:
            for each in left:
                start = perf_counter()
                await say(each)
                waits.append(perf_counter() - start)

        await asyncio.gather(*(person() for _ in range(at_once)))
        return waits

    return crowd


def ours(database: Database, bank: Bank) -> Way:
    """The quiz itself, with a clock that runs."""
    begun = perf_counter()
    quiz = Quiz(database, bank, lambda: NOW + timedelta(seconds=perf_counter() - begun), Idle())

    async def say(ready: Ready) -> None:
        reply = await quiz.handle(commands.Answer(ready.round, "A"), ready.person, ready.place)
        if reply.says.title != "Recorded: A":
            raise RuntimeError(f"an answer was not recorded: {reply.says.title}")

    return in_flight(say)


def a_session_each(engine: AsyncEngine) -> Way:
    """One row, one commit: what a program does that does nothing else."""
    writing = async_sessionmaker(engine, expire_on_commit=False)

    async def say(ready: Ready) -> None:
        async with writing.begin() as session:
            this = await session.get_one(Round, ready.round)
            session.add(Answer(round_id=this.id, person_id=ready.person_row, seq=1, choice="A", sure=False, at=NOW))

    return in_flight(say)


def as_documented(url: str) -> AsyncEngine:
    """An engine that owes nothing to us: on SQLite with one connection and a `BEGIN IMMEDIATE` of its own, which lets
    no answer fail, on a server with a pool.
    """
    if make_url(url).get_backend_name() != "sqlite":
        return server_engine(url, pool_size=_POOL, max_overflow=0, pool_timeout=900)
    engine = create_async_engine(url, pool_size=1, max_overflow=0, pool_timeout=900)

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def our_play(database: Database, bank: Bank) -> Way:
    """What we would be without group commit."""

    async def say(ready: Ready) -> None:
        said = answering.Said(Asked(ready.person, ready.place, NOW), ready.round, answering.Mine("A", sure=False))
        async with database.writing() as session:
            await answering.answer(bank, session, [said])

    return in_flight(say)


def raw(database: Database) -> Way:
    """The bare rows, by the driver alone, in batches of as many as are in flight."""
    file = str(make_url(database.url).database)
    insert = "INSERT INTO answer (round_id, person_id, seq, choice, sure, at) VALUES (?, ?, 1, 'A', 0, ?)"
    at = NOW.strftime("%Y-%m-%d %H:%M:%S.%f")

    async def write(answers: Sequence[Ready], at_once: int) -> list[float]:
        waits, left = [], iter(answers)
        with closing(sqlite3.connect(file, isolation_level=None)) as connection:
            connection.execute("PRAGMA synchronous=FULL")
            while batch := [*islice(left, at_once)]:
                start = perf_counter()
                connection.execute("BEGIN IMMEDIATE")
                connection.executemany(insert, [(each.round, each.person_row, at) for each in batch])
                connection.execute("COMMIT")
                waits += [perf_counter() - start] * len(batch)
        return waits

    return write


def ways(database: Database, bank: Bank, engine: AsyncEngine) -> dict[str, Way]:
    """All that can be compared on this database."""
    common = {OURS: ours(database, bank), EACH: a_session_each(engine), PLAY: our_play(database, bank)}
    return common | ({RAW: raw(database)} if make_url(database.url).get_backend_name() == "sqlite" else {})


@dataclass(frozen=True, slots=True)
class Load:
    """How many people live in the house, how often each way has its turn, how many answers it then gets with 100 in
    flight, and how many are in flight.
    """

    people: int
    rounds: int
    answers: int
    in_flight: Sequence[int]


async def measure(url: str, wanted: Load) -> tuple[dict[tuple[str, int], list[Took]], int]:
    """What each way did in each round, by how many were in flight; and how many answers are missing at the end."""
    bank, database, engine = load(), Database(url), as_documented(url)
    crowd = await gather(database, bank, wanted.people)
    before = await _count(database)
    left = iter(crowd)
    seen: dict[tuple[str, int], list[Took]] = {}
    all_ways = ways(database, bank, engine)
    for _ in range(wanted.rounds):
        for name, way in all_ways.items():
            for at_once in wanted.in_flight:
                batch = [*islice(left, max(at_once, int(SHARE[name][at_once] * wanted.answers)))]
                with frozen():
                    start = perf_counter()
                    waits = await way(batch, at_once)
                    seconds = perf_counter() - start
                seen.setdefault((name, at_once), []).append(Took(len(batch) / seconds, sorted(waits)))
    said = sum(len(took.waits) for each in seen.values() for took in each)
    missing = before + said - await _count(database)
    await engine.dispose()
    await database.close()
    return seen, missing


async def _count(database: Database) -> int:
    async with database.reading() as session:
        return await session.scalar(select(func.count()).select_from(Answer)) or 0


def rows(seen: dict[tuple[str, int], list[Took]]) -> Iterator[Row]:
    """Ours against each of the others, by the medians of all rounds."""
    names = dict.fromkeys(name for name, _ in seen if name != OURS)
    for at_once in sorted({at_once for _, at_once in seen}):
        mine = seen[OURS, at_once]
        for name in names:
            theirs = seen[name, at_once]
            figures = (median(took.rate for took in each) for each in (mine, theirs))
            yield Row(f"{at_once} in flight, beside {name}", next(figures), "/s", next(figures))
        for label, share in (("p50", 0.5), ("p99", 0.99)):
            figures = (median(_quantile(took, share) for took in each) * 1000 for each in (mine, seen[EACH, at_once]))
            yield Row(f"{at_once} in flight, {label} beside {EACH}", next(figures), "ms", next(figures))


def _quantile(took: Took, share: float) -> float:
    return took.waits[int(share * (len(took.waits) - 1))]


def too_slow(table: Sequence[Row], database: str) -> list[str]:
    """Which demands are not met."""
    ratios = {row.name: row.ratio_to_baseline or 0.0 for row in table}
    wanted = {f"{at_once} in flight, beside {name}": least for (at_once, name), least in DEMANDS[database].items()}
    return [
        f"{name}: {ratios[name]:.2f} times, not {least}"
        for name, least in wanted.items()
        if name in ratios and ratios[name] < least
    ]


def main() -> None:
    """Measure, print, and fail where an answer is missing or a demand is not met."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", choices=[*DEMANDS], default="sqlite", help="where the answers go")
    parser.add_argument("--rounds", type=int, default=5, help="how often each way has its turn; medians are told")
    parser.add_argument("--people", type=int, default=20_000, help="who live in the house")
    parser.add_argument("--answers", type=int, default=2_500, help="in each turn of ours with 100 in flight")
    every = list(SHARE[OURS])
    parser.add_argument("--in-flight", type=int, nargs="+", choices=every, default=every, help="answers at a time")
    parser.add_argument("--json", action="store_true", help="rows for programs instead of a table")
    given = parser.parse_args()
    wanted = Load(given.people, given.rounds, given.answers, given.in_flight)
    with fresh(given.database) as url:
        seen, missing = asyncio.run(measure(url, wanted))
    table = [*rows(seen)]
    tell(table, as_json=given.json)
    failures = too_slow(table, given.database) + ([f"{missing} answers are missing"] if missing else [])
    if failures:
        raise SystemExit("\n".join(failures))


if __name__ == "__main__":
    main()
