"""How long does it take to grade a round anew? One ruling on a key is one transaction, however many have answered.

Run it with `python -m bench.regrade [--answers 5000] [--database sqlite] [--json]`. A house has two closed rounds that
so many people answered; the key of one is disputed, and a keeper rules on it through the door, in every way there is:
another key, one more, void, and that the key stands after all. The baseline is the close of that round, which writes
as many rows. After each ruling the boards are compared with what they were: they have to differ by exactly what the
points of the round do, and a count of everything must find nothing to mend. It fails where they do not, and where a
ruling takes 2 seconds.
"""

import argparse
import asyncio
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import perf_counter

from sqlalchemy import insert, select

from bench.parts.fresh import fresh
from bench.parts.idle import Idle
from bench.parts.outcome import frozen
from bench.parts.rows import Row, tell
from bot.bank import load
from bot.commands import Dispute, Rule, Setup
from bot.domain import identity
from bot.domain.disputing import Ruling
from bot.domain.question import Kind, Question
from bot.domain.rounds import RoundState
from bot.play.rebuilding import rebuild
from bot.play.revealing import close
from bot.quiz import Quiz
from bot.store.database import Database
from bot.store.models import Answer, Person, Place, Round, Score, Standing

MOST = 2.0  # seconds
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
HOME = identity.Workspace("memory", "W1")
HERE, KEEPER = identity.Place(HOME, "C1"), identity.Person(HOME, "U0", "Keeper", manages=True)
Sums = Mapping[tuple[int, int], tuple[int, int, int]]


@dataclass(frozen=True, slots=True)
class Kept:
    """Everybody's points, how many right and of how many, by board; and everybody's points in the round."""

    boards: Sums
    points: Mapping[int, int]


async def measure(url: str, people: int) -> tuple[float, dict[Ruling, float]]:
    """Seconds that the close took, and each ruling."""
    database = Database(url)
    quiz = Quiz(database, load(), lambda: NOW, Idle())
    await quiz.handle(Setup("09:00", "UTC", "daily"), KEEPER, HERE)
    question = next(one for one in load().edition("2.1") if one.kind is Kind.CHOICE)
    await _ask(database, question, people, days_ago=2)
    this, closing = await _ask(database, question, people, days_ago=1)
    person = identity.Person(HOME, "U1", "")
    await quiz.handle(Dispute(str(this), "It is another letter, on 2.1 at least."), person, HERE)
    other = next(option.letter for option in question.options if option.letter != question.key)
    took = {}
    before = await _kept(database, this)
    for number, ruling in enumerate((Ruling.CHANGED, Ruling.ALSO, Ruling.VOID, Ruling.STANDS)):
        answer = other if ruling in (Ruling.CHANGED, Ruling.ALSO) else None
        with frozen():
            start = perf_counter()
            reply = await quiz.handle(Rule(this, ruling, answer, number), KEEPER, HERE)
            took[ruling] = perf_counter() - start
        if reply.says.title != "Decided":
            raise SystemExit(f"{ruling}: {reply.says.title}")
        after = await _kept(database, this)
        await _compare(database, ruling, before, after)
        before = after
    await database.close()
    return closing, took


async def _ask(database: Database, question: Question, people: int, days_ago: int) -> tuple[int, float]:
    """A round that so many people answered, one letter after the other, closed; how long the close took."""
    opened = NOW - timedelta(days=days_ago)
    letters = [option.letter for option in question.options]
    async with database.writing() as session:
        place = (await session.scalars(select(Place))).one()
        known = (await session.scalars(select(Person.id).order_by(Person.id))).all()
        rows = [{"workspace_id": place.workspace_id, "external_id": f"U{n}", "name": f"N{n}"} for n in range(1, people)]
        if len(known) < people:
            await session.execute(insert(Person), rows)
            known = (await session.scalars(select(Person.id).order_by(Person.id))).all()
        this = Round(place_id=place.id, day=opened.date(), due_at=opened, state=RoundState.OPEN)
        this.question, this.revision, this.level = question.slug, question.revision, question.level
        this.kind, this.key, this.version = question.kind, question.key, question.version
        this.opened_at, this.closes_at = opened, opened + timedelta(hours=20)
        session.add(this)
        await session.flush()
        said = [
            {"round_id": this.id, "person_id": who, "seq": 1, "choice": letters[n % len(letters)], "sure": n % 3 == 0}
            for n, who in enumerate(known)
        ]
        await session.execute(insert(Answer), [{**each, "at": opened} for each in said])
    start = perf_counter()
    async with database.writing() as session:
        await close(session, await session.get_one(Round, this.id), NOW)
    return this.id, perf_counter() - start


async def _kept(database: Database, this: int) -> Kept:
    columns = (Standing.board_id, Standing.person_id, Standing.points, Standing.right, Standing.rounds)
    async with database.reading() as session:
        rows = await session.execute(select(*columns))
        sums = {(board, person): (points, right, n) for board, person, points, right, n in rows}
        scores = await session.scalars(select(Score).where(Score.round_id == this))
        return Kept(sums, {score.person_id: score.points for score in scores})


async def _compare(database: Database, ruling: Ruling, before: Kept, after: Kept) -> None:
    """Leave where the boards moved by anything else than the points of the round did."""
    off = Counter[str]()
    for board, person in before.boards.keys() | after.boards.keys():
        (had, _, _), (has, _, _) = (kept.boards.get((board, person), (0, 0, 0)) for kept in (before, after))
        off["points"] += has - had != after.points.get(person, 0) - before.points.get(person, 0)
    async with database.writing() as session:
        home = (await session.scalars(select(Place.workspace_id).limit(1))).one()
        found = await rebuild(session, home)
    off["scores"], off["standings"] = found.scores, found.standings
    if any(off.values()):
        raise SystemExit(f"{ruling}: the boards are not what they have to be: {dict(off)}")


def rows(answers: int, closing: float, took: Mapping[Ruling, float]) -> Iterator[Row]:
    """How long each ruling took beside the close."""
    for ruling, seconds in took.items():
        yield Row(f"{answers:,} answers: {ruling}", seconds * 1000, "ms", closing * 1000)


def main() -> None:
    """Measure, print, and fail where a demand is not met."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite", help="where the scores are")
    parser.add_argument("--answers", type=int, default=5_000, help="how many, in the round")
    parser.add_argument("--json", action="store_true", help="rows for programs instead of a table")
    given = parser.parse_args()
    with fresh(given.database) as url:
        closing, took = asyncio.run(measure(url, given.answers))
    tell(rows(given.answers, closing, took), as_json=given.json)
    if slow := {str(ruling): round(seconds, 1) for ruling, seconds in took.items() if seconds >= MOST}:
        raise SystemExit(f"slower than {MOST} s: {slow}")


if __name__ == "__main__":
    main()
