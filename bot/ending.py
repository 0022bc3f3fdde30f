"""The end of a process: asked once it finishes what is in hand, all of it within one deadline; asked twice it ends."""

import asyncio
import logging
import os
import signal
import time
from collections.abc import Awaitable, Callable

log = logging.getLogger(__name__)

_SIGNALLED = 128  # what a shell adds to the number of the signal that ended a program


class Deadline:
    """A moment by which everything has to have ended, so many seconds from now."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` is in seconds that only pass."""
        self._clock = clock
        self._at = clock() + seconds

    def left(self, but: float = 0.0) -> float:
        """The seconds that are left, `but` for some that the next steps need; never less than none."""
        return max(0.0, self._at - but - self._clock())


async def asked_to_stop() -> None:
    """Returns at the first SIGTERM or SIGINT. The second ends the process there and then: somebody does not want to
    wait, and the rows say what was under way.
    """
    stop, loop = asyncio.Event(), asyncio.get_running_loop()

    def heard(number: signal.Signals) -> None:
        if stop.is_set():
            log.error("asked to stop a second time: ending at once")
            os._exit(_SIGNALLED + number)
        log.info("stopping; a second %s ends at once", number.name)
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, heard, number)
    await stop.wait()


async def give(seconds: float, work: Awaitable[object], what: str) -> None:
    """Let `what` take so many seconds at most. What goes wrong with it is logged: the next step has its turn."""
    try:
        async with asyncio.timeout(seconds):
            await work
    except TimeoutError:
        log.warning("%s took too long: ending without it", what)
    except Exception:
        log.exception("%s failed on the way to the end", what)
