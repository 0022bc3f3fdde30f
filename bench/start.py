"""How long does it take from the start of the process until the quiz is ready? Against its libraries alone.

Run it with `python -m bench.start [--servers 2500] [--drills 10000] [--rounds 5] [--json]`. Both platforms are on; the
disk is warm, as a first start is left out. The baseline is an interpreter that imports what we stand on, and no more.
"""

import argparse
import asyncio
import subprocess
import sys
from statistics import median
from time import perf_counter

from bench.parts.rows import Row, tell
from bench.parts.running import LIBRARIES, home, running

WITHIN = 1.5  # seconds


def import_libraries() -> float:
    """How long an interpreter takes that imports our libraries, in seconds."""
    began = perf_counter()
    subprocess.run([sys.executable, "-c", f"import {LIBRARIES}"], check=True)  # noqa: S603  # all of it is ours
    return perf_counter() - began


async def measure(servers: int, drills: int, rounds: int) -> list[Row]:
    """The median of several starts, and of as many bare ones in between."""
    starts, bare = [], []
    async with home(servers, drills) as environment:
        for _ in range(rounds + 1):
            bare.append(import_libraries())
            async with running(environment) as bot:
                starts.append((bot.seconds, sum(bot.process.cpu_times()[:2])))
    seconds, cpu = (median(column) for column in zip(*starts[1:], strict=True))
    return [
        Row(f"start with {servers} servers, {drills} drills", seconds, "s", median(bare[1:])),
        Row("start: CPU", cpu, "s", median(bare[1:])),
    ]


def main() -> None:
    """Measure, and fail where it takes too long."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--servers", type=int, default=2_500)
    parser.add_argument("--drills", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    rows = asyncio.run(measure(given.servers, given.drills, given.rounds))
    tell(rows, as_json=given.json)
    if rows[0].figure > WITHIN:
        raise SystemExit(f"it took {rows[0].figure:.2f} s, and may take {WITHIN} s")


if __name__ == "__main__":
    main()
