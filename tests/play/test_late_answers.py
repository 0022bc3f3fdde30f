"""Answering after the close: for a day, once, for the streak alone; it scores nowhere."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.bank import Bank
from bot.cards.model import Buttons, Card
from bot.commands import Answer, AnswerLate, Board, Command, Explain, Result, Week
from bot.domain.identity import Person, Place, Workspace
from bot.domain.question import Kind, Question
from bot.domain.rounds import LATE
from bot.domain.standings import Scope, Span
from bot.play import rebuilding, revealing
from bot.store import answers, hints, models, places, rounds
from bot.store.database import Database
from tests.fakes.memory import Memory
from tests.house import ADA, GRACE, LINUS, PLACE, House, Time
from tests.test_story import only

STRANGER = Person(Workspace("memory", "elsewhere"), "2", "Grace")
OFFER = "Answer late: it keeps your streak and scores nothing"
CLOSE = datetime(2026, 11, 24, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def single(bank: Bank) -> Bank:
    """A bank of questions of one letter."""
    return only(bank, Kind.CHOICE)


async def asked(database: Database, bank: Bank, time: Time) -> House:
    """A drill on each day at nine in UTC, whose first question has just been posted."""
    house = House(database, bank, time, [Memory()])
    await house.ask("setup at:09:00 zone:UTC days:daily")
    time.set("2026-11-23 09:00")
    await house.delivery.sweep()
    return house


@pytest.fixture
async def house(database: Database, single: Bank, time: Time) -> House:
    """The same a day later: Linus answered the first question in time, and Grace did not."""
    house = await asked(database, single, time)
    await house.ask(Answer(1, (await question(house)).key), LINUS)
    time.set("2026-11-24 09:00")
    await house.delivery.sweep()
    return house


async def question(house: House, number: int = 1) -> Question:
    """What a round asks."""
    async with house.database.reading() as session:
        this = await session.get_one(models.Round, number)
    found = house.bank.question(this.question or "")
    assert found is not None
    return found


async def log(house: House) -> list[tuple[str, int, str, bool, datetime]]:
    """Who said what in the first round."""
    columns = (models.Person.name, models.Answer.seq, models.Answer.choice, models.Answer.sure, models.Answer.at)
    query = select(*columns).join(models.Person).where(models.Answer.round_id == 1).order_by(models.Answer.id)
    async with house.database.reading() as session:
        return [(name, seq, choice, sure, at) for name, seq, choice, sure, at in await session.execute(query)]


async def presses(house: House, command: Command, person: Person) -> list[Command]:
    """What can be pressed on the answer to a command."""
    says = (await house.quiz.handle(command, person, PLACE)).says
    assert isinstance(says, Card)
    return [button.press for block in says.blocks if isinstance(block, Buttons) for button in block.items]


@pytest.mark.parametrize("way", [Result(1), Answer(1, "A"), Answer(1, "B", sure=True)])
async def test_whoever_missed_a_question_is_offered_it_once_more_and_judged_at_once(house: House, way: Command) -> None:
    asked_then, before = await question(house), await log(house)
    assert OFFER in await house.ask(way, GRACE)
    letters = [AnswerLate(1, option.letter) for option in asked_then.options]
    assert (await presses(house, way, GRACE))[: len(letters)] == letters
    assert await log(house) == before, "to be offered it is no answer"
    said = await house.ask(AnswerLate(1, asked_then.key), GRACE)
    assert said.startswith("Right")
    assert "after the close: it keeps your streak and scores nothing" in said
    assert Explain(asked_then.slug, version=asked_then.version) in await presses(house, Result(1), GRACE)
    assert (await log(house))[1:] == [("Grace", 1, asked_then.key, False, CLOSE)]


async def test_a_late_answer_is_said_once_and_cannot_be_changed(house: House) -> None:
    right = (await question(house)).key
    wrong = "A" if right != "A" else "B"
    assert "Not this time" in await house.ask(AnswerLate(1, wrong), GRACE)
    for command in (AnswerLate(1, right), Result(1), AnswerLate(1, right, draft=True)):
        said = await house.ask(command, GRACE)
        assert f"You answered {wrong} after the close" in said
        assert OFFER not in said
    said = await house.ask(Answer(1, right), GRACE)
    assert f"You answered it after the close, with {wrong}" in said
    assert OFFER not in said
    assert [(name, choice) for name, _, choice, _, _ in await log(house)] == [("Linus", right), ("Grace", wrong)]


async def test_counting_again_gives_no_points_for_late_answers_and_takes_those_for_hints(
    database: Database, single: Bank, time: Time
) -> None:
    house = await asked(database, single, time)
    right = (await question(house)).key
    await house.ask(Answer(1, right), LINUS)
    async with database.writing() as session:
        linus = await places.meet_person(session, LINUS)
        await hints.use(session, 1, linus, house.time())
    time.set("2026-11-24 09:00")
    await house.delivery.sweep()
    await house.ask(AnswerLate(1, right), GRACE)
    async with database.writing() as session:
        workspace = await places.meet_workspace(session, LINUS.workspace)
        assert await rebuilding.rebuild(session, workspace) == rebuilding.Recounted(1, 0, 0)
    assert "8 points" in await house.ask(Board(span=Span.ALL), ADA)


async def test_whoever_answered_in_time_cannot_answer_late(house: House) -> None:
    right, before = (await question(house)).key, await log(house)
    for command in (Result(1), AnswerLate(1, "A"), AnswerLate(1, right)):
        said = await house.ask(command, LINUS)
        assert f"You answered {right}: 10 points." in said
        assert OFFER not in said
    assert f"Your answer {right} from before the close counts." in await house.ask(Answer(1, "A"), LINUS)
    assert await log(house) == before


async def test_one_can_do_so_for_a_day_and_no_longer(house: House, time: Time) -> None:
    before = await log(house)
    time.now = CLOSE + LATE - timedelta(microseconds=1)
    assert OFFER in await house.ask(Result(1), GRACE)
    time.now = CLOSE + LATE
    for command in (Result(1), AnswerLate(1, "A")):
        said = await house.ask(command, GRACE)
        assert "You sat this one out" in said
        assert "The answer was" in said
        assert OFFER not in said
    said = await house.ask(Answer(1, "A"), GRACE)
    assert "the next question comes soon" in said
    assert OFFER not in said
    assert await log(house) == before
    time.now = CLOSE + LATE - timedelta(microseconds=1)
    assert "after the close" in await house.ask(AnswerLate(1, "A"), GRACE)


async def test_a_late_answer_keeps_the_streak(house: House, time: Time) -> None:
    assert "1 day, longest 1" in await house.ask("me", LINUS)
    await house.ask(AnswerLate(1, "A"), GRACE)
    await house.ask(Answer(2, "A"), GRACE)
    time.set("2026-11-25 09:00")
    await house.delivery.sweep()
    assert "2 days, longest 2" in await house.ask("me", GRACE)
    assert "freeze left" not in await house.ask("me", GRACE), "none was needed"
    assert "1 freeze left" in await house.ask("me", LINUS), "who missed one for good"


async def test_a_late_answer_scores_nowhere(house: House, time: Time) -> None:
    right = (await question(house)).key
    boards = [Board(Scope.PEOPLE, span) for span in Span]
    before = [await house.ask(command, ADA) for command in boards]
    week = await house.ask(Week(1), LINUS)
    await house.ask(AnswerLate(1, right), GRACE)
    assert [await house.ask(command, ADA) for command in boards] == before
    assert all("Grace" not in said and "1 person on this board" in said for said in before)
    numbers = " ".join((await house.ask("me", GRACE)).split())
    for fact in ("0 in 0 closed rounds", "0 of 0", "from the first close on", "1 day, longest 1"):
        assert fact in numbers
    assert "point" not in (await house.ask(Result(1), GRACE)).lower()
    assert "not answered" in await house.ask(Week(1), GRACE)
    assert await house.ask(Week(1), LINUS) == week
    async with house.database.writing() as session:
        this = await rounds.find_round(session, 1, PLACE.workspace)
        assert this is not None
        shown = await revealing.revealed(session, house.bank, this)
        assert shown is not None
        assert (shown.answered, shown.right, len(shown.leaders)) == (1, 1, 1)
        assert [answer.choice for answer in await answers.last_answers(session, 1)] == [right]
    [platform] = house.platforms
    assert isinstance(platform, Memory)
    time.set("2026-11-30 09:00")
    await house.delivery.sweep()
    assert "Grace" not in "\n".join(message.text() for message in platform.messages)


@pytest.mark.parametrize(
    ("command", "person", "place", "told"),
    [
        (AnswerLate(1, "A"), STRANGER, Place(STRANGER.workspace, "general"), "That question is not here"),
        (AnswerLate(1, "A"), STRANGER, PLACE, "That question is not here"),
        (AnswerLate(2, "A"), GRACE, PLACE, "Still open"),
        (AnswerLate(3, "A"), GRACE, PLACE, "That question is not here"),  # it is planned
        (AnswerLate(999, "A"), GRACE, PLACE, "That question is not here"),
        (AnswerLate(1, "Z"), GRACE, PLACE, "There is no such letter"),
        (AnswerLate(1, "AB"), GRACE, PLACE, "There is no such letter"),
        (AnswerLate(1, "👍"), GRACE, PLACE, "There is no such letter"),
    ],
)
async def test_what_cannot_be_answered_late_is_not_recorded(
    house: House, command: Command, person: Person, place: Place, told: str
) -> None:
    before = await log(house)
    assert told in await house.ask(command, person, place)
    assert await log(house) == before


async def test_many_presses_at_once_are_one_answer(house: House, database_url: str) -> None:
    other = Database(database_url)
    houses = [house, House(other, house.bank, house.time, house.platforms)]
    told = await asyncio.gather(*(houses[n % 2].ask(AnswerLate(1, "AB"[n % 2]), GRACE) for n in range(20)))
    assert len({*told}) == 1, "whatever was pressed, one answer stands, and all are told of it"
    [(_, seq, choice, _, _)] = [row for row in await log(house) if row[0] == "Grace"]
    assert seq == 1
    assert f"You answered {choice} after the close" in told[0]
    await other.close()


@pytest.mark.parametrize("kind", [Kind.SEVERAL, Kind.ORDER])
async def test_of_an_answer_of_several_letters_only_the_finished_one_is_recorded(
    database: Database, bank: Bank, time: Time, kind: Kind
) -> None:
    house = await asked(database, only(bank, kind), time)
    key = (await question(house)).key
    time.set("2026-11-24 09:00")
    await house.delivery.sweep()
    for length in range(1, len(key) + 1):
        assert "Your answer so far" in await house.ask(AnswerLate(1, key[:length], draft=True), GRACE)
        assert await log(house) == []
    assert AnswerLate(1, key) in await presses(house, AnswerLate(1, key, draft=True), GRACE)
    assert (await house.ask(AnswerLate(1, key), GRACE)).startswith("Right")
    assert [row[2] for row in await log(house)] == [key]


async def test_until_the_round_is_closed_nothing_is_offered(database: Database, single: Bank, time: Time) -> None:
    house = await asked(database, single, time)
    time.set("2026-11-24 09:00")  # nobody has closed it yet, and somebody's clock may be behind
    assert OFFER not in await house.ask(Answer(1, "A"), GRACE)
    assert "Still open" in await house.ask(AnswerLate(1, "A"), GRACE)
    assert await log(house) == []
    await house.delivery.sweep()
    assert OFFER in await house.ask(Answer(1, "A"), GRACE)


async def test_a_keeper_who_closes_early_begins_the_day_of_late_answers_then(
    database: Database, single: Bank, time: Time
) -> None:
    house = await asked(database, single, time)
    time.set("2026-11-23 12:00")
    await house.ask("reveal")
    time.set("2026-11-23 11:59")  # by the clock of another process
    assert OFFER in await house.ask(Result(1), GRACE)
    await house.ask(AnswerLate(1, "A"), GRACE)
    closed = datetime(2026, 11, 23, 12, tzinfo=UTC)
    assert await log(house) == [("Grace", 1, "A", False, closed)], "no clock makes of it one given in time"
    async with database.reading() as session:
        assert await answers.last_answers(session, 1) == []
    time.set("2026-11-24 12:00")
    assert OFFER not in await house.ask(Result(1), LINUS)


async def test_an_answer_accepted_before_a_round_was_closed_early_counts_whatever_the_clocks_say(
    database: Database, single: Bank, time: Time
) -> None:
    house = await asked(database, single, time)
    right = (await question(house)).key
    time.set("2026-11-23 12:00:01")
    assert "Recorded" in await house.ask(Answer(1, right), GRACE)
    time.set("2026-11-23 12:00")
    await house.ask("reveal")
    assert "10 points" in await house.ask(Result(1), GRACE)
    async with database.reading() as session:
        assert [answer.choice for answer in await answers.last_answers(session, 1)] == [right]
