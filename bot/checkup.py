"""What `doctor` finds out about the core: its settings, its database, its bank."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.bank import load
from bot.clock import now
from bot.errors import ContentError, SettingsError
from bot.ports import Drilled, Finding, Level
from bot.settings import Settings
from bot.store.database import Database, told
from bot.store.drills import active_drills
from bot.store.installations import all_sealed
from bot.store.migrations import Tables, tables
from bot.store.places import address
from bot.vault import SealedVault

_MIGRATE = "Run: python -m bot migrate"
_KEYS = "Set SECRET_KEYS to the keys they were sealed with, the newest first; without them each must add the app again."
_REACH = (
    "Set DATABASE_URL to a database that this machine reaches and the bot may write to: a server that runs, or a file."
)


@dataclass(frozen=True, slots=True)
class Checkup:
    """What was found of settings and database. `drills` are those that are active on any platform, `None` where they
    cannot be read.
    """

    findings: tuple[Finding, ...]
    drills: tuple[Drilled, ...] | None = None


async def examine(environment: Mapping[str, str], within: float) -> Checkup:
    """Look at the settings and the database; changes nothing. The database gets `within` seconds to answer."""
    try:
        settings = Settings.read(environment)
    except SettingsError as error:
        return Checkup((wrong(error),))
    port = f"a sign of life on port {settings.port}" if settings.port else "no PORT, so nothing is served"
    read = Finding(Level.OK, "Settings", f"readable; {port}; log lines from {settings.log_level}")
    try:
        async with asyncio.timeout(within):
            found, drills = await _database(settings.database_url)
            sealed = await _secrets(settings) if drills is not None and found.level is Level.OK else ()
    except SettingsError as error:
        found, drills = Finding(Level.FAIL, "Database", f"{told(settings.database_url)}: {error.why}", _REACH), None
        sealed = ()
    except TimeoutError:
        seen = f"{told(settings.database_url)} did not answer within {within:g} s"
        found, drills, sealed = Finding(Level.FAIL, "Database", seen, _REACH), None, ()
    return Checkup((read, found, *sealed), drills)


def bank() -> Finding:
    """Whether the questions can be read."""
    try:
        loaded = load()
    except ContentError as error:
        return Finding(Level.FAIL, "Question bank", str(error), "Mend that line, or get this release's content/ again.")
    counts = ", ".join(f"{len(loaded.edition(version))} for SQLAlchemy {version}" for version in loaded.versions)
    return Finding(Level.OK, "Question bank", f"it loads: {counts}")


def wrong(error: SettingsError) -> Finding:
    """A variable that cannot be used."""
    return Finding(
        Level.FAIL, error.variable, error.why, f"Set {error.variable} anew; .env.example shows what it takes."
    )


async def _database(url: str) -> tuple[Finding, tuple[Drilled, ...] | None]:
    own, where = url.startswith("sqlite"), told(url)
    match await tables(url):
        case Tables.CURRENT:
            drills = await _drills(url)
            counted = "1 active drill" if len(drills) == 1 else f"{len(drills)} active drills"
            return Finding(Level.OK, "Database", f"{where} has the tables of this release; {counted}"), drills
        case Tables.MISSING:
            seen = f"{where} is not there yet; the bot makes it when it starts"
            return Finding(Level.WARN, "Database", seen, f"Nothing to do, or make it now. {_MIGRATE}"), ()
        case Tables.OLDER if own:
            seen = f"{where} has tables of an older release, or none; the bot brings them up when it starts"
            return Finding(Level.WARN, "Database", seen, f"Nothing to do, or bring them up now. {_MIGRATE}"), None
        case Tables.OLDER:
            seen = f"{where} has tables of an older release, or none, and the bot does not start on them"
            return Finding(Level.FAIL, "Database", seen, _MIGRATE), None
        case Tables.FOREIGN:
            seen = f"{where} has tables that this release does not know: a later one made them, or another program"
            fix = "Run the release that made them, or set DATABASE_URL to another database."
            return Finding(Level.FAIL, "Database", seen, fix), None


async def _secrets(settings: Settings) -> tuple[Finding, ...]:
    """Whether what workspaces gave us can be opened; nothing to say where none gave anything and there are no keys."""
    ring, database = settings.ring(), Database(settings.database_url)
    try:
        if ring is None:
            async with database.reading() as session:
                kept = len(await all_sealed(session))
            seen = f"{kept} workspaces gave tokens that are sealed, and there are no keys to open them"
            return (Finding(Level.FAIL, "SECRET_KEYS", seen, _KEYS),) if kept else ()
        kept, shut, old = await SealedVault(database, ring, now).look()
    finally:
        await database.close()
    if shut:
        return (Finding(Level.FAIL, "SECRET_KEYS", f"{shut} of {kept} sealed tokens cannot be opened", _KEYS),)
    if old:
        seen = f"all {kept} sealed tokens can be opened, {old} of them with an older key only"
        return (Finding(Level.WARN, "SECRET_KEYS", seen, "Run: python -m bot secrets rotate"),)
    return (Finding(Level.OK, "SECRET_KEYS", f"readable; all {kept} sealed tokens can be opened"),)


async def _drills(url: str) -> tuple[Drilled, ...]:
    database = Database(url)
    try:
        async with database.reading() as session:
            active = await active_drills(session)
    finally:
        await database.close()
    return tuple(Drilled(address(drill.place), drill.discussion, drill.ping) for drill in active)


def worst(findings: Sequence[Finding]) -> Level:
    """The gravest level among findings."""
    return max((each.level for each in findings), key=[*Level].index, default=Level.OK)
