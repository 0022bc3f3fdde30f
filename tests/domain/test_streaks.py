"""Days in a row: what counts, what breaks, and what neither counts nor breaks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.streaks import Streak, streak


def days(marks: str) -> list[bool]:
    """Days from a drawing of them: x for answered, - for missed."""
    return [mark == "x" for mark in marks]


@pytest.mark.parametrize(
    ("marks", "current", "longest"),
    [
        ("", 0, 0),
        ("x", 1, 1),
        ("-", 0, 0),
        ("xxx", 3, 3),
        ("xxx-", 0, 3),
        ("xxx-x", 1, 3),
        ("x-xx", 2, 2),
        ("xx-xxxx-x", 1, 4),
    ],
)
def test_a_streak_is_the_run_of_answered_days_up_to_the_last(marks: str, current: int, longest: int) -> None:
    assert streak(days(marks), last_is_open=False) == Streak(current, longest)


@pytest.mark.parametrize(
    ("marks", "current", "longest"),
    [
        ("xx-", 2, 2),  # today is not over
        ("xxx", 3, 3),  # and counts as soon as it is answered
        ("x--", 0, 1),  # yesterday is
        ("-", 0, 0),
        ("x", 1, 1),
        ("", 0, 0),
    ],
)
def test_an_open_day_counts_once_it_is_answered_and_breaks_nothing_before(
    marks: str, current: int, longest: int
) -> None:
    assert streak(days(marks), last_is_open=True) == Streak(current, longest)


@given(st.text("x-", max_size=40), st.booleans())
def test_the_longest_is_the_longest_run_and_the_current_one_is_at_the_end(marks: str, is_open: bool) -> None:
    found = streak(days(marks), last_is_open=is_open)
    over = marks.removesuffix("-") if is_open else marks
    assert found == Streak(current=len(over) - len(over.rstrip("x")), longest=max(map(len, over.split("-"))))
