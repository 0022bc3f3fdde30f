"""What somebody says first in a round: added in one statement for those whom we know, and nobody else."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, select, update

from bot.domain.identity import Place, Workspace
from bot.domain.rounds import PostingKind, PostingState, RoundState
from bot.domain.sending import TALLY_EVERY
from bot.store.database import Database, Session
from bot.store.first_answers import Added, FirstAnswer, add_first
from bot.store.models import Answer, Person, Posting, Round
from bot.store.places import meet_people, meet_place, meet_workspace
from tests.store.test_people import somebody_waits

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
BEFORE = NOW.replace(hour=11)
HOME, OTHER = Workspace("memory", "1"), Workspace("memory", "2")


async def ask_in(session: Session) -> tuple[int, int, int]:
    """The ids of two open rounds and of the workspace that they are in."""
    ids = []
    for channel in ("c1", "c2"):
        place = await meet_place(session, Place(HOME, channel))
        this = Round(place_id=place, day=NOW.date(), due_at=BEFORE, state=RoundState.OPEN, level=1, key="A")
        session.add(this)
        await session.flush()
        ids.append(this.id)
    return ids[0], ids[1], await meet_workspace(session, HOME)


def first(round_id: int, home: int, who: str, name: str = "", choice: str = "A") -> FirstAnswer:
    """What somebody says."""
    return FirstAnswer(0, round_id, home, who, name, choice, sure=True, at=NOW)


async def added(database: Database, said: Sequence[FirstAnswer]) -> Sequence[Added]:
    """What came of it in a transaction of its own."""
    async with database.writing() as session:
        return await add_first(session, said, NOW)


async def log(database: Database) -> list[tuple[object, ...]]:
    """What is in the log."""
    query = select(Answer.round_id, Person.external_id, Answer.choice, Answer.seq, Answer.sure, Answer.at)
    async with database.reading() as session:
        rows = await session.execute(
            query.join(Person, Answer.person_id == Person.id).order_by(Answer.round_id, Answer.id)
        )
        return [tuple(row) for row in rows]


async def test_who_is_known_by_that_name_or_says_none_is_added(database: Database) -> None:
    async with database.writing() as session:
        one, two, home = await ask_in(session)
        other = await meet_workspace(session, OTHER)
        names = {(home, "ada"): "Ada", (home, "bob"): "Bob", (other, "eve"): "Eve"}
        ids = await meet_people(session, names)
    said = [first(one, home, "bob", "Robert"), first(two, home, "ada", "Ada", "B"), first(one, home, "ada")]
    said += [first(one, home, "eve", "Eve"), first(one, home, "new", "New")]
    ada = ids[home, "ada"]
    assert sorted(await added(database, said)) == [Added(one, ada, counted=False), Added(two, ada, counted=False)]
    assert await log(database) == [(one, "ada", "A", 1, True, NOW), (two, "ada", "B", 1, True, NOW)]


async def test_who_has_answered_is_left_as_they_are(database: Database) -> None:
    async with database.writing() as session:
        one, two, home = await ask_in(session)
        await meet_people(session, {(home, "ada"): "Ada"})
    assert len(await added(database, [first(one, home, "ada")])) == 1
    again = await added(database, [first(one, home, "ada", choice="B"), first(two, home, "ada", choice="B")])
    assert [each.round_id for each in again] == [two]
    assert [(number, choice) for number, _, choice, *_ in await log(database)] == [(one, "A"), (two, "B")]
    assert await added(database, []) == []


@pytest.mark.parametrize(
    ("state", "due_at", "counted"),
    [
        (PostingState.DUE, BEFORE, True),
        (PostingState.SENDING, BEFORE, False),  # on its way without this one
        (PostingState.SENDING, NOW + timedelta(seconds=1), False),  # taken while this one waited to be written
        (PostingState.SENDING, NOW + TALLY_EVERY, True),  # made due again meanwhile
        (PostingState.SENT, NOW.replace(hour=13), False),
        (PostingState.FAILED, BEFORE, True),
    ],
)
async def test_it_is_told_whether_a_tally_is_due(
    database: Database, state: PostingState, due_at: datetime, *, counted: bool
) -> None:
    async with database.writing() as session:
        one, two, home = await ask_in(session)
        await meet_people(session, {(home, "ada"): "Ada"})
        place = await session.scalar(select(Round.place_id).where(Round.id == two))
        tally = {"round_id": two, "place_id": place, "kind": PostingKind.TALLY, "state": state, "due_at": due_at}
        question = tally | {"round_id": one, "kind": PostingKind.QUESTION, "state": PostingState.DUE}
        await session.execute(insert(Posting), [row | {"attempt": 1, "doubted": False} for row in (tally, question)])
    both = await added(database, [first(one, home, "ada"), first(two, home, "ada")])
    assert [(each.round_id, each.counted) for each in both] == [(one, False), (two, counted)]


async def test_who_is_renamed_or_forgotten_meanwhile_is_not_taken_for_who_they_were(postgresql_url: str) -> None:
    database = Database(postgresql_url)
    async with database.writing() as session:
        one, _, home = await ask_in(session)
        ids = await meet_people(session, {(home, "ada"): "Ada", (home, "bob"): "Bob", (home, "cy"): "Cy"})
    said = [first(one, home, "ada", "Ada"), first(one, home, "bob", "Bob"), first(one, home, "cy", "Cy")]
    async with database.writing() as session:
        await session.execute(update(Person).where(Person.external_id == "ada").values(name="Ada L."))
        await session.execute(update(Person).where(Person.external_id == "bob").values(external_id="nobody"))
        await session.execute(update(Person).where(Person.external_id == "cy").values(hidden=True))
        rival = asyncio.create_task(added(database, said))
        await somebody_waits(database)
    assert await rival == [Added(one, ids[home, "cy"], counted=False)]
    await database.close()


async def test_all_who_are_known_are_locked_in_one_order(postgresql_url: str) -> None:
    """Also who comes by another name: they are renamed next, when others are locked already."""
    database = Database(postgresql_url)
    async with database.writing() as session:
        one, _, home = await ask_in(session)
        ids = await meet_people(session, {(home, who): who for who in "abc"})
    async with database.writing() as session:
        await add_first(session, [first(one, home, "c", "c"), first(one, home, "a", "another")], NOW)
        for who, is_locked in (("a", True), ("b", False), ("c", True)):
            assert await locked(database, ids[home, who]) == is_locked
    await database.close()


async def test_whoever_is_in_two_workspaces_is_locked_in_one_alone(postgresql_url: str) -> None:
    """Else what they say here would wait for what they do there, and that for this."""
    database = Database(postgresql_url)
    async with database.writing() as session:
        one, _, home = await ask_in(session)
        other = await meet_workspace(session, OTHER)
        ids = await meet_people(session, {(other, "ada"): "Ada", (home, "ada"): "Ada"})
    async with database.writing() as session:
        await add_first(session, [first(one, home, "ada")], NOW)
        async with asyncio.timeout(10), database.writing() as elsewhere:
            await meet_people(elsewhere, {(other, "ada"): "Ada"})
            await meet_people(session, {(home, "ada"): "Ada"})
            assert [await locked(database, each) for each in ids.values()] == [True, True]
    await database.close()


async def locked(database: Database, person_id: int) -> bool:
    """Whether somebody else has locked a person."""
    query = select(Person.id).where(Person.id == person_id).with_for_update(skip_locked=True)
    async with database.writing() as session:
        return await session.scalar(query) is None
