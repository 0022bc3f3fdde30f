"""A hint and a late answer, in the same words on every platform: each is between the quiz and one person."""

from collections.abc import AsyncIterator

import pytest

from bot.bank import Bank
from bot.domain.question import Kind, Question
from tests.house import Time
from tests.stage import ADMIN, MEMBERS, Seen, Stage
from tests.stages import WAYS
from tests.test_story import asked, bot, hides, says, shown, slip

HINT = "Hint (−2)"
OFFER = "Answer late: it keeps your streak and scores nothing"


@pytest.fixture(params=WAYS)
async def stage(request: pytest.FixtureRequest) -> AsyncIterator[Stage]:
    """A channel on one platform after the other, reached by every way there is."""
    async with WAYS[request.param]() as stage:
        yield stage


def with_hints(bank: Bank, kind: Kind) -> Bank:
    """The questions of one kind that have a hint."""
    editions = {
        version: {slug: question for slug, question in edition.items() if question.kind is kind and question.hint}
        for version, edition in bank.editions.items()
    }
    return Bank(editions, bank.topics)


@pytest.mark.parametrize("kind", [Kind.CHOICE, Kind.SEVERAL, Kind.ORDER])
async def test_a_hint_and_a_late_answer(stage: Stage, database_url: str, bank: Bank, time: Time, kind: Kind) -> None:
    bank = with_hints(bank, kind)
    async with bot(stage, database_url, bank, time) as house:
        await stage.fill(ADMIN, await stage.ask(ADMIN, "setup"), {"at": "09:00", "zone": "UTC", "days": "daily"})
        time.set("2026-11-23 09:00")
        await house.delivery.sweep()
        [posted] = stage.channel()
        question = asked(bank, posted)
        await take_a_hint(stage, posted, question)
        today = await stage.ask(MEMBERS[1], "today")
        time.set("2026-11-24 09:00")
        await house.delivery.sweep()
        await answer_late(stage, today, question)


async def take_a_hint(stage: Stage, posted: Seen, question: Question) -> None:
    """One has the hint before she answers, and once more from her receipt; that is hers alone."""
    grace, *others = MEMBERS
    assert posted.buttons == (*(option.letter for option in question.options), HINT)
    hint = await stage.press(grace, posted, HINT)
    says(hint, "A hint", question.hint, "It takes 2 points off this question, once")
    assert HINT not in hint.buttons
    receipt = await stage.press(grace, await stage.choose(grace, hint, question.key), "I'm sure")
    says(receipt, "you are sure", "The hint takes 2 off")
    says(await stage.press(grace, receipt, HINT), question.hint, "You have it already")
    says(await stage.ask(grace, "today"), question.hint)
    assert HINT in (await stage.ask(ADMIN, "today")).buttons
    assert list(stage.channel()) == [posted]
    for seen in (posted, *(each for name in (ADMIN, *others) for each in stage.private(name))):
        hides(seen, question.hint)


async def answer_late(stage: Stage, today: Seen, question: Question) -> None:
    """The question has closed, and only one of three has answered it. `today` is what another was shown before."""
    grace, linus, barbara = MEMBERS
    _, reveal, _ = stage.channel()
    says(await stage.press(grace, reveal, "How did I do?"), "9 points (right 10, sure +1, hint −2 = 9)")

    # One who missed it answers late, from the reveal, and is judged at once.
    missed = await stage.press(barbara, reveal, "How did I do?")
    says(missed, "You sat this one out", OFFER, *(option.text for option in question.options))
    late = await stage.choose(barbara, missed, question.key)
    if "That is my answer" in late.buttons:
        late = await stage.press(barbara, late, "That is my answer")
    says(late, "Right", f"You answered {shown(question, question.key)} after the close", "scores nothing")
    assert "Explain" in late.buttons
    says(await stage.press(barbara, reveal, "How did I do?"), "after the close")
    says(await stage.ask(barbara, "me"), "1 day, longest 1", "0 in 0 closed rounds")

    # Another presses an old button of his, and is offered the same before anything is recorded.
    old = await stage.choose(linus, today, [slip(question)])
    says(old, "This question has closed", OFFER)
    says(await stage.ask(linus, "me"), "You have not answered a question here yet")
    if question.kind is Kind.CHOICE:
        wrong = await stage.press(linus, old, slip(question))
        says(wrong, "Not this time", f"The answer was {question.key}", "scores nothing")

    # Neither is on the board, nor does anybody see what they said.
    board = await stage.ask(ADMIN, "board")
    says(board, "9 points", "1 person on this board")
    for seen in (board, *stage.channel()):
        hides(seen, linus, barbara, "after the close")
