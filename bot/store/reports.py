"""What a lead wants to know of a place: every score of some days, and no name."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.grading import Verdict
from bot.store.models import Round, Score


class Asked(NamedTuple):
    """A question as it was asked in one round."""

    round: int
    day: date
    question: str
    version: str
    key: str


class Scored(NamedTuple):
    """What one person got in one round. `person` tells people apart, and nothing else."""

    round: int
    person: int
    choice: str
    verdict: Verdict
    points: int


async def asked(session: AsyncSession, place_id: int, since: date, until: date) -> Sequence[Asked]:
    """The rounds of a place within some days that were scored, oldest first."""
    query = select(Round.id, Round.day, Round.question, Round.version, Round.key)
    query = query.where(Round.place_id == place_id, Round.day.between(since, until), Round.question.is_not(None))
    query = query.where(select(Score.round_id).where(Score.round_id == Round.id).exists()).order_by(Round.day)
    return [Asked(id_, day, str(question), *rest) for id_, day, question, *rest in await session.execute(query)]


async def scored(session: AsyncSession, place_id: int, since: date, until: date) -> Sequence[Scored]:
    """Every score of a place within some days."""
    query = select(Score.round_id, Score.person_id, Score.choice, Score.verdict, Score.points)
    query = query.join(Round, Score.round_id == Round.id)
    query = query.where(Round.place_id == place_id, Round.day.between(since, until))
    return [Scored(*row) for row in await session.execute(query)]
