"""The metronome: wakes the sweep every few seconds and whenever something became due. It holds no truth of its own."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from apscheduler.schedulers.asyncio import AsyncIOScheduler

log = logging.getLogger(__name__)

TICK_SECONDS = 15
_DRAIN_SECONDS = 8


def now() -> datetime:
    """The time, aware and in UTC: the one place where it is asked for."""
    return datetime.now(UTC)


class Clock:
    """Calls `sweep` every `TICK_SECONDS`, never twice at once; a tick that fails is logged and the next one comes."""

    def __init__(self, sweep: Callable[[], Awaitable[object]]) -> None:
        """Nothing runs before `start`."""
        self._sweep = sweep
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        self._again = False
        self._stopped = False
        self._running: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin with a tick at once. Needs a running event loop."""
        # A late tick is still due, and several missed ones are one: the rows say what there is to do.
        self._scheduler.add_job(
            self._tick, "interval", seconds=TICK_SECONDS, coalesce=True, misfire_grace_time=None, next_run_time=now()
        )
        self._scheduler.start()

    async def _tick(self) -> None:  # a coroutine, so that the scheduler runs it on our loop and not in a thread
        self.wake()

    def wake(self) -> None:
        """Sweep now; while a sweep is running, once more right after it. Nothing after `stop`: the rows remember."""
        if self._stopped:
            return
        self._again = True
        if self._running is None or self._running.done():
            self._running = asyncio.get_running_loop().create_task(self._run())

    async def _run(self) -> None:
        while self._again:
            self._again = False
            try:
                await self._sweep()
            except Exception:  # a clock that stops at the first error would stop every drill
                log.exception("the sweep failed; the next tick tries again")

    async def idle(self) -> None:
        """Returns once no sweep is running: everything that was due has been tried."""
        if self._running is not None:
            await asyncio.wait([self._running])

    async def stop(self) -> None:
        """No more ticks; the sweep under way may finish."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
        self._stopped, self._again = True, False
        if self._running is not None:
            await asyncio.wait([self._running], timeout=_DRAIN_SECONDS)
