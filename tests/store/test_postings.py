"""Which posting is next: what people wait for goes before what merely follows from it."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.domain.rounds import PostingKind, PostingState, RoundState
from bot.store.database import Database
from bot.store.models import Place, Posting, Round, Workspace
from bot.store.postings import due as due_postings
from bot.store.postings import lock_due

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
ALONE = [
    (PostingKind.QUESTION, RoundState.PLANNED),
    (PostingKind.TALLY, RoundState.OPEN),
    (PostingKind.CLOSING, RoundState.CLOSED),
    (PostingKind.REVEAL, RoundState.CLOSED),
    (PostingKind.DISCUSSION, RoundState.REVEALED),
]


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A database with a workspace in it."""
    database = Database(database_url)
    async with database.writing() as session:
        session.add(Workspace(platform="memory", external_id="1"))
    yield database
    await database.close()


async def add(
    database: Database, place: str, state: RoundState, *kinds: tuple[PostingKind, PostingState], minutes: int = 0
) -> list[int]:
    """A place with one round, and its postings, due before noon by some minutes; their ids."""
    async with database.writing() as session:
        here = Place(workspace_id=1, channel=place)
        session.add(here)
        await session.flush()
        this = Round(place_id=here.id, day=date(2026, 11, 22), due_at=NOON, state=state)
        session.add(this)
        await session.flush()
        due_at = NOON - timedelta(minutes=minutes)
        rows = [Posting(round_id=this.id, place_id=here.id, kind=k, due_at=due_at, state=s) for k, s in kinds]
        session.add_all(rows)
        await session.flush()
        return [row.id for row in rows]


async def due(database: Database, limit: int = 20) -> list[int]:
    """What is due at noon, in order; each of it can be taken."""
    async with database.writing() as session:
        found = [posting_id for posting_id, _ in await due_postings(session, NOON, ["memory"], limit)]
        assert [posting.id for posting in await lock_due(session, found, NOON)] == found
        return found


async def test_what_people_wait_for_goes_first_and_then_what_has_waited_longest(database: Database) -> None:
    added = {}
    for minutes, (kind, state) in enumerate(ALONE):
        [added[kind]] = await add(database, kind, state, (kind, PostingState.DUE), minutes=minutes)
    first = [added[kind] for kind in (PostingKind.REVEAL, PostingKind.CLOSING, PostingKind.QUESTION)]
    found = [*first, added[PostingKind.DISCUSSION], added[PostingKind.TALLY]]
    for limit in range(1, 7):
        assert await due(database, limit) == found[:limit]


@pytest.mark.parametrize(("kind", "state"), ALONE)
async def test_a_posting_alone_has_its_turn(database: Database, kind: PostingKind, state: RoundState) -> None:
    assert await due(database) == []
    [posting] = await add(database, "here", state, (kind, PostingState.DUE))
    assert await due(database) == [posting]


@pytest.mark.parametrize("tally", [PostingState.SENDING, PostingState.DUE, PostingState.SENT])
async def test_the_closing_waits_for_a_tally_on_its_way_alone(database: Database, tally: PostingState) -> None:
    closing, reveal = (PostingKind.CLOSING, PostingState.DUE), (PostingKind.REVEAL, PostingState.DUE)
    count, first, _ = await add(database, "here", RoundState.CLOSED, (PostingKind.TALLY, tally), closing, reveal)
    found = {PostingState.SENDING: [], PostingState.DUE: [first, count], PostingState.SENT: [first]}
    assert await due(database) == found[tally]


@pytest.mark.parametrize("kind", [PostingKind.TALLY, PostingKind.DISCUSSION])
@pytest.mark.parametrize("state", [PostingState.DUE, PostingState.SENDING])
async def test_neither_tally_nor_thread_keeps_the_next_question_back(
    database: Database, kind: PostingKind, state: PostingState
) -> None:
    await add(database, "here", RoundState.REVEALED, (kind, state))
    async with database.writing() as session:
        tomorrow = Round(place_id=1, day=date(2026, 11, 23), due_at=NOON)
        session.add(tomorrow)
        await session.flush()
        question = Posting(round_id=tomorrow.id, place_id=1, kind=PostingKind.QUESTION, due_at=NOON)
        session.add(question)
        await session.flush()
    assert (await due(database))[0] == question.id
