"""Thousands of days on which everything goes wrong: each message stands once, and nothing is lost or stuck."""

import pytest

from tests.simulation.playing import play
from tests.simulation.rules import MUTANTS, Rules
from tests.simulation.worker import simulate

SEEDS, PARTS = 20_000, 8
ENOUGH = 6_000  # days among which a rule that is missing shows


@pytest.mark.parametrize("part", range(PARTS))
def test_no_day_loses_doubles_or_keeps_back_a_message(part: int) -> None:
    size = SEEDS // PARTS
    total = play(("Rules", range(part * size, (part + 1) * size)))
    assert total.violations == []
    assert total.kills > 5 * size, "the days are to be dangerous"
    assert total.copies > 0, "some processes are to stand still where no rule can help"


@pytest.mark.parametrize("rules", MUTANTS)
def test_no_rule_can_be_left_out(rules: type[Rules]) -> None:
    assert any(simulate(seed, rules()).violations for seed in range(ENOUGH)), rules.__doc__


def test_a_day_can_be_played_again_exactly() -> None:
    first: list[str] = []
    again: list[str] = []
    for lines in (first, again):
        simulate(7, Rules(), lines.append)
    assert first == again
    assert len(first) > 10
