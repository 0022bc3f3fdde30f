"""The log of answers: read its end, add to it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.store.models import Answer, Person


async def last_answer(session: AsyncSession, round_id: int, person_id: int) -> Answer | None:
    """What a person said last in a round."""
    query = select(Answer).where(Answer.round_id == round_id, Answer.person_id == person_id)
    return await session.scalar(query.order_by(Answer.seq.desc()).limit(1))


async def lock_person(session: AsyncSession, person_id: int) -> None:
    """Let one person's answers be recorded one after the other, so that each sees the one before."""
    await session.execute(select(Person.id).where(Person.id == person_id).with_for_update())


def add_answer(
    session: AsyncSession, round_id: int, person_id: int, *, choice: str, sure: bool, at: datetime, after: Answer | None
) -> None:
    """Add an answer to the log behind the one it replaces."""
    seq = after.seq + 1 if after else 1
    session.add(Answer(round_id=round_id, person_id=person_id, seq=seq, choice=choice, sure=sure, at=at))


async def count_people(session: AsyncSession, round_id: int) -> int:
    """How many people have answered in a round, however often."""
    query = select(func.count()).where(Answer.round_id == round_id, Answer.seq == 1)
    return (await session.execute(query)).scalar_one()


async def last_answers(session: AsyncSession, round_id: int) -> Sequence[Answer]:
    """What everybody said last in a round."""
    last = (
        select(Answer.person_id, func.max(Answer.seq).label("seq"))
        .where(Answer.round_id == round_id)
        .group_by(Answer.person_id)
        .subquery()
    )
    query = select(Answer).join(last, (Answer.person_id == last.c.person_id) & (Answer.seq == last.c.seq))
    return (await session.scalars(query.where(Answer.round_id == round_id))).all()
