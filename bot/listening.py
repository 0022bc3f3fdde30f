"""Hearing a platform that one process alone may hear: a lease says whose turn it is, any other process waits for it.

Whoever stops hands over to whoever waits, and goes on hearing until that one does. In between both hear everything,
which does no harm: what people ask is done once however often it is asked, and one answer is shown. After a process
that died without a word nobody hears until its lease is over.
"""

import asyncio
import logging
import secrets
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.ports import Platform
from bot.store import listening
from bot.store.database import Database

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How long things take, in seconds: a `lease`, until it is renewed, until the next `look` at whose turn it is,
    until it is said again that somebody waits (`sign`), until a platform that could not be heard is tried `again`.

    Nothing new is heard from `margin` before the end of a lease that could not be renewed.
    """

    lease: float = 15.0
    renewal: float = 4.0
    look: float = 1.0
    sign: float = 5.0
    again: float = 10.0
    margin: float = 2.0


class Ears:
    """Hears one platform whenever it is this process's turn. `now` tells the time, `clock` seconds that only pass."""

    def __init__(
        self,
        database: Database,
        platform: Platform,
        now: Callable[[], datetime],
        rhythm: Rhythm | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Hears nothing yet."""
        self.name = platform.name
        self.hears = False
        self._waits = False
        self._me = f"{socket.gethostname()}:{secrets.token_hex(6)}"
        self._database = database
        self._platform = platform
        self._now = now
        self._rhythm = rhythm or Rhythm()
        self._lease = timedelta(seconds=self._rhythm.lease)
        self._clock = clock
        self._sure_until = 0.0
        self._turns: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Hear at once where it is nobody else's turn, and else as soon as it is.

        Raises as `bot.ports.Platform.listen`, and what a database raises that does not answer.
        """
        known = asyncio.get_running_loop().create_future()
        self._turns = asyncio.create_task(self._take_turns(known))
        await known

    async def stop(self, within: float) -> None:
        """Hear nothing any more, after as many seconds at most as whoever waits for its turn needs to begin."""
        if self._turns is not None:
            self._turns.cancel()
            await asyncio.wait({self._turns})
        try:
            if await self._let_go() and self.hears:
                async with asyncio.timeout(within):
                    while not await self._is_handed_over():  # noqa: ASYNC110  # another process sets no event of ours
                        await asyncio.sleep(self._rhythm.look / 4)
                log.info("another process hears %s from now on", self.name)
        except TimeoutError:
            log.warning("whoever waited to hear %s does not do so yet", self.name)
        except Exception:  # the lease ends by itself
            log.exception("the turn to hear %s could not be handed over", self.name)
        await self._hush()

    def trouble(self) -> str | None:
        """Why people are not heard although it is this process's turn; `None` while another process hears them."""
        if self.hears:
            return self._platform.trouble()
        return None if self._waits else "nobody is heard yet"

    async def _take_turns(self, known: "asyncio.Future[None]") -> None:
        """Wait for a turn and take it, again and again. The first time `known` is told what came of it."""
        while True:
            try:
                await self._wait(known)
                await self._turn(known)
            except Exception as error:  # it may pass, and if no process heard the platform people would go unanswered
                await self._give_up()
                if not known.done():
                    known.set_exception(error)
                    return
                log.exception("%s cannot be heard", self.name)
                await asyncio.sleep(self._rhythm.again)

    async def _wait(self, known: "asyncio.Future[None]") -> None:
        """Returns once it is this process's turn."""
        said_at = -self._rhythm.sign
        while True:
            moment = self._clock()
            if moment - said_at >= self._rhythm.sign or await self._is_free():
                said_at = moment
                if await self._take():
                    self._waits = False
                    return
            self._waits = True
            if not known.done():
                log.info("another process hears %s; this one waits for its turn", self.name)
                known.set_result(None)
            await asyncio.sleep(self._rhythm.look)

    async def _turn(self, known: "asyncio.Future[None]") -> None:
        """Begin to listen, and renew the lease meanwhile and from then on; returns once it is lost."""
        begun = asyncio.create_task(self._platform.listen())
        try:
            while (left := self._sure_until - self._rhythm.margin - self._clock()) > 0:
                if not begun.done():
                    await asyncio.wait({begun}, timeout=min(self._rhythm.renewal, left))
                else:
                    await asyncio.sleep(min(self._rhythm.renewal, left))
                if begun.done() and not self.hears:
                    begun.result()
                    self.hears = True
                    log.info("this process hears %s", self.name)
                if not await self._renew():
                    break
                if self.hears and not known.done():
                    known.set_result(None)
        finally:
            if not begun.done():
                begun.cancel()
                await asyncio.wait({begun})
        log.warning("it is no longer this process's turn to hear %s", self.name)
        await self._hush()

    async def _renew(self) -> bool:
        """Whether it still is this process's turn, as far as can be told."""
        began = self._clock()
        try:
            async with asyncio.timeout(max(self._sure_until - self._rhythm.margin - began, 0)):
                async with self._database.writing() as session:
                    name, heard = self.name, self.hears
                    kept = await listening.renew(session, name, self._me, self._lease, self._now, is_heard=heard)
        except Exception:  # the next try may succeed, as long as the lease is not over
            log.exception("the turn to hear %s could not be renewed", self.name)
            return True
        if kept:
            self._sure_until = began + self._rhythm.lease
        return kept

    async def _take(self) -> bool:
        began = self._clock()
        async with self._database.writing() as session:
            taken = await listening.take(session, self.name, self._me, self._lease, self._now)
        if taken:
            self._sure_until = began + self._rhythm.lease
        return taken

    async def _is_free(self) -> bool:
        async with self._database.reading() as session:
            return await listening.is_free(session, self.name, self._now)

    async def _let_go(self) -> bool:
        """Let it be another process's turn, if it was this one's; whether one waits for that."""
        async with self._database.writing() as session:
            return await listening.hand_over(session, self.name, self._me, self._now)

    async def _is_handed_over(self) -> bool:
        async with self._database.reading() as session:
            return await listening.is_handed_over(session, self.name, self._me)

    async def _give_up(self) -> None:
        """Hear nothing, and let another process try. Where not even that can be written the lease ends by itself."""
        await self._hush()
        try:
            await self._let_go()
        except Exception:
            log.exception("the turn to hear %s could not be given up", self.name)

    async def _hush(self) -> None:
        self.hears = False
        await self._platform.hush()
