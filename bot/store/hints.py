"""Who had the hint of a round. It counts from the moment it is written down, before anybody reads it."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.store.models import HintUsed
from bot.store.once import insert_once


async def use(session: AsyncSession, round_id: int, person_id: int, at: datetime) -> bool:
    """A person has the hint of a round from now on; whether they did not have it before."""
    return await insert_once(session, HintUsed, round_id=round_id, person_id=person_id, at=at)


async def used_in(session: AsyncSession, round_id: int) -> set[int]:
    """The people who had the hint of a round."""
    return {*await session.scalars(select(HintUsed.person_id).where(HintUsed.round_id == round_id))}


async def used_by(session: AsyncSession, person_id: int, round_ids: Collection[int]) -> set[int]:
    """Those of these rounds whose hint a person had."""
    query = select(HintUsed.round_id).where(HintUsed.person_id == person_id, HintUsed.round_id.in_(round_ids))
    return {*await session.scalars(query)}
