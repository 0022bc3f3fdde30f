"""Scores of closed rounds, and what they add up to."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy import ColumnElement, case, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.grading import Verdict
from bot.store import links, teams
from bot.store.models import Person, Round, Score, Workspace

_RIGHT = Score.verdict == Verdict.RIGHT


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


class Kind(NamedTuple):
    """How often one person had a score of one kind, and what each of them was worth."""

    verdict: Verdict
    sure: bool
    hinted: bool
    points: int
    rounds: int


async def kinds(
    session: AsyncSession, people: Collection[int], place_id: int | None, since: date, until: date
) -> Sequence[Kind]:
    """The scores of a person, or of all who are one player, within some days by their kind, the dearest first: in a
    place, or in all there are.
    """
    parts = (Score.verdict, Score.sure, Score.hinted, Score.points)
    query = select(*parts, func.count()).join(Round, Score.round_id == Round.id)
    query = query.where(*_theirs(people, place_id, since, until)).group_by(*parts)
    query = query.order_by(Score.points.desc(), Score.verdict, Score.sure, Score.hinted)
    return [Kind(*row) for row in await session.execute(query)]


async def levels(
    session: AsyncSession, people: Collection[int], place_id: int | None, since: date, until: date
) -> Mapping[int, int]:
    """How many questions of each level they were right about, the easiest first."""
    query = select(Round.level, func.count()).join(Score, Score.round_id == Round.id)
    query = query.where(*_theirs(people, place_id, since, until), Score.verdict == Verdict.RIGHT)
    rows = await session.execute(query.group_by(Round.level).order_by(Round.level))
    return {level: number for level, number in rows}  # noqa: C416  # a row is no pair to the type checker


def _theirs(people: Collection[int], place_id: int | None, since: date, until: date) -> Sequence[ColumnElement[bool]]:
    here = [] if place_id is None else [Round.place_id == place_id]
    return [Score.person_id.in_(people), Round.day.between(since, until), *here]


class Worth(NamedTuple):
    """What an answer is worth: the columns of `Score` besides its key."""

    choice: str
    sure: bool
    verdict: Verdict
    points: int
    hinted: bool


async def add(session: AsyncSession, round_id: int, worths: Mapping[int, Worth]) -> None:
    """Fix what the answers in a round are worth, by person, for the teams that people are in at this moment."""
    await links.hold(session, round_id)
    await _add(session, round_id, worths, await teams.held(session, round_id))


async def _add(
    session: AsyncSession, round_id: int, worths: Mapping[int, Worth], team_of: Mapping[int, int | None]
) -> None:
    rows = [
        {"round_id": round_id, "person_id": person, "team_id": team_of.get(person), **it._asdict()}
        for person, it in sorted(worths.items())
    ]
    if rows:
        await session.execute(insert(Score), rows)


async def regrade(session: AsyncSession, round_id: int, worths: Collection[Worth]) -> None:
    """Let these be what the answers that they are of are worth, in a round that has its scores."""
    for it in sorted({*worths}):
        said = (Score.choice == it.choice, Score.sure.is_(it.sure), Score.hinted.is_(it.hinted))
        these = update(Score).where(Score.round_id == round_id, *said).values(verdict=it.verdict, points=it.points)
        await session.execute(these.execution_options(synchronize_session=False))


async def drop(session: AsyncSession, round_id: int) -> None:
    """Let no answer in a round be worth anything."""
    gone = delete(Score).where(Score.round_id == round_id)
    await session.execute(gone.execution_options(synchronize_session=False))


async def make(session: AsyncSession, round_id: int, worths: Mapping[int, Worth]) -> int:
    """Make the scores of a round what they have to be; how many people's were not. Each keeps the team that it is for:
    no log tells that of one that was not there.
    """
    columns = [getattr(Score, name) for name in Worth._fields]
    query = select(Score.person_id, Score.team_id, *columns).where(Score.round_id == round_id)
    found = (await session.execute(query)).all()
    there = {person_id: Worth(*rest) for person_id, _, *rest in found}
    team_of = {person_id: team_id for person_id, team_id, *_ in found}
    wrong = {person for person in there.keys() | worths.keys() if there.get(person) != worths.get(person)}
    if wrong:
        await session.execute(delete(Score).where(Score.round_id == round_id, Score.person_id.in_(wrong)))
        await _add(session, round_id, {person: it for person, it in worths.items() if person in wrong}, team_of)
    return len(wrong)
