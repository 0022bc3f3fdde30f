"""The composition root: the only place where real things are chosen and put together."""

import asyncio
import gc
import logging
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from tomllib import loads

from tzlocal import get_localzone_name

from bot import clock, http
from bot.bank import load
from bot.clock import Clock
from bot.delivery import Delivery
from bot.disk import mount_of
from bot.errors import NothingToRunError, SettingsError
from bot.log import start as log_lines
from bot.metronome import Scheduler
from bot.ports import Local, Off, Platform, Route
from bot.quiz import Quiz
from bot.readiness import Readiness, checks
from bot.settings import Settings
from bot.store.database import Database, file_of
from bot.store.migrations import at_head, migrate
from bot.vault import SealedVault
from bot.watchdog import guard

log = logging.getLogger(__name__)

ADAPTERS, _LOCAL = "sqla_quiz.adapters", "sqla_quiz.local"
_LAST_ANSWERS = 2.0  # seconds for answers whose platform has stopped waiting for them
_CHECKOUT = Path(__file__).parent.parent / "pyproject.toml"


def plugs(group: str) -> list[EntryPoint]:
    """The entry points of a group: of everything installed, and of this checkout where it is not installed itself."""
    found = {plug.name: plug for plug in entry_points(group=group)}
    if _CHECKOUT.exists():
        table = loads(_CHECKOUT.read_text("utf-8"))["project"]["entry-points"].get(group, {})
        found |= {name: EntryPoint(name, value, group) for name, value in table.items() if name not in found}
    return [found[name] for name in sorted(found)]


def connect(environment: Mapping[str, str]) -> tuple[list[Platform], list[Off]]:
    """Every platform whose variables are set, and those that are off. Raises `SettingsError` for a wrong variable."""
    answers = [plug.load()(environment) for plug in plugs(ADAPTERS)]
    return [a for a in answers if not isinstance(a, Off)], [a for a in answers if isinstance(a, Off)]


def needs(off: Iterable[Off]) -> str:
    """Which variables would switch platforms on."""
    return "; ".join(f"for {other.name} set {' and '.join(other.needs)}" for other in off)


@dataclass(frozen=True, slots=True)
class _House:
    """What a process is made of besides its platforms."""

    database: Database
    quiz: Quiz
    delivery: Delivery
    ticking: Clock


@asynccontextmanager
async def _house(settings: Settings, platforms: Iterable[Platform]) -> AsyncIterator[_House]:
    """The door, the sweep and the clock over one database; everything is stopped and closed behind the block."""
    database, bank = Database(settings.database_url), load()
    by_name = {platform.name: platform for platform in platforms}
    delivery = Delivery(database, bank, by_name, clock.now, clock.progressed)
    ticking, ring = Clock(Scheduler(), delivery), settings.ring()
    vault = SealedVault(database, ring, clock.now) if ring else None
    quiz = Quiz(database, bank, clock.now, ticking, vault)
    try:
        yield _House(database, quiz, delivery, ticking)
    finally:
        await ticking.stop()
        await quiz.finish(_LAST_ANSWERS)
        await database.close()


async def run(environment: Mapping[str, str]) -> None:
    """Run every configured platform until the process is asked to stop.

    Raises `SettingsError` or `NothingToRunError` before anything starts where the environment is wrong, a token is
    refused or the database is not at this release.
    """
    settings = Settings.read(environment)
    log_lines(settings.log_level)
    platforms, off = connect(environment)
    if not platforms:
        raise NothingToRunError(
            f"no platform has its tokens: {needs(off)}. To play here without any: python -m bot play"
        )
    await _prepare(settings)
    async with AsyncExitStack() as stack:
        house = await stack.enter_async_context(_house(settings, platforms))
        if settings.port is not None:
            ready = Readiness(checks(house.database, house.ticking, platforms))
            stack.push_async_callback(await _serve(settings.port, [ready.route], platforms))
        for platform in platforms:
            stack.push_async_callback(platform.stop)
            await platform.start(house.quiz)
            log.info("%s is connected", platform.name)
        gc.collect()
        gc.freeze()  # bank and libraries stay to the end: looking for garbage among them takes a sixth of a busy hour
        house.ticking.start()
        stack.callback(guard(house.ticking.late))
        stack.push_async_callback(house.ticking.stop)  # first of all: what is being sent needs its platform to the end
        await _asked_to_stop()
        log.info("stopping")


async def _serve(port: int, own: Iterable[Route], platforms: Iterable[Platform]) -> Callable[[], Awaitable[None]]:
    """Serve our own routes and the platforms'; returns what ends that."""
    try:
        server = await http.serve(port, [*own, *(route for platform in platforms for route in platform.routes)])
    except OSError as error:
        raise SettingsError("PORT", f"{port} cannot be served on: {error.strerror}") from None
    return server.cleanup


async def _prepare(settings: Settings) -> None:
    """A file of our own is brought up to date; a server's database is left to `migrate`, which a release runs once."""
    if file := file_of(settings.database_url):
        mount = mount_of(file)
        if mount and mount.is_remote:
            log.warning("%s lies on another machine (%s): two processes there can damage it", file, mount.kind)
        await migrate(settings.database_url)
    elif not await at_head(settings.database_url):
        raise SettingsError("DATABASE_URL", "its tables are not those of this release: run `python -m bot migrate`")


async def _asked_to_stop() -> None:
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    await stop.wait()


async def play(environment: Mapping[str, str]) -> None:
    """Play at this keyboard: a drill of one's own, kept between visits. Needs no token."""
    settings = Settings.read(environment)
    log_lines("ERROR")
    local: Local = plugs(_LOCAL)[0].load()(environment)
    await migrate(settings.database_url)
    async with _house(settings, [local]) as house:
        await house.quiz.open_house(local.place, local.person, get_localzone_name())
        await house.delivery.sweep()  # today's question is there before the first prompt
        await local.start(house.quiz)
        house.ticking.start()
        await local.ended()
        await local.stop()
