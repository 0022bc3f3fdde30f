"""Sends what is due, exactly once: ticks plan, close, take and send; any number of processes may tick.

The rows say what is due; `play.posting` and `play.outcome` hold the rules. Here platforms are called, between two
transactions and never inside one.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import assert_never

from bot.bank import Bank
from bot.cards import answering, recap, revealing, trouble
from bot.cards.model import Card
from bot.domain.identity import Person, Posted, Workspace
from bot.domain.rounds import PostingKind
from bot.metrics import Metrics
from bot.play import leaving, outcome, posting
from bot.play.outcome import Doubt
from bot.play.posting import Discussion, OpenQuestion, Sending, Tally
from bot.play.recap import Recap
from bot.play.revealing import Revealed, close_due
from bot.play.trouble import Telling, tell_again, to_tell
from bot.ports import Absent, Platform, Refused, Unclear
from bot.store import drills, postings, presence, rounds
from bot.store.database import Database, Session
from bot.wire import VERSION

log = logging.getLogger(__name__)

RECORDINGS = 3  # times that writing down an outcome is tried
SENDERS = 20  # calls under way at once in one process
SHARE = SENDERS // 2  # of them for one workspace: a large one, whose platform has it wait, must not hold them all
LOOKING = timedelta(seconds=10)  # how long a sweep looks into doubts before it sends what is due
TALLYING = timedelta(seconds=10)  # how long a sweep goes on with nothing but tallies: rounds are to be closed in time

_Result = Posted | Refused | Unclear


def key(kind: PostingKind, round_id: int) -> str:
    """The key of a posting's message: the start of what its buttons carry, so that it can be recognised anywhere."""
    match kind:
        case PostingKind.QUESTION | PostingKind.TALLY | PostingKind.CLOSING:
            return f"{VERSION}:answer:{round_id}"
        case PostingKind.REVEAL | PostingKind.DISCUSSION:
            return f"{VERSION}:result:{round_id}"
        case PostingKind.RECAP:
            return f"{VERSION}:week:{round_id}"
        case _:
            assert_never(kind)


def _unwatched() -> None:
    """Nobody wants to know."""


class Delivery:
    """The sweep. `now` tells the time; `platforms` are those connected here, by name; `progressed` hears of each step.

    Each thing has a transaction of its own: people's commands come in between, and one that fails is logged and keeps
    no other waiting. Of the parts of a sweep none waits for another, and each may run beside the others.
    """

    def __init__(
        self,
        database: Database,
        bank: Bank,
        platforms: Mapping[str, Platform],
        now: Callable[[], datetime],
        progressed: Callable[[], None] = _unwatched,
        metrics: Metrics | None = None,
    ) -> None:
        """Keeps nothing but what it is given: the truth is in the rows."""
        self._metrics = metrics or Metrics()
        self._database = database
        self._bank = bank
        self._platforms = platforms
        self._now = now
        self._progressed = progressed
        self._rests = False

    def rest(self) -> None:
        """Take up nothing more: the sweep under way finishes what it has in hand."""
        self._rests = True

    async def sweep(self) -> None:
        """Do everything that is due, one part after the other."""
        await self.plan()
        await self.recover()
        await self.send()

    async def plan(self) -> None:
        """Plan the rounds of the days ahead, and erase what was left for long."""
        now = self._now()
        async with self._database.reading() as session:
            behind = await drills.drill_ids_to_plan(session, now.date() + timedelta(days=1))
            left = await presence.ids_left_by(session, now - leaving.KEPT)
        await self._each(left, leaving.erase)
        await self._each(behind, posting.plan)

    async def send(self) -> None:
        """Close what is over, send what is due, tell keepers of what went wrong."""
        now = self._now()
        async with self._database.reading() as session:
            over = await rounds.round_ids_to_close(session, now)
        await self._each(over, close_due)
        await self._send_due(now)
        await self._tell_keepers()

    async def _send_due(self, since: datetime) -> None:
        """Keep the senders busy until nothing is due: none waits for the slowest of those it was taken with.

        What has come back is recorded together. It is a good half of the work, and nobody waits for it meanwhile.
        """
        calls: dict[asyncio.Task[tuple[Sending, _Result]], Workspace] = {}
        tallies_only = False
        try:
            while True:
                enough = self._rests or (tallies_only and self._now() - since > TALLYING)
                if not enough and len(calls) <= SENDERS // 2:
                    batch = await self._take(SENDERS - len(calls), Counter(calls.values()))
                    calls |= {asyncio.create_task(self._send(each)): each.place.workspace for each in batch}
                    tallies_only = bool(batch) and all(each.kind is PostingKind.TALLY for each in batch)
                if not calls:
                    return
                done, _ = await asyncio.wait(calls, return_when=asyncio.FIRST_COMPLETED)
                for call in done:
                    del calls[call]
                await self._settle(done)
        except asyncio.CancelledError:  # there is no more time: their leases cover what nobody waits for
            for call in calls:
                call.cancel()
            raise
        finally:
            await self._settle(calls)

    async def _settle(self, calls: Collection[asyncio.Task[tuple[Sending, _Result]]]) -> None:
        """Record what these calls came to; raises what one of them could not make a result of."""
        ended = await asyncio.gather(*calls, return_exceptions=True)
        await self._record([each for each in ended if not isinstance(each, BaseException)])
        self._progressed()
        for each in ended:
            if isinstance(each, BaseException):
                raise each

    async def _each(self, ids: Sequence[int], do: Callable[[Session, int, datetime], Awaitable[None]]) -> None:
        for one in ids:
            if self._rests:
                return
            try:
                async with self._database.writing() as session:
                    await do(session, one, self._now())
            except Exception:
                log.exception("%r failed for %s", do, one)
            self._progressed()

    async def _take(self, most: int, load: Counter[Workspace]) -> list[Sending]:
        """So many at most of what is due, and of one workspace no more than its share: the load is what it has now."""
        taken, seen = list[Sending](), set[int]()
        while len(taken) < most:
            busy = [workspace for workspace, calls in load.items() if calls >= SHARE]
            async with self._database.reading() as session:
                found = await postings.due(session, self._now(), self._platforms.keys(), most - len(taken), busy)
            fresh = [(posting_id, workspace) for posting_id, workspace in found if posting_id not in seen]
            if not fresh:  # given up or taken elsewhere, all of them
                break
            for posting_id, workspace in fresh:
                if self._rests:
                    return taken
                if load[workspace] < SHARE:
                    seen.add(posting_id)
                    if sending := await self._take_one(posting_id):
                        load[workspace] += 1
                        taken.append(sending)
        return taken

    async def _take_one(self, posting_id: int) -> Sending | None:
        try:
            async with self._database.writing() as session:
                return await posting.take(session, self._bank, posting_id, self._now())
        except Exception:  # one that cannot be prepared must not keep the others from being sent
            log.exception("posting %s cannot be prepared", posting_id)
            async with self._database.writing() as session:
                await posting.postpone(session, posting_id, self._now())
            return None

    async def _send(self, sending: Sending) -> tuple[Sending, _Result]:
        result: _Result
        try:
            result = await self._call(sending)
        except Exception as error:  # whatever a platform raises, it may or may not have sent the message
            log.exception("posting %s of round %s", sending.kind, sending.round)
            result = Unclear(type(error).__name__)
        delay = (self._now() - sending.due_at).total_seconds()
        self._metrics.sent(sending.place.workspace.platform, sending.kind, type(result).__name__.lower(), delay)
        return sending, result

    async def _record(self, results: Sequence[tuple[Sending, _Result]]) -> None:
        """Write down what became of some sendings, each by itself where that fails for one of them."""
        if not results:
            return
        ordered = sorted(results, key=lambda each: each[0].posting)  # as everybody locks them
        try:
            await self._record_together(ordered)
        except Exception:
            log.exception("what became of %s postings could not be written down together", len(ordered))
            for each in ordered:
                await self._record_alone(each)

    async def _record_together(self, results: Sequence[tuple[Sending, _Result]]) -> None:
        async with self._database.writing() as session:
            for sending, result in results:
                await self._write_down(session, sending, result)

    async def _record_alone(self, result: tuple[Sending, _Result]) -> None:
        """A few tries, as rivals for its rows may be in the way. In the end its lease runs out, and it is in doubt."""
        for _ in range(RECORDINGS):
            try:
                await self._record_together([result])
            except Exception:
                log.exception("what became of posting %s could not be written down", result[0].posting)
            else:
                return

    async def _write_down(self, session: Session, sending: Sending, result: _Result) -> None:
        now = self._now()
        match result:
            case Posted(_, message):
                await outcome.sent(session, sending.posting, sending.attempt, message, now)
            case Refused(why, lasting, retry_after):
                log.warning("%s of round %s refused: %s", sending.kind, sending.round, why, extra=_about(sending))
                wait = timedelta(seconds=retry_after)
                await outcome.refused(
                    session, sending.posting, sending.attempt, why, lasting=lasting, wait=wait, now=now
                )
            case Unclear(why):
                log.warning("%s of round %s unclear: %s", sending.kind, sending.round, why, extra=_about(sending))
                await outcome.unclear(session, sending.posting, sending.attempt, why, now)
            case _:
                assert_never(result)

    async def _call(self, sending: Sending) -> Posted | Refused | Unclear:
        platform = self._platforms[sending.place.workspace.platform]
        if isinstance(sending.facts, Discussion):
            return await platform.discuss(sending.facts.reveal, revealing.discussion(sending.facts.question))
        card = draw(sending.kind, sending.facts)
        if sending.message is not None:
            return await platform.edit(sending.message, card)
        return await platform.post(sending.place, card, key(sending.kind, sending.round), sending.under)

    async def recover(self) -> None:
        """Look into what is in doubt, a few at a time: after an outage it may be a whole morning."""
        since = self._now()
        found: Sequence[int] = ()
        while not self._rests and self._now() - since <= LOOKING:
            before = found
            async with self._database.reading() as session:
                found = await postings.doubtful_ids(session, self._now(), self._platforms.keys(), SENDERS)
            if not found or found == before:  # the same ones only where another process is looking into them
                return
            await asyncio.gather(*map(self._look_into, found))

    async def _look_into(self, posting_id: int) -> None:
        async with self._database.writing() as session:
            doubt = await outcome.doubtful(session, posting_id, self._now())
        if doubt is None:
            return
        found, now = await self._find(doubt), self._now()
        async with self._database.writing() as session:
            match found:
                case Posted(_, message):
                    await outcome.sent(session, doubt.posting, doubt.attempt, message, now)
                case Absent():
                    await outcome.absent(session, doubt, now)
                case Refused(why, lasting):
                    await outcome.unknown(session, doubt, why, lasting=lasting, now=now)
                case Unclear(why):
                    await outcome.unknown(session, doubt, why, lasting=False, now=now)
                case _:
                    assert_never(found)
        self._progressed()

    async def _find(self, doubt: Doubt) -> Posted | Absent | Refused | Unclear:
        platform = self._platforms[doubt.place.workspace.platform]
        try:
            found = await platform.find(doubt.place, key(doubt.kind, doubt.round))
        except Exception as error:  # one place that cannot be looked at must not keep others waiting
            log.exception("looking for %s of round %s", doubt.kind, doubt.round)
            found = Unclear(type(error).__name__)
        what = type(found).__name__.lower()
        self._metrics.looked_into(doubt.place.workspace.platform, what)
        log.warning("%s of round %s was in doubt: %s", doubt.kind, doubt.round, what, extra=_about(doubt))
        return found

    async def _tell_keepers(self) -> None:
        """Tell keepers of each trouble. It is written down as told first: after a crash nobody is told twice."""
        async with self._database.reading() as session:
            untold = await drills.untold_ids(session, self._platforms.keys(), SENDERS)
        taken = [] if self._rests else untold
        tellings = [telling for drill_id in taken if (telling := await self._take_telling(drill_id))]
        await asyncio.gather(*map(self._tell_all, tellings))

    async def _take_telling(self, drill_id: int) -> Telling | None:
        try:
            async with self._database.writing() as session:
                return await to_tell(session, drill_id, self._now())
        except Exception:  # one that cannot be told must not keep others from being told
            log.exception("the trouble of drill %s cannot be told", drill_id)
            return None

    async def _tell_all(self, telling: Telling) -> None:
        """Tell every keeper; all of them later where none was told and it was only the moment that was bad."""
        results = await asyncio.gather(*(self._tell(telling, keeper) for keeper in telling.keepers))
        self._progressed()
        refused = [result for result in results if isinstance(result, Refused)]
        if len(refused) == len(results) and any(not each.lasting for each in refused):
            async with self._database.writing() as session:
                await tell_again(session, telling)

    async def _tell(self, telling: Telling, keeper: Person) -> _Result:
        try:
            told = await self._platforms[keeper.workspace.platform].tell(keeper, trouble.told(telling.trouble))
        except Exception as error:  # nor may one keeper keep the others from it
            log.exception("telling a keeper of %s", telling.trouble.place)
            return Unclear(type(error).__name__)
        if not isinstance(told, Posted):
            log.warning("a keeper of %s could not be told of its trouble: %s", telling.trouble.place, told.why)
        return told


def _about(it: Sending | Doubt) -> dict[str, object]:
    """What a log line is about, in fields of its own."""
    return {"platform": it.place.workspace.platform, "posting": it.posting, "attempt": it.attempt}


def draw(kind: PostingKind, facts: OpenQuestion | Tally | Revealed | Recap) -> Card:
    """The card of a posting."""
    match facts:
        case OpenQuestion():
            return answering.question(facts)
        case Tally(shown, answered):
            return answering.question(shown, answered)
        case Recap():
            return recap.recap(facts)
        case Revealed():
            return revealing.closed(facts) if kind is PostingKind.CLOSING else revealing.reveal(facts)
        case _:
            assert_never(facts)
