"""Does the size of a team decide who wins?

Run it with `python -m bench.teams [--seasons 2000] [--json]`. Teams of 3, 8 and 25 people play seasons of twenty
questions, beside people who are in none. All are as good as each other: each season everybody's chance to be right is
drawn anew, and they answer as many questions as people do. Scores and ranks are the quiz's own. A shared first place is
shared out. The baseline of each share is that which a fair game would give. It fails where a team wins less than 28 or
more than 39 of a hundred seasons.
"""

import argparse
from collections.abc import Iterator
from fractions import Fraction
from random import Random

from bench.parts.rows import Row, tell
from bot.domain.grading import credit
from bot.domain.question import Kind
from bot.domain.scoring import points
from bot.domain.teams import TeamTotal, mean, rank_teams

SIZES = (3, 8, 25)
BESIDE = 36  # people in no team
QUESTIONS = 20
LEAST, MOST = 28.0, 39.0  # of a hundred seasons
_RIGHT = (0.4, 0.8)  # the chance to be right, from the weakest to the best
_TURNOUT, _SURE = 0.8, 0.3
_WORTH = {  # by the answer to a question whose key is "B", and by how sure it is
    (choice, sure): points(credit(Kind.CHOICE, "B", choice), sure=sure, hinted=False)
    for choice in "AB"
    for sure in (False, True)
}


def person(random: Random) -> int:
    """What somebody scores in a season."""
    chance = random.uniform(*_RIGHT)
    return sum(_answer(random, chance) for _ in range(QUESTIONS) if random.random() < _TURNOUT)


def _answer(random: Random, chance: float) -> int:
    return _WORTH["B" if random.random() < chance else "A", random.random() < _SURE]


def season(random: Random) -> Iterator[tuple[int, float]]:
    """Which sizes won, and how much of the first place is theirs."""
    scored = {size: [person(random) for _ in range(size)] for size in SIZES}
    everybody = [each for those in scored.values() for each in those]
    everybody += [person(random) for _ in range(BESIDE)]
    totals = (TeamTotal(size, str(size), sum(those), size) for size, those in scored.items())
    ranked = rank_teams(totals, mean(sum(everybody), len(everybody)))
    first = [each.total.team for each in ranked if each.rank == 1]
    for size in first:
        yield size, 1 / len(first)


def shares(seasons: int, seed: int = 5) -> dict[int, float]:
    """How many of a hundred seasons a team of each size wins."""
    random, won = Random(seed), dict.fromkeys(SIZES, 0.0)  # noqa: S311  # the same in every run
    for _ in range(seasons):
        for size, part in season(random):
            won[size] += part
    return {size: 100 * number / seasons for size, number in won.items()}


def unfair(won: dict[int, float], least: float = LEAST, most: float = MOST) -> list[str]:
    """Which teams win too rarely or too often."""
    return [
        f"a team of {size} wins {share:.1f} of a hundred seasons, not {least:.0f} to {most:.0f}"
        for size, share in won.items()
        if not least <= share <= most
    ]


def main() -> None:
    """Play, print, and fail where it is not fair."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seasons", type=int, default=2_000)
    parser.add_argument("--json", action="store_true", help="rows for programs instead of a table")
    given = parser.parse_args()
    won = shares(given.seasons)
    fair = float(Fraction(100, len(SIZES)))
    tell((Row(f"won by a team of {size}", share, "%", fair) for size, share in won.items()), as_json=given.json)
    if failures := unfair(won):
        raise SystemExit("\n".join(failures))


if __name__ == "__main__":
    main()
