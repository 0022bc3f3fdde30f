"""The log of answers: read its end, add to it."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import func, insert, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from bot.store.models import Answer


async def last_answer(session: AsyncSession, round_id: int, person_id: int) -> Answer | None:
    """What a person said last in a round."""
    query = select(Answer).where(Answer.round_id == round_id, Answer.person_id == person_id)
    return await session.scalar(query.order_by(Answer.seq.desc()).limit(1))


async def last_of_each(session: AsyncSession, said: Collection[tuple[int, int]]) -> Mapping[tuple[int, int], Answer]:
    """What people said last: by round and person, for those of these pairs who said anything."""
    of_these = tuple_(Answer.round_id, Answer.person_id).in_(said)
    last = select(Answer.round_id, Answer.person_id, func.max(Answer.seq).label("seq")).where(of_these)
    last_one = last.group_by(Answer.round_id, Answer.person_id).subquery()
    same = (Answer.round_id == last_one.c.round_id) & (Answer.person_id == last_one.c.person_id)
    query = select(Answer).join(last_one, same & (Answer.seq == last_one.c.seq))
    return {(answer.round_id, answer.person_id): answer for answer in await session.scalars(query)}


async def add_answers(session: AsyncSession, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add answers to the log, each with the columns of `Answer` but its id."""
    if rows:
        await session.execute(insert(Answer), rows)


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
