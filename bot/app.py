"""The composition root: the only place where real things are chosen and put together."""

import logging
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager

from tzlocal import get_localzone_name

from bot import clock
from bot.bank import load
from bot.clock import Clock
from bot.delivery import Delivery
from bot.disk import mount_of
from bot.ending import asked_to_stop, give
from bot.errors import NothingToRunError, SettingsError
from bot.interpreter import starting
from bot.log import secrets_in
from bot.log import start as log_lines
from bot.metrics import Metrics
from bot.metronome import Scheduler
from bot.plugs import plugs
from bot.ports import Local, Off, Platform
from bot.process import Elsewhere, House, Part, Process, takes_part
from bot.quiz import Quiz
from bot.scraping import Scraping
from bot.settings import Settings
from bot.store.database import Database, file_of
from bot.store.migrations import at_head, migrate
from bot.vault import SealedVault

log = logging.getLogger(__name__)

ADAPTERS, _LOCAL = "sqla_quiz.adapters", "sqla_quiz.local"
_LAST_ANSWERS = 0.5  # seconds for answers whose platform has stopped waiting for them
_CLOSING = 0.5  # seconds for a database to say farewell


def connect(environment: Mapping[str, str]) -> tuple[list[Platform], list[Off]]:
    """Every platform whose variables are set, and those that are off. Raises `SettingsError` for a wrong variable."""
    answers = [plug.load()(environment) for plug in plugs(ADAPTERS)]
    return [a for a in answers if not isinstance(a, Off)], [a for a in answers if isinstance(a, Off)]


def needs(off: Iterable[Off]) -> str:
    """Which variables would switch platforms on."""
    return "; ".join(f"for {other.name} set {' and '.join(other.needs)}" for other in off)


@asynccontextmanager
async def _house(settings: Settings, platforms: Iterable[Platform], part: Part | None = None) -> AsyncIterator[House]:
    """The door, the sweep and the clock over one database; everything is stopped and closed behind the block."""
    database, bank = Database(settings.database_url), load()
    by_name = {platform.name: platform for platform in platforms}
    metrics, ring, token = Metrics(), settings.ring(), settings.metrics_token
    delivery = Delivery(database, bank, by_name, clock.now, clock.progressed, metrics)
    ticking = Clock(Scheduler(), delivery, metrics=metrics)
    vault = SealedVault(database, ring, clock.now) if ring else None
    quiz = Quiz(database, bank, clock.now, Elsewhere() if part is Part.WEB else ticking, vault, metrics)
    scraping = Scraping(metrics, database, token, clock.now) if token else None
    try:
        yield House(database, quiz, delivery, ticking, scraping)
    finally:
        await ticking.stop()
        await quiz.finish(_LAST_ANSWERS)
        await give(_CLOSING, database.close(), "the database")


async def run(environment: Mapping[str, str], part: Part | None = None) -> None:
    """Run every configured platform until the process is asked to stop, or one part of that.

    Raises `SettingsError` or `NothingToRunError` before anything starts where the environment is wrong, a token is
    refused or the database is not at this release.
    """
    with starting():
        settings = Settings.read(environment)
        log_lines(settings.log_level, settings.log_format, secrets_in(environment))
        platforms, off = connect(environment)
        if not platforms:
            raise NothingToRunError(
                f"no platform has its tokens: {needs(off)}. To play here without any: python -m bot play"
            )
        platforms = takes_part(platforms, part, settings.port)
        await _prepare(settings)
        async with _house(settings, platforms, part) as house:
            process = Process(house, platforms, part, settings.port)
            try:
                await process.start()
                await asked_to_stop()
            finally:
                await process.stop()


async def _prepare(settings: Settings) -> None:
    """A file of our own is brought up to date; a server's database is left to `migrate`, which a release runs once."""
    if file := file_of(settings.database_url):
        mount = mount_of(file)
        if mount and mount.is_remote:
            log.warning("%s lies on another machine (%s): two processes there can damage it", file, mount.kind)
        await migrate(settings.database_url)
    elif not await at_head(settings.database_url):
        raise SettingsError("DATABASE_URL", "its tables are not those of this release: run `python -m bot migrate`")


async def play(environment: Mapping[str, str]) -> None:
    """Play at this keyboard: a drill of one's own, kept between visits. Needs no token."""
    settings = Settings.read(environment)
    log_lines("ERROR", secrets=secrets_in(environment))
    local: Local = plugs(_LOCAL)[0].load()(environment)
    await migrate(settings.database_url)
    async with _house(settings, [local]) as house:
        await house.quiz.open_house(local.place, local.person, get_localzone_name())
        await house.delivery.sweep()  # today's question is there before the first prompt
        await local.start(house.quiz)
        await local.listen()
        house.ticking.start()
        await local.ended()
        await local.stop()
