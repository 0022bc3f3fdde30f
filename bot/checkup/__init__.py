"""What `doctor` finds out about the core: its settings, its database, its machine, its bank."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.bank import load
from bot.checkup import database, machine
from bot.clock import now
from bot.errors import ContentError, SettingsError
from bot.findings import Drilled, Finding, Level
from bot.settings import Settings
from bot.store.database import file_of, told

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
    """Look at settings, database and machine; changes nothing. The database gets `within` seconds to answer."""
    try:
        settings = Settings.read(environment)
    except SettingsError as error:
        return Checkup((wrong(error),))
    port = f"a sign of life on port {settings.port}" if settings.port else "no PORT, so nothing is served"
    read = Finding(Level.OK, "Settings", f"readable; {port}; log lines from {settings.log_level}")
    url = settings.database_url
    drills: tuple[Drilled, ...] | None = None
    try:
        async with asyncio.timeout(within):
            found, drills = await database.look(settings, now())
    except SettingsError as error:
        found = (Finding(Level.FAIL, "Database", f"{told(url)}: {error.why}", _REACH),)
    except TimeoutError:
        found = (Finding(Level.FAIL, "Database", f"{told(url)} did not answer within {within:g} s", _REACH),)
    file = file_of(url)
    disk = (machine.disk(file, environment),) if file else ()
    return Checkup((read, *found, *disk, machine.zones(now())), drills)


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


def worst(findings: Sequence[Finding]) -> Level:
    """The gravest level among findings."""
    return max((each.level for each in findings), key=[*Level].index, default=Level.OK)
