"""Answers in rounds that this process saw a moment ago: a crowd's are one statement, which is all of its transaction.

It adds what can be added without a look: first answers of people whom we know, to open rounds whose tallies are due.
What cannot change while a round is open is taken from memory. What can is seen by the statement itself: whether the
round is open, its workspace not left, and its tally still due. What it does not add is left to `answering.answer`.
"""

from collections.abc import Sequence

from bot.play.answering import Recordable, Recorded, Said, is_news, recorded_first, said_first
from bot.play.known import Known, Memory
from bot.play.posting import OpenQuestion
from bot.store.database import Session
from bot.store.first_answers import add_first_at_once


async def answer_at_once(memory: Memory, session: Session, said: Sequence[Said]) -> list[Recorded | None]:
    """Record those of some answers, of one person each, that one statement can; `None` for the others, of which nothing
    is recorded.
    """
    offered = [_offer(memory, each) for each in said]
    added = await add_first_at_once(session, [said_first(each) for each in offered if each])
    return [
        recorded_first(each) if each and (each.this.id, each.said.asked.person.id) in added else None
        for each in offered
    ]


def _offer(memory: Memory, said: Said) -> Recordable | None:
    """What can be recorded, as far as we remember; `None` for what has to be looked into."""
    known = memory.recall(said.round, said.asked.now)
    if known is None or known.shown is None or not _is_usual(known, known.shown, said):
        return None
    choice = known.shown.question.choice(said.mine.choice)
    return Recordable(said, known.this, known.shown, choice) if choice is not None else None


def _is_usual(known: Known, shown: OpenQuestion, said: Said) -> bool:
    """Whether somebody answers in time, in their own workspace, by the message that is known to ask, and what their
    platform says of the place is no news.
    """
    asked = said.asked
    return (
        asked.person.workspace == asked.place.workspace == known.workspace
        and asked.now < shown.closes_at
        and (asked.pressed is None or asked.pressed.message == known.this.message)
        and not is_news(known.this, asked.place)
    )
