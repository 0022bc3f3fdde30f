"""What an answer is worth. "I'm sure" pays for whoever is right more than two times in three, and only for them:
with chance p of being right, `sure` gains p and risks 2 * (1 - p). So people learn to know what they know.
"""

from fractions import Fraction

RIGHT, RIGHT_SURE, WRONG, WRONG_SURE = 10, 11, 2, 0


def points(credit: Fraction, *, sure: bool) -> int:
    """The points of an answer given in time, in proportion to its credit (0 to 1) and rounded down.

    Taking part is worth something; speed is worth nothing.
    """
    least, most = (WRONG_SURE, RIGHT_SURE) if sure else (WRONG, RIGHT)
    return int(least + (most - least) * credit)
