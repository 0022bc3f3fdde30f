"""What state a database is in, for its operator: which one it is, how it keeps what is committed, what waits in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import contains_eager

from bot.domain import identity
from bot.domain.rounds import DrillState, PostingKind, PostingState
from bot.store.database import Session, reason
from bot.store.models import Drill, Place, Posting, Workspace
from bot.store.places import address

_LARGE = 1 << 29  # bytes: what takes longer to look through is left to backups
_FULL = 2


@dataclass(frozen=True, slots=True)
class Condition:
    """Which engine keeps so many bytes. `lasting`: what is committed outlives a power cut, and readers stop nobody.
    `damage` is what is wrong with a file; `looked`: it was looked through.
    """

    engine: str
    size: int
    lasting: bool = True
    looked: bool = False
    damage: str | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A posting that waits, in a place whose drill goes by that zone."""

    place: identity.Place
    kind: PostingKind
    due_at: datetime
    zone: str


async def condition(session: Session) -> Condition:
    """The state of the database itself. A SQLite file that is not large is looked through."""
    if session.get_bind().dialect.name != "sqlite":
        size = await session.scalar(text("SELECT pg_database_size(current_database())"))
        return Condition(f"PostgreSQL {await _said(session, 'SHOW server_version')}", int(size or 0))
    pages, each = [int(await _said(session, f"PRAGMA {name}")) for name in ("page_count", "page_size")]
    safe = await _said(session, "PRAGMA journal_mode"), int(await _said(session, "PRAGMA synchronous"))
    looked = pages * each <= _LARGE
    verdict = await _verdict(session) if looked else "ok"
    return Condition(
        f"SQLite {await _said(session, 'SELECT sqlite_version()')}",
        pages * each,
        lasting=safe[0] == "wal" and safe[1] >= _FULL,
        looked=looked,
        damage=None if verdict == "ok" else verdict,
    )


async def _verdict(session: Session) -> str:
    try:
        return await _said(session, "PRAGMA quick_check(1)")
    except DBAPIError as error:
        return reason(error)


async def held(session: Session, since: datetime, limit: int) -> tuple[int, Sequence[Waiting]]:
    """How many postings wait for a keeper who looks, and the latest of them."""
    mine = (Posting.state == PostingState.HELD, Posting.due_at >= since, Workspace.left_at.is_(None))
    count = select(func.count()).select_from(Posting).join(Place, Posting.place_id == Place.id).join(Workspace)
    return (
        await session.scalar(count.where(*mine)) or 0,
        await _waiting(session, *mine, order=Posting.due_at.desc(), limit=limit),
    )


async def coming(session: Session, limit: int) -> Sequence[Waiting]:
    """The questions that are posted next."""
    mine = (Posting.state == PostingState.DUE, Posting.kind == PostingKind.QUESTION, Workspace.left_at.is_(None))
    return await _waiting(session, *mine, Drill.state == DrillState.ACTIVE, order=Posting.due_at, limit=limit)


async def _waiting(session: Session, *where: ColumnElement[bool], order: Any, limit: int) -> Sequence[Waiting]:
    query = (
        select(Posting, Place, Drill.zone)
        .join(Place, Posting.place_id == Place.id)
        .join(Place.workspace)
        .join(Drill, Drill.place_id == Place.id)
        .options(contains_eager(Place.workspace))
        .where(*where)
        .order_by(order, Posting.id)
        .limit(limit)
    )
    rows = await session.execute(query)
    return [Waiting(address(place), posting.kind, posting.due_at, zone) for posting, place, zone in rows]


async def _said(session: Session, question: str) -> str:
    return str(await session.scalar(text(question)))
