"""What does the quiz take while nothing is due? Against its libraries alone, and against a hundredth of a core.

Run it with `python -m bench.idle [--servers 2500] [--drills 10000] [--seconds 60] [--json]`. Both platforms are
connected, and their sweeps go on as always.
"""

import argparse
import asyncio
import subprocess
import sys
from time import perf_counter

from bench.parts.rows import Row, tell
from bench.parts.running import LIBRARIES, home, running

SETTLED = 15.0  # seconds for the servers that Discord tells of after it is ready, and for the first sweep
MOST_CPU, MOST_MEMORY = 1.0, 120.0  # percent of a core, MB
_HOLD = f"import psutil, {LIBRARIES}; print(psutil.Process().memory_info().rss)"


def libraries() -> float:
    """What an interpreter holds that has imported our libraries, in MB."""
    done = subprocess.run([sys.executable, "-c", _HOLD], check=True, capture_output=True, text=True)  # noqa: S603  # ours
    return int(done.stdout) / 2**20


async def measure(servers: int, drills: int, seconds: float, settled: float = SETTLED) -> list[Row]:
    """What a bot takes for so long, once all is quiet."""
    async with home(servers, drills) as environment, running(environment) as bot:
        await asyncio.sleep(settled)
        began, before = perf_counter(), sum(bot.process.cpu_times()[:2])
        await asyncio.sleep(seconds)
        cpu = (sum(bot.process.cpu_times()[:2]) - before) / (perf_counter() - began) * 100
        memory = bot.process.memory_info().rss / 2**20
    about = f"{servers} servers, {drills} drills"
    return [
        Row(f"idle, {about}: CPU", cpu, "%", MOST_CPU),
        Row(f"idle, {about}: memory", memory, "MB", libraries()),
    ]


def wrong(rows: list[Row]) -> str:
    """What must not be; empty where all is well."""
    cpu, memory = (row.figure for row in rows)
    if cpu > MOST_CPU or memory > MOST_MEMORY:
        return f"it may take {MOST_CPU} % of a core and {MOST_MEMORY:.0f} MB"
    return ""


def main() -> None:
    """Measure, and fail where it takes too much."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--servers", type=int, default=2_500)
    parser.add_argument("--drills", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=60.0, help="how long to look")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    rows = asyncio.run(measure(given.servers, given.drills, given.seconds))
    tell(rows, as_json=given.json)
    if found := wrong(rows):
        raise SystemExit(found)


if __name__ == "__main__":
    main()
