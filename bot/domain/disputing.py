"""What can come of a dispute about a key, and which answers are accepted then.

A ruling is about the key that a round was asked with, which is kept: a later one takes the place of an earlier, so that
"the key stands" undoes whatever was ruled before.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction

from bot.domain.grading import credit
from bot.domain.question import Kind

OPEN_FOR = timedelta(days=14)  # how long a closed round can be disputed
SHORTEST, LONGEST = 10, 500  # characters of a reason


class Ruling(StrEnum):
    """What was decided of a key."""

    STANDS = "stands"
    CHANGED = "changed"
    ALSO = "also"
    VOID = "void"


def accepted(key: str, ruling: Ruling | None, ruled: str | None) -> tuple[str, ...]:
    """The answers that count as right under a ruling, the first of them first; none where the question is void."""
    match ruling:
        case Ruling.CHANGED if ruled:
            return (ruled,)
        case Ruling.ALSO if ruled:
            return (key, ruled)
        case Ruling.VOID:
            return ()
        case _:
            return (key,)


def best_credit(kind: Kind, keys: tuple[str, ...], choice: str) -> Fraction:
    """How much of an answer is right, by the accepted answer that it is nearest to."""
    return max(credit(kind, key, choice) for key in keys)


def can_be_disputed(closed_at: datetime | None, now: datetime) -> bool:
    """Whether it is not too long since a round closed."""
    return closed_at is not None and now <= closed_at + OPEN_FOR


@dataclass(frozen=True, slots=True)
class Moved:
    """What a ruling does to points: how many people gain and how many lose, and how many points altogether."""

    gain: int = 0
    lose: int = 0
    gained: int = 0
    lost: int = 0

    @property
    def nobody(self) -> bool:
        """Whether nobody's points change."""
        return not self.gain and not self.lose


def moved(before: Mapping[int, int], after: Mapping[int, int]) -> Moved:
    """The difference between the points of people, by person; whoever has none on one side has 0 there."""
    steps = [after.get(person, 0) - before.get(person, 0) for person in before.keys() | after.keys()]
    up, down = [step for step in steps if step > 0], [-step for step in steps if step < 0]
    return Moved(len(up), len(down), sum(up), sum(down))
