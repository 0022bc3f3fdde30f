"""The questions of one minute on Slack: all posted once, and none refused as too many."""

import pytest

from adapters.slack.pace import AT_ONCE
from bench.slack_day import Load, measure, rows, wrong
from bot.bank import Bank


@pytest.mark.parametrize("workspaces", [1, 6])
async def test_the_questions_of_one_minute_stay_within_the_limits(workspaces: int, bank: Bank) -> None:
    load = Load(36, workspaces, 0.01)
    seen, posts = await measure(load, bank)
    assert wrong(load, seen, posts) == ""
    row, *_ = rows(load, seen)
    assert (row.unit, row.baseline) == ("s", load.floor)
    assert row.figure >= load.floor


def test_the_floor_is_what_the_slowest_limit_leaves() -> None:
    assert Load(30, 1, 0.0).floor == 0
    assert Load(600, 1, 0.15).floor > 120
    assert Load(AT_ONCE * 4, AT_ONCE, 0.15).floor == pytest.approx(4 * 0.15)
