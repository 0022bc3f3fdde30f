"""How long does a board take, and does it take longer as the years go by?

Run it with `python -m bench.boards [--database sqlite] [--answers 100000 10000000] [--asks 1000] [--json]`. For each
number of answers it builds a house of 100,000 people in 5,000 teams and 1,000 places of 100 workspaces over two years
(ten millions take some minutes), then asks for the board of every scope, reach and span, one at a time, through the
door: the best five, the asker with those around them, who moved, drawn as a card. Askers are as often from a place as
people of it answer. The baseline of a median is that of the smallest house; the figures are milliseconds. It fails
where a 99th percentile reaches 10 ms, or a median twice that of the smallest house.
"""

import argparse
import asyncio
import sys
from collections.abc import Iterator, Sequence
from random import Random
from statistics import median
from time import perf_counter

from bench.parts import years
from bench.parts.fresh import fresh
from bench.parts.idle import Idle
from bench.parts.outcome import frozen
from bench.parts.rows import Row, tell
from bot.bank import load
from bot.commands import Board
from bot.domain.identity import Person
from bot.domain.standings import Reach, Scope, Span
from bot.quiz import Quiz
from bot.store.database import Database

MOST, GROWTH = 10.0, 2.0  # milliseconds for the slowest but one in a hundred; times for the median
_WARM = 50  # asks before the clock runs

Waits = dict[tuple[Scope, Reach, Span], list[float]]


async def measure(url: str, people: int, days: int, answers: int, asks: int) -> Waits:
    """How long each board took, in milliseconds, sorted."""
    began, builder = perf_counter(), Database(url, patience=None)
    places = await years.live(builder, people, answers, days)
    await builder.close()
    database = Database(url)
    print(f"{answers:,} answers: built in {perf_counter() - began:.0f} s", file=sys.stderr)
    quiz, random = Quiz(database, load(), lambda: years.NOW, Idle()), Random(8)  # noqa: S311  # the same in every run
    waits: Waits = {(scope, reach, span): [] for scope in Scope for reach in Reach for span in Span}
    with frozen():
        for number in range(asks + _WARM):
            [place] = random.choices(places, [each.daily for each in places])
            person = Person(place.place.workspace, f"U{random.choice(place.people)}", "")
            for scope, reach, span in waits:
                start = perf_counter()
                reply = await quiz.handle(Board(scope, span, reach), person, place.place)
                took = (perf_counter() - start) * 1000
                if not reply.says.title.startswith("Board"):
                    raise RuntimeError(f"no board was shown: {reply.says.title}")
                if number >= _WARM:
                    waits[scope, reach, span].append(took)
    await database.close()
    return {which: sorted(each) for which, each in waits.items()}


def rows(seen: dict[int, Waits]) -> Iterator[Row]:
    """The medians beside those of the smallest house, and the 99th percentiles beside what they may be."""
    smallest = seen[min(seen)]
    for answers, waits in seen.items():
        for (scope, reach, span), each in waits.items():
            name = f"{answers:,} answers, {scope}, {reach}, {span}"
            yield Row(f"{name}: p50", median(each), "ms", median(smallest[scope, reach, span]))
            yield Row(f"{name}: p99", each[int(0.99 * (len(each) - 1))], "ms", MOST)


def too_slow(table: Sequence[Row]) -> list[str]:
    """Which demands are not met."""
    most = {"p50": GROWTH, "p99": 1.0}
    return [
        f"{row.name}: {row.figure:.1f} ms, {row.ratio_to_baseline:.2f} of {row.baseline:.1f} ms"
        for row in table
        if (row.ratio_to_baseline or 0.0) >= most[row.name[-3:]]
    ]


def main() -> None:
    """Measure, print, and fail where a demand is not met."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite", help="where the scores are")
    parser.add_argument("--answers", type=int, nargs="+", default=[100_000, 10_000_000], help="how many, in each house")
    parser.add_argument("--people", type=int, default=100_000, help="how many, in each house")
    parser.add_argument("--days", type=int, default=years.DAYS, help="on which they were given")
    parser.add_argument("--asks", type=int, default=1_000, help="for each board")
    parser.add_argument("--json", action="store_true", help="rows for programs instead of a table")
    given = parser.parse_args()
    seen: dict[int, Waits] = {}
    for answers in given.answers:
        with fresh(given.database) as url:
            seen[answers] = asyncio.run(measure(url, given.people, given.days, answers, given.asks))
    table = [*rows(seen)]
    tell(table, as_json=given.json)
    if failures := too_slow(table):
        raise SystemExit("\n".join(failures))


if __name__ == "__main__":
    main()
