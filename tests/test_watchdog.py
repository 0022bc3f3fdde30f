"""The watchdog: a dead clock ends the process, with one line that says why, and nothing else does."""

import asyncio
import os
import signal
import sys
import threading
from asyncio.subprocess import PIPE
from collections.abc import Callable
from pathlib import Path

import pytest

from bot import watchdog
from bot.watchdog import LOOKS, guard

ROOT = Path(__file__).parent.parent
SECONDS = 40.0  # for a process to start or to end on a busy machine

# The real clock, metronome, watchdog and log lines, with ticks of a twentieth of a second instead of fifteen.
PROGRAM = """
import asyncio, sys, threading, time
from bot import clock, log, watchdog
from bot.metronome import Scheduler

class Sweep:
    sent = 0
    async def plan(self): pass
    async def recover(self): pass
    async def send(self):
        self.sent += 1
        if self.sent == 20:
            print("ticking", flush=True)
            {trouble}

async def main():
    ticking = clock.Clock(Scheduler(), Sweep(), clock.Ticks(send=0.05, recover=0.05, plan=0.05))
    looks = []
    def late():
        looks.append(None)
        return ticking.late()
    def take_long():
        enough = len(looks) + 2 * watchdog.LOOKS
        while len(looks) < enough:
            time.sleep(0.01)
    watchdog.guard(late, every=0.02)
    take_long()  # as a start may
    ticking.start()
    await asyncio.sleep({lasts})
    await ticking.stop()
    take_long()  # and so may a stop

log.start("INFO")
asyncio.run(main())
"""


async def ran(trouble: str, lasts: float = 60, meanwhile: Callable[[int], None] | None = None) -> tuple[int, str]:
    """Exit status and log lines of a process that gets into trouble after twenty ticks."""
    program = PROGRAM.format(trouble=trouble, lasts=lasts)
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", program, cwd=ROOT, stdout=PIPE, stderr=PIPE)
    try:
        async with asyncio.timeout(SECONDS):
            assert process.stdout is not None
            assert await process.stdout.readline() == b"ticking\n"
            if meanwhile is not None:
                await asyncio.to_thread(meanwhile, process.pid)
            _, said = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
    assert process.returncode is not None
    return process.returncode, said.decode()


async def test_a_blocked_loop_ends_the_process_and_the_log_says_where() -> None:
    status, said = await ran("time.sleep(60)")
    [line] = said.splitlines()
    assert status == 1
    assert "CRITICAL" in line
    assert "the clock is dead: no tick to" in line
    assert "it stands in send (<string>:" in line
    assert "Ending with status 1, for the host to start the bot anew" in line


async def test_a_duty_that_hangs_ends_the_process() -> None:
    status, said = await ran("clock.STUCK = 0.5; await asyncio.Event().wait()")
    [line] = said.splitlines()
    assert status == 1
    assert "the clock is dead: what began to send has not got on" in line


async def test_a_process_ends_even_if_nobody_reads_its_log() -> None:
    blocked = "import logging; logging.getLogger().handlers[0].acquire(); time.sleep(60)"
    assert await ran(blocked) == (1, "")


async def test_neither_a_long_start_nor_a_long_stop_ends_it() -> None:
    assert await ran("pass", lasts=3) == (0, "")


async def test_a_process_that_was_stopped_for_long_goes_on() -> None:
    def stop_and_continue(process: int) -> None:
        for _ in range(3):
            os.kill(process, signal.SIGSTOP)
            threading.Event().wait(1.5)  # thirty ticks
            os.kill(process, signal.SIGCONT)
            threading.Event().wait(0.2)

    assert await ran("pass", lasts=6, meanwhile=stop_and_continue) == (0, "")


class Clock:
    """A clock that is late when the test says so. `looked` comes with every look."""

    def __init__(self, *late: bool) -> None:
        """Late at these looks, one after the other, and then no more."""
        self._late = list(late)
        self.over = threading.Event()

    def __call__(self) -> str | None:
        """Why it is late."""
        if not self._late:
            self.over.set()
            return None
        return "late" if self._late.pop(0) else None


@pytest.mark.parametrize(
    ("late", "ends"), [([True] * LOOKS, 1), ([True] * (LOOKS - 1), 0), ([*[True] * (LOOKS - 1), False] * 3, 0)]
)
def test_it_takes_a_row_of_looks(late: list[bool], ends: int) -> None:
    clock, ended = Clock(*late), list[str]()

    def end(why: str) -> None:
        ended.append(why)
        clock.over.set()

    stop = guard(clock, end, every=0.001)
    assert clock.over.wait(SECONDS)
    stop()
    assert len(ended) == ends
    assert all("late; it stands in" in why for why in ended)


def test_a_guard_that_was_ended_looks_no_more() -> None:
    clock, ended = Clock(*[True] * 10_000), list[str]()
    stop = guard(clock, ended.append, every=0.001)
    stop()
    [*rest] = (each for each in threading.enumerate() if each.name == "watchdog")
    for each in rest:
        each.join(SECONDS)
    assert ended == []


def test_what_it_waits_for_is_the_time_of_a_tick() -> None:
    assert watchdog.LOOK_EVERY * LOOKS == 15
