"""How many drill days in a row somebody answered. Right or wrong does not matter: turning up does.

A missed day is forgiven now and then by a freeze, which nobody has to think of. What is nobody's fault breaks nothing:
days on leave, days without a question, questions that went out late, the one that is still open.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

FREEZES = 2  # missed days that are forgiven
WINDOW = 20  # among so many drill days in a row
LATE = timedelta(hours=1)  # whoever looks at the usual time has looked in vain; retries take minutes, and are not late


class Day(NamedTuple):
    """A drill day that had a question, as one person lived it. Days without one are none of them."""

    answered: bool
    is_open: bool = False
    is_late: bool = False
    on_leave: bool = False

    @property
    def counts(self) -> bool:
        """Whether it is one of a streak's days, kept or missed: answered, or with nothing that excuses it."""
        return self.answered or not (self.is_open or self.is_late or self.on_leave)


@dataclass(frozen=True, slots=True)
class Streak:
    """The run that still stands and the longest there ever was, in answered days. `freezes` are those of the coming
    day, of which there are `FREEZES` at most.
    """

    current: int
    longest: int
    freezes: int


def is_late(due_at: datetime, opened_at: datetime | None) -> bool:
    """Whether a question went out so late that it may not have been seen in time."""
    return opened_at is not None and opened_at > due_at + LATE


def streak(days: Iterable[Day]) -> Streak:
    """The streak that comes of some days, oldest first.

    A missed day is forgiven where fewer than two were among the twenty days that end with it; the run then goes on
    without growing. One miss more breaks it. A freeze is used for a run that stands, never for none.
    """
    current = longest = number = 0
    used: list[int] = []  # the days on which a freeze was used, by number
    for number, day in enumerate((day for day in days if day.counts), start=1):
        if day.answered:
            current += 1
            longest = max(longest, current)
        elif current and _left(used, number):
            used.append(number)
        else:
            current = 0
    return Streak(current, longest, _left(used, number + 1))


def _left(used: list[int], number: int) -> int:
    """How many freezes the day of that number may use."""
    return FREEZES - sum(each > number - WINDOW for each in used[-FREEZES:])
