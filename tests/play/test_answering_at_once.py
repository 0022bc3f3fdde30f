"""Answers in rounds that this process saw a moment ago mean what they mean to a process that knows nothing."""

import shutil
from collections.abc import Collection, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import Engine, event, select, update

from bot.bank import Bank
from bot.commands import Answer
from bot.domain.identity import Person, Place, Posted
from bot.domain.rounds import RevealRule
from bot.play import answering_at_once, leaving, taking
from bot.store import models, rounds
from bot.store.database import Database, Session
from bot.store.first_answers import FirstAnswer, add_first_at_once
from tests.fakes.memory import Memory
from tests.house import GRACE, LINUS, WORKSPACE, House
from tests.play.test_answering import FIRST, SECOND, STRANGER, log, two_rounds
from tests.tallying import states

GENERAL = Place(WORKSPACE, "general")
CROWD = [GRACE, LINUS, STRANGER, *(Person(WORKSPACE, f"n{number}", f"N{number}") for number in range(80))]


@pytest.fixture
async def house(database: Database, bank: Bank) -> House:
    """Two open questions, and two people whom we know since they answered the first."""
    house = await two_rounds(database, bank)
    for who in (GRACE, LINUS):
        await house.ask(Answer(FIRST, "A"), who)
    return house


@pytest.fixture
def done() -> Iterator[list[str]]:
    """What is executed from now on."""
    found: list[str] = []

    def look(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        found.append(next(word for word in ("BEGIN", "INSERT", "UPDATE", "SELECT") if word in statement))

    event.listen(Engine, "before_cursor_execute", look)
    yield found
    event.remove(Engine, "before_cursor_execute", look)


def texts(house: House) -> list[str]:
    """What the messages say by now."""
    [platform] = house.platforms
    assert isinstance(platform, Memory)
    return [message.text() for message in platform.messages]


@pytest.mark.parametrize("reveal", RevealRule)
async def test_whoever_is_known_answers_in_one_statement(house: House, done: list[str], reveal: RevealRule) -> None:
    async with house.database.writing() as session:
        await session.execute(update(models.Drill).values(reveal=reveal))
    first = await house.quiz.handle(Answer(SECOND, "A"), GRACE, GENERAL)
    done.clear()
    house.time.pass_(seconds=4)
    assert await house.quiz.handle(Answer(SECOND, "A"), LINUS, GENERAL) == first
    assert done == ["INSERT"]
    assert [row[:2] for row in await log(house)][2:] == [(SECOND, GRACE.id), (SECOND, LINUS.id)]


@pytest.mark.parametrize(
    ("who", "said", "where"),
    [
        (LINUS, Answer(SECOND, "Z"), GENERAL),
        (STRANGER, Answer(SECOND, "A"), Place(STRANGER.workspace, "general")),
        (STRANGER, Answer(SECOND, "A"), GENERAL),
        (LINUS, Answer(SECOND, "A"), replace(GENERAL, channel="random", is_open=True)),
    ],
)
async def test_what_is_not_usual_is_looked_into_first(
    house: House, done: list[str], who: Person, said: Answer, where: Place
) -> None:
    await house.ask(Answer(SECOND, "A"), GRACE)
    done.clear()
    await house.ask(said, who, where)
    assert "SELECT" in done[:2]


async def test_after_a_moment_the_round_is_looked_up_again(house: House, done: list[str]) -> None:
    await house.ask(Answer(SECOND, "A"), GRACE)
    house.time.pass_(seconds=5)
    done.clear()
    assert "Recorded" in await house.ask(Answer(SECOND, "A"), LINUS)
    assert "SELECT" in done[:2]


async def test_a_press_on_a_copy_is_looked_into(house: House, done: list[str]) -> None:
    await house.ask(Answer(SECOND, "A"), GRACE)
    done.clear()
    copy = Posted(Place(WORKSPACE, "random"), "a copy")
    await house.quiz.handle(Answer(SECOND, "A"), LINUS, copy.place, copy)
    assert "SELECT" in done[:2]


async def test_a_round_that_closed_meanwhile_takes_no_more(house: House) -> None:
    await house.ask(Answer(SECOND, "A"), GRACE)
    other = House(house.database, house.bank, house.time, house.platforms)
    await other.ask("reveal", Person(WORKSPACE, "1", "Ada", manages=True), Place(WORKSPACE, "random"))
    assert "closed" in (await house.ask(Answer(SECOND, "A"), LINUS)).lower()
    assert (SECOND, LINUS.id) not in [row[:2] for row in await log(house)]


async def test_a_workspace_that_was_left_is_asked_about(house: House) -> None:
    await house.ask(Answer(SECOND, "A"), GRACE)
    async with house.database.writing() as session:
        await leaving.leave(session, WORKSPACE, house.time())
    assert "Removed from here" in await house.ask(Answer(SECOND, "A"), LINUS)


async def test_whoever_answers_after_a_count_is_counted_by_the_next(house: House) -> None:
    """Though this process remembers a tally that was due."""
    crowd = [Person(WORKSPACE, f"n{number}", f"N{number}") for number in range(3)]
    for who in crowd:
        await house.ask(Answer(FIRST, "A"), who)
    await house.ask(Answer(SECOND, "A"), GRACE)
    house.time.pass_(seconds=29)
    await house.ask(Answer(SECOND, "A"), crowd[0])
    house.time.pass_(seconds=1)
    await house.delivery.sweep()
    assert await states(house) == ["sent", "sent"]
    assert "Recorded" in await house.ask(Answer(SECOND, "A"), crowd[1])
    assert sorted(map(str, await states(house))) == ["due", "sent"]
    assert "Recorded" in await house.ask(Answer(SECOND, "A"), crowd[2])
    house.time.pass_(seconds=31)
    await house.delivery.sweep()
    assert all(any(count in text for text in texts(house)) for count in ("4 answered so far", "5 answered so far"))


async def told_and_kept(file: Path, bank: Bank, seed: int, *, remembers: bool) -> tuple[list[str], object, list[str]]:
    """What a crowd is told, what is in the log, and what the messages say in the end."""
    luck, told = Random(seed), []  # noqa: S311  # the same crowd in every run
    house = await two_rounds(Database(f"sqlite+aiosqlite:///{file}"), bank)
    for who in CROWD[:-5]:  # the others are new
        await house.ask(Answer(FIRST, "A"), who, Place(who.workspace, "general"))
    for _ in range(200):
        house.time.pass_(seconds=luck.choice([*[0] * 9, 1, 2, 30]))
        who, sure = luck.choice(CROWD), luck.random() < 0.5
        name = luck.choice([*[who.name] * 9, f"{who.name} the Second", ""])
        choice = luck.choice([*"ABAB", "b", "a", "D,A", "Z", "AB"])
        said = Answer(luck.choice([FIRST, SECOND, SECOND]), choice, sure, more=luck.random() < 0.1)
        where = Place(who.workspace, "random", is_open=luck.choice([*[None] * 9, True, False]))
        if luck.random() < 0.1:
            await house.delivery.sweep()
        one = house if remembers else House(house.database, house.bank, house.time, house.platforms)
        told.append(await one.ask(said, replace(who, name=name), where))
    for _ in range(3):
        house.time.pass_(seconds=70)
        await house.delivery.sweep()
    kept = await log(house)
    await house.database.close()
    return told, kept, texts(house)


@pytest.mark.parametrize("seed", range(5))
async def test_what_is_remembered_changes_nothing(
    migrated: Path, tmp_path: Path, bank: Bank, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    added: list[tuple[int, str]] = []

    async def counted(session: Session, said: Sequence[FirstAnswer]) -> AbstractSet[tuple[int, str]]:
        found = await add_first_at_once(session, said)
        added.extend(found)
        return found

    monkeypatch.setattr(answering_at_once, "add_first_at_once", counted)
    files = [Path(shutil.copy(migrated, tmp_path / name)) for name in ("remembers", "forgets")]
    remembering = await told_and_kept(files[0], bank, seed, remembers=True)
    at_once = len(added)
    assert remembering == await told_and_kept(files[1], bank, seed, remembers=False)
    assert at_once > 10
    assert len(added) == at_once, "whoever never remembers never adds any at once"


async def test_whoever_answers_again_makes_no_tally_due(house: House) -> None:
    """So that nobody else may believe it."""
    await house.ask(Answer(SECOND, "A"), GRACE)
    house.time.pass_(seconds=31)
    await house.delivery.sweep()
    await house.ask(Answer(SECOND, "A"), GRACE)
    assert "Recorded" in await house.ask(Answer(SECOND, "A"), LINUS)
    assert "due" in await states(house)


async def test_nobody_answers_after_the_time_of_a_round_that_is_not_closed_yet(house: House) -> None:
    house.time.now = house.time.now.replace(day=24, hour=8, minute=59, second=58)
    await house.ask(Answer(SECOND, "A"), GRACE)
    house.time.pass_(seconds=3)
    assert "Recorded" not in await house.ask(Answer(SECOND, "A"), LINUS)


async def test_a_tally_that_could_not_be_prepared_is_due_again_with_the_next_answer(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.ask(Answer(SECOND, "A"), GRACE)
    house.time.pass_(seconds=30)
    await house.ask(Answer(SECOND, "B"), GRACE)
    with monkeypatch.context() as broken:
        broken.setattr(taking, "_prepare_tally", _break)
        await house.delivery.sweep()
    assert await states(house) == ["sent", "sent"]
    await house.ask(Answer(SECOND, "A"), LINUS)
    assert sorted(map(str, await states(house))) == ["due", "sent"]


def _break(*_: object) -> bool:
    raise ZeroDivisionError


async def test_a_release_that_counts_without_saying_so_may_be_at_work_as_well(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def as_before(session: Session, round_ids: Collection[int]) -> set[int]:
        quiet = select(models.Round.id).where(models.Round.id.in_(round_ids)).with_for_update(skip_locked=True)
        return {*await session.scalars(quiet)}

    await house.ask(Answer(SECOND, "A"), GRACE)
    house.time.pass_(seconds=30)
    await house.ask(Answer(SECOND, "A"), Person(WORKSPACE, "new", "New"))
    monkeypatch.setattr(rounds, "begin_tallies", as_before)
    await house.delivery.sweep()
    assert await states(house) == ["sent", "sent"]
    await house.ask(Answer(SECOND, "A"), LINUS)
    assert sorted(map(str, await states(house))) == ["due", "sent"]


async def test_what_is_news_of_a_place_is_not_forgotten_over_what_is_remembered(house: House) -> None:
    for who, is_open in ((GRACE, True), (LINUS, False)):
        await house.ask(Answer(SECOND, "A"), who, Place(WORKSPACE, "random", is_open=is_open))
    async with house.database.reading() as session:
        query = select(models.Place.is_open).where(models.Place.channel == "random")
        assert await session.scalar(query) is False
