"""The log of answers: read its end, add to it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, bindparam, func, insert, literal_column, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.dml import ReturningInsert

from bot.store.database import ask
from bot.store.given import given, packed
from bot.store.models import Answer, Round
from bot.store.once import insert_of, insert_once
from bot.store.places import met
from bot.store.tallies import is_due, made_again

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


class FirstAnswer(NamedTuple):
    """What somebody says first in a round. They are whom the platform calls so in this workspace, by the name that they
    have there now; without one it does not matter which they have.
    """

    round_id: int
    workspace_id: int
    external_id: str
    name: str
    choice: str
    sure: bool
    at: datetime


class Added(NamedTuple):
    """A first answer that was added. `counted`: a tally of its round is due already."""

    round_id: int
    person_id: int
    counted: bool


async def add_first(session: AsyncSession, said: Sequence[FirstAnswer], now: datetime) -> Sequence[Added]:
    """Add what is said by people whom we have met under that name and who had said nothing in that round before.

    All of those we have met are locked, as `meet_people` does it: what else they say meanwhile waits until the caller's
    transaction ends.
    """
    dialect = session.get_bind().dialect.name
    given_now = {"said": packed(dialect, said), "made_again": made_again(now)}
    return [*map(Added._make, await ask(session, _adding(dialect), given_now))]


@cache
def _adding(dialect: str) -> ReturningInsert[int, int, bool]:
    """Built once, as the query of `rounds.keep_from_closing` is."""
    # A common table, of which nobody is left out before they are locked, as they could be of a subquery.
    them = met(dialect, given(dialect, "said", FirstAnswer)).cte("met")
    rows = select(them.c.round_id, them.c.person_id, literal_column("1"), them.c.choice, them.c.sure, them.c.at)
    rows = rows.where(them.c.name.in_((literal_column("''"), them.c.known_as)))
    columns = (Answer.round_id, Answer.person_id, Answer.seq, Answer.choice, Answer.sure, Answer.at)
    added = insert_of(dialect)(Answer).from_select(columns, rows).on_conflict_do_nothing()
    return added.returning(Answer.round_id, Answer.person_id, is_due(literal_column("answer.round_id")))


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
