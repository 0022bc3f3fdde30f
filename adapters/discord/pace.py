"""One token bucket for every request that is not the answer to an interaction: those alone are free of the limit."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from adapters.discord.limits import BURST, REQUESTS_A_SECOND


class Pace:
    """Lets `BURST` requests through at once and then `REQUESTS_A_SECOND`, in the order they came.

    discord.py waits only after a refusal, and then all that wait try again together: six hundred cards sent at once
    lost four hundred. Waiting before the request loses none.
    """

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._free_at = float("-inf")  # when the bucket would be full again if nobody asked

    async def turn(self) -> None:
        """Returns when it is this request's turn."""
        now = self._clock()
        self._free_at = max(self._free_at, now) + 1 / REQUESTS_A_SECOND
        wait = self._free_at - now - BURST / REQUESTS_A_SECOND
        if wait > 0:
            await self._sleep(wait)
