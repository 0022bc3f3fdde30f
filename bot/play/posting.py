"""Getting questions and reveals out exactly once: what is due, who takes it, what became of it.

A posting is taken in one transaction, which writes down that it is being sent; then the platform is called, outside any
transaction; then the outcome is recorded in another, unless a later attempt has taken over. If the sender dies between
the two, its lease runs out and the platform is asked whether the message stands.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.bank import Bank
from bot.domain.calendar import due_days, local_day
from bot.domain.identity import Place, Posted
from bot.domain.picking import pick
from bot.domain.question import Question
from bot.domain.rounds import PostingKind, PostingState, RoundState
from bot.play.revealing import Revealed, revealed
from bot.play.rhythm import askable, closing_time, rhythm, topics
from bot.store import drills, places, postings, rounds
from bot.store.database import Session
from bot.store.models import Drill, Posting, Round

AHEAD = timedelta(days=2)  # how far rounds are planned
GRACE = timedelta(hours=3)  # how late a question may still go out
LEASE = timedelta(seconds=120)  # how long a sender may be silent before its posting is in doubt


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """The question of a round, as everybody sees it."""

    round: int
    day: date
    question: Question
    closes_at: datetime
    zone: str


@dataclass(frozen=True, slots=True)
class Sending:
    """One attempt at one posting. `message` is the one to edit, for the kind that edits."""

    posting: int
    attempt: int
    kind: PostingKind
    place: Place
    round: int
    facts: OpenQuestion | Revealed
    message: Posted | None = None


async def plan(session: Session, now: datetime) -> None:
    """Write down the rounds of the next days, each once. A time missed while nobody ticked may be within its grace."""
    for drill in await drills.drills_to_plan(session, now.date() + timedelta(days=1)):
        await plan_drill(session, drill, now, earliest=now - GRACE)


async def plan_drill(session: Session, drill: Drill, now: datetime, earliest: datetime) -> None:
    """Write down one drill's rounds of the next days, beginning with the first due time after `earliest`."""
    today = local_day(now, drill.zone)
    for day, due_at in due_days(rhythm(drill), today):
        if day > today + AHEAD:
            break
        if due_at > earliest:
            await rounds.plan_round(session, drill.place_id, day, due_at)
    drill.planned_to = today + AHEAD


async def take(session: Session, bank: Bank, now: datetime, platforms: Collection[str]) -> Sending | None:
    """Take the next due posting of these platforms for sending; `None` when nothing is due."""
    while (posting := await postings.next_due(session, now, platforms)) is not None:
        if await _prepare(session, bank, posting, now):
            posting.state = PostingState.SENDING
            posting.attempt += 1
            posting.lease_until = now + LEASE
            return await _sending(session, bank, posting)
        await session.flush()
    return None


async def _prepare(session: Session, bank: Bank, posting: Posting, now: datetime) -> bool:
    """Make a posting ready to be sent; gives it up and says no if it is too late or there is nothing to ask."""
    this = posting.round
    drill = await drills.find_drill(session, this.place_id)
    if drill is None or (this.question is not None and bank.question(this.question) is None):
        return _give_up(posting, "its question is no longer in the bank")
    if posting.kind is PostingKind.CLOSING and await _asked_in(session, posting) is None:
        return _give_up(posting, "the question's message is not known")
    if posting.kind is not PostingKind.QUESTION:
        return True
    if now > this.due_at + GRACE or local_day(now, drill.zone) > local_day(this.due_at, drill.zone):
        this.state = RoundState.SKIPPED
        return _give_up(posting, "its time passed while nothing could be sent")
    if this.question is None:
        asked = await rounds.times_asked(session, this.place_id)
        question = pick(askable(bank, topics(drill)), asked, f"place {this.place_id}")
        if question is None:
            this.state = RoundState.FAILED
            drill.trouble = "no question of the chosen topics is in the bank"
            return _give_up(posting, drill.trouble)
        this.question, this.revision, this.level = question.slug, question.revision, question.level
    this.closes_at = closing_time(drill, this.day, now)
    return True


def _give_up(posting: Posting, trouble: str) -> bool:
    posting.state, posting.trouble = PostingState.FAILED, trouble
    return False


async def _sending(session: Session, bank: Bank, posting: Posting) -> Sending:
    this = posting.round
    facts: OpenQuestion | Revealed
    if posting.kind is PostingKind.QUESTION:
        facts = await open_question(session, bank, this)
    else:
        facts = await revealed(session, bank, this)
    message = await _asked_in(session, posting) if posting.kind is PostingKind.CLOSING else None
    return Sending(posting.id, posting.attempt, posting.kind, places.address(this.place), this.id, facts, message)


async def _asked_in(session: Session, posting: Posting) -> Posted | None:
    """The message that asks the question of a posting's round."""
    question = await postings.posting_of(session, posting.round_id, PostingKind.QUESTION)
    message = question.message if question else None
    return Posted(places.address(posting.round.place), message) if message else None


async def open_question(session: Session, bank: Bank, this: Round) -> OpenQuestion:
    """The question of a round that has one and is open or about to be."""
    drill = await drills.find_drill(session, this.place_id)
    question = bank.question(this.question or "")
    if drill is None or question is None or this.closes_at is None:
        raise LookupError(f"round {this.id} has no drill, no question or no end")
    return OpenQuestion(this.id, this.day, question, this.closes_at, drill.zone)
