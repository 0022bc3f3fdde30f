"""Who stands where: totals, ranks with their ties, and the days a span covers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

SEASON_WEEKS = 4
_FIRST_SEASON = date(2024, 1, 1)  # a Monday, so that seasons are made of whole weeks
_SEASON_NAMES = (  # thirteen, as many as a year has
    *("Identity Map", "Unit of Work", "Autoflush", "Savepoint", "Cascade", "Eager Load", "Merge"),
    *("Expiry", "Backref", "Two Phase", "Detached", "Rollback", "Commit"),
)


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


class Reach(StrEnum):
    """Whose rounds a board counts: those of its place, or of its whole workspace."""

    HERE = "here"
    WORKSPACE = "workspace"


@dataclass(frozen=True, slots=True)
class Total:
    """What one person's rounds of a span add up to. `hardness` sums the levels of the questions answered right, `hints`
    counts the rounds whose hint they had. Whoever is not `listed` has a rank all the same, and the others keep theirs.
    """

    person: int
    name: str
    points: int
    right: int
    rounds: int
    hardness: int
    hints: int = 0
    listed: bool = True


@dataclass(frozen=True, slots=True)
class Standing:
    """A total with its rank; equal ranks are shared and the next one is skipped (1, 2, 2, 4). `was` is the rank before
    the last question, where there was one and it is told.
    """

    rank: int
    total: Total
    was: int | None = None


def rank(totals: Iterable[Total], better: int = 0, before: int = 0) -> list[Standing]:
    """Totals best first: more points, then more right, then harder ones right, then fewer hints; whoever is equal in
    all shares the rank.

    They may be a piece out of a longer board: `better` of its totals are better than the best of these, and `before`
    come before it in `order`, which are more where it shares its rank with them.
    """
    standings: list[Standing] = []
    for place, total in enumerate(sorted(totals, key=order), start=before + 1):
        above = standings[-1] if standings else None
        if above is None:
            standings.append(Standing(better + 1, total))
        else:
            shared = order(above.total)[:-1] == order(total)[:-1]
            standings.append(Standing(above.rank if shared else place, total))
    return standings


def order(total: Total) -> tuple[int, int, int, int, int]:
    """What boards are sorted by; the last of it only to have an order among equals."""
    return -total.points, -total.right, -total.hardness, total.hints, total.person


@dataclass(frozen=True, slots=True)
class Season:
    """Four weeks, from a Monday to a Sunday, with a number and a name."""

    number: int
    name: str
    first: date
    last: date


def season_of(day: date) -> Season:
    """The season that a day is in."""
    number = (day - _FIRST_SEASON).days // (7 * SEASON_WEEKS)
    first = _FIRST_SEASON + timedelta(weeks=number * SEASON_WEEKS)
    name = _SEASON_NAMES[number % len(_SEASON_NAMES)]
    return Season(number + 1, name, first, first + timedelta(weeks=SEASON_WEEKS, days=-1))


@dataclass(frozen=True, slots=True)
class Week:
    """A week from its Monday to its Sunday."""

    first: date
    last: date


def week_of(day: date) -> Week:
    """The week that a day is in."""
    monday = day - timedelta(days=day.weekday())
    return Week(monday, monday + timedelta(days=6))


def days_of(span: Span, today: date) -> tuple[date, date]:
    """The first and the last day that a span covers; for all time the first and the last that there are."""
    match span:
        case Span.DAY:
            return today, today
        case Span.WEEK:
            return week_of(today).first, week_of(today).last
        case Span.SEASON:
            return season_of(today).first, season_of(today).last
        case Span.ALL:
            return date.min, date.max
