"""Thousands of days on which everything goes wrong: each message stands once, and nothing is lost or stuck."""

import pytest

from tests.simulation.playing import play
from tests.simulation.rules import Rules
from tests.simulation.worker import simulate

SEEDS, PARTS = 20_000, 8


@pytest.mark.parametrize("part", range(PARTS))
def test_no_day_loses_doubles_or_keeps_back_a_message(part: int) -> None:
    size = SEEDS // PARTS
    total = play(("Rules", range(part * size, (part + 1) * size)))
    assert total.violations == []
    assert total.kills > 5 * size, "the days are to be dangerous"
    assert total.copies > 0, "some processes are to stand still where no rule can help"


def test_a_day_can_be_played_again_exactly() -> None:
    first: list[str] = []
    again: list[str] = []
    for lines in (first, again):
        simulate(7, Rules(), lines.append)
    assert first == again
    assert len(first) > 10
