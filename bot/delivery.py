"""Sends what is due, exactly once: ticks plan, close, send and look into doubts; any number of processes may tick.

The rows say what is due; `play` holds the rules. By `senders` and `recovery` platforms are called, between two
transactions and never inside one.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from bot.bank import Bank
from bot.cards import ruling, trouble
from bot.domain.identity import Person, Posted
from bot.metrics import Metrics
from bot.play import leaving, posting
from bot.play.correcting import Summons, summon, summon_again
from bot.play.revealing import close_due
from bot.play.trouble import Telling, tell_again, to_tell
from bot.ports import Platform, Refused, Unclear
from bot.recovery import Recovery
from bot.senders import Senders
from bot.store import disputes, drills, presence, rounds
from bot.store.database import Database, Session

log = logging.getLogger(__name__)

_Told = TypeVar("_Told", bound=Telling | Summons)
TELLERS = 20  # drills whose keepers are told at once, and as many rounds that are disputed


def _unwatched() -> None:
    """Nobody wants to know."""


class Delivery:
    """The sweep. `now` tells the time; `platforms` are those connected here, by name; `progressed` hears of each step.

    Each thing has a transaction of its own, but for what `senders` take together: people's commands come in between,
    and one that fails is logged and keeps no other waiting. Of the parts of a sweep none waits for another, and each
    may run beside the others.
    """

    def __init__(
        self,
        database: Database,
        bank: Bank,
        platforms: Mapping[str, Platform],
        now: Callable[[], datetime],
        progressed: Callable[[], None] = _unwatched,
        metrics: Metrics | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Keeps nothing but what it is given: the truth is in the rows."""
        self._metrics = metrics or Metrics()
        self._database = database
        self._bank = bank
        self._platforms = platforms
        self._now = now
        self._progressed = progressed
        self._senders = [
            Senders(database, bank, platform, now, progressed, self._metrics, sleep) for platform in platforms.values()
        ]
        self._recovery = Recovery(database, platforms, now, progressed, self._metrics)
        self._rests = False

    def rest(self) -> None:
        """Take up nothing more: the sweep under way finishes what it has in hand."""
        self._rests = True
        self._recovery.rest()
        for senders in self._senders:
            senders.rest()

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
        await self._send_due()
        await self._tell_keepers()

    async def _send_due(self) -> None:
        """On every platform, none of which waits for another."""
        ended = await asyncio.gather(*(senders.send_due() for senders in self._senders), return_exceptions=True)
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

    async def recover(self) -> None:
        """Look into what is in doubt, and for copies of what was."""
        await self._recovery.look_into_doubts()
        await self._recovery.remove_copies()

    async def _tell_keepers(self) -> None:
        """Tell keepers of each trouble and each dispute. It is written down as told first: after a crash nobody is told
        twice.
        """
        async with self._database.reading() as session:
            untold = await drills.untold_ids(session, self._platforms.keys(), TELLERS)
            disputed = await disputes.untold_rounds(session, self._platforms.keys(), TELLERS)
        if self._rests:
            return
        troubles = [await self._taken(self._take_trouble, drill_id) for drill_id in untold]
        summonses = [await self._taken(self._take_dispute, round_id) for round_id in disputed]
        await asyncio.gather(*(self._tell_all(each) for each in (*troubles, *summonses) if each))

    async def _take_trouble(self, session: Session, drill_id: int) -> Telling | None:
        return await to_tell(session, drill_id, self._now())

    async def _take_dispute(self, session: Session, round_id: int) -> Summons | None:
        return await summon(session, self._bank, round_id)

    async def _taken(self, take: Callable[[Session, int], Awaitable[_Told | None]], which: int) -> _Told | None:
        try:
            async with self._database.writing() as session:
                return await take(session, which)
        except Exception:  # one that cannot be told must not keep others from being told
            log.exception("%r failed for %s", take, which)
            return None

    async def _tell_all(self, telling: Telling | Summons) -> None:
        """Tell every keeper; all of them later where none was told and it was only the moment that was bad."""
        results = await asyncio.gather(*(self._tell(telling, keeper) for keeper in telling.keepers))
        self._progressed()
        refused = [result for result in results if isinstance(result, Refused)]
        if len(refused) == len(results) and any(not each.lasting for each in refused):
            async with self._database.writing() as session:
                if isinstance(telling, Telling):
                    await tell_again(session, telling)
                else:
                    await summon_again(session, telling)

    async def _tell(self, telling: Telling | Summons, keeper: Person) -> Posted | Refused | Unclear:
        if isinstance(telling, Telling):
            place, card = telling.trouble.place, trouble.told(telling.trouble)
        else:
            place, card = telling.place, ruling.summons(telling)
        try:
            told = await self._platforms[keeper.workspace.platform].tell(keeper, card)
        except Exception as error:  # nor may one keeper keep the others from it
            log.exception("telling a keeper of %s", place)
            return Unclear(type(error).__name__)
        if not isinstance(told, Posted):
            log.warning("a keeper of %s could not be told of its trouble: %s", place, told.why)
        return told
