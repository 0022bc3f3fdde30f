"""How many drill days in a row somebody answered. Right or wrong does not matter: turning up does."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Streak:
    """The run that still stands, and the longest there ever was, in drill days."""

    current: int
    longest: int


def streak(answered: Sequence[bool], *, last_is_open: bool) -> Streak:
    """The streak from one flag for each drill day that had a question, oldest first.

    Days without a question never appear, so they break nothing; nor does today's question while it is still open.
    """
    days = answered[:-1] if last_is_open and answered and not answered[-1] else answered
    current = longest = 0
    for was_there in days:
        current = current + 1 if was_there else 0
        longest = max(longest, current)
    return Streak(current, longest)
