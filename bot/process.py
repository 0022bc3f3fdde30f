"""One process: everything, or the part of it that was asked for."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from aiohttp import web

from bot import clock, http
from bot.clock import Clock
from bot.delivery import Delivery
from bot.ending import Deadline, give
from bot.errors import NothingToRunError, SettingsError
from bot.interpreter import started
from bot.listening import Ears
from bot.ports import STOPPING, Hearing, Platform
from bot.quiz import Quiz
from bot.readiness import Readiness, checks
from bot.scraping import Scraping
from bot.store.database import Database
from bot.watchdog import guard

log = logging.getLogger(__name__)

_HEARD = 5.0  # seconds until what is due is sent although a platform is not heard yet
_HANDING_OVER = 4.5  # seconds for whoever waits to hear a platform
_SERVING = 3.0  # seconds for requests that are being served
_ANSWERING = 2.0  # seconds at least for what was heard, once nothing is sent any more
_LETTING_GO = 0.5  # seconds to close connections
_LAST_MOMENTS = 1.5  # seconds for what comes after that: the house is closed, the program ends


class Part(StrEnum):
    """What one process does of everything: hear what platforms send over HTTP, or listen to the others and sweep."""

    WEB = "web"
    WORKER = "worker"


@dataclass(frozen=True, slots=True)
class House:
    """What all that a process does works with."""

    database: Database
    quiz: Quiz
    delivery: Delivery
    ticking: Clock
    scraping: Scraping | None = None


def takes_part(platforms: Sequence[Platform], part: Part | None, port: int | None) -> list[Platform]:
    """The platforms that a process has to do with.

    Raises `SettingsError` where PORT is needed and missing, `NothingToRunError` where nothing is left to do.
    """
    if part is Part.WORKER:
        return [*platforms]
    served = [platform for platform in platforms if platform.routes]
    if part is Part.WEB and not served:
        names = " nor ".join(platform.name for platform in platforms)
        raise NothingToRunError(
            f"--only web has nothing to do: nothing reaches {names} over HTTP. Leave it out, or run --only worker"
        )
    if served and port is None:
        at = ", ".join(route.path for platform in served for route in platform.routes)
        raise SettingsError("PORT", f"must be set, for example to 8080: people reach {served[0].name} at {at}")
    return served if part is Part.WEB else [*platforms]


class Elsewhere:
    """The sweep of other processes, which look for what is due every few seconds by themselves."""

    def wake(self) -> None:
        """They need not be told."""

    async def idle(self) -> None:
        """Nobody here waits for them."""


class Process:
    """Starts what is its part of a house, and ends it."""

    def __init__(self, house: House, platforms: Sequence[Platform], part: Part | None, port: int | None) -> None:
        """`platforms` are those that take part. Nothing runs yet."""
        self._house = house
        self._platforms = platforms
        self._part = part
        self._port = port
        self._server: web.AppRunner | None = None
        self._ears: list[Ears] = []
        self._shared: list[Platform] = []
        self._unwatch: Callable[[], None] = lambda: None

    async def start(self) -> None:
        """Returns once people are heard, or another process hears them, and what is due is being sent: a platform that
        cannot be heard for long keeps no other's questions waiting.
        """
        heard = [platform for platform in self._platforms if self._hears(platform)]
        ears = {each.name: self._ears_of(each) for each in heard if each.hearing is Hearing.SOLE}
        self._ears = [*ears.values()]
        self._shared = [each for each in heard if each.hearing is Hearing.SHARED]
        if self._port is not None:
            sweeping = None if self._part is Part.WEB else self._house.ticking
            parts = [ears.get(each.name, each) for each in heard]
            self._server = await self._serve(self._port, Readiness(checks(self._house.database, sweeping, parts)))
        await _together(platform.start(self._house.quiz) for platform in self._platforms)
        started()
        listening = asyncio.create_task(_together(self._listen(each, ears.get(each.name)) for each in heard))
        try:
            await asyncio.wait({listening}, timeout=_HEARD)
            if listening.done():
                listening.result()
            if self._part is not Part.WEB:
                self._house.ticking.start()
                self._unwatch = guard(self._house.ticking.late)
            await listening
        finally:
            listening.cancel()
        log.info("ready")

    async def stop(self) -> None:
        """Take up nothing new, finish what is in hand, let go of everything: each step has what the others left."""
        deadline = Deadline(STOPPING - _LAST_MOMENTS)
        self._unwatch()
        self._house.delivery.rest()
        sending = self._house.ticking.stop(deadline.left(but=_ANSWERING))
        await asyncio.gather(
            give(deadline.left(), sending, "what was being sent"),
            *(give(deadline.left(), ears.stop(_HANDING_OVER), "handing over") for ears in self._ears),
            *(give(deadline.left(), platform.hush(), platform.name) for platform in self._shared),
            *([give(_SERVING, self._server.cleanup(), "what was being served")] if self._server else []),
        )
        answering = deadline.left(but=_LETTING_GO)
        await asyncio.gather(
            *(give(deadline.left(), platform.stop(answering), platform.name) for platform in self._platforms)
        )

    async def _listen(self, platform: Platform, ears: Ears | None) -> None:
        await (ears.start() if ears else platform.listen())
        log.info("%s is connected", platform.name)

    async def _serve(self, port: int, ready: Readiness) -> web.AppRunner:
        shown = [] if self._part is Part.WORKER else self._platforms
        own = [ready.route, *([self._house.scraping.route] if self._house.scraping else [])]
        try:
            return await http.serve(port, [*own, *(route for each in shown for route in each.routes)])
        except OSError as error:
            raise SettingsError("PORT", f"{port} cannot be served on: {error.strerror}") from None

    def _hears(self, platform: Platform) -> bool:
        """Whether hearing a platform is this process's part."""
        return self._part in (None, Part.WEB if platform.hearing is Hearing.SERVED else Part.WORKER)

    def _ears_of(self, platform: Platform) -> Ears:
        return Ears(self._house.database, platform, clock.now)


async def _together(steps: Iterable[Coroutine[object, object, None]]) -> None:
    """Take steps none of which waits for another. Raises what the first of them raises that fails; the others end."""
    try:
        async with asyncio.TaskGroup() as group:
            for step in steps:
                group.create_task(step)
    except ExceptionGroup as failures:
        first, *others = failures.exceptions
        for other in others:
            log.exception("%s", other, exc_info=other)
        raise first from first.__cause__
