"""What a clock is tried with: a metronome struck by hand, duties that wait for a gate, seconds that a test sets."""

import asyncio
from collections.abc import Callable

from bot.clock import progressed

SOON = 10  # seconds that something may take which happens at once


class ByHand:
    """A metronome that strikes when the test says so."""

    def __init__(self) -> None:
        """Nothing strikes yet."""
        self.strikes: dict[float, Callable[[], None]] = {}
        self.started = self.stopped = False
        self.began = asyncio.Event()

    def every(self, seconds: float, strike: Callable[[], None]) -> None:
        """Remember it."""
        self.strikes[seconds] = strike

    def start(self) -> None:
        """The first tick of each."""
        self.started = True
        self.began.set()
        for strike in self.strikes.values():
            strike()

    def stop(self) -> None:
        """No more."""
        self.stopped = True


class Sweeps:
    """Duties that take until the test lets them go, and fail where it wants them to."""

    def __init__(self) -> None:
        """The gate is shut, for all of them."""
        self.shut = {"plan", "send", "recover"}
        self.begun: list[str] = []
        self.ended: list[str] = []
        self.running: set[str] = set()
        self.failing, self.steps = False, 0
        self.gate, self.step, self._changed = asyncio.Event(), asyncio.Event(), asyncio.Condition()

    async def _work(self, name: str) -> None:
        assert name not in self.running, "never twice at once"
        self.running.add(name)
        self.begun.append(name)
        async with self._changed:
            self._changed.notify_all()
        try:
            if name in self.shut:
                await self._gated()
            if self.failing:
                raise RuntimeError("the database is away")
            self.ended.append(name)
        finally:
            self.running.remove(name)

    async def _gated(self) -> None:
        """Wait for the gate, and make the steps that the test wants, each in a task of its own as senders do."""
        while not self.gate.is_set():
            ways = [asyncio.create_task(each.wait()) for each in (self.gate, self.step)]
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            for way in ways:
                way.cancel()
            if self.step.is_set():
                self.step.clear()
                await asyncio.create_task(self._progress())

    async def _progress(self) -> None:
        progressed()
        self.steps += 1
        async with self._changed:
            self._changed.notify_all()

    async def plan(self) -> None:
        """Plan."""
        await self._work("plan")

    async def send(self) -> None:
        """Send."""
        await self._work("send")

    async def recover(self) -> None:
        """Recover."""
        await self._work("recover")

    async def have_begun(self, name: str, times: int) -> None:
        """Wait for a duty to have begun so many times."""
        async with asyncio.timeout(SOON), self._changed:
            await self._changed.wait_for(lambda: self.begun.count(name) >= times)

    async def get_on(self) -> None:
        """Have what is under way make a step."""
        async with asyncio.timeout(SOON), self._changed:
            wanted = self.steps + 1
            self.step.set()
            await self._changed.wait_for(lambda: self.steps >= wanted)


class Seconds:
    """What the monotonic clock says."""

    def __init__(self) -> None:
        """Some time after the start of the machine."""
        self.now = 5_000.0

    def __call__(self) -> float:
        """Seconds."""
        return self.now
