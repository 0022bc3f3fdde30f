"""The hint of the daily question: for whoever asks while it is open, at a price that is taken at the close."""

from dataclasses import dataclass

from bot.bank import Bank
from bot.domain.rounds import RevealRule
from bot.play.answering import Away, Mine, TooLate, find_open, last_of, with_mine
from bot.play.asked import Asked
from bot.play.known import keep_rounds
from bot.play.posting import OpenQuestion
from bot.play.revealing import NoSuchRound
from bot.store import hints, places
from bot.store.database import Session


@dataclass(frozen=True, slots=True)
class HintGiven:
    """The asker has the hint of an open question. `again`: they had it before, so that it costs nothing more.
    `may_reveal`: they may see the answer now.
    """

    shown: OpenQuestion
    mine: Mine | None
    again: bool
    may_reveal: bool = False


@dataclass(frozen=True, slots=True)
class NoHint:
    """The question has none, so that nothing was taken."""

    shown: OpenQuestion
    mine: Mine | None
    may_reveal: bool = False


HintOutcome = HintGiven | NoHint | TooLate | NoSuchRound | Away


async def hint(session: Session, bank: Bank, asked: Asked, round_id: int) -> HintOutcome:
    """Write down that the asker has the hint of a round. It is kept from closing meanwhile: either the close knows of
    it, or it comes too late and nobody reads it.
    """
    known = await keep_rounds(session, bank, {round_id})
    shown = await find_open(session, bank, asked, round_id, known)
    if isinstance(shown, TooLate):
        return await with_mine(session, shown, asked, known[round_id])
    if not isinstance(shown, OpenQuestion):
        return shown
    this, mine = known[round_id].this, await last_of(session, round_id, asked)
    may_reveal = mine is not None and this.reveal is RevealRule.ON_REQUEST
    if not shown.question.hint:
        return NoHint(shown, mine, may_reveal)
    me = this.workspace_id, asked.person.id
    people = await places.meet_people(session, {me: asked.person.name})
    is_new = await hints.use(session, round_id, people[me], asked.now)
    return HintGiven(shown, mine, again=not is_new, may_reveal=may_reveal)


async def has_had(session: Session, asked: Asked, round_id: int) -> bool:
    """Whether the asker has had the hint of a round."""
    person = await places.find_person(session, asked.person)
    return person is not None and round_id in await hints.used_by(session, person.id, {round_id})
