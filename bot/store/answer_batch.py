"""Group commit: what many people say at the same moment is written in one transaction, each with its own outcome.

A transaction for each would cost a hundred times as much as its insert. Nobody waits for company: whatever came while
one transaction was under way goes into the next. Where a database takes several at a time, a crowd is shared out among
as many writers, so that one is computed while the server works on another; what one person says stays in order.

Source of the idea: D. DeWitt et al., "Implementation Techniques for Main Memory Database Systems", SIGMOD 1984.
"""

import asyncio
import logging
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Hashable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from bot.store.database import Database, Session, is_outage, reason

log = logging.getLogger(__name__)

TRIES = 2  # of a database that does not answer, before all who wait are told so
MOST = 200  # in one transaction: more would make the first wait for the last
FEW = 20  # which are not worth sharing out
TOLD = 16  # at a time: a crowd told all at once comes back all at once, while the database waits, and then waits itself
FULL = 5_000  # waiting: about as many as are written in the seconds that a host gives a process to stop

_Said = TypeVar("_Said")
_Outcome = TypeVar("_Outcome")
_WriteAtOnce = Callable[[Session, Sequence[_Said]], Awaitable[Sequence[_Outcome | None]]]


@dataclass(slots=True)  # not frozen, which would take three times as long to make
class _Waiting(Generic[_Said, _Outcome]):
    said: _Said
    outcome: asyncio.Future[_Outcome]

    def tell(self, outcome: _Outcome) -> None:
        if not self.outcome.done():  # whoever was cancelled meanwhile is told nothing
            self.outcome.set_result(outcome)

    def fail(self, error: Exception) -> None:
        if not self.outcome.done():
            self.outcome.set_exception(error)


class AnswerBatch(Generic[_Said, _Outcome]):
    """The writers of one process. `write` turns what was said into as many outcomes, in order, within a session. `of`
    is who said something: all that they say is written, and told, in the order in which it was said.
    """

    def __init__(
        self,
        database: Database,
        write: Callable[[Session, Sequence[_Said]], Awaitable[Sequence[_Outcome]]],
        of: Callable[[_Said], Hashable],
        full: int = FULL,
        write_at_once: _WriteAtOnce[_Said, _Outcome] | None = None,
    ) -> None:
        """Nothing runs until something is said. `write_at_once` is tried first: it writes what it can where each
        statement is a transaction by itself, and answers `None` for what it leaves to `write`.
        """
        self._database = database
        self._write = write
        self._write_at_once = write_at_once
        self._of = of
        self._full = full
        self._waiting: deque[_Waiting[_Said, _Outcome]] = deque()
        self._in_hand: dict[asyncio.Task[Any] | None, Sequence[_Waiting[_Said, _Outcome]]] = {}  # by who writes them

    async def add(self, said: _Said) -> _Outcome | None:
        """The outcome, once it is committed; `None`, and nothing was written, where too many are waiting already.

        Raises what `write` raises for this one alone. It is written even if whoever waits for it gives up.
        """
        if len(self._waiting) >= self._full:
            return None
        outcome: asyncio.Future[_Outcome] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(said, outcome))
        if not self._in_hand or (len(self._waiting) > FEW and len(self._in_hand) < self._database.writers):
            self._in_hand[asyncio.create_task(self._run())] = ()
        return await outcome

    async def finish(self, within: float) -> None:
        """Returns once all that waits has been written, or so many seconds are over."""
        with suppress(TimeoutError):
            async with asyncio.timeout(within):
                while self._in_hand:
                    await asyncio.wait([*filter(None, self._in_hand)])

    async def _run(self) -> None:
        me = asyncio.current_task()
        try:
            while batch := self._share():
                self._in_hand[me] = batch
                await self._settle(*await self._hurry(batch))
                self._in_hand[me] = ()
        finally:  # and not by a callback: whoever comes next must find that nobody writes
            del self._in_hand[me]

    def _share(self) -> Sequence[_Waiting[_Said, _Outcome]]:
        """Those who come next: as many as for each other writer, but nobody of whom another has something in hand. A
        few are left to whoever is writing.
        """
        others = [each for batch in self._in_hand.values() for each in batch]
        if others and len(self._waiting) <= FEW:
            return []
        heard = {self._of(each.said) for each in others}
        share = max(FEW, -(-(len(others) + len(self._waiting)) // self._database.writers))
        if len(self._waiting) - share <= FEW:  # whom nobody else would take
            share = len(self._waiting)
        batch: list[_Waiting[_Said, _Outcome]] = []
        left: list[_Waiting[_Said, _Outcome]] = []
        while self._waiting and len(batch) < min(MOST, share):
            each = self._waiting.popleft()
            (left if self._of(each.said) in heard else batch).append(each)
        self._waiting.extendleft(reversed(left))
        return batch

    async def _hurry(
        self, batch: Sequence[_Waiting[_Said, _Outcome]]
    ) -> tuple[Sequence[_Waiting[_Said, _Outcome]], int]:
        """Write and tell what needs no transaction of several statements. Returns the others, with all that is said by
        whoever says several things, as it has to stay in order; and how many tries they have.
        """
        if self._write_at_once is None:
            return batch, TRIES
        often = Counter(self._of(each.said) for each in batch)
        alone = [each for each in batch if often[self._of(each.said)] == 1]
        try:
            async with self._database.at_once() as session:
                outcomes = await self._write_at_once(session, [each.said for each in alone])
        except Exception as error:  # noqa: BLE001  # what is wrong, and with whom, is found in a transaction
            log.warning("%s answers could not be written at once: %s", len(alone), reason(error))
            return batch, TRIES - 1 if is_outage(error) else TRIES
        done = {id(each): outcome for each, outcome in zip(alone, outcomes, strict=True) if outcome is not None}
        await self._tell([each for each in alone if id(each) in done], [*done.values()])
        return [each for each in batch if id(each) not in done], TRIES

    async def _settle(self, batch: Sequence[_Waiting[_Said, _Outcome]], tries: int = TRIES) -> Exception | None:
        """Write and tell, or tell what keeps it from being written. Returns the error of a database that is away.

        Where one of them cannot be written each is tried by itself, so that it harms no other.
        """
        if not batch:
            return None
        try:
            outcomes = await self._commit(batch)
        except Exception as error:
            if is_outage(error) and tries > 1:  # over a connection that is no more, perhaps
                log.warning("%s answers are tried once more: %s", len(batch), reason(error))
                return await self._settle(batch, tries - 1)
            if is_outage(error) or len(batch) == 1:
                return _fail(batch, error)
            log.exception("%s answers could not be written together", len(batch))
        else:
            await self._tell(batch, outcomes)
            return None
        for position, each in enumerate(batch):
            if outage := await self._settle([each]):
                return _fail(batch[position + 1 :], outage)
        return None

    async def _tell(self, batch: Sequence[_Waiting[_Said, _Outcome]], outcomes: Sequence[_Outcome]) -> None:
        """Tell each their own: in portions, unless there is somebody else for whom the database works meanwhile."""
        for number, (each, outcome) in enumerate(zip(batch, outcomes, strict=True), start=1):
            each.tell(outcome)
            if not number % TOLD and len(self._in_hand) == 1:
                await asyncio.sleep(0)

    async def _commit(self, batch: Sequence[_Waiting[_Said, _Outcome]]) -> Sequence[_Outcome]:
        async with self._database.writing_to_the_end() as session:
            return await self._write(session, [each.said for each in batch])


def _fail(batch: Sequence[_Waiting[_Said, _Outcome]], error: Exception) -> Exception | None:
    """Tell all of them; the error again if it is the database's."""
    for each in batch:
        each.fail(error)
    return error if is_outage(error) else None
