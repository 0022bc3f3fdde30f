"""Time that passes as fast as it is asked to: nothing waits, and what is to happen happens in its order."""

import heapq
from collections.abc import Callable
from itertools import count


class Clock:
    """Seconds since the start of the day."""

    def __init__(self) -> None:
        self.time = 0.0
        self._order = count()
        self._coming: list[tuple[float, int, Callable[[], None]]] = []

    def after(self, seconds: float, do: Callable[[], None]) -> None:
        """Have something done so many seconds from now."""
        heapq.heappush(self._coming, (self.time + seconds, next(self._order), do))

    def run(self, until: float) -> None:
        """Let time pass until nothing is to happen any more, or so many seconds are over."""
        while self._coming and self.time < until:
            self.time, _, do = heapq.heappop(self._coming)
            do()
