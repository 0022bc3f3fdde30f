"""A drill's settings as people read and type them, and what they mean."""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from difflib import get_close_matches

from bot.bank import Bank
from bot.commands import Setup
from bot.countries import find_country, near_countries
from bot.domain.calendar import (
    find_zone,
    local_day,
    parse_days,
    parse_hours,
    parse_time,
    parse_weekdays,
    say_days,
    say_weekdays,
    zone_names,
)
from bot.play.rhythm import MIN_OPEN
from bot.store.models import Drill

DEFAULT_AT, DEFAULT_DAYS = "09:00", "mon-fri"
ON, OFF = "on", "off"
_NONE = ("off", "none", "nobody")
_LONGEST_LIST = 255  # characters of own days: what a column holds
_SHORTEST_WINDOW, _LONGEST_WINDOW = MIN_OPEN.seconds // 3600, 7 * 24  # hours
_ID = re.compile(r"(?!everyone$|here$|channel$)\w{1,64}", re.ASCII)  # of a group, and never all at once


@dataclass(frozen=True, slots=True)
class Settings:
    """A drill's settings as a person reads and types them. `topics` is empty for all; `version` is the workspace's.

    `ping` is the platform's id of those whom a question notifies, or nothing. `holidays` is a country's code, `skip`
    are its own days without a question, `window` is for how many hours one stays open; each is empty for none.
    """

    at: str
    zone: str
    days: str
    topics: str
    version: str
    ping: str = ""
    discussion: str = OFF
    holidays: str = ""
    skip: str = ""
    window: str = ""
    recap: str = ON


@dataclass(frozen=True, slots=True)
class BadSetting:
    """A value that could not be understood, and what may have been meant."""

    name: str
    said: str
    near: tuple[str, ...] = ()


def known(drill: Drill | None, version: str) -> Settings:
    """What a drill is set to, or what one begins with."""
    if drill is None:
        return Settings(DEFAULT_AT, "", DEFAULT_DAYS, "", version)
    return Settings(
        f"{drill.at:%H:%M}",
        drill.zone,
        drill.days,
        drill.topics,
        version,
        drill.ping or "",
        ON if drill.discussion else OFF,
        drill.country or "",
        drill.skips or "",
        f"{drill.open_for}h" if drill.open_for else "",
        ON if drill.recap else OFF,
    )


def with_wishes(before: Settings, wishes: Setup) -> Settings:
    """The settings with whatever somebody said of them."""
    return Settings(
        wishes.at or before.at,
        wishes.zone or before.zone,
        wishes.days or before.days,
        wishes.topics or before.topics,
        wishes.version or before.version,
        wishes.ping or before.ping,
        wishes.discussion or before.discussion,
        wishes.holidays or before.holidays,
        wishes.skip or before.skip,
        wishes.window or before.window,
        wishes.recap or before.recap,
    )


def keep(drill: Drill, settings: Settings, *, threads: bool) -> None:
    """Set a drill to what has been understood. `threads`: whether its place can have any."""
    drill.at, drill.zone, drill.days = time.fromisoformat(settings.at), settings.zone, settings.days
    drill.topics, drill.ping = settings.topics, settings.ping or None
    drill.discussion = settings.discussion == ON and threads
    drill.country, drill.skips = settings.holidays or None, settings.skip or None
    drill.open_for, drill.recap = parse_hours(settings.window), settings.recap == ON


def understand(bank: Bank, said: Settings, now: datetime) -> Settings | BadSetting:
    """The settings in the one form they are stored in, or the first that makes no sense."""
    when = _understand_when(said)
    if isinstance(when, BadSetting):
        return when
    off = _understand_off(when, local_day(now, when.zone))
    if isinstance(off, BadSetting):
        return off
    words = said.topics.lower().replace(",", " ").split()
    chosen = [] if words in ([], ["all"]) else list(dict.fromkeys(words))
    for word in chosen:
        if word not in bank.topics:
            near = get_close_matches(word, bank.topics, n=3, cutoff=0.5)
            return BadSetting("topics", word, tuple(near) or tuple(bank.topics))
    if said.version not in bank.versions:
        return BadSetting("version", said.version, bank.versions)
    ping = _or_none(said.ping)
    if ping and not _ID.fullmatch(ping):
        return BadSetting("ping", said.ping)
    for name, switch in (("discussion", said.discussion), ("recap", said.recap)):
        if switch not in (ON, OFF):
            return BadSetting(name, switch, (ON, OFF))
    return replace(off, topics=",".join(chosen), ping=ping)


def _understand_when(said: Settings) -> Settings | BadSetting:
    at, zone, days = parse_time(said.at), find_zone(said.zone), parse_weekdays(said.days)
    if at is None:
        return BadSetting("at", said.at)
    if zone is None:
        return BadSetting("zone", said.zone, _near_zones(said.zone))
    if days is None:
        return BadSetting("days", said.days)
    return replace(said, at=f"{at:%H:%M}", zone=zone, days=say_weekdays(days))


def _understand_off(said: Settings, today: date) -> Settings | BadSetting:
    """The days without a question, and the hours that one is open."""
    typed = _or_none(said.holidays)
    country = find_country(typed)
    if typed and country is None:
        return BadSetting("holidays", typed, near_countries(typed))
    typed = _or_none(said.skip)
    days = parse_days(typed, today) if typed else ()
    if days is None or len(skip := say_days(days)) > _LONGEST_LIST:
        return BadSetting("skip", typed)
    typed = _or_none(said.window)
    hours = parse_hours(typed)
    if typed and (hours is None or not _SHORTEST_WINDOW <= hours <= _LONGEST_WINDOW):
        return BadSetting("window", typed)
    return replace(said, holidays=country or "", skip=skip, window=f"{hours}h" if hours else "")


def _or_none(typed: str) -> str:
    return "" if typed.strip().lower() in _NONE else typed.strip()


def _near_zones(typed: str) -> tuple[str, ...]:
    """Zone names that end like what was typed, as `berlin` does, or look like it."""
    cities = {name.rsplit("/", 1)[-1].lower(): name for name in zone_names()}
    wanted = typed.strip().lower().replace(" ", "_").rsplit("/", 1)[-1]
    near = get_close_matches(wanted, cities, n=3, cutoff=0.6)
    return tuple(cities[city] for city in near)
