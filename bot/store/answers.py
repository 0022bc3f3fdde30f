"""The log of answers: read its end, add to it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.store.models import Answer, Round
from bot.store.once import insert_once

Pair = tuple[int, int]
"""A round and a person."""


async def last_answer(session: AsyncSession, round_id: int, person_id: int) -> Answer | None:
    """What a person said last in a round."""
    query = select(Answer).where(Answer.round_id == round_id, Answer.person_id == person_id)
    return await session.scalar(query.order_by(Answer.seq.desc()).limit(1))


_SAID = (
    select(Answer)
    .where(Answer.round_id.in_(bindparam("round_ids", expanding=True)))
    .where(Answer.person_id.in_(bindparam("person_ids", expanding=True)))
    .order_by(Answer.seq)
)


async def last_of_each(session: AsyncSession, said: Collection[Pair]) -> Mapping[Pair, Answer]:
    """What people said last, for those of these pairs who said anything."""
    if not said:
        return {}
    # Pairs would be more to the point, but for those SQLite reads through all answers that there are.
    rounds, people = ({*numbers} for numbers in zip(*said, strict=True))
    found = await session.scalars(_SAID, {"round_ids": [*rounds], "person_ids": [*people]})
    last = {(answer.round_id, answer.person_id): answer for answer in found}
    return {pair: last[pair] for pair in said if pair in last}


async def add_answers(session: AsyncSession, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add answers to the log, each with the columns of `Answer` but its id."""
    if rows:
        await session.execute(insert(Answer), rows)


async def count_people(session: AsyncSession, round_ids: Collection[int]) -> Mapping[int, int]:
    """How many people have answered, however often: by round, for those in which anybody has."""
    query = select(Answer.round_id, func.count().label("people")).where(Answer.round_id.in_(round_ids), Answer.seq == 1)
    return {row.round_id: row.people for row in await session.execute(query.group_by(Answer.round_id))}


async def add_late(session: AsyncSession, round_id: int, person_id: int, choice: str, at: datetime) -> bool:
    """Add what a person says after the close, unless they said anything in the round before; whether it was added."""
    said = {"round_id": round_id, "person_id": person_id, "choice": choice, "at": at}
    return await insert_once(session, Answer, **said, seq=1, sure=False)


def in_time() -> ColumnElement[bool]:
    """Of an answer joined with its round: whether it was given before the close, for only then does it score."""
    return Answer.at < Round.closes_at


async def latest_moment(session: AsyncSession, round_id: int) -> datetime | None:
    """When somebody said something last in a round."""
    return await session.scalar(select(func.max(Answer.at)).where(Answer.round_id == round_id))


async def last_answers(session: AsyncSession, round_id: int) -> Sequence[Answer]:
    """What everybody said last in a round before its close. What came later counts for streaks alone."""
    return (await session.scalars(_last(round_id))).all()


async def split(session: AsyncSession, round_id: int) -> Mapping[str, int]:
    """How many people gave each answer in a round before its close, whatever it was worth."""
    last = _last(round_id).subquery()
    query = select(last.c.choice, func.count()).group_by(last.c.choice)
    return {str(choice): count for choice, count in await session.execute(query)}


def _last(round_id: int) -> Select[Answer]:
    last = (
        select(Answer.person_id, func.max(Answer.seq).label("seq"))
        .join(Round, Answer.round_id == Round.id)
        .where(Answer.round_id == round_id, in_time())
        .group_by(Answer.person_id)
        .subquery()
    )
    query = select(Answer).join(last, (Answer.person_id == last.c.person_id) & (Answer.seq == last.c.seq))
    return query.where(Answer.round_id == round_id)
