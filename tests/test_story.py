"""The main job, once through, in the same words on every platform."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bot.bank import Bank
from bot.domain.question import ONE_LETTER, Kind, Question
from bot.store.database import Database
from tests.house import House, Time
from tests.stage import ADMIN, MEMBERS, Seen, Stage
from tests.stages import WAYS


@pytest.fixture(params=WAYS)
async def stage(request: pytest.FixtureRequest) -> AsyncIterator[Stage]:
    """A channel on one platform after the other, reached by every way there is."""
    async with WAYS[request.param]() as stage:
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


def only(bank: Bank, kind: Kind) -> Bank:
    """The bank without the questions of other kinds."""
    editions = {
        version: {slug: question for slug, question in edition.items() if question.kind is kind}
        for version, edition in bank.editions.items()
    }
    return Bank(editions, bank.topics)


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


def shown(question: Question, choice: str) -> str:
    """How an answer is said back."""
    if question.kind is Kind.SEVERAL:
        return " and ".join([", ".join(choice[:-1]), choice[-1]] if len(choice) > 1 else choice)
    return " → ".join(choice)


def slip(question: Question) -> str:
    """A wrong letter to begin with."""
    right = question.key if question.kind is Kind.SEVERAL else question.key[:1]
    return next(option.letter for option in question.options if option.letter not in right)


async def mend(stage: Stage, name: str, receipt: Seen, question: Question, wrong: str) -> Seen:
    """From a wrong letter to the right answer, as one can where one is."""
    match question.kind:
        case Kind.SEVERAL:
            receipt = await stage.choose(name, receipt, question.key)
            return receipt if stage.menus else await stage.press(name, receipt, f"Not {wrong}")
        case Kind.ORDER:
            return await stage.choose(name, receipt, [f"Start with {question.key[0]}", *question.key[1:]])
        case _:
            return await stage.press(name, receipt, question.key)


async def press_all(stage: Stage, name: str, on: Seen, letters: str) -> Seen:
    """Press one letter after the other on the same message; the last receipt."""
    receipt = on
    for letter in letters:
        receipt = await stage.press(name, on, letter)
        says(receipt, "Recorded: ")
    return receipt


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.OPEN])
async def test_one_drill_all_the_way(stage: Stage, database_url: str, bank: Bank, time: Time, kind: Kind) -> None:
    bank = only(bank, kind)
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
    right = shown(question, question.key)
    wrong = slip(question)
    says(posted, "Daily question", *(option.text for option in question.options))
    hint = ["Hint (−2)"] if question.hint else []
    assert posted.buttons == (*(option.letter for option in question.options), *hint)

    # One answers and changes her mind, one presses twice.
    receipt = await stage.press(grace, posted, wrong)
    says(receipt, f"Recorded: {wrong}", "Nobody else sees it")
    receipt = await mend(stage, grace, receipt, question, wrong)
    says(receipt, f"Recorded: {right}", *([f"It was {wrong} before"] if question.kind in ONE_LETTER else []))
    says(await press_all(stage, linus, posted, question.key), f"Recorded: {right}")
    says(await press_all(stage, linus, posted, question.key), f"Recorded: {right}")

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
    right = shown(question, question.key)
    again = await stage.press(linus, posted, question.key[-1])
    says(await stage.press(linus, again, "I'm sure"), f"Recorded: {right}", "you are sure")

    # One comes after the close and is told so kindly; then the round is revealed, and the next question follows.
    time.set("2026-11-24 08:00")
    says(await stage.press(barbara, posted, question.key[0]), "This question has closed", "thank you for taking part")
    await house.delivery.sweep()
    closed, reveal, following = stage.channel()
    assert (closed.id, closed.buttons) == (posted.id, ())
    says(closed, "closed", "2 people answered, 2 right")
    assert asked(bank, following) != question
    title = {Kind.SEVERAL: "The answers are", Kind.ORDER: "The order is"}.get(question.kind, "The answer is")
    says(reveal, f"{title} {right}", question.output, *question.explanation.split("\n\n"))
    says(reveal, *question.code.split("\n"), *question.sql.split("\n"), question.fix)
    says(reveal, *(option.reason for option in question.options), "2 people answered, 2 right")
    says(reveal, *(["chosen by 2", "chosen by 0"] if question.kind is not Kind.ORDER else []))

    # The board ranks them, and each has a streak.
    board = await stage.ask(grace, "board")
    says(board, "11 points", "10 points")
    assert plain(board.text).index(linus) < plain(board.text).index(grace)
    hides(board, barbara)
    says(await stage.ask(grace, "me"), "Streak", "1 day", "10 in 1 closed round")
    says(await stage.press(barbara, reveal, "How did I do?"), "You sat this one out")


@pytest.mark.parametrize("kind", Kind)
async def test_practice_takes_every_kind_of_answer(
    stage: Stage, database_url: str, bank: Bank, time: Time, kind: Kind
) -> None:
    """A question for one alone: answered, judged and explained at once; an open one in one's own words."""
    bank, (name, *_) = only(bank, kind), MEMBERS
    async with bot(stage, database_url, bank, time):
        seen = await stage.ask(name, "practice")
        question = asked(bank, seen)
        if kind is Kind.OPEN:
            form = await stage.press(name, seen, "Write my answer")
            assert form.form
            points = await stage.fill(name, form, {"text": "It flushes, I suppose"})
            says(points, "You wrote: It flushes, I suppose", *(option.text for option in question.options))
            judged = await stage.press(name, points, f"1 of {len(question.options)}")
            says(judged, f"1 of {len(question.options)} key points", question.explanation.split("\n\n")[0])
            return
        hides(seen, question.explanation.split("\n\n")[0])
        seen = await stage.choose(name, seen, question.key)
        if "That is my answer" in seen.buttons:
            says(seen, f"Your answer so far: {shown(question, question.key)}")
            seen = await stage.press(name, seen, "That is my answer")
        says(seen, "Right", question.explanation.split("\n\n")[0], "ran on SQLAlchemy 2.1")


async def test_a_workspace_is_told_the_answers_of_its_own_version(
    stage: Stage, database_url: str, bank: Bank, time: Time
) -> None:
    question = next(
        q for q in bank.edition("2.1") if q.kind is Kind.CHOICE and q.elsewhere and q.elsewhere[0][1] != q.key
    )
    old = bank.question(question.slug, "2.0")
    assert old is not None
    async with bot(stage, database_url, bank, time):
        newest = await stage.ask(ADMIN, f"explain {question.slug}")
        says(newest, f"the answer is {question.key}", "ran on SQLAlchemy 2.1", f"On 2.0 the answer is {old.key}")
        says(await stage.ask(ADMIN, "setup zone:UTC version:2.0"), "answers of 2.0")
        older = await stage.ask(ADMIN, f"explain {question.slug}")
        says(older, f"the answer is {old.key}", "ran on SQLAlchemy 2.0", f"On 2.1 the answer is {question.key}")
        says(await stage.ask(ADMIN, "setup version:3.0"), "Nothing was changed", "2.0", "2.1")
