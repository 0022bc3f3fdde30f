"""A clock for tests: whoever sleeps by it does not wait, and the clock says that they did."""

import asyncio
from collections.abc import Callable


class Passing:
    """Tells seconds, beside another clock or by itself."""

    def __init__(self, beside: Callable[[], float] = lambda: 0.0) -> None:
        self._beside = beside
        self.slept = 0.0

    def __call__(self) -> float:
        """What time it is."""
        return self._beside() + self.slept

    async def sleep(self, seconds: float) -> None:
        """Let some time pass; others have their turn."""
        self.slept += seconds
        await asyncio.sleep(0)
