"""Tallies: a message that says how many have answered is due for an edit, which it gets once for many of them."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, and_, bindparam, case, exists, literal, not_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.rounds import PostingKind, PostingState
from bot.domain.sending import TALLY_EVERY
from bot.store.columns import UTCDateTime
from bot.store.database import ask
from bot.store.models import Posting
from bot.store.rounds import AskedRound, add_posting

_TALLY = Posting.kind == PostingKind.TALLY
_TALLIES = select(Posting.round_id, Posting.state, Posting.due_at).where(
    Posting.round_id.in_(bindparam("round_ids", expanding=True)), _TALLY
)


def made_again(now: datetime) -> datetime:
    """One on its way that is due later than this was made due again, for those who answered since it was taken. When it
    was taken itself it was due, which may have been a little later than `now`: whoever answers waits to be written.
    """
    return now + TALLY_EVERY / 2


def is_due(round_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether a round has a tally that nobody has to make due; `made_again` is a parameter."""
    is_sent, is_on_its_way = Posting.state == PostingState.SENT, Posting.state == PostingState.SENDING
    stale = or_(is_sent, and_(is_on_its_way, Posting.due_at <= bindparam("made_again", type_=UTCDateTime())))
    return exists().where(Posting.round_id == round_id, _TALLY, not_(stale))


def to_be_sent(round_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether a round has a tally that nobody has begun to send."""
    return exists().where(Posting.round_id == round_id, _TALLY, Posting.state == PostingState.DUE)


async def make_tallies_due(
    session: AsyncSession, these: Collection[AskedRound], now: datetime, due_at: datetime
) -> None:
    """Have the tallies of some rounds sent at `due_at`, but for those that are due already; one on its way is due again
    once it is sent.
    """
    found = await ask(session, _TALLIES, {"round_ids": [this.id for this in these]})
    known = {row.round_id: row for row in found}
    for this in sorted(these, key=lambda this: this.id):
        row = known.get(this.id)
        if row is None:
            await add_posting(session, this, PostingKind.TALLY, due_at)
        elif row.state is PostingState.SENT or (row.state is PostingState.SENDING and row.due_at <= made_again(now)):
            # What has changed since the look decides: the tally may have been sent, or made due by another process.
            settled = (Posting.state == PostingState.SENT, literal(PostingState.DUE, Posting.state.type))
            change = update(Posting).where(_TALLY, Posting.round_id == this.id)
            change = change.where(Posting.state.in_((PostingState.SENT, PostingState.SENDING)))
            change = change.values(state=case(settled, else_=Posting.state), due_at=max(row.due_at, due_at))
            await session.execute(change.execution_options(synchronize_session=False))


async def drop_tally(session: AsyncSession, round_id: int) -> None:
    """No tally of a round any more, if one is due."""
    query = update(Posting).where(Posting.round_id == round_id, Posting.kind == PostingKind.TALLY)
    query = query.where(Posting.state == PostingState.DUE).values(state=PostingState.SENT)
    await session.execute(query.execution_options(synchronize_session=False))
