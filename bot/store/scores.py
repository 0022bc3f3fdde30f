"""Scores of closed rounds, and what they add up to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.grading import Verdict
from bot.domain.rounds import RoundState
from bot.domain.standings import Total
from bot.store.models import Answer, Person, Round, Score, Workspace

_RIGHT = Score.verdict == Verdict.RIGHT


async def totals(session: AsyncSession, place_id: int, since: date | None, until: date | None = None) -> list[Total]:
    """What everybody who answered in a place adds up to, from a first day to a last one, or for all time."""
    query = (
        select(
            Person.id,
            Person.name,
            func.sum(Score.points),
            func.sum(case((_RIGHT, 1), else_=0)),
            func.count(),
            func.sum(case((_RIGHT, Round.level), else_=0)),
        )
        .select_from(Score)
        .join(Round, Score.round_id == Round.id)
        .join(Person, Score.person_id == Person.id)
        .where(Round.place_id == place_id)
        .group_by(Person.id, Person.name)
    )
    if since is not None:
        query = query.where(Round.day >= since)
    if until is not None:
        query = query.where(Round.day <= until)
    return [Total(*row) for row in await session.execute(query)]


@dataclass(frozen=True, slots=True)
class Share:
    """What one person adds up to in one workspace, of all time."""

    workspace: str
    points: int
    right: int
    rounds: int


async def shares(session: AsyncSession, platform: str, person: str) -> list[Share]:
    """What somebody adds up to in each workspace of a platform, by its name and by the platform's id of the person."""
    query = (
        select(Workspace.name, func.sum(Score.points), func.sum(case((_RIGHT, 1), else_=0)), func.count())
        .select_from(Score)
        .join(Person, Score.person_id == Person.id)
        .join(Workspace, Person.workspace_id == Workspace.id)
        .where(Person.external_id == person, Workspace.platform == platform)
        .group_by(Workspace.id, Workspace.name)
        .order_by(func.sum(Score.points).desc(), Workspace.id)
    )
    return [Share(name or "", *numbers) for name, *numbers in await session.execute(query)]


async def sums(session: AsyncSession, person_id: int) -> Mapping[int, tuple[int, int, int]]:
    """What a person adds up to in each place, by its id: points, how many right, of how many rounds."""
    query = (
        select(Round.place_id, func.sum(Score.points), func.sum(case((_RIGHT, 1), else_=0)), func.count())
        .select_from(Score)
        .join(Round, Score.round_id == Round.id)
        .where(Score.person_id == person_id)
        .group_by(Round.place_id)
    )
    return {place_id: (points, right, n) for place_id, points, right, n in await session.execute(query)}


async def choices(session: AsyncSession, round_id: int) -> Mapping[str, int]:
    """How many chose each letter in a closed round."""
    query = select(Score.choice, func.count()).where(Score.round_id == round_id).group_by(Score.choice)
    return {str(choice): count for choice, count in await session.execute(query)}


async def find_score(session: AsyncSession, round_id: int, person_id: int) -> Score | None:
    """What a person scored in a closed round."""
    return await session.get(Score, (round_id, person_id))


@dataclass(frozen=True, slots=True)
class Tried:
    """The question of one closed round, how many people answered it and how many of them were right."""

    question: str
    version: str
    people: int
    right: int


async def tried(session: AsyncSession, place_id: int, since: date, until: date) -> list[Tried]:
    """Every round of a place that was scored within some days, oldest first."""
    query = (
        select(Round.question, Round.version, func.count(), func.sum(case((_RIGHT, 1), else_=0)))
        .join(Score, Score.round_id == Round.id)
        .where(Round.place_id == place_id, Round.day.between(since, until), Round.question.is_not(None))
        .group_by(Round.id, Round.question, Round.version)
        .order_by(Round.day)
    )
    return [Tried(str(question), *row) for question, *row in await session.execute(query)]


@dataclass(frozen=True, slots=True)
class Chosen:
    """An answer to the question of one round, and how many people gave it."""

    question: str
    version: str
    choice: str
    people: int


async def surest_error(session: AsyncSession, place_id: int, since: date, until: date) -> Chosen | None:
    """The wrong answer that most people were sure of within some days."""
    query = (
        select(Round.question, Round.version, Score.choice, func.count())
        .join(Score, Score.round_id == Round.id)
        .where(Round.place_id == place_id, Round.day.between(since, until), Round.question.is_not(None))
        .where(Score.sure, Score.verdict == Verdict.WRONG)
        .group_by(Round.id, Round.question, Round.version, Score.choice)
        .order_by(func.count().desc(), Round.id, Score.choice)
    )
    row = (await session.execute(query.limit(1))).first()
    return Chosen(str(row[0]), *row[1:]) if row else None


async def of_person(
    session: AsyncSession, person_id: int, place_id: int, since: date, until: date
) -> Mapping[int, Score]:
    """What a person scored in the rounds of a place within some days, by round."""
    query = select(Score).join(Round, Score.round_id == Round.id).where(Score.person_id == person_id)
    query = query.where(Round.place_id == place_id, Round.day.between(since, until))
    return {score.round_id: score for score in await session.scalars(query)}


@dataclass(frozen=True, slots=True)
class Day:
    """One round of a place as one person lived it: `answered` at all, and how it ended once it was closed."""

    question: str
    open: bool
    answered: bool
    verdict: Verdict | None


async def history(session: AsyncSession, place_id: int, person_id: int) -> Sequence[Day]:
    """Every round asked in a place since the person's first answer there, oldest first."""
    said = select(Answer.round_id).where(Answer.person_id == person_id).distinct().subquery()
    query = (
        select(Round.question, Round.state, said.c.round_id, Score.verdict)
        .outerjoin(said, said.c.round_id == Round.id)
        .outerjoin(Score, (Score.round_id == Round.id) & (Score.person_id == person_id))
        .where(Round.place_id == place_id, Round.question.is_not(None))
        .where(Round.state.in_((RoundState.OPEN, RoundState.CLOSED, RoundState.REVEALED)))
        .order_by(Round.day)
    )
    days = [
        Day(str(question), state is RoundState.OPEN, answered is not None, verdict)
        for question, state, answered, verdict in await session.execute(query)
    ]
    first = next((index for index, day in enumerate(days) if day.answered), len(days))
    return days[first:]


def add_score(session: AsyncSession, answer: Answer, verdict: Verdict, points: int) -> None:
    """Fix what an answer was worth."""
    session.add(
        Score(
            round_id=answer.round_id,
            person_id=answer.person_id,
            choice=answer.choice,
            sure=answer.sure,
            verdict=verdict,
            points=points,
        )
    )
