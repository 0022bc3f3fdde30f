"""What a streak is made of: the rounds of a place as one person lived them."""

from collections.abc import Iterable

from bot.domain import streaks
from bot.domain.streaks import Streak, is_late
from bot.store.history import Day


def streak(days: Iterable[Day]) -> Streak:
    """The streak of somebody's days in a place, oldest first."""
    return streaks.streak(
        streaks.Day(day.answered, day.is_open, is_late(day.due_at, day.opened_at), day.on_leave) for day in days
    )
