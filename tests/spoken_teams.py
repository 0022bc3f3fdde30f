"""What is said of teams, from the most that there can be to say."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

from bot.cards import recap, team_boards, teams
from bot.cards.model import Card
from bot.domain.standings import Reach, Span, Standing, Total, season_of
from bot.domain.teams import Pick, TeamDo, TeamStanding, TeamTotal, worth
from bot.play.drafting import Assigned, BadNumber, Draft, Drafted, Drawn, TooFew
from bot.play.keeping import NoSuchPerson
from bot.play.recap import Recap
from bot.play.team_asking import AlreadyIn, BadName, KeepersOnly, NameTaken, NoSuchTeam, NotInTeam, NotYours, Unsaid
from bot.play.team_boards import NotOnBoard, Part, TeamsRanked, TeamsWeek, WhyRank
from bot.play.teams import Disbanded, Disbanding, Invitation, News, NoTeam, OneTeam
from bot.store.teams import Sized

HOSTILE = "\u202e@everyone *bold* `x` <!channel> <@U1> ||s||"
NAME = "*`<@U1>|@here~_`*" + "W" * 15
ID, DAY, MANY = 2**31 - 1, date(2026, 9, 30), 10**6
MEAN = Fraction(999_983, 99_991)
STANDINGS = tuple(
    TeamStanding(n, TeamTotal(n, NAME, 10**7 + n, 10**5, 10**5), worth(MEAN, 10**7 + n, 10**5)) for n in range(1, 51)
)
FEW = tuple(TeamStanding(None, TeamTotal(n, NAME, n, 2), Fraction(n)) for n in range(60, 80))
BOARD = TeamsRanked(
    Span.SEASON, Reach.WORKSPACE, STANDINGS[:5], STANDINGS[45:50], FEW, 48, 5000, season_of(DAY), any_there=True
)
WHY = WhyRank(
    Span.SEASON,
    Reach.WORKSPACE,
    STANDINGS[0],
    5000,
    tuple(Part(None if n % 3 else HOSTILE, MANY, present=bool(n % 2)) for n in range(100)),
    999_983,
    99_991,
    MEAN,
)
SIZED = tuple(Sized(ID - n, f"{n} {NAME}", MANY) for n in range(5))
ONE = OneTeam(ID, NAME, 5000, (HOSTILE,) * 5000, STANDINGS[0], may_change=True)
DRAWN = tuple(Drawn(f"Team {n}", tuple(Pick(n, HOSTILE, MANY) for n in range(50))) for n in range(20))
PEOPLE = (Standing(1, Total(1, HOSTILE, 9999, 500, 999, 0), 5),)
RECAP = Recap(
    ID, DAY, DAY + timedelta(days=6), 7, MANY, PEOPLE, None, None, MANY, None, TeamsWeek(STANDINGS[:5], MANY, MANY)
)

CARDS: dict[str, Callable[[], Card]] = {
    "teams": lambda: teams.team(NoTeam(SIZED)),
    "no teams": lambda: teams.team(NoTeam(())),
    "left a team": lambda: teams.team(NoTeam(SIZED, NAME)),
    "a team": lambda: teams.team(ONE),
    "another's team": lambda: teams.team(replace(ONE, names=None, standing=FEW[0])),
    "team, created": lambda: teams.team(replace(ONE, standing=None, news=News.CREATED)),
    "disbanding": lambda: teams.team(Disbanding(SIZED[0])),
    "disbanded": lambda: teams.team(Disbanded(NAME)),
    "invitation": lambda: teams.team(Invitation(NAME, HOSTILE)),
    "invited already": lambda: teams.team(Invitation(NAME, HOSTILE, is_in=True)),
    "in a team": lambda: teams.team(AlreadyIn(ID, NAME, is_same=False)),
    "name taken": lambda: teams.team(NameTaken(ID, NAME)),
    "bad name": lambda: teams.team(BadName(HOSTILE * 9)),
    "no such team": lambda: teams.team(NoSuchTeam(HOSTILE * 9, SIZED[:3])),
    "not in a team": lambda: teams.team(NotInTeam()),
    "not yours": lambda: teams.team(NotYours(NAME)),
    **{f"{do} what": lambda do=do: teams.team(Unsaid(do)) for do in TeamDo},  # type: ignore[misc]  # of each
    "assigned": lambda: teams.team(Assigned(HOSTILE, NAME, was_in=False)),
    "assigned nobody": lambda: teams.team(NoSuchPerson(HOSTILE * 9)),
    "draft": lambda: teams.team(Draft(DRAWN, ID)),
    "drafted": lambda: teams.team(Drafted(20, MANY)),
    "draft of too few": lambda: teams.team(TooFew(5, 20)),
    "draft of how many": lambda: teams.team(BadNumber(HOSTILE * 9)),
    "not for you": lambda: teams.team(KeepersOnly()),
    "board of teams": lambda: team_boards.board(BOARD),
    "board of few teams": lambda: team_boards.board(replace(BOARD, top=(), near=(), mine=60)),
    "empty board of teams": lambda: team_boards.board(replace(BOARD, top=(), near=(), unranked=())),
    "board of no teams": lambda: team_boards.board(replace(BOARD, top=(), near=(), unranked=(), any_there=False)),
    "why this rank": lambda: team_boards.why(WHY),
    "no rank": lambda: team_boards.why(NotOnBoard(Span.ALL, Reach.HERE)),
    "recap with teams": lambda: recap.recap(RECAP),
}
