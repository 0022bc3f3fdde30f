"""How good a question is, seen by the answers it got: classical item analysis.

Source: R. L. Ebel, "Essentials of Educational Measurement", 1972: the item is asked to part those who know much from
those who know little.
"""

from dataclasses import dataclass
from enum import StrEnum
from math import sqrt
from typing import NamedTuple

ENOUGH, ENOUGH_TO_DOUBT = 30, 15  # answers before a question is called weak, or its key doubted
WEAK = 0.15  # of discrimination
EASY, HARD = 0.9, 0.3  # shares right beyond which a question tells little


class Flag(StrEnum):
    """What an author should look at."""

    KEY = "key"  # those who know more are right less often: the key may be wrong
    WEAK = "weak"  # it hardly tells those who know from those who do not
    PULL = "pull"  # a wrong option was chosen more often than the key
    HARD = "hard"
    EASY = "easy"


@dataclass(frozen=True, slots=True)
class Health:
    """How a question did: how many answered it, how many were right, how well it parts people (-1 to 1, `None` where
    nothing can be said), and what is conspicuous about it.
    """

    people: int
    right: int
    discrimination: float | None
    flags: tuple[Flag, ...]

    @property
    def share(self) -> float:
        """The share that was right."""
        return self.right / self.people if self.people else 0.0


class Moments(NamedTuple):
    """What some people got elsewhere: how many they are, the sum of their means, and that of the squares of these."""

    people: int = 0
    total: float = 0.0
    squares: float = 0.0


def health(people: int, right: int, parted: float | None, among: int, *, pulled: bool) -> Health:
    """How a question did. `parted` is how well it parts those `among` its people who answered others, too; `pulled`: a
    wrong answer was given by more people than the right one.
    """
    doubted = parted is not None and parted < 0 and among >= ENOUGH_TO_DOUBT
    weak = parted is not None and parted < WEAK and among >= ENOUGH
    share = right / people if people else 0.0
    rules = (
        (Flag.KEY, doubted),
        (Flag.WEAK, weak and not doubted),
        (Flag.PULL, pulled and people >= ENOUGH_TO_DOUBT),
        (Flag.HARD, share < HARD and people >= ENOUGH_TO_DOUBT),
        (Flag.EASY, share > EASY and people >= ENOUGH_TO_DOUBT),
    )
    return Health(people, right, parted, tuple(flag for flag, holds in rules if holds))


def discrimination(right: Moments, wrong: Moments) -> float | None:
    """The point-biserial correlation of being right here with what one gets elsewhere; `None` where all were right, all
    wrong, or all are equal elsewhere.
    """
    people = right.people + wrong.people
    if not right.people or not wrong.people:
        return None
    mean = (right.total + wrong.total) / people
    variance = (right.squares + wrong.squares) / people - mean**2
    if variance < 1e-9:  # a rounding error is no difference between people
        return None
    between = right.total / right.people - wrong.total / wrong.people
    return between / sqrt(variance) * sqrt(right.people * wrong.people) / people
