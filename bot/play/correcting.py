"""What a ruling on a key has changed: told to the keepers before, to everybody after."""

from dataclasses import dataclass
from datetime import date

from bot.bank import Bank
from bot.domain import disputing
from bot.domain.disputing import Moved
from bot.domain.identity import Person, Place
from bot.domain.question import Question
from bot.play.rebuilding import graded
from bot.play.revealing import Correction, correction_of
from bot.store import disputes, drills, places
from bot.store.database import Session
from bot.store.models import Round


@dataclass(frozen=True, slots=True)
class Corrected:
    """What was decided of the key of a round, and what that has changed since its close, altogether."""

    round: int
    day: date
    question: Question
    correction: Correction
    moved: Moved


@dataclass(frozen=True, slots=True)
class Summons:
    """A round that is disputed, what was said first against its key, and who is to be told."""

    round: int
    place: Place
    day: date
    question: Question | None
    reason: str
    keepers: tuple[Person, ...]


async def corrected(session: Session, bank: Bank, this: Round) -> Corrected | None:
    """What a ruling has changed; `None` where there is none, or the bank has its question no more."""
    question, correction = bank.question(this.question or "", this.version), correction_of(this)
    if question is None or correction is None:
        return None
    before, after = (
        {person: worth.points for person, worth in worths.items()}
        for worths in await graded(session, this, (this.key,), this.accepted)
    )
    return Corrected(this.id, this.day, question, correction, disputing.moved(before, after))


async def summon(session: Session, bank: Bank, round_id: int) -> Summons | None:
    """Take a disputed round for telling, which nobody can do twice; `None` where its keepers know."""
    is_news = await disputes.mark_told(session, round_id)
    this = await disputes.find_closed(session, round_id) if is_news else None
    drill = await drills.find_drill(session, this.place_id) if this else None
    said = await disputes.of_round(session, round_id)
    if this is None or drill is None or not said:
        return None
    place, question = places.address(this.place), bank.question(this.question or "", this.version)
    keepers = await drills.keepers(session, drill.id, place.workspace, named=False)
    return Summons(this.id, place, this.day, question, said[0].text, keepers)


async def summon_again(session: Session, summons: Summons) -> None:
    """Nobody could be told, and nobody surely was."""
    await disputes.mark_untold(session, summons.round)
