"""How long does it take to post the questions of one minute on Discord? Against its floor: 45 requests a second.

Run it with `python -m bench.discord_day [--drills 600] [--json]`. Everything is real but Discord itself, which counts
on the loopback, in this same process, and refuses what comes too fast.
"""

import argparse
import asyncio
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from adapters.discord.limits import BURST, REQUESTS_A_SECOND
from bot.bank import Bank, load
from bot.domain.identity import Person, Place, Workspace
from bot.store.database import Database
from bot.store.migrations import migrate
from tests.fakes.discord import DiscordStage
from tests.house import House, Time


@dataclass(frozen=True, slots=True)
class Day:
    """What came of a morning: how many messages each question has, how many requests were refused as too many."""

    drills: int
    seconds: float
    posted: int
    twice: int
    refused: int


async def morning(house: House, stage: DiscordStage, drills: int) -> Day:
    """That many servers with a drill at nine; then it is nine."""
    world = stage.server.world
    channels = [world.open(guild=number << 22) for number in range(1, drills + 1)]
    for channel in channels:
        workspace = Workspace("discord", str(world.channels[channel]))
        keeper, place = Person(workspace, "1", "Ada", manages=True), Place(workspace, str(channel))
        await house.ask("setup at:09:00 zone:UTC days:daily", keeper, place)
    await stage.connect(house.quiz)
    await house.delivery.sweep()
    house.time.set("2026-11-23 09:00")
    start = perf_counter()
    await house.delivery.sweep()
    seconds = perf_counter() - start
    await stage.disconnect()
    messages = [len(world.public(channel)) for channel in channels]
    rates = stage.server.rates
    refused = rates.refused_globally + rates.refused_in_channels
    return Day(drills, seconds, sum(messages), sum(count > 1 for count in messages), refused)


async def measure(drills: int, bank: Bank) -> Day:
    """One morning with a database of its own."""
    with TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{Path(folder) / 'quiz.sqlite3'}"
        await migrate(url)
        database = Database(url)
        async with DiscordStage() as stage:
            stage.server.rates.buckets = True
            day = await morning(House(database, bank, Time(), [stage.platform]), stage, drills)
        await database.close()
    return day


def main() -> None:
    """Measure, and say how far from the floor it is. Fails where a question is missing, doubled or refused."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--drills", type=int, default=600)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    day = asyncio.run(measure(given.drills, load()))
    floor = max(0, given.drills - BURST) / REQUESTS_A_SECOND
    ratio = day.seconds / floor
    if given.json:
        row = {"name": "discord: questions of one minute", "figure": day.seconds, "unit": "s", "baseline": floor}
        print(json.dumps([{**row, "ratio_to_baseline": ratio, **asdict(day)}]))
    else:
        print(f"{day.posted} questions in {day.seconds:.1f} s; at {REQUESTS_A_SECOND:.0f} a second {floor:.1f} s")
        print(f"{ratio:.2f} times the floor; {day.twice} twice, {day.refused} requests refused as too many")
    if (day.posted, day.twice, day.refused) != (given.drills, 0, 0):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
