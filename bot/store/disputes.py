"""Disputes: kept once for each person and round, told once to the keepers of a round, decided all at once."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import case, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from bot.domain.disputing import Ruling
from bot.domain.rounds import RoundState
from bot.store.models import Dispute, Place, Round, Workspace
from bot.store.once import insert_once
from bot.store.presence import of_present

_CLOSED = (RoundState.CLOSED, RoundState.REVEALED)
_IS_OPEN = Dispute.ruling.is_(None)


async def keep(session: AsyncSession, round_id: int, person_id: int, text: str, at: datetime) -> bool:
    """Keep what somebody says is wrong with a round, in place of what they said before; not once that was decided."""
    if await insert_once(session, Dispute, round_id=round_id, person_id=person_id, text=text, at=at, told=False):
        return True
    again = update(Dispute).where(Dispute.round_id == round_id, Dispute.person_id == person_id, _IS_OPEN)
    kept = await session.scalar(again.values(text=text, at=at).returning(Dispute.round_id))
    return kept is not None


async def find_dispute(session: AsyncSession, round_id: int, person_id: int) -> Dispute | None:
    """What a person said is wrong with a round."""
    return await session.get(Dispute, (round_id, person_id))


async def of_round(session: AsyncSession, round_id: int) -> Sequence[Dispute]:
    """Everything that was said against a round, oldest first."""
    query = select(Dispute).where(Dispute.round_id == round_id).order_by(Dispute.at, Dispute.person_id)
    return (await session.scalars(query)).all()


@dataclass(frozen=True, slots=True)
class Disputed:
    """A round that is or was disputed: by how many people, and by how many of them still."""

    round: int
    day: date
    question: str | None
    version: str
    people: int
    waiting: int
    ruling: Ruling | None


async def disputed_in(session: AsyncSession, place_id: int, since: datetime, limit: int) -> Sequence[Disputed]:
    """The rounds of a place that are disputed, the latest first, and after them those decided since then."""
    waiting = func.sum(case((_IS_OPEN, 1), else_=0))
    query = (
        select(Round.id, Round.day, Round.question, Round.version, func.count(), waiting, Round.ruling)
        .join(Dispute, Dispute.round_id == Round.id)
        .where(Round.place_id == place_id)
        .group_by(Round.id, Round.day, Round.question, Round.version, Round.ruling)
        .having((waiting > 0) | (func.max(Dispute.decided_at) >= since))
        .order_by(case((waiting > 0, 0), else_=1), Round.day.desc())
    )
    return [Disputed(*row) for row in await session.execute(query.limit(limit))]


async def find_closed(session: AsyncSession, round_id: int) -> Round | None:
    """A round that has closed, of any workspace, with its place."""
    query = select(Round).where(Round.id == round_id, Round.state.in_(_CLOSED))
    return await session.scalar(query.options(joinedload(Round.place).joinedload(Place.workspace)))


async def latest_closed(session: AsyncSession, place_id: int) -> Round | None:
    """The latest round of a place that has closed."""
    query = select(Round).where(Round.place_id == place_id, Round.state.in_(_CLOSED))
    return await session.scalar(query.order_by(Round.day.desc()).limit(1))


async def lock_round(session: AsyncSession, round_id: int) -> Round:
    """A round as it is now, locked against another ruling and against being counted again meanwhile."""
    query = select(Round).where(Round.id == round_id).with_for_update(key_share=True)
    return (await session.scalars(query.execution_options(populate_existing=True))).one()


async def decide(session: AsyncSession, round_id: int, ruling: Ruling, at: datetime, by: int) -> None:
    """Note on everything that was said against a round what has been decided, unless something was before."""
    mine = update(Dispute).where(Dispute.round_id == round_id, _IS_OPEN)
    mine = mine.values(ruling=ruling, decided_at=at, decided_by=by, told=True)
    await session.execute(mine.execution_options(synchronize_session=False))


async def untold_rounds(session: AsyncSession, platforms: Collection[str], limit: int) -> Sequence[int]:
    """Rounds of which somebody said something that keepers have not been told, on platforms connected here."""
    query = of_present(select(Dispute.round_id).join(Round, Dispute.round_id == Round.id), Round.place_id)
    query = query.where(Workspace.platform.in_(platforms), Dispute.told.is_(False)).distinct()
    return (await session.scalars(query.order_by(Dispute.round_id).limit(limit))).all()


async def mark_told(session: AsyncSession, round_id: int) -> bool:
    """Mark all that was said against a round as told; whether nothing of it was before, and something is now."""
    query = select(Dispute).where(Dispute.round_id == round_id).order_by(Dispute.person_id)
    found = (await session.scalars(query.with_for_update())).all()
    is_news = bool(found) and not any(each.told for each in found)
    for each in found:
        each.told = True
    return is_news


async def mark_untold(session: AsyncSession, round_id: int) -> None:
    """Nobody could be told: all that is not decided yet is news still."""
    query = update(Dispute).where(Dispute.round_id == round_id, _IS_OPEN).values(told=False)
    await session.execute(query.execution_options(synchronize_session=False))


async def all_disputed(session: AsyncSession) -> Sequence[Round]:
    """Every round of the house that was ever disputed, by question."""
    here = select(Dispute.round_id).where(Dispute.round_id == Round.id).exists()
    return (await session.scalars(select(Round).where(here).order_by(Round.question, Round.id))).all()
