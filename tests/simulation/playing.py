"""Many days, one after the other: what a process of many is given to do."""

from typing import Final

from tests.simulation.day import Tally
from tests.simulation.rules import MUTANTS, Rules
from tests.simulation.worker import simulate

_ALL: tuple[type[Rules], ...] = (Rules, *MUTANTS)
RULES: Final = {rules.__name__: rules for rules in _ALL}


def play(task: tuple[str, range]) -> Tally:
    """The days of some seeds by some rules, together."""
    name, seeds = task
    total = Tally()
    for seed in seeds:
        total.add(simulate(seed, RULES[name]()))
    return total
