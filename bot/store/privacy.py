"""Everything that is stored about one person: what it is, how it is handed out, how it is taken away.

Each table that refers to `person` is in `STAYS` or in `GOES`, and in `HANDED_OUT`: a test walks the tables and finds
the one that is not.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import uuid4

from sqlalchemy import ColumnElement, Select, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from bot.domain import identity
from bot.domain.grading import Verdict
from bot.store.models import Answer, Base, Drill, Keeper, Person, Place, Round, Score, Workspace
from bot.store.numbers import keep_used

STAYS: Sequence[type[Base]] = (Answer, Score)
"""What others' ranks and counts are made of. It stays, and belongs to nobody any more."""
GOES: Sequence[type[Base]] = (Keeper,)
"""What is only about a person."""
HANDED_OUT: Mapping[str, type[Base]] = {"keeps": Keeper, "answers": Answer, "scores": Score}
"""The fields of `Identity` that tables are handed out in."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A drill that somebody is told of, if `named` as its keeper."""

    channel: str
    named: bool


@dataclass(frozen=True, slots=True)
class Said:
    """One answer in the log; `seq` counts those that one person gave in one round."""

    round: int
    channel: str
    day: date
    question: str | None
    seq: int
    choice: str
    sure: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Scored:
    """What an answer was worth."""

    round: int
    channel: str
    day: date
    question: str | None
    choice: str
    sure: bool
    verdict: Verdict
    points: int


@dataclass(frozen=True, slots=True)
class Identity:
    """All that is stored about one person in one workspace, in the order in which it is handed out."""

    platform: str
    workspace: str
    workspace_name: str | None
    id: str
    name: str
    hidden: bool
    keeps: tuple[Kept, ...]
    answers: tuple[Said, ...]
    scores: tuple[Scored, ...]


@dataclass(frozen=True, slots=True)
class Amount:
    """How much is stored about somebody; `alone`: how many drills have nobody else named as their keeper."""

    answers: int
    scores: int
    keeps: int
    alone: int


def _identities(person: identity.Person, *, everywhere: bool) -> Select[Person]:
    """The rows of a person in their workspace, or in every workspace of its platform."""
    query = select(Person).join(Workspace, Person.workspace_id == Workspace.id).order_by(Person.id)
    query = query.where(Person.external_id == person.id, Workspace.platform == person.workspace.platform)
    return query if everywhere else query.where(Workspace.external_id == person.workspace.id)


async def identities(session: AsyncSession, person: identity.Person, *, everywhere: bool) -> Sequence[Person]:
    """The rows of a person in their workspace, or in every workspace of its platform."""
    return (await session.scalars(_identities(person, everywhere=everywhere))).all()


async def hide(session: AsyncSession, person_ids: Collection[int], *, hidden: bool) -> None:
    """Have others see somebody as someone, or by name."""
    await session.execute(update(Person).where(Person.id.in_(person_ids)).values(hidden=hidden))


async def amount(session: AsyncSession, person_ids: Collection[int]) -> Amount:
    """How much is stored about somebody."""
    said = select(func.count()).select_from(Answer).where(Answer.person_id.in_(person_ids))
    scored = select(func.count()).select_from(Score).where(Score.person_id.in_(person_ids))
    keeps = select(func.count()).select_from(Keeper).where(_names(Keeper, person_ids))
    other = aliased(Keeper)
    shared = select(other.drill_id).where(other.named, other.person_id.not_in(person_ids))
    alone = select(func.count()).select_from(Keeper).where(_names(Keeper, person_ids), Keeper.drill_id.not_in(shared))
    answers, scores, kept, only = [await session.scalar(query) or 0 for query in (said, scored, keeps, alone)]
    return Amount(answers, scores, kept, only)


def _names(keeper: type[Keeper], person_ids: Collection[int]) -> ColumnElement[bool]:
    return keeper.named & keeper.person_id.in_(person_ids)


async def forget(session: AsyncSession, person: identity.Person, now: datetime, *, everywhere: bool) -> int:
    """Take everything away that tells who somebody is; how many identities that was.

    They are locked first, as by an answer: one that is being written is forgotten, too, and one that waits for this
    finds nobody of that id any more. What stays belongs to a row that is nobody's.
    """
    rows = (await session.scalars(_identities(person, everywhere=everywhere).with_for_update(of=Person))).all()
    ids = [row.id for row in rows]
    for table in GOES:
        await session.execute(delete(table).where(table.__table__.c.person_id.in_(ids)))
    for row in rows:
        row.external_id, row.name = f"forgotten-{uuid4().hex}", ""
        row.hidden, row.forgotten_at = True, now
    if person.workspace.own:  # it is named after them
        await session.execute(delete(Workspace).where(_is(person.workspace)))
    return len(rows)


async def erase_workspace(session: AsyncSession, workspace: identity.Workspace) -> bool:
    """Erase everything of a workspace but its installation; whether there was anything."""
    await keep_used(session)
    gone = delete(Workspace).where(_is(workspace)).returning(Workspace.id)
    return (await session.execute(gone)).one_or_none() is not None


async def handed_out(session: AsyncSession, person: identity.Person, *, everywhere: bool) -> tuple[Identity, ...]:
    """Everything that is stored about somebody, and nothing about anybody else."""
    query = _identities(person, everywhere=everywhere).add_columns(
        Workspace.platform, Workspace.external_id, Workspace.name
    )
    found = list[Identity]()
    for row, platform, workspace, name in (await session.execute(query)).all():
        its = await _keeps(session, row.id), await _answers(session, row.id), await _scores(session, row.id)
        found.append(Identity(platform, workspace, name, row.external_id, row.name, row.hidden, *its))
    return tuple(found)


async def _keeps(session: AsyncSession, person_id: int) -> tuple[Kept, ...]:
    query = select(Place.channel, Keeper.named).join(Drill, Drill.place_id == Place.id)
    query = query.join(Keeper, Keeper.drill_id == Drill.id).where(Keeper.person_id == person_id)
    return tuple(Kept(*row) for row in await session.execute(query.order_by(Drill.id)))


_ROUND = (Round.id, Place.channel, Round.day, Round.question)


async def _answers(session: AsyncSession, person_id: int) -> tuple[Said, ...]:
    query = select(*_ROUND, Answer.seq, Answer.choice, Answer.sure, Answer.at)
    query = query.join(Place, Round.place_id == Place.id).join(Answer, Answer.round_id == Round.id)
    query = query.where(Answer.person_id == person_id).order_by(Answer.at, Answer.id)
    return tuple(Said(*row) for row in await session.execute(query))


async def _scores(session: AsyncSession, person_id: int) -> tuple[Scored, ...]:
    query = select(*_ROUND, Score.choice, Score.sure, Score.verdict, Score.points)
    query = query.join(Place, Round.place_id == Place.id).join(Score, Score.round_id == Round.id)
    query = query.where(Score.person_id == person_id).order_by(Round.day, Round.id)
    return tuple(Scored(*row) for row in await session.execute(query))


def _is(workspace: identity.Workspace) -> ColumnElement[bool]:
    return (Workspace.platform == workspace.platform) & (Workspace.external_id == workspace.id)
