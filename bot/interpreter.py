"""How Python itself is set for a process that runs for long: when it looks for garbage, and among what."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


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
