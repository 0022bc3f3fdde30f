"""The questions of one minute on Slack: all posted once, and none refused as too many."""

import pytest

from bench.slack_day import floor, measure
from bot.bank import Bank


@pytest.mark.parametrize("workspaces", [1, 6])
async def test_the_questions_of_one_minute_stay_within_the_limits(workspaces: int, bank: Bank) -> None:
    day = await measure(36, workspaces, 0.01, bank)
    assert (day.posted, day.twice, day.refused) == (36, 0, 0)
    assert day.seconds >= day.floor


def test_the_floor_is_what_the_slowest_limit_leaves() -> None:
    assert floor(30, 1, 0.0) == 0
    assert floor(600, 1, 0.15) > 120
    assert floor(600, 60, 0.15) == pytest.approx(4.5)
