"""The clock: has the sweep plan, send and look into doubts at fixed intervals, and whenever something became due.

It holds no truth of its own, but knows whether it is alive: when it last ticked, and whether what it began gets on.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Protocol

from bot.metrics import Metrics
from bot.metronome import Metronome
from bot.ports import STOPPING

log = logging.getLogger(__name__)

MISSED = 3  # ticks of one sort without which the clock counts as dead
STUCK = 180.0  # seconds without any progress in a duty that has begun, far more than any one step of it takes
_LAST_WORDS = 1.0  # seconds for a duty that is cancelled, to record what it knows

_progress: ContextVar[Callable[[], None]] = ContextVar("_progress")


def now() -> datetime:
    """The time, aware and in UTC: the one place where it is asked for."""
    return datetime.now(UTC)


def progressed() -> None:
    """Say, within a duty, that it got on by a step: ten thousand posts take minutes, and are no hang."""
    if tell := _progress.get(None):
        tell()


@dataclass(frozen=True, slots=True)
class Ticks:
    """How many seconds lie between two ticks of each sort."""

    send: float = 15.0
    recover: float = 30.0
    plan: float = 60.0


class Sweep(Protocol):
    """What is to be done at each sort of tick, as `bot.delivery` does it."""

    async def plan(self) -> None:
        """Write down what will be due."""

    async def send(self) -> None:
        """Send what is due."""

    async def recover(self) -> None:
        """Look into what is in doubt."""


class _Duty:
    """One sort of tick and its work, which never runs twice at once. One that fails is logged; the next tick comes."""

    def __init__(self, name: str, every: float, work: Callable[[], Awaitable[None]], elapsed: Callable[[], float]):
        self.name, self.every, self._work, self._elapsed = name, every, work, elapsed
        self._ticked = self._moved = 0.0
        self._again = self._stopped = False
        self.task: asyncio.Task[None] | None = None
        self.leads_to: _Duty | None = None

    def arm(self) -> None:
        """From now on ticks are waited for."""
        self._ticked = self._elapsed()

    def tick(self) -> float:
        """How many seconds later than it should it came."""
        before, self._ticked = self._ticked, self._elapsed()
        self.wake()
        return max(0.0, self._ticked - before - self.every)

    def wake(self) -> None:
        """Work now; while it is under way, once more right after it. Nothing after a stop: the rows remember."""
        if self._stopped:
            return
        self._again = True
        if not self.running:
            self._move()
            self.task = asyncio.get_running_loop().create_task(self._run())

    def stop(self) -> None:
        self._stopped, self._again = True, False

    @property
    def running(self) -> bool:
        return self.task is not None and not self.task.done()

    async def _run(self) -> None:
        _progress.set(self._move)  # for this task, and those it makes
        while self._again:
            self._again = False
            self._move()
            try:
                await self._work()
            except Exception:  # a clock that stops at the first error would stop every drill
                log.exception("to %s failed; the next tick tries again", self.name)
            if self.leads_to is not None:
                self.leads_to.wake()

    def _move(self) -> None:
        self._moved = self._elapsed()

    def late(self) -> str | None:
        """Why this one must be taken for dead. Any thread may ask."""
        now = self._elapsed()
        if now - self._ticked > MISSED * self.every:
            return f"no tick to {self.name} for {now - self._ticked:.0f} s, where one is due every {self.every:g} s"
        if self.running and now - self._moved > STUCK:
            return f"what began to {self.name} has not got on for {now - self._moved:.0f} s"
        return None


class Clock:
    """Lets a sweep work at each tick of a metronome, and at once when woken.

    `elapsed` counts seconds. The monotonic clock cannot be set, and on Linux stands still while a machine sleeps, so
    that nothing is late for having slept.
    """

    def __init__(
        self,
        metronome: Metronome,
        sweep: Sweep,
        ticks: Ticks = Ticks(),
        elapsed: Callable[[], float] = time.monotonic,
        metrics: Metrics | None = None,
    ) -> None:
        """Nothing runs before `start`."""
        self._metrics = metrics or Metrics()
        self._metronome = metronome
        self._plan = _Duty("plan", ticks.plan, sweep.plan, elapsed)
        self._send = _Duty("send", ticks.send, sweep.send, elapsed)
        self._recover = _Duty("recover", ticks.recover, sweep.recover, elapsed)
        self._plan.leads_to = self._recover.leads_to = self._send  # what either makes due need not wait for a tick
        self._duties = (self._plan, self._send, self._recover)
        for duty in self._duties:
            metronome.every(duty.every, partial(self._tick, duty))
        self._started = self._stopped = False

    def start(self) -> None:
        """Begin with a tick of each sort at once. Needs a running event loop."""
        for duty in self._duties:
            duty.arm()
        self._started = True
        self._metronome.start()

    def _tick(self, duty: _Duty) -> None:
        busy = duty.running
        self._metrics.ticked(duty.name, duty.tick(), busy=busy)

    def wake(self) -> None:
        """Something may have become due: plan and send, soon."""
        self._plan.wake()
        self._send.wake()

    async def idle(self) -> None:
        """Returns once nothing is under way: everything that was due has been tried."""
        while running := self._running():
            await asyncio.wait(running)

    async def stop(self, within: float = STOPPING) -> None:
        """No more ticks; what is under way may finish in so many seconds, and is cancelled then."""
        self._metronome.stop()
        self._stopped = True
        for duty in self._duties:
            duty.stop()
        if running := self._running():
            _, late = await asyncio.wait(running, timeout=within)
            for task in late:
                task.cancel()
            if late:
                log.warning("what was being done was not done in %.1f s", within)
                await asyncio.wait(late, timeout=_LAST_WORDS)

    def _running(self) -> list[asyncio.Task[None]]:
        return [duty.task for duty in self._duties if duty.task is not None and not duty.task.done()]

    def late(self) -> str | None:
        """Why the process had better be started anew, if its clock is dead. Any thread may ask."""
        if not self._started or self._stopped:
            return None
        return next((why for duty in self._duties if (why := duty.late())), None)

    def trouble(self) -> str | None:
        """Why nothing is posted on time here, if so."""
        if not self._started:
            return "the clock has not started yet"
        return "the clock has been stopped" if self._stopped else self.late()
