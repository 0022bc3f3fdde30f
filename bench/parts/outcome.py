"""What comes of many clicks, whatever the platform."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import func, select

from bench.parts import discord_server, slack_server
from bot.interpreter import started
from bot.store.database import Database
from bot.store.models import Answer

Clicks = discord_server.Clicks | slack_server.Clicks


@dataclass(frozen=True, slots=True)
class Load:
    """How many people there are, how many of them at once, and how many all together after the restart."""

    clicks: int
    at_once: int
    burst: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the people saw in turn and in the burst, and the answers that were kept, and of how many."""

    seen: Clicks
    burst: Clicks
    kept: int = 0
    of: int = 0


async def kept(database: Database) -> tuple[int, int]:
    """The answers in a database, and of how many people they are."""
    query = select(func.count(), func.count(func.distinct(Answer.person_id))).select_from(Answer)
    async with database.reading() as session:
        answers, people = (await session.execute(query)).one()
    return answers, people


@contextmanager
def frozen() -> Iterator[None]:
    """Python as the program sets it once it has started, with nothing left over from before."""
    gc.collect()
    started()
    try:
        yield
    finally:
        gc.unfreeze()
