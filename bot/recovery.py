"""Looks into what is in doubt, and for copies of what was. No platform is asked inside a transaction.

Any number of processes may do so. What each answer means, `bot.domain.sending` says.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import assert_never

from bot.domain.identity import Posted
from bot.metrics import Metrics
from bot.play import outcome
from bot.play.outcome import Doubt
from bot.ports import Absent, Platform, Refused, Unclear
from bot.recording import about
from bot.senders import key
from bot.store import postings
from bot.store.database import Database, Session
from bot.store.models import Posting

log = logging.getLogger(__name__)

AT_ONCE = 20  # doubts that are looked into at a time
LOOKING = timedelta(seconds=10)  # how long a sweep looks into doubts before it sends what is due


class Recovery:
    """What the sweep does about lost answers and dead senders; the arguments are those of `bot.delivery.Delivery`."""

    def __init__(
        self,
        database: Database,
        platforms: Mapping[str, Platform],
        now: Callable[[], datetime],
        progressed: Callable[[], None],
        metrics: Metrics,
    ) -> None:
        """Keeps nothing but what it is given: the truth is in the rows."""
        self._metrics = metrics
        self._database = database
        self._platforms = platforms
        self._now = now
        self._progressed = progressed
        self._rests = False

    def rest(self) -> None:
        """Take up nothing more."""
        self._rests = True

    async def look_into_doubts(self) -> None:
        """Look into what is in doubt, a few at a time: after an outage it may be a whole morning."""
        since = self._now()
        found: Sequence[int] = ()
        while not self._rests and self._now() - since <= LOOKING:
            before = found
            async with self._database.reading() as session:
                found = await postings.doubtful_ids(session, self._now(), self._platforms.keys(), AT_ONCE)
            if not found or found == before:  # the same ones only where another process is looking into them
                return
            await asyncio.gather(*map(self._look_into, found))

    async def remove_copies(self) -> None:
        """Look for copies of some messages that were in doubt. There are none, unless a process stood still for minutes
        between its last look at the clock and its call: nothing but this can help then.
        """
        if self._rests:
            return
        async with self._database.reading() as session:
            found = await postings.copied_ids(session, self._now(), self._platforms.keys(), AT_ONCE)
        await asyncio.gather(*map(self._remove_copies_of, found))

    async def _look_into(self, posting_id: int) -> None:
        async with self._database.writing() as session:
            doubt = await outcome.doubtful(session, posting_id, self._now())
        if doubt is None:
            return
        found, now = await self._find(doubt), self._now()
        async with self._database.writing() as session:
            if posting := await postings.get_posting(session, doubt.posting):
                await _write_down(session, posting, doubt.attempt, found, now)
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
        log.warning("%s of round %s was in doubt: %s", doubt.kind, doubt.round, what, extra=about(doubt))
        return found

    async def _remove_copies_of(self, posting_id: int) -> None:
        async with self._database.writing() as session:
            swept = await outcome.swept(session, posting_id, self._now())
        if swept is None:
            return
        platform = self._platforms[swept.kept.place.workspace.platform]
        try:
            removed = await platform.remove_copies(swept.kept, key(swept.kind, swept.round))
        except Exception:  # nor may one place keep others from being looked at
            log.exception("looking for copies of %s of round %s", swept.kind, swept.round)
            return
        if isinstance(removed, Refused | Unclear):
            log.warning("copies of %s of round %s cannot be looked for: %s", swept.kind, swept.round, removed.why)
        elif removed:
            self._metrics.removed(platform.name, removed)
            log.warning("%s of round %s stood there more than once: %s removed", swept.kind, swept.round, removed)
        self._progressed()


async def _write_down(
    session: Session, posting: Posting, attempt: int, found: Posted | Absent | Refused | Unclear, now: datetime
) -> None:
    """What a look for a message came to."""
    match found:
        case Posted(_, message):
            await outcome.sent(session, posting, attempt, message, now)
        case Absent():
            await outcome.absent(session, posting, attempt, now)
        case Refused(why, lasting):
            await outcome.unknown(session, posting, attempt, why, lasting=lasting, now=now)
        case Unclear(why):
            await outcome.unknown(session, posting, attempt, why, lasting=False, now=now)
        case _:
            assert_never(found)
