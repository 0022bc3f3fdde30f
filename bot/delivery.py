"""Sends what is due, exactly once: each tick plans, closes, takes and sends; any number of processes may tick.

The rows say what is due; `play.posting` and `play.outcome` hold the rules. Here platforms are called, between two
transactions and never inside one.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import assert_never

from bot.bank import Bank
from bot.cards import answering, revealing
from bot.cards.model import Card
from bot.domain.identity import Posted
from bot.domain.rounds import PostingKind
from bot.play import outcome, posting
from bot.play.outcome import Doubt
from bot.play.posting import OpenQuestion, Sending
from bot.play.revealing import Revealed, close_due
from bot.ports import Absent, Platform, Refused, Unclear
from bot.store.database import Database
from bot.wire import VERSION

log = logging.getLogger(__name__)

SENDERS = 20  # calls under way at once in one process


def key(kind: PostingKind, round_id: int) -> str:
    """The key of a posting: the start of what its buttons carry, so that its message can be recognised anywhere."""
    return f"{VERSION}:{'answer' if kind is PostingKind.QUESTION else 'result'}:{round_id}"


class Delivery:
    """The sweep. `now` tells the time; `platforms` are those connected here, by name."""

    def __init__(
        self, database: Database, bank: Bank, platforms: Mapping[str, Platform], now: Callable[[], datetime]
    ) -> None:
        """Keeps nothing but what it is given: the truth is in the rows."""
        self._database = database
        self._bank = bank
        self._platforms = platforms
        self._now = now

    async def sweep(self) -> None:
        """Do everything that is due. One that fails is logged and does not keep the others from being done."""
        async with self._database.writing() as session:
            await posting.plan(session, self._now())
        async with self._database.writing() as session:
            await close_due(session, self._bank, self._now())
        await self._look_into_doubts()
        while batch := await self._take():
            done = await asyncio.gather(*map(self._send, batch), return_exceptions=True)
            for error in done:
                if error is not None:
                    raise error

    async def _take(self) -> list[Sending]:
        batch: list[Sending] = []
        while len(batch) < SENDERS:
            async with self._database.writing() as session:
                sending = await posting.take(session, self._bank, self._now(), self._platforms.keys())
            if sending is None:
                break
            batch.append(sending)
        return batch

    async def _send(self, sending: Sending) -> None:
        try:
            result = await self._call(sending)
        except Exception as error:  # whatever a platform raises, it may or may not have sent the message
            log.exception("posting %s of round %s", sending.kind, sending.round)
            result = Unclear(type(error).__name__)
        now = self._now()
        async with self._database.writing() as session:
            match result:
                case Posted(_, message):
                    await outcome.sent(session, sending.posting, sending.attempt, message, now)
                case Refused(why, lasting, retry_after):
                    log.warning("%s of round %s refused: %s", sending.kind, sending.round, why)
                    wait = timedelta(seconds=retry_after)
                    await outcome.refused(
                        session, sending.posting, sending.attempt, why, lasting=lasting, wait=wait, now=now
                    )
                case Unclear(why):
                    log.warning("%s of round %s unclear: %s", sending.kind, sending.round, why)
                    await outcome.unclear(session, sending.posting, sending.attempt, why, now)
                case _:
                    assert_never(result)

    async def _call(self, sending: Sending) -> Posted | Refused | Unclear:
        platform = self._platforms[sending.place.workspace.platform]
        card = draw(sending.kind, sending.facts)
        if sending.message is not None:
            return await platform.edit(sending.message, card)
        return await platform.post(sending.place, card, key(sending.kind, sending.round))

    async def _look_into_doubts(self) -> None:
        while True:
            async with self._database.writing() as session:
                doubt = await outcome.doubtful(session, self._now(), self._platforms.keys())
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

    async def _find(self, doubt: Doubt) -> Posted | Absent | Refused | Unclear:
        platform = self._platforms[doubt.place.workspace.platform]
        try:
            found = await platform.find(doubt.place, key(doubt.kind, doubt.round))
        except Exception as error:  # one place that cannot be looked at must not keep others waiting
            log.exception("looking for %s of round %s", doubt.kind, doubt.round)
            found = Unclear(type(error).__name__)
        log.warning("%s of round %s was in doubt: %s", doubt.kind, doubt.round, type(found).__name__.lower())
        return found


def draw(kind: PostingKind, facts: OpenQuestion | Revealed) -> Card:
    """The card of a posting."""
    match facts:
        case OpenQuestion():
            return answering.question(facts)
        case Revealed():
            return revealing.closed(facts) if kind is PostingKind.CLOSING else revealing.reveal(facts)
        case _:
            assert_never(facts)
