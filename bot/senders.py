"""The senders of one platform: they take what is due there, call, and write down what came of it, exactly once."""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import datetime, timedelta
from typing import assert_never

from bot.bank import Bank
from bot.cards import answering, disputing, recap, revealing
from bot.cards.model import Card
from bot.domain.identity import Workspace
from bot.domain.rounds import PostingKind
from bot.domain.sending import CALL
from bot.metrics import Metrics
from bot.play import taking
from bot.play.correcting import Corrected
from bot.play.posting import Discussion, OpenQuestion, Sending, Tally
from bot.play.recap import Recap
from bot.play.revealing import Revealed
from bot.ports import Platform, Refused, Unclear
from bot.recording import Recording, Result
from bot.store import postings
from bot.store.database import Database
from bot.wire import VERSION

log = logging.getLogger(__name__)

SHARE = 10  # calls under way for one workspace: a large one, whose platform has it wait, must not hold up the others
GATHERING = 0.1  # seconds at most until what has come back is recorded together, with a few statements for all of it
TALLYING = timedelta(seconds=10)  # how long a sweep goes on with nothing but tallies: rounds are to be closed in time

TOO_LATE = Refused("it was taken too long ago to begin now", lasting=False, retry_after=1.0)
_Calls = dict[asyncio.Task[tuple[Sending, Result]], Workspace]


class Senders:
    """As many as the platform takes at once. `now` tells the time; `progressed` hears of each step."""

    def __init__(
        self,
        database: Database,
        bank: Bank,
        platform: Platform,
        now: Callable[[], datetime],
        progressed: Callable[[], None],
        metrics: Metrics,
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        """Keeps nothing but what it is given: the truth is in the rows."""
        self._recording = Recording(database, now, sleep)
        self._database = database
        self._bank = bank
        self._platform = platform
        self._now = now
        self._progressed = progressed
        self._metrics = metrics
        self._rests = False

    def rest(self) -> None:
        """Take up nothing more."""
        self._rests = True

    async def send_due(self) -> None:
        """Keep busy until nothing is due: no sender waits for the slowest of those it was taken with.

        What has come back is recorded together. It is a good half of the work, and nobody waits for it meanwhile.
        """
        since, most = self._now(), self._platform.at_once
        calls: _Calls = {}
        tallies_only = False
        try:
            while True:
                enough = self._rests or (tallies_only and self._now() - since > TALLYING)
                if not enough and len(calls) <= most // 2:
                    batch = await self._take(most - len(calls), Counter(calls.values()))
                    calls |= {asyncio.create_task(self._send(each)): each.place.workspace for each in batch}
                    tallies_only = bool(batch) and all(each.kind is PostingKind.TALLY for each in batch)
                if not calls:
                    return
                done, _ = await asyncio.wait(calls, timeout=GATHERING)
                for call in done:
                    del calls[call]
                await self._settle(done)
        except asyncio.CancelledError:  # there is no more time: their leases cover what nobody waits for
            for call in calls:
                call.cancel()
            raise
        finally:
            await self._settle(calls)

    async def _take(self, most: int, load: Counter[Workspace]) -> list[Sending]:
        """So many at most of what is due, and of one workspace no more than its share: the load is what it has now."""
        taken, seen = list[Sending](), set[int]()
        while len(taken) < most and not self._rests:
            busy = [workspace for workspace, calls in load.items() if calls >= SHARE]
            async with self._database.reading() as session:
                found = await postings.due(session, self._now(), [self._platform.name], most - len(taken), busy)
            fresh, ahead = list[int](), load.copy()
            for posting_id, workspace in found:
                if posting_id not in seen and ahead[workspace] < SHARE:
                    ahead[workspace] += 1
                    fresh.append(posting_id)
            if not fresh:  # given up or taken elsewhere, all of them
                break
            seen.update(fresh)
            batch = await self._take_together(fresh)
            load.update(sending.place.workspace for sending in batch)
            taken += batch
        return taken

    async def _take_together(self, posting_ids: Sequence[int]) -> list[Sending]:
        """Take them in one transaction, each by itself where that fails for one of them."""
        try:
            async with self._database.writing() as session:
                return await taking.take(session, self._bank, posting_ids, self._now())
        except Exception:
            log.exception("%s posting(s) cannot be prepared: %s", len(posting_ids), posting_ids)
        if len(posting_ids) == 1:  # it must not keep the others from being sent
            async with self._database.writing() as session:
                await taking.postpone(session, posting_ids[0], self._now())
            return []
        return [sending for each in posting_ids if not self._rests for sending in await self._take_together([each])]

    async def _send(self, sending: Sending) -> tuple[Sending, Result]:
        result: Result
        try:
            async with asyncio.timeout(CALL.total_seconds()):
                # Whoever stood still may find that another is about to take it.
                result = await self._call(sending) if self._now() <= sending.begin_by else TOO_LATE
        except Exception as error:  # whatever a platform raises, it may or may not have sent the message
            log.exception("posting %s of round %s", sending.kind, sending.round)
            result = Unclear(type(error).__name__)
        delay = (self._now() - sending.due_at).total_seconds()
        self._metrics.sent(self._platform.name, sending.kind, type(result).__name__.lower(), delay)
        return sending, result

    async def _call(self, sending: Sending) -> Result:
        if isinstance(sending.facts, Discussion):
            return await self._platform.discuss(sending.facts.reveal, revealing.discussion(sending.facts.question))
        card = draw(sending.kind, sending.facts)
        if sending.message is not None:
            return await self._platform.edit(sending.message, card)
        return await self._platform.post(sending.place, card, key(sending.kind, sending.round), sending.under)

    async def _settle(self, calls: Collection[asyncio.Task[tuple[Sending, Result]]]) -> None:
        """Record what these calls came to; raises what one of them could not make a result of."""
        ended = await asyncio.gather(*calls, return_exceptions=True)
        await self._recording.write([each for each in ended if not isinstance(each, BaseException)])
        self._progressed()
        for each in ended:
            if isinstance(each, BaseException):
                raise each


def key(kind: PostingKind, round_id: int) -> str:
    """The key of a posting's message: the start of what its buttons carry, so that it can be recognised anywhere."""
    match kind:
        case PostingKind.QUESTION | PostingKind.TALLY | PostingKind.CLOSING:
            return f"{VERSION}:answer:{round_id}"
        case PostingKind.REVEAL | PostingKind.DISCUSSION:
            return f"{VERSION}:result:{round_id}"
        case PostingKind.RECAP:
            return f"{VERSION}:week:{round_id}"
        case PostingKind.CORRECTION:
            return f"{VERSION}:corrected:{round_id}"
        case _:
            assert_never(kind)


def draw(kind: PostingKind, facts: OpenQuestion | Tally | Revealed | Recap | Corrected) -> Card:
    """The card of a posting."""
    match facts:
        case OpenQuestion():
            return answering.question(facts)
        case Tally(shown, answered):
            return answering.question(shown, answered)
        case Recap():
            return recap.recap(facts)
        case Corrected():
            return disputing.corrected(facts)
        case Revealed():
            return revealing.closed(facts) if kind is PostingKind.CLOSING else revealing.reveal(facts)
        case _:
            assert_never(facts)
