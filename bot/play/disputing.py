"""Disputing a key: somebody of the workspace says what is wrong with a closed round, once, and why."""

from dataclasses import dataclass
from datetime import date

from bot.bank import Bank
from bot.domain.disputing import LONGEST, SHORTEST, can_be_disputed
from bot.domain.question import Question
from bot.domain.rounds import RoundState
from bot.domain.words import visible
from bot.play.asked import Asked
from bot.play.revealing import Correction, NoSuchRound, NotYetRevealed, correction_of
from bot.store import disputes, places, rounds
from bot.store.database import Session
from bot.store.models import Round


@dataclass(frozen=True, slots=True)
class ToDispute:
    """A round whose key can be disputed, and what the asker said against it before, if anything."""

    round: int
    day: date
    question: Question | None
    said: str = ""


@dataclass(frozen=True, slots=True)
class Disputed:
    """What somebody said is kept, and its keepers are told."""

    round: int
    day: date


@dataclass(frozen=True, slots=True)
class BadReason:
    """What was said is too short or too long to be kept."""

    round: int
    text: str


@dataclass(frozen=True, slots=True)
class TooLate:
    """The round closed too long ago."""


@dataclass(frozen=True, slots=True)
class DecidedAlready:
    """What the asker said against this round has been decided."""

    correction: Correction


Outcome = ToDispute | Disputed | BadReason | TooLate | DecidedAlready | NotYetRevealed | NoSuchRound


async def dispute(session: Session, bank: Bank, asked: Asked, said_round: str | None, text: str | None) -> Outcome:
    """Keep what the asker says is wrong with a round, or ask for it. Without a number it is the latest one here; a word
    that is none belongs to what is said.
    """
    if asked.person.workspace != asked.place.workspace:
        return NoSuchRound()
    number = number_of(said_round)
    if said_round and number is None:
        text = f"{said_round} {text or ''}"
    this = await _round(session, asked, number)
    if this is not None and this.state is RoundState.OPEN:
        return NotYetRevealed(this.closes_at)
    if this is None or this.state not in (RoundState.CLOSED, RoundState.REVEALED):
        return NoSuchRound()
    if not can_be_disputed(this.closes_at, asked.now):
        return TooLate()
    person = await places.find_person(session, asked.person)
    mine = await disputes.find_dispute(session, this.id, person.id) if person else None
    if mine and mine.ruling:
        return DecidedAlready(correction_of(this) or Correction(mine.ruling, this.key))
    if text is None:
        shown = bank.question(this.question or "", this.version)
        return ToDispute(this.id, this.day, shown, mine.text if mine else "")
    return await _keep(session, asked, this, " ".join(visible(text).split()))


async def _keep(session: Session, asked: Asked, this: Round, reason: str) -> Disputed | BadReason | DecidedAlready:
    if not SHORTEST <= len(reason) <= LONGEST:
        return BadReason(this.id, reason)
    person_id = await places.meet_person(session, asked.person)
    if not await disputes.keep(session, this.id, person_id, reason, asked.now):
        now = await disputes.lock_round(session, this.id)  # somebody decided it at this moment
        if (correction := correction_of(now)) is not None:
            return DecidedAlready(correction)
    return Disputed(this.id, this.day)


async def _round(session: Session, asked: Asked, number: int | None) -> Round | None:
    if number is not None:
        return await rounds.find_round(session, number, asked.place.workspace)
    place = None if asked.place.personal else await places.find_place(session, asked.place)
    return await disputes.latest_closed(session, place.id) if place else None


def number_of(said: str | None) -> int | None:
    """The number of a round that was said; `None` where it is none. There is no round 0."""
    if not said or not (said.isascii() and said.isdigit()):
        return None
    return int(said) if len(said) < 10 else 0
