"""The minute in which many questions are due: the real delivery sends them, and what it takes of this process."""

from dataclasses import dataclass
from time import perf_counter, process_time

import psutil

from bench.parts.outcome import frozen
from bot.bank import Bank
from bot.clock import Clock, now
from bot.delivery import Delivery
from bot.metronome import Scheduler
from bot.ports import Platform, Vault
from bot.quiz import Quiz
from bot.store.database import Database


@dataclass(frozen=True, slots=True)
class Morning:
    """How long it took, in seconds; the CPU it took of that; and the memory held when all was out, in MB."""

    seconds: float
    cpu: float
    memory: float


async def morning(database: Database, bank: Bank, platform: Platform, vault: Vault | None = None) -> Morning:
    """Connect, send whatever is due, disconnect."""
    delivery = Delivery(database, bank, {platform.name: platform}, now)
    await platform.start(Quiz(database, bank, now, Clock(Scheduler(), delivery), vault))
    with frozen():
        began, cpu = perf_counter(), process_time()
        await delivery.sweep()
        seconds, cpu = perf_counter() - began, process_time() - cpu
    await platform.stop()
    return Morning(seconds, cpu, psutil.Process().memory_info().rss / 2**20)
