"""What a lead wants to know of a place, added up by question: no row here is about one person."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Select, case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.disputing import Ruling
from bot.domain.grading import Verdict
from bot.domain.items import Moments
from bot.domain.rounds import RoundState
from bot.store.models import Round, Score

_Query = TypeVar("_Query", bound=Select[*tuple[Any, ...]])
_RIGHT = case((Score.verdict == Verdict.RIGHT, 1), else_=0)


class Asked(NamedTuple):
    """A question as it was asked in one round."""

    round: int
    day: date
    question: str
    version: str
    key: str


class Given(NamedTuple):
    """How many people gave one answer in a round, and what it turned out to be."""

    choice: str
    verdict: Verdict
    people: int


async def last_day(session: AsyncSession, place_id: int) -> date | None:
    """The day of the latest question of a place that has closed."""
    return await session.scalar(_closed(select(func.max(Round.day)), place_id, date.min, date.max))


async def asked(session: AsyncSession, place_id: int, since: date, until: date) -> Sequence[Asked]:
    """The questions of a place that have closed, of some days, oldest first, with the key that counts now."""
    key = case((Round.ruling == Ruling.CHANGED, Round.ruled), else_=Round.key)
    query = select(Round.id, Round.day, Round.question, Round.version, key).where(Round.question.is_not(None))
    found = await session.execute(_closed(query, place_id, since, until).order_by(Round.day))
    return [Asked(id_, day, str(question), *rest) for id_, day, question, *rest in found]


async def people(session: AsyncSession, place_id: int, since: date, until: date) -> int:
    """How many people have answered any of them."""
    query = select(func.count(func.distinct(Score.person_id))).join(Round, Score.round_id == Round.id)
    return await session.scalar(_closed(query, place_id, since, until)) or 0


async def given(session: AsyncSession, place_id: int, since: date, until: date) -> Mapping[int, Sequence[Given]]:
    """How many people gave each answer, by round, the answers of most people first."""
    query = select(Score.round_id, Score.choice, Score.verdict, func.count()).join(Round, Score.round_id == Round.id)
    query = _closed(query, place_id, since, until).group_by(Score.round_id, Score.choice, Score.verdict)
    answers: dict[int, list[Given]] = {}
    for round_id, choice, verdict, number in await session.execute(query.order_by(func.count().desc(), Score.choice)):
        answers.setdefault(round_id, []).append(Given(choice, verdict, number))
    return answers


async def elsewhere(
    session: AsyncSession, place_id: int, since: date, until: date
) -> Mapping[tuple[int, bool], Moments]:
    """What people got in the mean in the other questions, of those who answered any: by round, and by whether they were
    right in it.
    """
    total = select(Score.person_id, func.sum(Score.points).label("points"), func.count().label("rounds"))
    everything = _closed(total.join(Round, Score.round_id == Round.id), place_id, since, until)
    them = everything.group_by(Score.person_id).having(func.count() > 1).cte()
    mean = 1.0 * (them.c.points - Score.points) / (them.c.rounds - 1)
    query = select(Score.round_id, _RIGHT.label("right"), func.count(), func.sum(mean), func.sum(mean * mean))
    query = query.join(Round, Score.round_id == Round.id).join(them, them.c.person_id == Score.person_id)
    query = _closed(query, place_id, since, until).group_by(Score.round_id, _RIGHT)
    found = await session.execute(query)
    return {
        (round_id, bool(right)): Moments(n, float(sum_), float(squares)) for round_id, right, n, sum_, squares in found
    }


def _closed(query: _Query, place_id: int, since: date, until: date) -> _Query:
    over = Round.state.in_((RoundState.CLOSED, RoundState.REVEALED))
    return query.where(Round.place_id == place_id, Round.day.between(since, until), over)
