"""Getting questions and reveals out: what is planned, what is sent of it, and whom its troubles concern.

A posting is taken in one transaction, which writes down that it is being sent; then the platform is called, outside any
transaction; then the outcome is recorded in another, unless a later attempt has taken over. If the sender dies between
the two, its lease runs out and the platform is asked whether the message stands: `bot.domain.sending` has the rules.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import assert_never

from bot.bank import Bank
from bot.domain.calendar import due_days, local_day
from bot.domain.identity import Place, Posted
from bot.domain.question import Question
from bot.domain.rounds import DrillState, PostingKind
from bot.domain.sending import TALLY_EVERY
from bot.play.correcting import Corrected
from bot.play.recap import Recap
from bot.play.revealing import Revealed
from bot.play.rhythm import rhythm
from bot.store import drills, rounds, tallies
from bot.store.database import Session
from bot.store.models import Drill, Posting, Round
from bot.store.rounds import AskedRound

AHEAD = timedelta(days=2)  # how far rounds are planned
GRACE = timedelta(hours=3)  # how late a question may still go out
NO_THREAD = "the answer stands, but no thread could be opened under it"
THREAD_FIX = "let the quiz create public threads in this channel, or say “setup discussion:off”"


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """The question of a round, as everybody sees it. `ping` is whom its message notifies."""

    round: int
    day: date
    question: Question
    closes_at: datetime
    zone: str
    ping: str | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """An open question, and how many people have answered it."""

    shown: OpenQuestion
    answered: int


@dataclass(frozen=True, slots=True)
class Discussion:
    """A thread to open under the message of a reveal."""

    reveal: Posted
    question: Question


@dataclass(frozen=True, slots=True)
class Sending:
    """One attempt at one posting, whose call may begin until `begin_by`. `message` is the one to edit, for the kinds
    that edit and where one stands that says something old; `under` the one it replies to, for those that do.
    """

    posting: int
    attempt: int
    kind: PostingKind
    place: Place
    round: int
    due_at: datetime
    begin_by: datetime
    facts: OpenQuestion | Tally | Revealed | Discussion | Recap | Corrected
    message: Posted | None = None
    under: Posted | None = None


async def plan(session: Session, drill_id: int, now: datetime) -> None:
    """Write down a drill's rounds of the next days. A time missed while nobody ticked may still be within its grace.

    A pause that ends by itself ends here.
    """
    drill = await drills.get_drill(session, drill_id)
    if drill is not None and drill.paused_to is not None and local_day(now, drill.zone) >= drill.paused_to:
        drill.state, drill.paused_to = DrillState.ACTIVE, None
    if drill is not None and drill.state is DrillState.ACTIVE:
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


async def have_counted(session: Session, these: Collection[AskedRound], now: datetime) -> None:
    """Somebody answered these for the first time: have their messages say so, together with who else does soon."""
    if these:
        await tallies.make_tallies_due(session, these, now, now + TALLY_EVERY)


def tell_keepers(posting: Posting, drill: Drill, why: str) -> None:
    """Why something was not sent, for those who can mend it; what is merely late to change is no news."""
    match posting.kind:
        case PostingKind.QUESTION | PostingKind.REVEAL | PostingKind.CORRECTION:
            drill.trouble = why
        case PostingKind.DISCUSSION:  # a question that was not sent matters more
            posting.trouble = f"{NO_THREAD} ({why[:80]}): {THREAD_FIX}"
            drill.trouble = drill.trouble or posting.trouble
        case PostingKind.CLOSING | PostingKind.TALLY | PostingKind.RECAP:
            pass
        case _:
            assert_never(posting.kind)


async def open_question(session: Session, bank: Bank, this: Round) -> OpenQuestion | None:
    """The question of a round that is open or about to be; `None` if the bank has it no more."""
    drill = await drills.find_drill(session, this.place_id)
    return show(bank, this, drill) if drill else None


def show(bank: Bank, this: Round | AskedRound, drill: Drill | AskedRound) -> OpenQuestion | None:
    """The question of a round as its drill has it shown; `None` if the bank has it no more."""
    question = bank.question(this.question or "", this.version)
    if question is None or this.closes_at is None:
        return None
    return OpenQuestion(this.id, this.day, question, this.closes_at, drill.zone, drill.ping)
