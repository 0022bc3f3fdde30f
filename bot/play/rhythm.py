"""What a drill's row says about days and times, and about its questions."""

from datetime import date, datetime, timedelta

from bot.bank import Bank
from bot.countries import public_holidays
from bot.domain.calendar import DaysOff, Rhythm, instant, next_due, parse_days, parse_weekdays, zone
from bot.domain.question import Kind, Question
from bot.store.models import Drill

MIN_OPEN = timedelta(hours=4)


def rhythm(drill: Drill) -> Rhythm:
    """When a drill asks."""
    return Rhythm(drill.at, drill.zone, parse_weekdays(drill.days) or frozenset(range(7)), _days_off(drill))


def _days_off(drill: Drill) -> DaysOff:
    own = parse_days(drill.skips, date.min) if drill.skips else None
    return DaysOff(own or (), public_holidays(drill.country) if drill.country else frozenset())


def closing_time(drill: Drill, day: date, posted_at: datetime) -> datetime:
    """When the round of a day closes: at the end of its window, which is over as the next drill day's is due; but four
    hours after posting at the earliest.
    """
    planned = instant(day, drill.at, zone(drill.zone)) or posted_at
    end = next_due(rhythm(drill), planned)
    if drill.open_for is not None:
        end = min(end, planned + timedelta(hours=drill.open_for))
    return max(end, posted_at + MIN_OPEN)


def topics(drill: Drill) -> frozenset[str]:
    """The topics a drill is limited to; empty for all."""
    return frozenset(filter(None, drill.topics.split(",")))


def askable(bank: Bank, version: str, chosen: frozenset[str], level: int | None = None) -> list[Question]:
    """The bank's questions on a version, of some topics (empty: all) and a level (`None`: all)."""
    return [
        question
        for question in bank.edition(version)
        if (not chosen or chosen & set(question.topics)) and level in (None, question.level)
    ]


def ranked(bank: Bank, version: str, chosen: frozenset[str]) -> list[Question]:
    """Those of them that can be asked of everybody: an open question is judged by whoever answers it."""
    return [question for question in askable(bank, version, chosen) if question.kind is not Kind.OPEN]
