"""The week in review: when a place has had its last question of a week, and what came of them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.bank import Bank
from bot.domain.calendar import due_days
from bot.domain.grading import Verdict
from bot.domain.question import Question
from bot.domain.rounds import PostingKind, RevealRule
from bot.domain.standings import Reach, Season, Standing, Week, season_of, week_of
from bot.domain.streaks import is_late
from bot.play.asked import Asked
from bot.play.revealing import LEADERS, NoSuchRound
from bot.play.rhythm import rhythm
from bot.play.team_boards import TeamsWeek, teams_week
from bot.store import boards, places, rounds, scores
from bot.store.database import Session
from bot.store.history import missed_none
from bot.store.models import Drill, Round

RECAP_GRACE = timedelta(hours=24)  # a review of last week is soon no news
BEST, SHARING = 3, 20  # ranks of a season that are told, and people who may share them
FEWEST = 2  # questions that a review is worth having for


@dataclass(frozen=True, slots=True)
class Tried:
    """A question of the week, how many people answered it and how many of them were right."""

    question: Question
    people: int
    right: int


@dataclass(frozen=True, slots=True)
class SurelyWrong:
    """A wrong answer that some people were sure of."""

    question: Question
    choice: str
    people: int


@dataclass(frozen=True, slots=True)
class Crowned:
    """A season that is over, the one that follows, and the best of it. Whoever has rank 1 is its champion, which is
    nobody where that one was forgotten; of many who share it some are named.
    """

    season: Season
    following: Season
    best: tuple[Standing, ...]


@dataclass(frozen=True, slots=True)
class Recap:
    """A week of a place: who leads it, the question that fewest got right, and the error that most were sure of.

    `round` is the last of its rounds; `people` counts everybody who answered, `kept` those whose streak missed no day;
    `crowned` is there where a season ended with it, `teams` where there are any with a rank.
    """

    round: int
    first: date
    last: date
    questions: int
    people: int
    leaders: tuple[Standing, ...]
    hardest: Tried | None
    error: SurelyWrong | None
    kept: int = 0
    crowned: Crowned | None = None
    teams: TeamsWeek | None = None


@dataclass(frozen=True, slots=True)
class MyDay:
    """One round of a week as the asker lived it; without an answer there is no verdict."""

    day: date
    question: Question
    verdict: Verdict | None
    points: int


@dataclass(frozen=True, slots=True)
class MyWeek:
    """The asker's week in a place, and where they ended among those who answered."""

    first: date
    last: date
    days: tuple[MyDay, ...]
    mine: Standing | None
    people: int


async def review_if_over(session: Session, drill: Drill, day: date, now: datetime) -> None:
    """Have a week reviewed once, as soon as no question of it is to come after that of a day."""
    week = week_of(day)
    coming = next(each for each, _ in due_days(rhythm(drill), day + timedelta(days=1)))
    if coming <= week.last or drill.reveal is RevealRule.ON_REQUEST or not drill.recap:
        return
    asked = await rounds.closed_between(session, drill.place_id, week.first, week.last)
    if len(asked) >= FEWEST and not await rounds.is_reviewed(session, drill.place_id, week.first, week.last):
        await rounds.add_posting(session, asked[-1], PostingKind.RECAP, now)


async def recap(session: Session, bank: Bank, this: Round) -> Recap | None:
    """The week of a round; `None` if nobody answered in it."""
    week = week_of(this.day)
    here = boards.Within(Reach.HERE, this.place_id)
    seen = await boards.of_days(session, here, week.first, week.last, boards.Asker(None, LEADERS, 0))
    if not seen.people:
        return None
    asked = await rounds.closed_between(session, this.place_id, week.first, week.last)
    counted = [each.id for each in asked if not is_late(each.due_at, each.opened_at)]
    kept = await missed_none(session, [each.id for each in asked], counted)
    hardest, error = await _hardest(session, bank, this), await _error(session, bank, this)
    crowned = await _crown(session, here, week)
    who = seen.people, tuple(seen.top)
    teams = await teams_week(session, here, week, this.day, len(asked))
    return Recap(this.id, week.first, week.last, len(asked), *who, hardest, error, kept, crowned, teams)


async def _crown(session: Session, here: boards.Within, week: Week) -> Crowned | None:
    """Who leads the season that ends with a week, if one does."""
    season = season_of(week.last)
    if season.last != week.last:
        return None
    board = await boards.find(session, here, season.first, season.last)
    top = (await boards.kept(session, board, here, boards.Asker(None, SHARING, 0))).top
    best = tuple(each for each in top if each.rank <= BEST)
    return Crowned(season, season_of(season.last + timedelta(days=1)), best) if best else None


async def _hardest(session: Session, bank: Bank, this: Round) -> Tried | None:
    """The question that the smallest share got right, if somebody did not."""
    week, found = week_of(this.day), list[Tried]()
    for row in await scores.tried(session, this.place_id, week.first, week.last):
        question = bank.question(row.question, row.version)
        if question is not None and row.right < row.people:
            found.append(Tried(question, row.people, row.right))
    return min(found, key=lambda each: (each.right / each.people, -each.people), default=None)


async def _error(session: Session, bank: Bank, this: Round) -> SurelyWrong | None:
    week = week_of(this.day)
    row = await scores.surest_error(session, this.place_id, week.first, week.last)
    question = bank.question(row.question, row.version) if row else None
    return SurelyWrong(question, row.choice, row.people) if row and question else None


async def my_week(session: Session, bank: Bank, asked: Asked, round_id: int) -> MyWeek | NoSuchRound:
    """The asker's week of a round that has closed."""
    this = await rounds.find_round(session, round_id, asked.place.workspace)
    if this is None:
        return NoSuchRound()
    week, person = week_of(this.day), await places.find_person(session, asked.person)
    scored = await scores.of_person(session, person.id, this.place_id, week.first, week.last) if person else {}
    days: list[MyDay] = []
    for each in await rounds.closed_between(session, this.place_id, week.first, week.last):
        question, score = bank.question(each.question or "", each.version), scored.get(each.id)
        if question is not None and each.accepted:  # a void one counts for nobody
            verdict, points = (score.verdict, score.points) if score else (None, 0)
            days.append(MyDay(each.day, question, verdict, points))
    if not days:
        return NoSuchRound()
    here, asker = boards.Within(Reach.HERE, this.place_id), boards.Asker(person.id if person else None, 0, 0)
    seen = await boards.of_days(session, here, week.first, week.last, asker)
    return MyWeek(week.first, week.last, tuple(days), next(iter(seen.near), None), seen.people)
