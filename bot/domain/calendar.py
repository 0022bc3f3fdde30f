"""From a drill's local day and time to instants, and back. Every zone rule comes from the pinned `tzdata` package:
the copy an operating system carries goes stale, and two machines must agree on when nine o'clock is.
"""

import re
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAY = timedelta(days=1)
_HOURS = re.compile(r"(?P<number>\d{1,3})\s*(?:h|hours?)?", re.ASCII)
_AHEAD = re.compile(r"(?P<number>\d{1,3})\s*(?P<unit>[dw])(?:ays?|eeks?)?", re.ASCII)


Days = tuple[date, date]
"""The first and the last of some days in a row."""


@dataclass(frozen=True, slots=True)
class DaysOff:
    """Days without a question: own ones, and public holidays."""

    own: tuple[Days, ...] = ()
    public: Container[date] = frozenset()

    def __contains__(self, day: object) -> bool:
        """Whether a day is one of them."""
        return isinstance(day, date) and (any(first <= day <= last for first, last in self.own) or day in self.public)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """When a drill asks: a local time in a zone, on some weekdays (0 is Monday) but for its days off."""

    at: time
    zone: str
    weekdays: frozenset[int]
    off: Container[date] = frozenset()


@cache
def zone_names() -> tuple[str, ...]:
    """Every zone name of the pinned database, for example `Europe/Berlin`."""
    return tuple(files("tzdata").joinpath("zones").read_text("utf-8").split())


@cache
def zone(name: str) -> ZoneInfo:
    """The zone of that exact name. Raises `KeyError` for a name that is not in `zone_names()`."""
    if name not in zone_names():
        raise KeyError(name)
    with files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as data:
        return ZoneInfo.from_file(data, key=name)


def find_zone(typed: str) -> str | None:
    """The zone meant by what was typed, in any case and with blanks for underscores; `None` if there is none."""
    wanted = typed.strip().replace(" ", "_").lower()
    return next((name for name in zone_names() if name.lower() == wanted), None)


def parse_time(typed: str) -> time | None:
    """A local time such as `9:00`, `09:00` or `17.30`; `None` if it is not one."""
    hours, colon, minutes = typed.strip().replace(".", ":").partition(":")
    if not (colon and hours.isascii() and hours.isdigit() and minutes.isascii() and minutes.isdigit()):
        return None
    if len(hours) > 2 or len(minutes) != 2 or int(hours) > 23 or int(minutes) > 59:
        return None
    return time(int(hours), int(minutes))


def parse_weekdays(typed: str) -> frozenset[int] | None:
    """Weekdays such as `daily`, `mon-fri`, `mon,wed,fri` or `sat sun`; `None` if they are not."""
    words = typed.lower().replace("–", "-").replace(",", " ").split()
    if words in (["daily"], ["every", "day"], ["all"]):
        return frozenset(range(7))
    chosen: set[int] = set()
    for word in words:
        first, dash, last = word.partition("-")
        start, stop = _weekday(first), _weekday(last if dash else first)
        if start is None or stop is None:
            return None
        chosen.update(index % 7 for index in range(start, stop + 1 if stop >= start else stop + 8))
    return frozenset(chosen) or None


def parse_day(typed: str, today: date) -> date | None:
    """A day such as `2026-12-24`, `tomorrow`, `3d` or `2w` from today; `None` if it is not one."""
    word = typed.strip().lower()
    if word == "tomorrow":
        return today + _DAY
    if ahead := _AHEAD.fullmatch(word):
        return today + int(ahead["number"]) * (_DAY if ahead["unit"] == "d" else 7 * _DAY)
    try:
        return date.fromisoformat(word)
    except ValueError:
        return None


def parse_days(typed: str, today: date) -> tuple[Days, ...] | None:
    """Days to come, such as `2026-12-24..2027-01-01, 2027-05-14`, in order; `None` if they are not.

    Each day as `parse_day` reads it, at most a year in a row. What is over by now is left out.
    """
    found: list[Days] = []
    for part in typed.replace("–", "..").split(","):
        first, dots, last = part.partition("..")
        start, end = parse_day(first, today), parse_day(last if dots else first, today)
        if start is None or end is None or not start <= end < start + 366 * _DAY:
            return None
        found += [(start, end)] if end >= today else []
    return tuple(sorted(found))


def say_days(days: Iterable[Days]) -> str:
    """Days as `parse_days` reads them."""
    return ",".join(f"{first}" if first == last else f"{first}..{last}" for first, last in days)


def parse_hours(typed: str) -> int | None:
    """A number of hours such as `8`, `8h` or `8 hours`; `None` if it is not one."""
    found = _HOURS.fullmatch(typed.strip().lower())
    return int(found["number"]) if found else None


def _weekday(name: str) -> int | None:
    """The weekday of a name of at least three letters: `tue`, `tues` and `tuesday` are all Tuesday."""
    return next((i for i, full in enumerate(_NAMES) if len(name) >= 3 and full.startswith(name)), None)


def say_weekdays(weekdays: frozenset[int]) -> str:
    """Weekdays as `parse_weekdays` reads them, the shortest way: `daily`, `mon-fri`, `mon,wed`."""
    days = sorted(weekdays)
    if len(days) == 7:
        return "daily"
    if len(days) > 2 and days == list(range(days[0], days[-1] + 1)):
        return f"{WEEKDAYS[days[0]]}-{WEEKDAYS[days[-1]]}"
    return ",".join(WEEKDAYS[day] for day in days)


def instant(day: date, at: time, where: ZoneInfo) -> datetime | None:
    """The one instant (UTC) of a local day and time; `None` for a date that the zone skipped altogether.

    A time inside a gap shifts later by the gap and a repeated one means its first occurrence (RFC 5545, 3.3.5),
    which is what `fold=0` says in both cases.
    """
    if _first_moment(day, where) == _first_moment(day + _DAY, where):
        return None
    return datetime.combine(day, at, where).astimezone(UTC)


def _first_moment(day: date, where: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), where).astimezone(UTC)


def local_day(now: datetime, zone_name: str) -> date:
    """The calendar day it is in a zone."""
    return now.astimezone(zone(zone_name)).date()


def due_days(rhythm: Rhythm, start: date) -> Iterator[tuple[date, datetime]]:
    """The drill days from `start` on, without end, each with its instant."""
    where, day = zone(rhythm.zone), start
    while True:
        is_drill_day = day.weekday() in rhythm.weekdays and day not in rhythm.off
        if is_drill_day and (due := instant(day, rhythm.at, where)) is not None:
            yield day, due
        day += _DAY


def next_due(rhythm: Rhythm, after: datetime) -> datetime:
    """The first due instant later than `after`."""
    return next(due for _, due in due_days(rhythm, local_day(after, rhythm.zone) - _DAY) if due > after)
