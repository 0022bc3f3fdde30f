"""Rounds: planned, found, opened, closed."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased, joinedload

from bot.domain import identity
from bot.domain.rounds import PostingKind, PostingState, RevealRule, RoundState
from bot.store.database import ask
from bot.store.given import among, is_one_of
from bot.store.models import Answer, Drill, Place, Posting, Round, Workspace
from bot.store.once import insert_once
from bot.store.presence import of_present

_CLOSED = (RoundState.CLOSED, RoundState.REVEALED)
_ASKED = (RoundState.OPEN, *_CLOSED)


async def plan_round(session: AsyncSession, place_id: int, day: date, due_at: datetime) -> bool:
    """Plan the round of a day with the posting of its question; whether it was not planned before."""
    if not await insert_once(
        session, Round, place_id=place_id, day=day, due_at=due_at, state=RoundState.PLANNED, level=0, key=""
    ):
        return False
    planned = await session.scalar(select(Round).where(Round.place_id == place_id, Round.day == day))
    if planned is not None:
        await add_posting(session, planned, PostingKind.QUESTION, due_at)
    return True


async def find_round(session: AsyncSession, round_id: int, workspace: identity.Workspace) -> Round | None:
    """A round of this workspace with its place; `None` for any other workspace's."""
    query = (
        select(Round)
        .join(Place, Round.place_id == Place.id)
        .join(Workspace, Place.workspace_id == Workspace.id)
        .where(Round.id == round_id, Workspace.platform == workspace.platform, Workspace.external_id == workspace.id)
        .options(joinedload(Round.place).joinedload(Place.workspace))
    )
    return await session.scalar(query)


class AskedRound(NamedTuple):
    """A round with what an answer in it has to know of its place, its workspace, its drill, which may be none, and the
    message that asks it.
    """

    id: int
    state: RoundState
    day: date
    question: str | None
    version: str
    closes_at: datetime | None
    place_id: int
    channel: str
    is_open: bool
    workspace_id: int
    platform: str
    workspace: str
    name: str | None
    left_at: datetime | None
    reveal: RevealRule | None
    zone: str
    ping: str | None
    message: str | None
    tallied: int


_ASKED_ROUND = (
    *(Round.id, Round.state, Round.day, Round.question, Round.version, Round.closes_at),
    *(Place.id, Place.channel, Place.is_open),
    *(Workspace.id, Workspace.platform, Workspace.external_id, Workspace.name, Workspace.left_at),
    *(Drill.reveal, Drill.zone, Drill.ping),
    Posting.message,
    Round.tallied,
)


@cache
def _kept(dialect: str, *, if_open: bool) -> Select[*tuple[Any, ...]]:
    """Built once, as a crowd asks it hundreds of times a second: to build a query takes as long as to run it."""
    query = (
        select(*_ASKED_ROUND)
        .join(Place, Round.place_id == Place.id)
        .join(Workspace, Place.workspace_id == Workspace.id)
        .outerjoin(Drill, Drill.place_id == Place.id)
        .outerjoin(Posting, and_(Posting.round_id == Round.id, Posting.kind == PostingKind.QUESTION))
        .where(is_one_of(dialect, Round.id, "wanted"))
        .order_by(Round.id)
        .with_for_update(read=True, of=Round)
    )
    return query.where(Round.state == RoundState.OPEN) if if_open else query


def kept_now(dialect: str, wanted: ColumnElement[int]) -> Select[int, RoundState, int, datetime | None]:
    """The wanted rounds with their states, how often they were tallied, and whether we left their workspaces. They stay
    as they are for one statement.
    """
    query = select(Round.id, Round.state, Round.tallied, Workspace.left_at).where(among(dialect, Round.id, wanted))
    query = query.join(Place, Round.place_id == Place.id).join(Workspace, Place.workspace_id == Workspace.id)
    return query.order_by(Round.id).with_for_update(read=True, of=Round)


async def keep_from_closing(
    session: AsyncSession, round_ids: Collection[int], *, if_open: bool = False
) -> Mapping[int, AskedRound]:
    """These rounds by id, or the open ones of them. They stay in their state until the caller's transaction ends."""
    dialect = session.get_bind().dialect.name
    found = await ask(session, _kept(dialect, if_open=if_open), {"wanted": [*round_ids]})
    return {this.id: this for this in map(AskedRound._make, found)}


async def round_of_day(session: AsyncSession, place_id: int, day: date) -> Round | None:
    """The round of a place's local day."""
    return await session.scalar(select(Round).where(Round.place_id == place_id, Round.day == day))


async def open_round(session: AsyncSession, place_id: int) -> Round | None:
    """The latest round of a place that can be answered."""
    query = select(Round).where(Round.place_id == place_id, Round.state == RoundState.OPEN)
    return await session.scalar(query.order_by(Round.day.desc()).limit(1))


async def open_in(
    session: AsyncSession, workspace_id: int, person_id: int | None, now: datetime, limit: int = 50
) -> Sequence[Round]:
    """The rounds of a workspace that a person can answer, with their places, the one that closes first first: those of
    places that everybody may see, and of others where this one has answered before.
    """
    theirs = aliased(Round)
    been_there = exists(
        select(Answer.id)
        .join(theirs, Answer.round_id == theirs.id)
        .where(Answer.person_id == person_id, theirs.place_id == Round.place_id)
    )
    query = (
        select(Round)
        .join(Place, Round.place_id == Place.id)
        .where(Place.workspace_id == workspace_id, Round.state == RoundState.OPEN, Round.closes_at > now)
        .where(or_(Place.is_open, been_there))
        .options(joinedload(Round.place).joinedload(Place.workspace))
    )
    return (await session.scalars(query.order_by(Round.closes_at, Round.id).limit(limit))).all()


async def latest_round(session: AsyncSession, place_id: int) -> Round | None:
    """The latest round of a place that was ever asked."""
    query = select(Round).where(Round.place_id == place_id, Round.state.in_(_ASKED))
    return await session.scalar(query.order_by(Round.day.desc()).limit(1))


async def next_planned(session: AsyncSession, place_id: int, now: datetime) -> Round | None:
    """The next round of a place that is still to come."""
    query = select(Round).where(Round.place_id == place_id, Round.state == RoundState.PLANNED, Round.due_at > now)
    return await session.scalar(query.order_by(Round.due_at).limit(1))


async def round_ids_to_close(session: AsyncSession, now: datetime, limit: int = 500) -> Sequence[int]:
    """Open rounds whose time is over, of workspaces that we are in, oldest first."""
    query = of_present(select(Round.id), Round.place_id).where(Round.state == RoundState.OPEN, Round.closes_at <= now)
    return (await session.scalars(query.order_by(Round.closes_at).limit(limit))).all()


async def lock_open_round(session: AsyncSession, round_id: int) -> Round | None:
    """A round if it is open, locked against answers and against another process that would close it."""
    query = select(Round).where(Round.id == round_id, Round.state == RoundState.OPEN)
    return await session.scalar(query.with_for_update())


async def begin_tallies(session: AsyncSession, round_ids: Collection[int]) -> set[int]:
    """Those of these rounds that are open and in which nobody is answering at this moment, about to be counted: locked
    against answers, and one more time `tallied`, which tells those who answer later that they were not counted.
    """
    quiet = select(Round.id).where(Round.id.in_(round_ids), Round.state == RoundState.OPEN)
    change = update(Round).where(Round.id.in_(quiet.with_for_update(skip_locked=True)))
    change = change.values(tallied=Round.tallied + 1).returning(Round.id)
    return {*await session.scalars(change.execution_options(synchronize_session=False))}


async def lock_open_rounds(session: AsyncSession, workspace_id: int, over_by: datetime) -> Sequence[Round]:
    """The open rounds of a workspace that should have been closed by then, locked as `lock_open_round` does."""
    query = (
        select(Round)
        .join(Place, Round.place_id == Place.id)
        .where(Place.workspace_id == workspace_id, Round.state == RoundState.OPEN, Round.closes_at <= over_by)
    )
    return (await session.scalars(query.with_for_update(of=Round))).all()


async def last_closes(session: AsyncSession, place_ids: Collection[int]) -> Mapping[int, datetime]:
    """When the latest round ever asked in a place closed, or will: by place, for those where one was."""
    query = select(Round.place_id, func.max(Round.closes_at)).where(Round.place_id.in_(place_ids))
    rows = await session.execute(query.where(Round.state.in_(_ASKED)).group_by(Round.place_id))
    return {place_id: closes_at for place_id, closes_at in rows if closes_at is not None}


async def failed_in_a_row(session: AsyncSession, place_id: int, times: int) -> bool:
    """Whether the latest rounds of a place, so many of them, all failed. One that was skipped does not count."""
    query = select(Round.state).where(Round.place_id == place_id, Round.state.in_((*_ASKED, RoundState.FAILED)))
    latest = (await session.scalars(query.order_by(Round.day.desc()).limit(times))).all()
    return [*latest] == [RoundState.FAILED] * times


async def closed_between(session: AsyncSession, place_id: int, first: date, last: date) -> Sequence[Round]:
    """The rounds of a place that have closed, of some days, oldest first, with their place."""
    query = select(Round).where(Round.place_id == place_id, Round.day.between(first, last))
    query = query.where(Round.state.in_(_CLOSED)).order_by(Round.day)
    return (await session.scalars(query.options(joinedload(Round.place).joinedload(Place.workspace)))).all()


async def closed_of(session: AsyncSession, workspace_id: int) -> Sequence[Round]:
    """Every round of a workspace that has closed, locked against rulings on their keys."""
    query = select(Round).join(Place, Round.place_id == Place.id).where(Place.workspace_id == workspace_id)
    query = query.where(Round.state.in_(_CLOSED)).order_by(Round.id)
    return (await session.scalars(query.with_for_update(of=Round, key_share=True))).all()


async def is_reviewed(session: AsyncSession, place_id: int, first: date, last: date) -> bool:
    """Whether some days of a place have their review, sent or still to be."""
    query = select(Posting.id).join(Round, Posting.round_id == Round.id)
    query = query.where(Posting.place_id == place_id, Posting.kind == PostingKind.RECAP)
    return await session.scalar(query.where(Round.day.between(first, last)).limit(1)) is not None


async def stuck_reveal(session: AsyncSession, place_id: int, since: datetime) -> Posting | None:
    """The latest reveal of a round closed since then that nobody can say was sent, or that surely was not."""
    query = (
        select(Posting)
        .join(Round, Posting.round_id == Round.id)
        .where(Posting.place_id == place_id, Posting.kind == PostingKind.REVEAL)
        .where(Posting.state.in_((PostingState.HELD, PostingState.FAILED)), Round.state == RoundState.CLOSED)
        .where(Round.closes_at > since)
    )
    return await session.scalar(query.order_by(Round.day.desc()).limit(1).with_for_update(of=Posting))


async def times_asked(session: AsyncSession, place_ids: Collection[int]) -> Mapping[int, Mapping[str, int]]:
    """How often each question has been asked, by place."""
    asked: dict[int, dict[str, int]] = {place_id: {} for place_id in place_ids}
    query = select(Round.place_id, Round.question, func.count()).where(Round.place_id.in_(place_ids))
    query = query.where(Round.state.in_(_ASKED)).group_by(Round.place_id, Round.question)
    for place_id, slug, count in await session.execute(query):
        asked[place_id][str(slug)] = count
    return asked


async def open_questions(session: AsyncSession, workspaces: Collection[int] | Select[int], now: datetime) -> set[str]:
    """The questions that stand, or may stand, unanswered somewhere in these workspaces: not to be explained yet."""
    return {str(slug) for _, slug in await session.execute(_open_questions(workspaces, now))}


async def open_questions_of(
    session: AsyncSession, workspace_ids: Collection[int], now: datetime
) -> Mapping[int, set[str]]:
    """The same by workspace."""
    found: dict[int, set[str]] = {workspace_id: set() for workspace_id in workspace_ids}
    for workspace_id, slug in await session.execute(_open_questions(workspace_ids, now)):
        found[workspace_id].add(str(slug))
    return found


def _open_questions(workspaces: Collection[int] | Select[int], now: datetime) -> Select[int, str | None]:
    return (
        select(Place.workspace_id, Round.question)
        .join(Round, Round.place_id == Place.id)
        .where(Place.workspace_id.in_(workspaces), Round.question.is_not(None))
        .where(or_(Round.state == RoundState.OPEN, and_(Round.state == RoundState.PLANNED, Round.closes_at > now)))
    )


async def open_on(session: AsyncSession, platform: str, now: datetime) -> set[str]:
    """The questions that stand, or may stand, unanswered anywhere on a platform."""
    query = select(Workspace.id).where(Workspace.platform == platform, Workspace.left_at.is_(None))
    return await open_questions(session, query, now)


async def revealed_questions(session: AsyncSession, workspace_id: int, limit: int = 100) -> Sequence[str]:
    """The questions revealed in a workspace, latest first, each once."""
    query = (
        select(Round.question)
        .join(Place, Round.place_id == Place.id)
        .where(Place.workspace_id == workspace_id, Round.state == RoundState.REVEALED, Round.question.is_not(None))
        .group_by(Round.question)
        .order_by(func.max(Round.day).desc())
    )
    return [str(slug) for slug in await session.scalars(query.limit(limit))]


async def add_posting(session: AsyncSession, this: Round | AskedRound, kind: PostingKind, due_at: datetime) -> None:
    """Have one more thing sent for a round, once."""
    values = {"round_id": this.id, "place_id": this.place_id, "kind": kind, "due_at": due_at}
    await insert_once(session, Posting, **values, state=PostingState.DUE, attempt=0, doubted=False)
