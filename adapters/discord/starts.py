"""When a shard may begin a session: Discord counts these, and ends the connection of one that is too quick."""

import time
from collections.abc import Awaitable, Callable

from adapters.discord.limits import BETWEEN_STARTS


class Starts:
    """One session in `BETWEEN_STARTS` seconds for each bucket of shards. discord.py waits after every shard instead."""

    def __init__(self, sleep: Callable[[float], Awaitable[None]], clock: Callable[[], float] = time.monotonic) -> None:
        self.buckets = 1  # what Discord calls max_concurrency; most bots have one
        self._sleep = sleep
        self._clock = clock
        self._free_at: dict[int, float] = {}

    async def turn(self, shard: int) -> None:
        """Returns when it is this shard's turn."""
        bucket, now = shard % self.buckets, self._clock()
        begins = max(now, self._free_at.get(bucket, now))
        self._free_at[bucket] = begins + BETWEEN_STARTS
        if begins > now:
            await self._sleep(begins - now)
