"""The processes of the quiz: forked from one that has everything imported, each with the way in which it is to end."""

import os
import random
import selectors
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import inf

from tests.crash.worker import SIGNS, Life, live

STILLBORN, STARTING = 0.1, 0.3  # the share of processes that end before they are ready, in so many seconds at most
AT_A_POINT, TWICE = 0.5, 2  # the share that ends at a named point, the first or the second time
CALLS, SOON = 10, 0.03  # the most calls that one of the others makes, and seconds after the last of them at most
IDLE = 0.2  # seconds until one of them is killed that has nothing to do
AT_WORK, LOITERING = 1.5, 3.0  # seconds until one is killed that waits for its turn or for its point, on average
_STUCK = 30.0  # seconds until one is killed that does not even start
RANDOM, UNREADY = "while at work", "while starting"


@dataclass(slots=True)
class Worker:
    """A process. `ends` is when it is to be killed, on the monotonic clock: `at_work` seconds after it was
    ready, `idle` seconds after it found nothing to send, soon after it has made `calls` more, whatever comes first.
    """

    pid: int
    pipe: int
    ends: float = inf
    at_work: float = inf
    idle: float = inf
    calls: float = inf
    ready: bool = False
    said: str = ""


@dataclass(slots=True)
class Herd:
    """So many processes at a time, and how those before them ended: by the point that they had reached."""

    size: int
    luck: random.Random
    points: Sequence[str]
    life: Callable[[str, int], Life]
    deaths: Counter[str] = field(default_factory=Counter)
    started: int = 0
    unstarted: int = 0
    unexpected: list[str] = field(default_factory=list)
    _workers: list[Worker] = field(default_factory=list)
    _selector: selectors.BaseSelector = field(default_factory=selectors.DefaultSelector)
    _lifeline: tuple[int, int] = field(default_factory=os.pipe)

    @property
    def kills(self) -> int:
        """How many were killed at work, while starting or at a point; not those that were merely put away."""
        return self.deaths.total()

    def tend(self, until: float, *, deadly: bool) -> None:
        """Keep as many alive as there are to be up to a moment, and if it is deadly have each of them end."""
        while (now := time.monotonic()) < until:
            while len(self._workers) < self.size:
                self._fork(deadly=deadly)
            for worker in [each for each in self._workers if each.ends <= now]:
                self._kill(worker)
            next_end = min([until, *(each.ends for each in self._workers)])
            for key, _ in self._selector.select(max(0.0, next_end - time.monotonic())):
                self._hear(key.data)

    def put_away(self) -> None:
        """End all of them at once."""
        for worker in self._workers[:]:
            os.kill(worker.pid, signal.SIGKILL)
            self._bury(worker)

    def close(self) -> None:
        """End all of them for good."""
        self.put_away()
        for end in self._lifeline:
            os.close(end)
        self._selector.close()

    def _fork(self, *, deadly: bool) -> None:
        lot = self.luck.random()
        point = self.luck.choice(self.points) if deadly and lot < AT_A_POINT else ""
        life = self.life(point, self.luck.randint(1, TWICE))
        reads, writes = os.pipe()
        pid = os.fork()
        if pid == 0:
            self._be_born(life, writes)
        os.close(writes)
        self.started += 1
        worker = Worker(pid, reads)
        if deadly:
            self._doom(worker, lot, point)
        self._workers.append(worker)
        self._selector.register(reads, selectors.EVENT_READ, worker)

    def _doom(self, worker: Worker, lot: float, point: str) -> None:
        """Decide when a process is to be killed."""
        now = time.monotonic()
        if lot > 1 - STILLBORN:
            worker.ends = now + self.luck.uniform(0, STARTING)
            return
        worker.ends = now + _STUCK
        worker.at_work = self.luck.expovariate(1 / (LOITERING if point else AT_WORK))
        if not point:
            worker.idle, worker.calls = IDLE, self.luck.randint(1, CALLS)

    def _be_born(self, life: Life, writes: int) -> None:
        """What a new process does, to its end."""
        try:
            os.close(self._lifeline[1])
            live(life, writes, self._lifeline[0])
        except BaseException:  # noqa: BLE001  # whatever it was, this process must never become a second supervisor
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(1)

    def _hear(self, worker: Worker) -> None:
        said = os.read(worker.pipe, 1024).decode()
        if not said:
            self._bury(worker, died=True)
            return
        for line in said.splitlines():
            now, worker.said = time.monotonic(), line
            match line:
                case "ready":
                    worker.ready, worker.ends = True, min(worker.ends, now + worker.at_work)
                case "idle":
                    worker.ends = min(worker.ends, now + worker.idle)
                case "call" if worker.calls > 0:
                    worker.calls -= 1
                    if not worker.calls:
                        worker.ends = min(worker.ends, now + self.luck.uniform(0, SOON))

    def _kill(self, worker: Worker) -> None:
        os.kill(worker.pid, signal.SIGKILL)
        self.deaths[RANDOM if worker.ready else UNREADY] += 1
        self._bury(worker)

    def _bury(self, worker: Worker, *, died: bool = False) -> None:
        self._selector.unregister(worker.pipe)
        os.close(worker.pipe)
        _, status = os.waitpid(worker.pid, 0)
        self._workers.remove(worker)
        if not died:
            return
        if os.WIFSIGNALED(status) and worker.said not in ("", *SIGNS):
            self.deaths[worker.said] += 1
        elif not worker.ready:  # the platforms did not answer in the little time there is: a host would try again
            self.unstarted += 1
        else:
            self.unexpected.append(f"a process ended by itself with {status}")
