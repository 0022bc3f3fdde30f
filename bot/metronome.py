"""What strikes at fixed intervals. APScheduler does so for the running bot; tests strike by hand."""

from collections.abc import Callable
from datetime import UTC
from typing import Protocol

from apscheduler.schedulers.asyncio import AsyncIOScheduler


class Metronome(Protocol):
    """Strikes what it was given, on the running event loop."""

    def every(self, seconds: float, strike: Callable[[], None]) -> None:
        """Call `strike` when started, and again every so many seconds. A late strike is one strike, however late."""

    def start(self) -> None:
        """Begin. Needs a running event loop."""

    def stop(self) -> None:
        """Strike no more. Does no harm where nothing was started."""


class Scheduler:
    """The metronome of APScheduler. Its jobs live in memory: they hold no truth that could be lost."""

    def __init__(self) -> None:
        """Nothing runs before `start`."""
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        self._strikes: list[Callable[[], None]] = []

    def every(self, seconds: float, strike: Callable[[], None]) -> None:
        """Add a job: see `Metronome`."""

        async def job() -> None:  # a coroutine, so that the scheduler runs it on our loop and not in a thread
            strike()

        # A late tick is still due, and several missed ones are one: the rows say what there is to do.
        self._scheduler.add_job(job, "interval", seconds=seconds, coalesce=True, misfire_grace_time=None)
        self._strikes.append(strike)

    def start(self) -> None:
        """Start the jobs: see `Metronome`."""
        self._scheduler.start()
        for strike in self._strikes:
            strike()

    def stop(self) -> None:
        """Stop the jobs: see `Metronome`."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
