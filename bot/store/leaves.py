"""Who is on leave on which days. A leave is a row for each of its days, so that two of them can never overlap."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain import identity
from bot.store.models import Leave, Person, Workspace
from bot.store.once import insert_new

_DAY = timedelta(days=1)


async def back_on(session: AsyncSession, people: Collection[int], today: date) -> date | None:
    """The first day on which all of these people are back from a leave of today or later; `None` if none is on any."""
    query = select(func.max(Leave.day)).where(Leave.person_id.in_(people), Leave.day >= today)
    last = await session.scalar(query)
    return last + _DAY if last else None


async def take(session: AsyncSession, people: Collection[int], today: date, back: date) -> None:
    """Let people be on leave from today until they are back, instead of whatever they had said of those days."""
    await session.execute(delete(Leave).where(Leave.person_id.in_(people), Leave.day >= back))
    days = [today + number * _DAY for number in range((back - today).days)]
    rows = [{"person_id": person_id, "day": day} for person_id in sorted(people) for day in days]
    await insert_new(session, Leave, rows, Leave.person_id, Leave.day)


async def end(session: AsyncSession, people: Collection[int], today: date) -> bool:
    """Let people be back from today on; the days before stay what they were. Whether there was anything to end."""
    gone = delete(Leave).where(Leave.person_id.in_(people), Leave.day >= today)
    return bool((await session.scalars(gone.returning(Leave.person_id))).all())


async def everywhere(session: AsyncSession, person: identity.Person) -> Sequence[int]:
    """The rows of somebody in each workspace of a platform in which we have met them."""
    query = select(Person.id).join(Workspace, Person.workspace_id == Workspace.id)
    query = query.where(Person.external_id == person.id, Workspace.platform == person.workspace.platform)
    return (await session.scalars(query.order_by(Person.id))).all()
