"""One token bucket for every request that is not the answer to an interaction: those alone are free of the limit."""

import asyncio
import time
from collections.abc import Awaitable, Callable

import aiohttp
from aiohttp.tracing import Trace
from discord.http import Route

from adapters.discord.limits import BURST, REQUESTS_A_SECOND
from adapters.discord.outcomes import count

_FREE = ("/interactions/", "/webhooks/")
_NOTHING = 1e-6  # of a token: how floats count, and no time to sleep


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
        self._queue = asyncio.Lock()  # lets in first whoever came first
        self._tokens, self._counted_at = float(BURST), float("-inf")

    async def turn(self) -> None:
        """Returns when it is this request's turn.

        Tokens are taken on leaving, not promised on coming: after a pause of the whole process, all whose time came
        meanwhile would otherwise leave together.
        """
        async with self._queue:
            while (lacking := 1 - self._count()) > _NOTHING:
                await self._sleep(lacking / REQUESTS_A_SECOND)
            self._tokens -= 1

    def _count(self) -> float:
        now = self._clock()
        gained = (now - self._counted_at) * REQUESTS_A_SECOND
        self._tokens, self._counted_at = min(float(BURST), self._tokens + gained), now
        return self._tokens


class PacedConnector(aiohttp.TCPConnector):
    """Has every request of a session wait for its turn: discord.py's own and its retries as well as ours.

    Not a trace, which every request would be told of at each of its steps: for the answers to interactions that was
    a tenth of what they cost.
    """

    def __init__(self, pace: Pace) -> None:
        """As many connections as discord.py would have: no limit but the pace."""
        super().__init__(limit=0)
        self._turn = pace.turn

    async def connect(
        self,
        req: aiohttp.ClientRequest,
        traces: list[Trace],
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109  # aiohttp names it
    ) -> aiohttp.connector.Connection:
        path = str(req.url).removeprefix(Route.BASE)
        if path.startswith("/") and not path.startswith(_FREE):  # any other address is the gateway's
            await self._turn()
            count()
        return await super().connect(req, traces, timeout)
