"""The main job, once through, in the same words on every platform."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bot.bank import Bank
from bot.domain.question import Question
from bot.store.database import Database
from tests.house import House, Time
from tests.stage import ADMIN, MEMBERS, Seen, Stage
from tests.stages import STAGES


@pytest.fixture(params=STAGES)
async def stage(request: pytest.FixtureRequest) -> AsyncIterator[Stage]:
    """A channel on one platform after the other."""
    async with STAGES[request.param]() as stage:
        yield stage


def plain(text: str) -> str:
    """Words without marks of emphasis and in one line, so that every platform's own way of showing them compares."""
    return " ".join(text.replace("`", "").replace("*", "").replace("\\", "").split())


def says(seen: Seen, *words: str) -> None:
    """Every one of these words can be read there."""
    for word in words:
        assert plain(word) in plain(seen.text), f"{word!r} is not in:\n{seen.text}"


def hides(seen: Seen, *words: str) -> None:
    """None of these words can be read there."""
    for word in words:
        assert plain(word) not in plain(seen.text), f"{word!r} is told in:\n{seen.text}"


def asked(bank: Bank, seen: Seen) -> Question:
    """Which question a message asks."""
    found = [question for question in bank.edition("") if plain(question.stem) in plain(seen.text)]
    assert len(found) == 1, seen.text
    return found[0]


@asynccontextmanager
async def bot(stage: Stage, database_url: str, bank: Bank, time: Time) -> AsyncIterator[House]:
    """The bot, connected to the stage, from start to stop."""
    database = Database(database_url)
    house = House(database, bank, time, [stage.platform])
    try:
        await stage.connect(house.quiz)
        yield house
        await stage.disconnect()
    finally:
        await database.close()


async def test_one_drill_all_the_way(stage: Stage, database_url: str, bank: Bank, time: Time) -> None:
    async with bot(stage, database_url, bank, time) as house:
        posted, question = await first_day(stage, house, bank, time)
    async with bot(stage, database_url, bank, time) as house:
        await second_day(stage, house, bank, time, posted, question)


async def first_day(stage: Stage, house: House, bank: Bank, time: Time) -> tuple[Seen, Question]:
    """Set up, posted, answered; nothing told."""
    grace, linus, barbara = MEMBERS

    # An admin sets the drill up on a Sunday, for nine o'clock in Berlin.
    form = await stage.ask(ADMIN, "setup")
    assert form.form
    ready = await stage.fill(ADMIN, form, {"at": "09:00", "zone": "Europe/Berlin", "days": "mon-fri"})
    says(ready, "The daily question is set up", "09:00", "Europe/Berlin", "mon-fri")

    # On Monday at that time, and not a minute before, the question appears once.
    time.set("2026-11-23 07:59")
    await house.delivery.sweep()
    assert stage.channel() == []
    time.set("2026-11-23 08:00")
    await house.delivery.sweep()
    await house.delivery.sweep()
    [posted] = stage.channel()
    question = asked(bank, posted)
    right = question.key
    wrong = next(option.letter for option in question.options if option.letter != question.key)
    says(posted, "Daily question", *(option.text for option in question.options))
    assert posted.buttons == tuple(option.letter for option in question.options)

    # One answers and changes her mind, one presses twice.
    first = await stage.press(grace, posted, wrong)
    says(first, f"Recorded: {wrong}", "Nobody else sees it")
    says(await stage.press(grace, first, right), f"Recorded: {right}", f"It was {wrong} before")
    says(await stage.press(linus, posted, right), f"Recorded: {right}")
    says(await stage.press(linus, posted, right), f"Recorded: {right}")

    # Nobody sees another's answer, nor is anything of the explanation told to anybody.
    assert list(stage.channel()) == [posted]
    assert list(stage.private(barbara)) == []
    secrets = [question.explanation.split(". ")[0], *(option.reason for option in question.options)]
    for name in (ADMIN, *MEMBERS):
        for seen in stage.private(name):
            hides(seen, *secrets, *(other for other in MEMBERS if other != name))
    hides(posted, *secrets, *MEMBERS)

    return posted, question


async def second_day(stage: Stage, house: House, bank: Bank, time: Time, posted: Seen, question: Question) -> None:
    """The bot has been restarted: the old button still works. Then closed, revealed, ranked."""
    grace, linus, barbara = MEMBERS
    right = question.key
    again = await stage.press(linus, posted, right)
    says(await stage.press(linus, again, "I'm sure"), f"Recorded: {right}", "you are sure")

    # One comes after the close and is told so kindly; then the round is revealed, and the next question follows.
    time.set("2026-11-24 08:00")
    says(await stage.press(barbara, posted, right), "This question has closed", "thank you for taking part")
    await house.delivery.sweep()
    closed, reveal, following = stage.channel()
    assert (closed.id, closed.buttons) == (posted.id, ())
    says(closed, "closed", "2 people answered, 2 right")
    assert asked(bank, following) != question
    says(reveal, f"The answer is {right}", question.code, question.output, question.sql, question.explanation)
    says(reveal, *(option.reason for option in question.options), "2 people answered, 2 right")
    says(reveal, "chosen by 2", "chosen by 0")

    # The board ranks them, and each has a streak.
    board = await stage.ask(grace, "board")
    says(board, "11 points", "10 points")
    assert plain(board.text).index(linus) < plain(board.text).index(grace)
    hides(board, barbara)
    says(await stage.ask(grace, "me"), "Streak", "1 day", "10 in 1 closed round")
    says(await stage.press(barbara, reveal, "How did I do?"), "You sat this one out")
