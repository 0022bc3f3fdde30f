"""A key is disputed and ruled on, in the same words on every platform."""

from collections.abc import AsyncIterator

import pytest

from bot.bank import Bank
from bot.domain.question import Kind, Question
from tests.house import Time
from tests.stage import ADMIN, MEMBERS, Seen, Stage
from tests.stages import STAGES
from tests.test_story import asked, bot, hides, only, press_all, says, shown

REASON = "I have run it on 2.0, and there it prints something else."


@pytest.fixture(params=STAGES)
async def stage(request: pytest.FixtureRequest) -> AsyncIterator[Stage]:
    """A channel on one platform after the other."""
    async with STAGES[request.param]() as stage:
        yield stage


def other_than(question: Question) -> str:
    """A whole answer that the key does not accept."""
    if question.kind is Kind.ORDER:
        return question.key[::-1]
    return next(option.letter for option in question.options if option.letter not in question.key)


def latest(stage: Stage, title: str) -> Seen:
    """The latest message of the channel that says so."""
    return [seen for seen in stage.channel() if title in seen.text][-1]


async def _rest() -> None:
    """What is due waits for the next sweep."""


@pytest.mark.parametrize("kind", [Kind.CHOICE, Kind.ORDER])
async def test_from_the_button_to_the_correction(
    stage: Stage, database_url: str, bank: Bank, time: Time, monkeypatch: pytest.MonkeyPatch, kind: Kind
) -> None:
    grace, linus, barbara = MEMBERS
    async with bot(stage, database_url, only(bank, kind), time) as house:
        form = await stage.ask(ADMIN, "setup")
        await stage.fill(ADMIN, form, {"at": "09:00", "zone": "UTC", "days": "daily"})
        time.set("2026-11-23 09:00")
        await house.delivery.sweep()
        [posted] = stage.channel()
        question = asked(house.bank, posted)
        other = other_than(question)
        await press_all(stage, grace, posted, question.key)
        await press_all(stage, linus, posted, other)
        time.set("2026-11-24 09:00")
        await house.delivery.sweep()

        # Linus was wrong, and says why he is right. Nothing is kept that says nothing.
        reveal = next(seen for seen in stage.channel() if "How did I do?" in seen.buttons)
        result = await stage.press(linus, reveal, "How did I do?")
        form = await stage.press(linus, result, "Dispute")
        assert form.form
        refused = await stage.fill(linus, form, {"text": "No."})
        says(refused, "A little more", "Nothing was kept")
        form = await stage.press(linus, refused, "Say it again")
        monkeypatch.setattr(house, "idle", _rest)  # at a terminal the keeper sits beside, and is told at once
        says(await stage.fill(linus, form, {"text": REASON}), "Thank you", "without your name")
        await house.delivery.sweep()
        says(stage.private(ADMIN)[-1], "A key is disputed", REASON)

        # Whoever keeps the question is told in private, sees the case and decides.
        listed = await stage.ask(ADMIN, "disputes")
        says(listed, "Disputed keys", "1 person waits for a ruling")
        case = await stage.press(ADMIN, listed, "23 November 2026")
        says(case, "Is the key right?", REASON, question.output, *question.code.split("\n"))
        hides(case, linus)
        if kind is Kind.CHOICE:
            weighed = await stage.press(ADMIN, case, f"Also accept → {other}")
        else:
            form = await stage.press(ADMIN, case, "Also accept…")
            weighed = await stage.fill(ADMIN, form, {"answer": other.lower()})
        says(weighed, "Shall it be so?", "1 person gains 8 points")
        says(await stage.press(ADMIN, weighed, "Decide so"), "Decided", f"{shown(question, other)} is accepted as well")
        await house.delivery.sweep()

        # Everybody reads it, and Linus has his points.
        correction = latest(stage, "A correction")
        says(correction, f"Corrected: {shown(question, other)} is accepted as well", "1 person gains 8 points")
        hides(correction, linus, grace)
        says(await stage.press(linus, correction, "How did I do now?"), "10 points", "Corrected")
        says(await stage.press(barbara, correction, "Explain"), question.explanation.split("\n\n")[0])
        says(await stage.ask(grace, "board"), "10 points")


async def test_whoever_may_not_is_told_so(stage: Stage, database_url: str, bank: Bank, time: Time) -> None:
    async with bot(stage, database_url, bank, time):
        await stage.ask(ADMIN, "setup at:09:00 zone:UTC days:daily")
        says(await stage.ask(ADMIN, "disputes"), "Nothing is disputed")
        says(await stage.ask(MEMBERS[0], f"dispute {REASON}"), "That question is not here")
