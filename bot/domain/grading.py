"""Judging an answer against a question's key."""

from enum import StrEnum
from fractions import Fraction
from itertools import combinations

from bot.domain.question import Kind


class Verdict(StrEnum):
    """What an answer turned out to be."""

    RIGHT = "right"
    PARTLY = "partly"
    WRONG = "wrong"


def credit(kind: Kind, key: str, choice: str) -> Fraction:
    """How much of an answer is right, from 0 to 1.

    Of several right options: those hit less those wrongly chosen, of those that are right. Of an order: the pairs in
    their right order less the others, of all pairs (Kendall's tau), steps left out counting neither way.
    Of an open question: the key points that one says one had, of all.
    """
    match kind:
        case Kind.SEVERAL:
            right, chosen = set(key), set(choice)
            gained, most = len(right & chosen) - len(chosen - right), len(right)
        case Kind.ORDER:
            # A step that the key does not know came into the question after the round was asked.
            pairs = list(combinations((letter for letter in choice if letter in key), 2))
            ordered = sum(key.index(first) < key.index(second) for first, second in pairs)
            gained, most = 2 * ordered - len(pairs), len(key) * (len(key) - 1) // 2
        case Kind.CHOICE | Kind.OUTPUT | Kind.COUNT | Kind.BUG:
            gained, most = int(choice == key), 1
        case Kind.OPEN:
            gained, most = int(choice), len(key)
    return max(Fraction(0), Fraction(gained, most))


def judge(earned: Fraction) -> Verdict:
    """The verdict on an answer that earned this credit."""
    if earned == 1:
        return Verdict.RIGHT
    return Verdict.PARTLY if earned else Verdict.WRONG
