"""What `doctor` finds out about the core: its settings, its database, its bank."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.bank import load
from bot.errors import ContentError, SettingsError
from bot.ports import Drilled, Finding, Level
from bot.settings import Settings
from bot.store.database import Database, told
from bot.store.drills import active_drills
from bot.store.migrations import Tables, tables
from bot.store.places import address

_MIGRATE = "Run: python -m bot migrate"
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
    except SettingsError as error:
        found, drills = Finding(Level.FAIL, "Database", f"{told(settings.database_url)}: {error.why}", _REACH), None
    except TimeoutError:
        seen = f"{told(settings.database_url)} did not answer within {within:g} s"
        found, drills = Finding(Level.FAIL, "Database", seen, _REACH), None
    return Checkup((read, found), drills)


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
