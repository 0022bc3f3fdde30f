"""Writes down what became of postings. What cannot be written is kept while that may still be of use."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import assert_never

from bot.domain.identity import Posted
from bot.play import outcome
from bot.play.outcome import Doubt
from bot.play.posting import Sending
from bot.ports import Refused, Unclear
from bot.store import postings
from bot.store.database import Database, Session, is_outage
from bot.store.models import Posting

log = logging.getLogger(__name__)

KEPT = timedelta(seconds=60)  # from then on its posting may be in doubt, and others look for its message
PAUSE = 2.0  # seconds between two tries while the database is away
TRIES = 3  # for what has another reason, as rivals for its rows may be in the way

Result = Posted | Refused | Unclear


class Recording:
    """What senders bring back, on its way into the database. `sleep` takes seconds."""

    def __init__(
        self, database: Database, now: Callable[[], datetime], sleep: Callable[[float], Awaitable[None]]
    ) -> None:
        """Keeps an outcome only while it is being written."""
        self._database = database
        self._now = now
        self._sleep = sleep

    async def write(self, results: Sequence[tuple[Sending, Result]]) -> None:
        """Write down what became of some sendings, each by itself where that fails for one of them.

        While the database is away this takes `KEPT`: whoever waits for it takes nothing new meanwhile. What could not
        be written down by then is in doubt once its lease runs out.
        """
        if not results:
            return
        until = self._now() + KEPT
        try:
            await self._together(results)
        except Exception as error:  # noqa: BLE001  # whatever it was, it is told, and each is tried by itself
            _tell(error, f"{len(results)} postings")
            for each in results:
                await self._alone(each, until)

    async def _together(self, results: Sequence[tuple[Sending, Result]]) -> None:
        async with self._database.writing() as session:
            found = await postings.get_postings(session, [sending.posting for sending, _ in results])
            for sending, result in results:
                if posting := found.get(sending.posting):
                    await self._write_down(session, posting, sending, result)

    async def _alone(self, result: tuple[Sending, Result], until: datetime) -> None:
        tries = 0
        while tries < TRIES:
            try:
                await self._together([result])
            except Exception as error:  # noqa: BLE001  # as above; no posting may keep another from being written
                if is_outage(error) and self._now() < until:
                    await self._sleep(PAUSE)
                    continue
                _tell(error, f"posting {result[0].posting}")
                tries = TRIES if is_outage(error) else tries + 1
            else:
                return

    async def _write_down(self, session: Session, posting: Posting, sending: Sending, result: Result) -> None:
        now, attempt = self._now(), sending.attempt
        match result:
            case Posted(_, message):
                await outcome.sent(session, posting, attempt, message, now)
            case Refused(why, lasting, retry_after):
                log.warning("%s of round %s refused: %s", sending.kind, sending.round, why, extra=about(sending))
                wait = timedelta(seconds=retry_after)
                await outcome.refused(session, posting, attempt, why, lasting=lasting, wait=wait, now=now)
            case Unclear(why):
                log.warning("%s of round %s unclear: %s", sending.kind, sending.round, why, extra=about(sending))
                await outcome.unclear(session, posting, attempt, why, now)
            case _:
                assert_never(result)


def about(it: Sending | Doubt) -> dict[str, object]:
    """What a log line is about, in fields of its own."""
    return {"platform": it.place.workspace.platform, "posting": it.posting, "attempt": it.attempt}


def _tell(error: Exception, what: str) -> None:
    """A line for an outage, which is told of elsewhere; everything about what should not have happened."""
    if is_outage(error):
        log.warning("what became of %s cannot be written down now: %s", what, type(error).__name__)
    else:
        log.error("what became of %s could not be written down", what, exc_info=error)
