"""How good a question is, seen by the answers it got: classical item analysis.

Source: R. L. Ebel, "Essentials of Educational Measurement", 1972: the item is asked to part those who know much from
those who know little.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt

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


def health(answers: Sequence[tuple[bool, float]], pulled: bool) -> Health:
    """How a question did. Each answer: whether it was right, and the mean of what its person got elsewhere.

    `pulled`: a wrong answer was given by more people than the right one.
    """
    people, right = len(answers), sum(was_right for was_right, _ in answers)
    found = discrimination(answers)
    doubted = found is not None and found < 0 and people >= ENOUGH_TO_DOUBT
    weak = found is not None and found < WEAK and people >= ENOUGH
    share = right / people if people else 0.0
    rules = (
        (Flag.KEY, doubted),
        (Flag.WEAK, weak and not doubted),
        (Flag.PULL, pulled and people >= ENOUGH_TO_DOUBT),
        (Flag.HARD, share < HARD and people >= ENOUGH_TO_DOUBT),
        (Flag.EASY, share > EASY and people >= ENOUGH_TO_DOUBT),
    )
    return Health(people, right, found, tuple(flag for flag, holds in rules if holds))


def discrimination(answers: Sequence[tuple[bool, float]]) -> float | None:
    """The point-biserial correlation of being right here with what one gets elsewhere; `None` where all were right, all
    wrong, or all are equal elsewhere.
    """
    people = len(answers)
    right = [elsewhere for was_right, elsewhere in answers if was_right]
    wrong = [elsewhere for was_right, elsewhere in answers if not was_right]
    if not right or not wrong:
        return None
    mean = sum(elsewhere for _, elsewhere in answers) / people
    deviation = sqrt(sum((elsewhere - mean) ** 2 for _, elsewhere in answers) / people)
    if deviation < 1e-9:  # a rounding error is no difference between people
        return None
    between = sum(right) / len(right) - sum(wrong) / len(wrong)
    return between / deviation * sqrt(len(right) * len(wrong)) / people
