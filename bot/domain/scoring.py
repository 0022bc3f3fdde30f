"""What an answer is worth. "I'm sure" pays for whoever is right more than two times in three, and only for them:
with chance p of being right, `sure` gains p and risks 2 * (1 - p). So people learn to know what they know.
"""

from fractions import Fraction
from typing import NamedTuple

RIGHT, RIGHT_SURE, WRONG, WRONG_SURE = 10, 11, 2, 0
HINT = 2  # taken off whoever had the hint, once, but never below 0


def points(credit: Fraction, *, sure: bool, hinted: bool) -> int:
    """The points of an answer given in time, in proportion to its credit (0 to 1) and rounded down.

    Taking part is worth something; speed is worth nothing.
    """
    least, most = (WRONG_SURE, RIGHT_SURE) if sure else (WRONG, RIGHT)
    return max(0, int(least + (most - least) * credit) - (HINT if hinted else 0))


class Parts(NamedTuple):
    """What points are made of: the answer by itself, and what being sure and having had the hint changed of that."""

    answer: int
    sure: int
    hint: int


def parts(credit: Fraction, *, sure: bool, hinted: bool) -> Parts:
    """The points of an answer, taken apart: together they are what `points` says."""
    answer = points(credit, sure=False, hinted=False)
    said = points(credit, sure=sure, hinted=False)
    return Parts(answer, said - answer, points(credit, sure=sure, hinted=hinted) - said)
