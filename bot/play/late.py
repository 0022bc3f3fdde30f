"""Answering a round that has closed: for the streak alone, once, judged at once. What it was worth was fixed before."""

from dataclasses import dataclass

from bot.bank import Bank
from bot.domain.question import ONE_LETTER, Question
from bot.play.answering import NoSuchOption
from bot.play.asked import Asked
from bot.play.revealing import MyResult, NoSuchRound, NotYetRevealed, result
from bot.store import answers, places
from bot.store.database import Session


@dataclass(frozen=True, slots=True)
class DraftedLate:
    """A late answer of several letters, so far. Nothing is recorded yet."""

    round: int
    question: Question
    choice: str


LateOutcome = MyResult | DraftedLate | NoSuchOption | NotYetRevealed | NoSuchRound


async def answer_late(
    session: Session, bank: Bank, asked: Asked, round_id: int, said: str, *, draft: bool
) -> LateOutcome:
    """Record what somebody says who did not answer in time, unless it is a draft, and how they did; whoever has
    answered is told of that, and whoever comes later than that what the answer was.
    """
    if asked.person.workspace != asked.place.workspace:
        return NoSuchRound()
    facts = await result(session, bank, asked, round_id)
    if not isinstance(facts, MyResult) or not facts.may_answer:
        return facts
    question, closed_at = facts.revealed.question, facts.revealed.closed_at
    choice = question.choice(said)
    if choice is None:
        return NoSuchOption(said, question)
    if draft and question.kind not in ONE_LETTER:
        return DraftedLate(round_id, question, choice)
    person_id = await places.meet_person(session, asked.person)
    # Never before the close, whatever the clock of this process says: that is what tells it from one given in time.
    await answers.add_late(session, round_id, person_id, choice, max(asked.now, closed_at))
    return await result(session, bank, asked, round_id)
