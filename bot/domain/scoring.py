"""What a verdict is worth. "I'm sure" pays for whoever is right more than two times in three, and only for them:
with chance p of being right, `sure` gains p and risks 2 * (1 - p). So people learn to know what they know.
"""

from bot.domain.grading import Verdict

RIGHT, RIGHT_SURE, WRONG, WRONG_SURE = 10, 11, 2, 0


def points(verdict: Verdict, *, sure: bool) -> int:
    """The points of an answer given in time. Taking part is worth something; speed is worth nothing."""
    if verdict is Verdict.RIGHT:
        return RIGHT_SURE if sure else RIGHT
    return WRONG_SURE if sure else WRONG
