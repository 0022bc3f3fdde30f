"""Each rule is needed: left out, it shows in some of a few thousand days."""

import pytest

from tests.simulation.rules import MUTANTS, Rules
from tests.simulation.worker import simulate

ENOUGH = 6_000  # days


@pytest.mark.parametrize("rules", MUTANTS)
def test_no_rule_can_be_left_out(rules: type[Rules]) -> None:
    assert any(simulate(seed, rules()).violations for seed in range(ENOUGH)), rules.__doc__
