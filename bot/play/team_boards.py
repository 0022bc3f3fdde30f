"""Which team leads here, and why one has the rank that it has."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from bot.domain.standings import Reach, Scope, Season, Span, Week, days_of, season_of
from bot.domain.teams import TeamStanding, rank_teams, window
from bot.play.asked import Asked, NotSetUp
from bot.play.standings import AROUND, TOP, Sight, board, look
from bot.store import boards, team_boards, teams
from bot.store.database import Session
from bot.store.team_boards import Counting, Seen


@dataclass(frozen=True, slots=True)
class TeamsRanked:
    """A board of teams: its best, and the asker's with those around it. `mine` is the asker's team, wherever it stands.

    `unranked` have too few contributors; `teams` counts those that are ranked, `any_there`: there are any at all.
    """

    span: Span
    reach: Reach
    top: tuple[TeamStanding, ...]
    near: tuple[TeamStanding, ...]
    unranked: tuple[TeamStanding, ...]
    mine: int | None
    teams: int
    season: Season
    any_there: bool


@dataclass(frozen=True, slots=True)
class Part:
    """What one person scored for a team; nobody's name where it is not the asker's to see. `present`: still in it."""

    name: str | None
    points: int
    present: bool


@dataclass(frozen=True, slots=True)
class WhyRank:
    """The sum behind a team's worth, whole: each part of it, and the mean of so many points of so many people."""

    span: Span
    reach: Reach
    standing: TeamStanding
    teams: int
    parts: tuple[Part, ...]
    points: int
    people: int
    mean: Fraction


@dataclass(frozen=True, slots=True)
class NotOnBoard:
    """That team is not on that board, or there is no such team in this workspace."""

    span: Span
    reach: Reach


@dataclass(frozen=True, slots=True)
class TeamsWeek:
    """The teams of a week: those that lead it, and how many of their people answered every question."""

    leaders: tuple[TeamStanding, ...]
    full: int
    people: int


async def teams_week(session: Session, within: boards.Within, week: Week, last: date, asked: int) -> TeamsWeek | None:
    """How the teams fared in a week of so many questions, as their board has it; nothing, where none has a rank."""
    counting = await team_boards.counting(session, within, week.first, week.last, today=last)
    seen = await team_boards.seen(session, counting) if counting else None
    leaders = tuple(each for each in _ranked(seen) if each.rank == 1) if seen else ()
    if counting is None or seen is None or not leaders:
        return None
    full = await team_boards.steady(session, counting, asked)
    return TeamsWeek(leaders, full, sum(total.people for total in seen.totals))


async def team_board(session: Session, asked: Asked, span: Span, reach: Reach) -> TeamsRanked | NotSetUp:
    """The board of the teams of a place, or of its workspace."""
    sight = await look(session, asked, reach)
    if isinstance(sight, NotSetUp):
        return sight
    mine, season = sight.team_id, season_of(sight.today)
    counting = await _counting(session, sight, span)
    everybody = _ranked(await team_boards.seen(session, counting)) if counting else []
    ranked = [each for each in everybody if each.rank is not None]
    own = next((each for each in ranked if each.total.team == mine), None)
    top, near = window(ranked, own, TOP, AROUND)
    few = sorted((each for each in everybody if each.rank is None), key=lambda each: each.total.team != mine)
    any_there = bool(everybody) or bool(await teams.there_are(session, sight.workspace_id, 1))
    return TeamsRanked(span, reach, tuple(top), tuple(near), tuple(few), mine, len(ranked), season, any_there)


async def standing(session: Session, asked: Asked, team_id: int, span: Span, reach: Reach) -> TeamStanding | None:
    """How a team stands on a board, if it is on it."""
    sight = await look(session, asked, reach)
    counting = await _counting(session, sight, span) if isinstance(sight, Sight) else None
    if counting is None:
        return None
    everybody = _ranked(await team_boards.seen(session, counting))
    return next((each for each in everybody if each.total.team == team_id), None)


async def why(
    session: Session, asked: Asked, team_id: int, span: Span, reach: Reach
) -> WhyRank | NotOnBoard | NotSetUp:
    """The sum behind a team's worth. Members see who scored what, others only whom the people's board shows them."""
    sight = await look(session, asked, reach)
    if isinstance(sight, NotSetUp):
        return sight
    counting = await _counting(session, sight, span)
    seen = await team_boards.seen(session, counting) if counting else None
    everybody = _ranked(seen) if seen else []
    this = next((each for each in everybody if each.total.team == team_id), None)
    if counting is None or seen is None or this is None:
        return NotOnBoard(span, reach)
    known = None if sight.team_id == team_id else await _public(session, asked, span, reach)
    parts = tuple(
        Part(each.name if known is None or each.person in known else None, each.points, each.present)
        for each in await team_boards.contributors(session, counting, team_id)
    )
    ranked = sum(each.rank is not None for each in everybody)
    return WhyRank(span, reach, this, ranked, parts, seen.points, seen.people, seen.mean)


def _ranked(seen: Seen) -> list[TeamStanding]:
    return rank_teams(seen.totals, seen.mean)


async def _counting(session: Session, sight: Sight, span: Span) -> Counting | None:
    """What a board counts; nothing, where nothing was scored in its days."""
    is_day = span is Span.DAY
    since, until = days_of(Span.ALL if is_day else span, sight.today)
    return await team_boards.counting(session, sight.within, since, until, sight.today, only_last=is_day)


async def _public(session: Session, asked: Asked, span: Span, reach: Reach) -> set[int]:
    """Whom the board of people shows to the asker anyway."""
    shown = await board(session, asked, Scope.PEOPLE, span, reach)
    return set() if isinstance(shown, NotSetUp) else {each.total.person for each in (*shown.top, *shown.near)}
