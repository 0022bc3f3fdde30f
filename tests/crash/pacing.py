"""A time that passes faster than the real one, and jumps over what is quiet: leases last minutes, and a run too."""

import asyncio
import time
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Pacing:
    """It was `start` when this machine's monotonic clock showed `origin`; since then time passes `speed` times as fast.

    All processes of a machine share that clock, so that each tells the same time without asking.
    """

    start: datetime
    origin: float
    speed: float

    @classmethod
    def beginning(cls, at: datetime, speed: float) -> "Pacing":
        """It is that time now."""
        return cls(at, time.monotonic(), speed)

    def now(self) -> datetime:
        """What time it is."""
        return self.start + timedelta(seconds=(time.monotonic() - self.origin) * self.speed)

    def clock(self) -> float:
        """The same in seconds."""
        return self.now().timestamp()

    async def sleep(self, seconds: float) -> None:
        """Let so many seconds of this time pass."""
        await asyncio.sleep(seconds / self.speed)

    def real(self, seconds: float) -> float:
        """How many real seconds so many of this time are."""
        return seconds / self.speed
