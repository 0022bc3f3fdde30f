"""Disputed keys: said once, told once, ruled on once, and everybody's points and boards are what they have to be."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.bank import Bank
from bot.commands import Dispute, Disputes, Result, Rule
from bot.domain.disputing import LONGEST, Ruling
from bot.domain.identity import Person, Place, Workspace
from bot.domain.question import Kind
from bot.ports import Refused
from bot.store import scores
from bot.store.database import Database, Session
from bot.store.models import Dispute as Kept
from bot.store.models import Round
from bot.store.scores import Worth
from tests.disputing import REASON, close, counted_again, disputed, opened, points, rule, state, sums
from tests.fakes.memory import Memory
from tests.house import ADA, GRACE, LINUS, PLACE, WORKSPACE, Time

BARBARA = Person(WORKSPACE, "4", "Barbara", manages=False)
ALONE = Place(Workspace("memory", "nobody's", own=True), "ada", personal=True)
KINDS = [kind for kind in Kind if kind is not Kind.OPEN]


@pytest.fixture
def platform() -> Memory:
    return Memory()


async def kept(database: Database) -> Sequence[tuple[str, Ruling | None, bool]]:
    """Everything that was said against keys."""
    async with database.reading() as session:
        rows = await session.execute(select(Kept.text, Kept.ruling, Kept.told).order_by(Kept.at, Kept.person_id))
        return [(text, ruling, told) for text, ruling, told in rows]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("ruling", Ruling)
async def test_a_ruling_moves_boards_by_exactly_what_it_changes(
    database: Database, bank: Bank, time: Time, platform: Memory, kind: Kind, ruling: Ruling
) -> None:
    house, this, other = await disputed(database, bank, time, platform, kind)
    before, boards = await points(database, this.id), await sums(database)
    answer = other if ruling in (Ruling.CHANGED, Ruling.ALSO) else None
    assert "Decided" in await rule(house, this, ruling, answer)
    after, moved = await points(database, this.id), await sums(database)
    grace, linus = sorted(before)
    full = {Ruling.STANDS: before, Ruling.VOID: {}}.get(ruling, {grace: after.get(grace), linus: 10})
    assert after == full
    assert after.get(grace, 0) == 11 if ruling in (Ruling.STANDS, Ruling.ALSO) else after.get(grace, 0) < 11
    for (board, person), (had, right, rounds) in boards.items():
        now = moved.get((board, person), (0, 0, 0))
        assert now[0] - had == after.get(person, 0) - before.get(person, 0)
        assert now[2] == (0 if ruling is Ruling.VOID else rounds)
        assert right - 1 <= now[1] <= right + 1
    assert ((await counted_again(database)).scores, (await counted_again(database)).standings) == (0, 0)
    assert [ruled for _, ruled, _ in await kept(database)] == [ruling]


@pytest.mark.parametrize("ruling", [Ruling.CHANGED, Ruling.ALSO, Ruling.VOID])
async def test_a_later_ruling_takes_the_place_of_the_earlier(
    database: Database, bank: Bank, time: Time, platform: Memory, ruling: Ruling
) -> None:
    house, this, other = await disputed(database, bank, time, platform)
    before = (await points(database, this.id), await sums(database))
    await rule(house, this, ruling, None if ruling is Ruling.VOID else other)
    await house.idle()
    assert (await points(database, this.id), await sums(database)) != before
    correction = platform.messages[-1]
    assert "A correction" in correction.text()
    await rule(house, this, Ruling.STANDS)
    assert (await points(database, this.id), await sums(database)) == before
    await house.idle()
    assert platform.messages[-1] is correction, "the same message, edited"
    assert "All points are as they were" in correction.text()


async def test_what_a_ruling_would_do_is_said_before_and_does_nothing(
    database: Database, bank: Bank, time: Time, platform: Memory
) -> None:
    house, this, other = await disputed(database, bank, time, platform)
    before = (await points(database, this.id), await sums(database))
    case = await house.ask(Disputes(str(this.id)))
    assert all(words in case for words in ("Is the key right?", REASON, "Key stands", f"Also accept → {other}"))
    assert "Linus" not in case
    assert "1 person gains 8 points" in await house.ask(Disputes(str(this.id), Ruling.ALSO, other))
    told = await house.ask(Disputes(str(this.id), Ruling.CHANGED, other))
    assert "1 person gains 8 points, 1 person loses 11 points" in told
    assert "2 people lose 13 points" in await house.ask(Disputes(str(this.id), Ruling.VOID))
    assert "Nobody's points change. Nothing is posted" in " ".join(
        (await house.ask(Disputes(str(this.id), Ruling.STANDS))).split()
    )
    assert (await points(database, this.id), await sums(database)) == before


async def test_the_whole_way_by_words(database: Database, bank: Bank, time: Time, platform: Memory) -> None:
    house, this, other = await disputed(database, bank, time, platform)
    assert "1 person waits for a ruling" in await house.ask("disputes")
    assert "Shall it be so?" in await house.ask(f"disputes {this.id} also {other}")
    assert "No such answer" in await house.ask(f"disputes {this.id} also {this.key}")
    assert "That question is not here" in await house.ask("disputes nonsense")
    await rule(house, this, Ruling.ALSO, other)
    assert "decided" in await house.ask("disputes")
    time.pass_(days=15)
    assert "Nothing is disputed" in await house.ask("disputes")


async def test_results_and_later_reveals_show_the_correction(
    database: Database, bank: Bank, time: Time, platform: Memory
) -> None:
    house, this, other = await disputed(database, bank, time, platform)
    assert "The answer was" in await house.ask(Result(this.id), LINUS)
    await rule(house, this, Ruling.ALSO, other)
    told = await house.ask(Result(this.id), LINUS)
    assert f"Corrected: {other} is accepted as well" in told
    assert "Right" in told.splitlines()[0]
    assert "10 points" in told
    assert "Change my dispute" not in told
    await rule(house, this, Ruling.VOID)
    for person in (LINUS, GRACE):
        assert "It counts for nobody" in await house.ask(Result(this.id), person)
    assert "You sat this one out" in await house.ask(Result(this.id), BARBARA)
    assert "1 day" in await house.ask("me", LINUS), "a streak counts answering"


async def test_what_one_says_takes_the_place_of_what_one_said_until_it_is_decided(
    database: Database, bank: Bank, time: Time, platform: Memory
) -> None:
    house, this, _ = await disputed(database, bank, time, platform)
    await house.ask(Dispute(str(this.id), f"{REASON} And on 2.1."), LINUS)
    await house.ask(Dispute(str(this.id), "Neither is right, I think."), GRACE)
    assert {text for text, *_ in await kept(database)} == {f"{REASON} And on 2.1.", "Neither is right, I think."}
    await rule(house, this, Ruling.STANDS)
    assert "It was decided" in await house.ask(Dispute(str(this.id), "Once more with feeling."), LINUS)
    assert len(await kept(database)) == 2


async def test_the_latest_question_is_disputed_where_no_number_is_said(
    database: Database, bank: Bank, time: Time, platform: Memory
) -> None:
    house, this, _ = await disputed(database, bank, time, platform)
    assert "Thank you" in await house.ask("dispute B is right as well, on 2.1", GRACE)
    assert "B is right as well, on 2.1" in [text for text, *_ in await kept(database)]
    assert "That question is not here" in await house.ask("dispute it is wrong", GRACE, Place(WORKSPACE, "elsewhere"))
    assert this.id


@pytest.mark.parametrize("text", ["", " \u200b ", "too short", "x" * (LONGEST + 1)])
async def test_a_reason_has_to_be_one(database: Database, bank: Bank, time: Time, platform: Memory, text: str) -> None:
    house, this, _ = await disputed(database, bank, time, platform)
    assert "Nothing was kept" in await house.ask(Dispute(str(this.id), text), GRACE)
    assert len(await kept(database)) == 1


async def test_only_closed_rounds_of_two_weeks_can_be_disputed(
    database: Database, bank: Bank, time: Time, platform: Memory
) -> None:
    house, this = await opened(database, bank, time, platform)
    assert "Still open" in await house.ask(Dispute(str(this.id), REASON), LINUS)
    for number in ("2", "99", "0", "2147483647", "99999999999"):  # planned, or none at all
        assert "That question is not here" in await house.ask(Dispute(number, REASON), LINUS)
        assert "That question is not here" in await house.ask(Rule(int(number) % 2**31, Ruling.VOID))
    assert "That question is not here" in await house.ask(Rule(this.id, Ruling.VOID)), "open"
    await close(house, this, {GRACE: ("A", False)})
    assert "That question is not here" in await house.ask(Rule(this.id, Ruling.VOID)), "not disputed"
    assert "[Dispute]" in await house.ask(Result(this.id), GRACE)
    assert "[Dispute]" not in await house.ask(Result(this.id), LINUS), "who may still answer, and has not seen the key"
    time.pass_(days=15)
    assert "too long ago" in await house.ask(Dispute(str(this.id), REASON), LINUS)
    assert "[Dispute]" not in await house.ask(Result(this.id), GRACE)
    assert await kept(database) == []


@pytest.mark.parametrize(
    ("person", "place"),
    [
        (GRACE, PLACE),
        (GRACE, ALONE),
        (ADA, Place(Workspace("memory", "another"), "general")),
        (ADA, Place(Workspace("elsewhere", "guild"), "general")),
    ],
    ids=["no keeper", "no keeper, alone", "another workspace", "another platform"],
)
async def test_nobody_else_rules(
    database: Database, bank: Bank, time: Time, platform: Memory, person: Person, place: Place
) -> None:
    house, this, other = await disputed(database, bank, time, platform)
    person = Person(place.workspace, person.id, person.name, person.manages)
    for command in (Rule(this.id, Ruling.ALSO, other), Disputes(str(this.id)), Disputes(str(this.id), Ruling.VOID)):
        told = await house.ask(command, person, place)
        assert "Only keepers may do that" in told
        assert REASON not in told
    assert (await state(database, this.id)).ruling is None
    assert "Only keepers" in await house.ask("disputes", GRACE)
    elsewhere = Place(Workspace("memory", "another"), "general")
    stranger = Person(elsewhere.workspace, "3", "Linus")
    assert "That question is not here" in await house.ask(Dispute(str(this.id), REASON), stranger, elsewhere)


async def test_keepers_are_told_once_and_may_rule_where_they_are_told(
    database: Database, bank: Bank, time: Time, platform: Memory
) -> None:
    platform.closed = Refused("try later", lasting=False)
    house, this, other = await disputed(database, bank, time, platform)
    await house.delivery.sweep()
    assert platform.told == []
    platform.closed = None
    await house.delivery.sweep()
    await house.ask(Dispute(str(this.id), REASON), GRACE)
    await house.delivery.sweep()
    [(name, card)] = platform.told
    assert (name, card.title) == ("Ada", "A key is disputed")
    ada = Person(ALONE.workspace, ADA.id, ADA.name)
    assert "Is the key right?" in await house.ask(Disputes(str(this.id)), ada, ALONE)
    assert "Decided" in await house.ask(Rule(this.id, Ruling.ALSO, other), ada, ALONE)
    assert "channel" in await house.ask("disputes", ada, ALONE)


async def test_of_two_keepers_one_decides_and_the_other_is_told(
    database: Database, bank: Bank, time: Time, platform: Memory
) -> None:
    house, this, other = await disputed(database, bank, time, platform)
    both = (house.ask(Rule(this.id, Ruling.ALSO, other)), house.ask(Rule(this.id, Ruling.VOID)))
    told = sorted([line.splitlines()[0] for line in await asyncio.gather(*both)])
    assert "Decided already" in told[1] + told[0]
    assert (await state(database, this.id)).rulings == 1
    assert "Decided already" in await house.ask(Rule(this.id, Ruling.ALSO, other))
    again = await counted_again(database)
    assert (again.scores, again.standings) == (0, 0)
    await house.idle()
    assert sum("correction" in message.card.title for message in platform.messages) == 1


@pytest.mark.parametrize("ruling", [Ruling.CHANGED, Ruling.VOID])
async def test_a_ruling_while_everything_is_counted_again(
    database: Database, bank: Bank, time: Time, platform: Memory, monkeypatch: pytest.MonkeyPatch, ruling: Ruling
) -> None:
    house, this, other = await disputed(database, bank, time, platform)
    tasks: list[asyncio.Task[str]] = []
    make = scores.make

    async def slowly(session: Session, round_id: int, worths: Mapping[int, Worth]) -> int:
        """While a round is counted again somebody rules on it, and is made to wait."""
        if not tasks:
            tasks.append(asyncio.create_task(rule(house, this, ruling, None if ruling is Ruling.VOID else other)))
            await asyncio.wait(tasks, timeout=0.5)
        return await make(session, round_id, worths)

    with monkeypatch.context() as patch:
        patch.setattr(scores, "make", slowly)
        await counted_again(database)
        assert "Decided" in await tasks[0]
    again = await counted_again(database)
    assert (again.scores, again.standings) == (0, 0)
    async with database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(Round).where(Round.ruling == ruling)) == 1


async def test_a_ruling_that_fails_changes_nothing(
    database: Database, bank: Bank, time: Time, platform: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    house, this, other = await disputed(database, bank, time, platform)
    before = (await points(database, this.id), await sums(database))

    async def fail(*_given: Any) -> None:
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr("bot.play.ruling.rounds.add_posting", fail)
        assert "went wrong" in (await rule(house, this, Ruling.ALSO, other)).lower()
    assert (await points(database, this.id), await sums(database)) == before
    assert (await state(database, this.id)).ruling is None
    assert "Decided" in await rule(house, this, Ruling.ALSO, other)
