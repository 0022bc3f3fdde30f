"""Who stands where: totals, ranks with their ties, and the days a span covers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

SEASON_WEEKS = 4
_FIRST_SEASON = date(2024, 1, 1)  # a Monday, so that seasons are made of whole weeks


class Span(StrEnum):
    """The stretch of time a board covers."""

    DAY = "day"
    WEEK = "week"
    SEASON = "season"
    ALL = "all"


class Scope(StrEnum):
    """Who competes on a board."""

    PEOPLE = "people"
    TEAMS = "teams"


@dataclass(frozen=True, slots=True)
class Total:
    """What one person's rounds of a span add up to. `hardness` sums the levels of the questions answered right."""

    person: int
    name: str
    points: int
    right: int
    rounds: int
    hardness: int


@dataclass(frozen=True, slots=True)
class Standing:
    """A total with its rank; equal ranks are shared and the next one is skipped (1, 2, 2, 4)."""

    rank: int
    total: Total


def rank(totals: Iterable[Total]) -> list[Standing]:
    """Best first: more points, then more right, then harder ones right; whoever is equal in all shares the rank."""
    standings: list[Standing] = []
    for place, total in enumerate(sorted(totals, key=lambda t: (_merit(t), t.name.casefold())), start=1):
        above = standings[-1] if standings else None
        shared = above is not None and _merit(above.total) == _merit(total)
        standings.append(Standing(above.rank if above and shared else place, total))
    return standings


def _merit(total: Total) -> tuple[int, int, int]:
    return -total.points, -total.right, -total.hardness


@dataclass(frozen=True, slots=True)
class Week:
    """A week from its Monday to its Sunday."""

    first: date
    last: date


def week_of(day: date) -> Week:
    """The week that a day is in."""
    monday = day - timedelta(days=day.weekday())
    return Week(monday, monday + timedelta(days=6))


def first_day(span: Span, today: date) -> date | None:
    """The first day a span covers, `None` for all time."""
    monday = week_of(today).first
    match span:
        case Span.DAY:
            return today
        case Span.WEEK:
            return monday
        case Span.SEASON:
            return monday - timedelta(weeks=(monday - _FIRST_SEASON).days // 7 % SEASON_WEEKS)
        case Span.ALL:
            return None
