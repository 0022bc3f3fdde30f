"""What people say first in a round: most of what is said, and added in one statement, however many they are."""

from collections.abc import Sequence, Set
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import Select, and_, func, literal_column, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.dml import ReturningInsert

from bot.domain.rounds import RoundState
from bot.store import places
from bot.store.database import ask
from bot.store.given import given, packed
from bot.store.models import Answer, Person
from bot.store.once import insert_of
from bot.store.rounds import kept_now
from bot.store.tallies import is_due, made_again, to_be_sent

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql, sqlite


class FirstAnswer(NamedTuple):
    """What somebody says first in a round. They are whom the platform calls so in this workspace, by the name that they
    have there now; without one it does not matter which they have. `tallied` is the round's, when it was last seen.
    """

    tallied: int
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
    added = _adding_first(dialect, places.met(dialect, given(dialect, "said", FirstAnswer)))
    return added.returning(Answer.round_id, Answer.person_id, is_due(literal_column("answer.round_id")))


async def add_first_at_once(session: AsyncSession, said: Sequence[FirstAnswer]) -> Set[tuple[int, str]]:
    """Add what is said as `add_first` does, if its round is still open, was not tallied again, and has a tally that is
    due: in one statement that needs no other in its transaction. Returns whose was added, by round and by what their
    platform calls them.
    """
    if not said:
        return set()
    dialect = session.get_bind().dialect.name
    added = await ask(session, _adding_at_once(dialect), {"said": packed(dialect, said)})
    return {(round_id, external_id) for round_id, external_id in added}


@cache
def _adding_at_once(dialect: str) -> ReturningInsert[int, str]:
    """Built once, as the query of `rounds.keep_from_closing` is. Every round is locked before the first person is, in
    the order of locks that everybody keeps to.

    That a tally is due is seen as it was when the statement began. Whatever makes it due no more raises `tallied`, on
    the row that both lock and of which the latest is seen; a release that does not do so yet may be at work as well.
    """
    them = given(dialect, "said", FirstAnswer)
    these = kept_now(dialect, them.c.round_id).cte("kept")
    as_seen = and_(these.c.id == them.c.round_id, these.c.tallied == them.c.tallied)
    still = and_(these.c.state == RoundState.OPEN, these.c.left_at.is_(None))
    query = places.met(dialect, them).join(these, and_(as_seen, still)).where(to_be_sent(these.c.id))
    if dialect != "sqlite":  # which has no locks but its one
        query = query.where(select(func.count()).select_from(these).scalar_subquery() > literal_column("0"))
    name = select(Person.external_id).where(Person.id == literal_column("answer.person_id")).scalar_subquery()
    return _adding_first(dialect, query).returning(Answer.round_id, name)


def _adding_first(dialect: str, people: Select[*tuple[Any, ...]]) -> "sqlite.Insert | postgresql.Insert":
    """Add what people who were met say, under the name that they have."""
    them = people.cte("met")  # a common table, of which nobody is left out before they are locked, as of a subquery
    rows = select(them.c.round_id, them.c.person_id, literal_column("1"), them.c.choice, them.c.sure, them.c.at)
    rows = rows.where(them.c.name.in_((literal_column("''"), them.c.known_as)))
    columns = (Answer.round_id, Answer.person_id, Answer.seq, Answer.choice, Answer.sure, Answer.at)
    return insert_of(dialect)(Answer).from_select(columns, rows).on_conflict_do_nothing()
