"""How people lived the rounds of their places: who answered, and who had a reason not to."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from bot.domain.grading import Verdict
from bot.domain.rounds import RoundState
from bot.store.models import Answer, Leave, Person, Round, Score

_ASKED = (RoundState.OPEN, RoundState.CLOSED, RoundState.REVEALED)


@dataclass(frozen=True, slots=True)
class Day:
    """One round of a place as one person lived it: `answered` at all, before its close or after; on leave or not; and
    how it ended once it was closed. Whoever is linked has answered, or was on leave, where they did or were as the same
    player anywhere on that day.
    """

    day: date
    question: str
    is_open: bool
    due_at: datetime
    opened_at: datetime | None
    answered: bool
    on_leave: bool
    verdict: Verdict | None


async def history(session: AsyncSession, person_id: int, place_ids: Collection[int]) -> Mapping[int, Sequence[Day]]:
    """Every round ever asked in some places as a person lived it, by place, oldest first."""
    said = select(Answer.round_id).where(Answer.person_id == person_id).distinct().subquery()
    player = select(Person.player_id).where(Person.id == person_id).scalar_subquery()
    also_me, other = select(Person.id).where(Person.player_id == player), aliased(Round)
    also_said = select(other.day).join(Answer, Answer.round_id == other.id).where(Answer.person_id.in_(also_me))
    also_away = select(Leave.day).where(Leave.person_id.in_(also_me))
    answered = or_(said.c.round_id.is_not(None), Round.day.in_(also_said))
    on_leave = or_(Leave.day.is_not(None), Round.day.in_(also_away))
    query = (
        select(Round.place_id, Round.day, Round.question, Round.state, Round.due_at, Round.opened_at)
        .add_columns(answered, on_leave, Score.verdict)
        .outerjoin(said, said.c.round_id == Round.id)
        .outerjoin(Leave, (Leave.person_id == person_id) & (Leave.day == Round.day))
        .outerjoin(Score, (Score.round_id == Round.id) & (Score.person_id == person_id))
        .where(Round.place_id.in_(place_ids), Round.state.in_(_ASKED), Round.question.is_not(None))
        .order_by(Round.place_id, Round.day)
    )
    found: dict[int, list[Day]] = {place_id: [] for place_id in place_ids}
    for place_id, day, question, state, *rest in await session.execute(query):
        found[place_id].append(Day(day, str(question), state is RoundState.OPEN, *rest))
    return found


async def missed_none(session: AsyncSession, asked: Collection[int], counted: Collection[int]) -> int:
    """How many people answered at least one of the rounds that were asked, and each of those that count but for those
    of days on which they were on leave.
    """
    here = select(Answer.person_id).where(Answer.round_id.in_(asked)).distinct().subquery()
    answered = exists().where(Answer.round_id == Round.id, Answer.person_id == here.c.person_id)
    on_leave = exists().where(Leave.person_id == here.c.person_id, Leave.day == Round.day)
    missed = exists().where(Round.id.in_(counted), *(~why.correlate(Round, here) for why in (answered, on_leave)))
    return await session.scalar(select(func.count()).select_from(here).where(~missed)) or 0
