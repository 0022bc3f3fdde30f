"""What a drill's row says about days and times, and about its questions."""

from datetime import date, datetime, timedelta

from bot.bank import Bank
from bot.domain.calendar import Rhythm, instant, next_due, parse_weekdays, zone
from bot.domain.question import Kind, Question
from bot.store.models import Drill

MIN_OPEN = timedelta(hours=4)


def rhythm(drill: Drill) -> Rhythm:
    """When a drill asks."""
    return Rhythm(drill.at, drill.zone, parse_weekdays(drill.days) or frozenset(range(7)))


def closing_time(drill: Drill, day: date, posted_at: datetime) -> datetime:
    """When the round of a day closes: as the next drill day's is due, but four hours after posting at the earliest."""
    planned = instant(day, drill.at, zone(drill.zone)) or posted_at
    return max(next_due(rhythm(drill), planned), posted_at + MIN_OPEN)


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
