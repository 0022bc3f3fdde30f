"""What `doctor` finds out about the machine: the disk that a SQLite file lies on, and the time zones that are known."""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from zoneinfo import TZPATH, ZoneInfo

from bot.disk import mount_of, standing
from bot.domain.calendar import zone, zone_names
from bot.findings import Finding, Level

_SCARCE, _TOO_LITTLE = 1_000_000_000, 200_000_000  # bytes
_STALE = timedelta(days=548)  # eighteen months
_COMPARED = 53  # weeks for which two copies of the zones are compared
_SHOWN = 5
_PASSING_HOSTS = ("DYNO", "K_SERVICE")  # variables that Heroku and Cloud Run set
_STAYS = "Set DATABASE_URL to a PostgreSQL database, or to a file on a volume that stays. See docs/deploy.md."


def disk(file: Path, environment: Mapping[str, str]) -> Finding:
    """Whether a SQLite file can stay where it is, and has room."""
    folder = standing(file)
    free, mount = shutil.disk_usage(folder).free, mount_of(file)
    seen = f"{free / 1e9:,.1f} GB are free at {folder}{f', {mount.kind}' if mount else ''}"
    if free < _SCARCE:
        level = Level.FAIL if free < _TOO_LITTLE else Level.WARN
        fix = "Make room: old logs and backups first. On a full disk nothing is lost, but nothing is recorded either."
        return Finding(level, "Disk", seen, fix)
    if mount and mount.is_remote:
        seen += ": on another machine, where two processes can damage a SQLite file"
        return Finding(Level.WARN, "Disk", seen, "Put the file on a disk of this machine, or use PostgreSQL.")
    host = next((name for name in _PASSING_HOSTS if environment.get(name)), None)
    if (mount and mount.is_passing) or (host and (mount is None or mount.at == Path("/"))):
        seen += ": it is gone, and everything with it, as soon as this container or machine is started anew"
        return Finding(Level.WARN, "Disk", seen, _STAYS)
    return Finding(Level.OK, "Disk", seen)


def zones(now: datetime, system: tuple[str, ...] = TZPATH) -> Finding:
    """How old the pinned time zones are at most, and where the system's copy, which nobody here reads, says otherwise.

    The package does not say on which day it was made, but each year has had its first release before July.
    """
    with files("tzdata").joinpath("zoneinfo", "tzdata.zi").open(encoding="utf-8") as data:
        version = data.readline().removeprefix("# version ").strip()
    age = now - datetime(int(version[:4]), 1, 1, tzinfo=UTC)
    seen = f"tzdata {version}, at most {max(age.days, 0)} days old"
    if other := [*_different(now, system)]:
        more = f" and {len(other) - _SHOWN} more" if len(other) > _SHOWN else ""
        seen += f"; the system's copy, which is not used, differs for {', '.join(other[:_SHOWN])}{more}"
    if age > _STALE:
        fix = "Countries change their clocks: get this project's newest release, or install a newer tzdata."
        return Finding(Level.WARN, "Time zones", seen, fix)
    return Finding(Level.OK, "Time zones", seen)


def _different(now: datetime, system: tuple[str, ...]) -> Iterator[str]:
    """The zones for which another copy tells another time in any week of the next year."""
    weeks = [now + timedelta(weeks=week) for week in range(_COMPARED)]
    for name in zone_names():
        ours, theirs = zone(name), _of_system(name, system)
        if theirs and any(week.astimezone(ours).utcoffset() != week.astimezone(theirs).utcoffset() for week in weeks):
            yield name


def _of_system(name: str, system: tuple[str, ...]) -> ZoneInfo | None:
    for folder in system:
        with suppress(OSError, ValueError), Path(folder, name).open("rb") as data:
            return ZoneInfo.from_file(data, key=name)
    return None
