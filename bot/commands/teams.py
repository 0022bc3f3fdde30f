"""Teams: mine, the others, and why one is where it is."""

from dataclasses import dataclass

from bot.domain.standings import Reach, Span
from bot.domain.teams import TeamDo


@dataclass(frozen=True, slots=True)
class Team:
    """My team, or something to do with one. `name`, for a draft how many teams, is as typed; a person as for `Keepers`.

    Buttons say a team by its row, and with `seen` what they confirm.
    """

    do: TeamDo | None = None
    name: str | None = None
    person: str | None = None
    team: int | None = None
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class TeamRank:
    """Why a team has the rank that it has on a board."""

    team: int
    span: Span = Span.WEEK
    reach: Reach = Reach.HERE
