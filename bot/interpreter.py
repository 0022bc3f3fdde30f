"""How Python itself is set for a process that runs for long: where it looks for garbage, and how threads take turns."""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager

# Seconds after which a thread must let another one in that waits for its turn; Python's own setting is ten times that.
# SQLite's thread asks for a moment at each statement, and while people press the main thread has always more to do.
_TURN = 0.0005


@contextmanager
def starting() -> Iterator[None]:
    """Look for no garbage until the program has started (`started`), or the block ends: that takes a third of a start,
    and nearly all that is made meanwhile stays.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def started() -> None:
    """Whatever is there stays to the end: looking for garbage among it would take a sixth of a busy hour."""
    gc.freeze()
    gc.enable()
    sys.setswitchinterval(_TURN)
