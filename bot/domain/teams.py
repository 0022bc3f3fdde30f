"""Teams: how they are called, what one of them is worth, and how people are drafted into equal ones.

A team is worth what its people add up to, as if `PRIOR` people of average points were in it as well: neither many
weak members nor a few lucky ones make a team lead. Everything is counted in fractions, so that equal teams are equal.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import TypeVar

from bot.domain.words import visible

PRIOR = 5  # people of average points that every team has besides its own
FEWEST = 3  # contributors of a team that is ranked
ACTIVE_DAYS = 10  # days with a question: whoever answered on none of them is not active
SHORTEST, LONGEST = 2, 32  # characters of a name
_LONGEST_KEY = 255

_T = TypeVar("_T")


class TeamDo(StrEnum):
    """What one can do with a team."""

    CREATE = "create"
    JOIN = "join"
    LEAVE = "leave"
    RENAME = "rename"
    DISBAND = "disband"
    INVITE = "invite"
    ASSIGN = "assign"
    DRAFT = "draft"


@dataclass(frozen=True, slots=True)
class TeamName:
    """A name as it is shown, and the `key` that it shares with all that differ from it in case and width alone."""

    shown: str
    key: str


def team_name(said: str) -> TeamName | None:
    """A name as it can be kept, or `None` where it is too short, too long, or nothing to be seen."""
    shown = " ".join(visible(unicodedata.normalize("NFC", said)).split())
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", shown).casefold())
    key = " ".join("".join(char for char in folded if unicodedata.category(char) != "Cf").split())
    fits = SHORTEST <= len(shown) <= LONGEST and SHORTEST <= len(key) <= _LONGEST_KEY
    return TeamName(shown, key) if fits else None


@dataclass(frozen=True, slots=True)
class TeamTotal:
    """What a team adds up to on a board, and of how many contributors: everybody who scored for it within the board's
    days, and every present member who is active. `lately`: how many of them answered the last question.
    """

    team: int
    name: str
    points: int
    people: int
    lately: int = 0


@dataclass(frozen=True, slots=True)
class TeamStanding:
    """What a team is worth, and its rank; none where it has too few contributors to have one."""

    rank: int | None
    total: TeamTotal
    worth: Fraction


def mean(points: int, people: int) -> Fraction:
    """What everybody on a board has on average; nothing, where nobody is."""
    return Fraction(points, people) if people else Fraction(0)


def worth(average: Fraction, points: int, people: int) -> Fraction:
    """What a team is worth."""
    total, share = average.as_integer_ratio()
    return Fraction(PRIOR * total + points * share, share * (PRIOR + people))  # one fraction: there are many teams


def rank_teams(totals: Iterable[TeamTotal], average: Fraction) -> list[TeamStanding]:
    """Teams best first, equal ones with equal ranks (1, 2, 2, 4); then those without a rank, the largest first."""
    everybody = [TeamStanding(None, total, worth(average, total.points, total.people)) for total in totals]
    ranked = [each for each in everybody if each.total.people >= FEWEST]
    found: list[TeamStanding] = []
    for place, each in enumerate(sorted(ranked, key=lambda one: (-one.worth, one.total.team)), start=1):
        above = found[-1] if found else None
        number = above.rank if above and above.worth == each.worth else place
        found.append(TeamStanding(number, each.total, each.worth))
    few = [each for each in everybody if each.total.people < FEWEST]
    return [*found, *sorted(few, key=lambda one: (-one.total.people, -one.worth, one.total.team))]


def tenths(number: Fraction) -> str:
    """A number with one decimal, halves rounded up."""
    whole, tenth = divmod((number * 10 + Fraction(1, 2)).__floor__(), 10)
    return f"{whole}.{tenth}"


def mixed(number: Fraction) -> str:
    """A number to the last bit: `61 2/3`."""
    whole, rest = divmod(number.numerator, number.denominator)
    return f"{whole} {rest}/{number.denominator}" if rest else f"{whole}"


@dataclass(frozen=True, slots=True)
class Pick:
    """Somebody who can be drafted, with their points of last season."""

    person: int
    name: str
    points: int


def snake(people: Iterable[Pick], teams: int) -> list[list[Pick]]:
    """People in teams, the strongest first and each turn in the other direction, so that no team is always last."""
    drafted: list[list[Pick]] = [[] for _ in range(teams)]
    for number, pick in enumerate(sorted(people, key=lambda one: (-one.points, one.person))):
        turn, place = divmod(number, teams)
        drafted[place if turn % 2 == 0 else teams - 1 - place].append(pick)
    return drafted


def window(ranked: Sequence[_T], mine: _T | None, top: int, around: int) -> tuple[list[_T], list[_T]]:
    """The best, and one's own with so many on either side; nobody where one is not among them."""
    if mine is None or mine not in ranked:
        return [*ranked[:top]], []
    at = ranked.index(mine)
    return [*ranked[:top]], [*ranked[max(0, at - around) : at + around + 1]]
