"""How long does it take to post the questions of one minute on Discord? Against its floor: our own pace.

Run it with `python -m bench.discord_day [--drills 600] [--json]`; what has to hold is asked of `--drills 10000`, which
takes four minutes. Everything is real but Discord itself, which counts on the loopback, in a process of its own, and
refuses what comes too fast: fifty requests in any second, and five in five seconds of each channel.
"""

import argparse
import asyncio
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from adapters.discord import connect
from adapters.discord.limits import BURST, REQUESTS_A_SECOND
from bench.parts.day import Morning, morning
from bench.parts.discord_server import Discord, Posts
from bench.parts.drills import record
from bench.parts.rows import Row, tell
from bot.bank import Bank, load
from bot.clock import now
from bot.domain.identity import Place, Workspace
from bot.ports import Off
from bot.store.database import Database
from bot.store.migrations import migrate

MANY, WITHIN = 10_000, 240.0  # so many questions are to be out within so many seconds


async def measure(drills: int, bank: Bank) -> tuple[Morning, Posts]:
    """One morning with a database of its own: every drill in a server of its own."""
    with TemporaryDirectory() as folder, Discord(strict=True) as there:
        url = f"sqlite+aiosqlite:///{Path(folder) / 'quiz.sqlite3'}"
        await migrate(url)
        database = Database(url)
        opened = await there.open(drills)
        places = [Place(Workspace("discord", str(server)), str(channel)) for server, channel in opened]
        await record(database, places, now())
        platform = connect(there.environment)
        if isinstance(platform, Off):
            raise TypeError("Discord is off")
        seen = await morning(database, bank, platform)
        posts = await there.count()
        await database.close()
    return seen, posts


def rows(drills: int, seen: Morning) -> Iterator[Row]:
    """What it took."""
    yield Row(f"discord: {drills} questions of one minute", seen.seconds, "s", floor(drills))
    yield Row("discord: CPU of one question", seen.cpu / drills * 1000, "ms")
    yield Row("discord: memory when all are out", seen.memory, "MB")


def floor(drills: int) -> float:
    """The least seconds it can take at the pace that Discord allows."""
    return max(0, drills - BURST) / REQUESTS_A_SECOND


def wrong(drills: int, seen: Morning, posts: Posts) -> str:
    """What must not be; empty where all is well."""
    if posts != Posts(posted=drills, twice=0, refused=0):
        return f"{posts.posted} of {drills} questions, {posts.twice} twice, {posts.refused} requests too soon"
    if drills >= MANY and seen.seconds > WITHIN:
        return f"it took {seen.seconds:.1f} s, and may take {WITHIN:.0f} s"
    return ""


def main() -> None:
    """Measure, and say how far from the floor it is. Fails where a question is missing, doubled, refused or late."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--drills", type=int, default=600)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    seen, posts = asyncio.run(measure(given.drills, load()))
    tell(rows(given.drills, seen), as_json=given.json)
    if found := wrong(given.drills, seen, posts):
        raise SystemExit(found)


if __name__ == "__main__":
    main()
