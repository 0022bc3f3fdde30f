"""Ends a process whose clock is dead, so that its host starts it anew. A thread: the event loop may be what is dead."""

import logging
import os
import sys
import threading
import traceback
from collections.abc import Callable

log = logging.getLogger(__name__)

LOOK_EVERY = 1.0  # seconds
LOOKS = 15  # in a row that must find the clock dead: counted, for a process that was stopped meanwhile made none
_LAST_WORDS = 2.0  # seconds for the log line: whoever reads our lines may be what everything waits for
FAILED = 1  # exit status


def guard(
    late: Callable[[], str | None], end: Callable[[str], None] | None = None, every: float = LOOK_EVERY
) -> Callable[[], None]:
    """Watch from now on: `end` the process once `LOOKS` looks in a row were told why the clock is late.

    Returns what ends the watch. A machine that slept, or a process that was stopped, has a tick's time after waking.
    """
    over, watched = threading.Event(), threading.get_ident()

    def watch() -> None:
        seen = 0
        while not over.wait(every):
            why = late()
            seen = seen + 1 if why else 0
            if why and seen >= LOOKS:
                (end or _end)(f"{why}; it stands {_place(watched)}")
                return

    threading.Thread(target=watch, name="watchdog", daemon=True).start()
    return over.set


def _place(thread: int) -> str:
    """Where in the program a thread is: the innermost of its frames, without anything it works on."""
    frame = sys._current_frames().get(thread)  # noqa: SLF001  # its documented name
    found = traceback.extract_stack(frame, limit=3) if frame is not None else []
    return ", ".join(f"in {each.name} ({each.filename}:{each.lineno})" for each in reversed(found)) or "nowhere"


def _end(why: str) -> None:
    words = "the clock is dead: %s. Ending with status %s, for the host to start the bot anew"
    speaker = threading.Thread(target=log.critical, args=(words, why, FAILED), daemon=True)
    speaker.start()
    speaker.join(_LAST_WORDS)
    os._exit(FAILED)  # nothing else ends a process whose loop is blocked
