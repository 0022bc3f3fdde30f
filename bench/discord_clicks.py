"""How many answers a second does the quiz take on Discord? Against its floor: a handler that only acknowledges.

Run it with `python -m bench.discord_clicks [--clicks 60000] [--at-once 200] [--burst 2000] [--json]`. The real
discord.py, the whole quiz and SQLite in this process; the loopback Discord and its people in another. Last of all the
bot is restarted, and as many people as `--burst` click at the same moment. It fails where an answer is lost, counted
twice, or acknowledged later than Discord waits.
"""

import argparse
import asyncio
import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import discord
from pydantic import SecretStr
from sqlalchemy import func, select

from adapters.discord.platform import Discord as Adapter
from adapters.discord.render import draw
from bench.discord_server import Clicks, Discord
from bench.rows import Row, tell
from bot.bank import load
from bot.cards.answering import question as card_of
from bot.domain.identity import Person, Place, Workspace
from bot.domain.question import Kind
from bot.play.posting import OpenQuestion
from bot.store.database import Database
from bot.store.migrations import migrate
from bot.store.models import Answer
from tests.fakes.discord.limits import V2
from tests.fakes.discord.rules import Json
from tests.fakes.discord.server import TOKEN
from tests.house import House, Time

SERVERS = 20
DISCORD_WAITS = 3.0


class Bare(discord.AutoShardedClient):
    """Acknowledges and does nothing else."""

    def __init__(self) -> None:
        super().__init__(intents=discord.Intents(guilds=True), guild_ready_timeout=0.1, max_messages=None)

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        """Acknowledge with a short private word."""
        await interaction.response.send_message("Recorded", ephemeral=True)


async def floor(clicks: int, at_once: int, burst: int) -> tuple[Clicks, Clicks]:
    """What discord.py and the loopback Discord can do without us, on the same message."""
    with Discord() as there:
        await there.open(SERVERS, _message())
        discord.http.Route.BASE = there.url
        async with Bare() as bare:
            await bare.login(TOKEN)
            connected = asyncio.create_task(bare.connect())
            await bare.wait_until_ready()
            seen = await there.click(clicks, at_once)
            at_once_all = await there.click(burst, burst)
        await asyncio.wait({connected})
    return seen, at_once_all


def _message() -> Json:
    """A question as the quiz posts it."""
    question = next(each for each in load().edition("") if each.kind is Kind.CHOICE)
    now = datetime.now(UTC)
    shown = OpenQuestion(1, now.date(), question, now, "UTC")
    components = draw(card_of(shown)).to_components()  # type: ignore[no-untyped-call]  # discord.py leaves it untyped
    return {"flags": V2, "components": components}


async def answers(clicks: int, at_once: int, burst: int, url: str) -> tuple[Clicks, Clicks, int, int]:
    """The same clicks on the questions of the quiz, then the burst on one just started, and the answers it has."""
    bank, time = load(), Time()
    with Discord() as there:
        places = await there.open(SERVERS)
        adapter, database = Adapter(SecretStr(TOKEN), there.url), Database(url)
        house = House(database, bank, time, [adapter])
        for guild, channel in places:
            workspace = Workspace("discord", str(guild))
            keeper = Person(workspace, "1", "Ada", manages=True)
            await house.ask("setup at:09:00 zone:UTC days:daily", keeper, Place(workspace, str(channel)))
        await adapter.start(house.quiz)
        await adapter.listen()
        await house.delivery.sweep()
        time.set("2026-11-23 09:00")
        await house.delivery.sweep()
        seen = await there.click(clicks, at_once)
        await adapter.stop()
        await database.close()

        adapter, database = Adapter(SecretStr(TOKEN), there.url), Database(url)
        await adapter.start(House(database, bank, time, [adapter]).quiz)
        await adapter.listen()
        at_start = await there.click(burst, burst)
        await adapter.stop()
        async with database.reading() as session:
            rows = await session.scalar(select(func.count()).select_from(Answer))
            of = await session.scalar(select(func.count(func.distinct(Answer.person_id))))
        await database.close()
    return seen, at_start, rows or 0, of or 0


def rows(bare: tuple[Clicks, Clicks], ours: tuple[Clicks, Clicks]) -> Iterator[Row]:
    """Every figure: of people who come one after the other, and of those who come all at once."""
    for name, floor, seen in zip(("in turn", "burst"), bare, ours, strict=True):
        yield Row(f"{name}: answers", len(seen.waited) / seen.seconds, "/s", len(floor.waited) / floor.seconds)
        for label, share in (("p50", 0.5), ("p99", 0.99), ("max", 1.0)):
            waits = seen.quantile(share) * 1000, floor.quantile(share) * 1000
            yield Row(f"{name}: acknowledged, {label}", waits[0], "ms", waits[1])
        yield Row(f"{name}: never acknowledged", seen.lost, "people", floor.lost)
        yield Row(f"{name}: asked to wait", seen.deferred, "people")


def main() -> None:
    """Measure, print, and fail where an answer is lost, doubled or late."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clicks", type=int, default=60_000)
    parser.add_argument("--at-once", type=int, default=200)
    parser.add_argument("--burst", type=int, default=2_000)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    logging.basicConfig(level=logging.WARNING)
    logging.getLogger("discord").setLevel(logging.CRITICAL)  # a late answer is counted, not told with its traceback
    bare = asyncio.run(floor(given.clicks, given.at_once, given.burst))
    with TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{Path(folder) / 'quiz.sqlite3'}"
        asyncio.run(migrate(url))
        seen, burst, kept, of = asyncio.run(answers(given.clicks, given.at_once, given.burst, url))
    tell(rows(bare, (seen, burst)), as_json=given.json)
    wrong = [*seen.refused, *burst.refused][:5]
    everyone = given.clicks + given.burst
    slowest = max(seen.quantile(1.0), burst.quantile(1.0))
    silent = sum(each.lost + each.unanswered for each in (seen, burst))
    if silent or wrong or (kept, of) != (everyone, everyone) or slowest > DISCORD_WAITS:
        print(f"{everyone} clicks, {kept} answers of {of} people, {silent} left without an answer: {wrong}")
        raise SystemExit(1)


if __name__ == "__main__":
    main()
