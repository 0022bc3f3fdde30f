"""Clicks on Discord: the real discord.py, the whole quiz and SQLite in this process, the loopback Discord and its
people in another.
"""

import asyncio
from datetime import UTC, datetime
from typing import Any

import discord
from pydantic import SecretStr

from adapters.discord.platform import Discord as Adapter
from adapters.discord.render import draw
from bench.parts.discord_server import Discord
from bench.parts.outcome import Load, Outcome, frozen, kept
from bot.bank import load
from bot.cards.answering import question as card_of
from bot.domain.identity import Person, Place, Workspace
from bot.domain.question import Kind
from bot.play.posting import OpenQuestion
from bot.store.database import Database
from tests.fakes.discord.limits import V2
from tests.fakes.discord.rules import Json
from tests.fakes.discord.server import TOKEN
from tests.house import House, Time

SERVERS = 20


class Bare(discord.AutoShardedClient):
    """Acknowledges as discord.py documents it, and does nothing else."""

    def __init__(self) -> None:
        super().__init__(intents=discord.Intents(guilds=True), guild_ready_timeout=0.1, max_messages=None)

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        """Acknowledge with a short private word."""
        await interaction.response.send_message("Recorded", ephemeral=True)


async def floor(load_: Load) -> Outcome:
    """What discord.py and the loopback Discord can do without us, on the same message."""
    with Discord() as there:
        await there.open(SERVERS, _message())
        discord.http.Route.BASE = there.url
        async with Bare() as bare:
            await bare.login(TOKEN)
            connected = asyncio.create_task(bare.connect())
            await bare.wait_until_ready()
            with frozen():
                seen = await there.click(load_.clicks, load_.at_once)
                burst = await there.click(load_.burst, load_.burst)
        await asyncio.wait({connected})
    return Outcome(seen, burst)


def _message() -> Json:
    """A question as the quiz posts it."""
    question = next(each for each in load().edition("") if each.kind is Kind.CHOICE)
    now = datetime.now(UTC)
    shown = OpenQuestion(1, now.date(), question, now, "UTC")
    components = draw(card_of(shown)).to_components()  # type: ignore[no-untyped-call]  # discord.py leaves it untyped
    return {"flags": V2, "components": components}


async def answers(load_: Load, url: str) -> Outcome:
    """The same clicks on the questions of the quiz, then the burst on one just started."""
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
        with frozen():
            seen = await there.click(load_.clicks, load_.at_once)
        await adapter.stop()
        await database.close()

        adapter, database = Adapter(SecretStr(TOKEN), there.url), Database(url)
        await adapter.start(House(database, bank, time, [adapter]).quiz)
        await adapter.listen()
        with frozen():
            burst = await there.click(load_.burst, load_.burst)
        await adapter.stop()
        outcome = Outcome(seen, burst, *await kept(database))
        await database.close()
    return outcome
