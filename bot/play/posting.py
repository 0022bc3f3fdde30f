"""Getting questions and reveals out: what is planned, who takes what is due, and what it shows.

A posting is taken in one transaction, which writes down that it is being sent; then the platform is called, outside any
transaction; then the outcome is recorded in another, unless a later attempt has taken over. If the sender dies between
the two, its lease runs out and the platform is asked whether the message stands: `bot.domain.sending` has the rules.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import assert_never

from bot.bank import Bank
from bot.domain import sending
from bot.domain.calendar import due_days, local_day
from bot.domain.identity import Place, Posted
from bot.domain.picking import pick
from bot.domain.question import Question
from bot.domain.rounds import DrillState, PostingKind, RoundState
from bot.domain.sending import TALLY_EVERY, Void
from bot.play.recap import RECAP_GRACE, Recap, recap, review_if_over
from bot.play.revealing import REVEAL_GRACE, Revealed, revealed
from bot.play.rhythm import closing_time, ranked, rhythm, topics
from bot.play.trouble import strike
from bot.store import answers, drills, places, postings, rounds
from bot.store.database import Session
from bot.store.models import Drill, Posting, Round
from bot.store.rounds import AskedRound

AHEAD = timedelta(days=2)  # how far rounds are planned
GRACE = timedelta(hours=3)  # how late a question may still go out
NEXT_DAY_GRACE = timedelta(hours=1)  # and how late where the day has changed meanwhile
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
    """One attempt at one posting. `message` is the one to edit, for the kinds that edit; `under` the one it replies to,
    for those that do.
    """

    posting: int
    attempt: int
    kind: PostingKind
    place: Place
    round: int
    due_at: datetime
    facts: OpenQuestion | Tally | Revealed | Discussion | Recap
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


async def take(session: Session, bank: Bank, posting_id: int, now: datetime) -> Sending | None:
    """Take a due posting for sending; `None` where another process was quicker or it is given up."""
    posting = await postings.lock_due(session, posting_id, now)
    if posting is None or not await _prepare(session, bank, posting, now):
        return None
    taken = sending.take(posting.progress, now)
    if isinstance(taken, Void):
        return None
    posting.progress = taken
    return await _sending(session, bank, posting)


async def have_counted(session: Session, these: Collection[AskedRound], now: datetime) -> None:
    """Somebody answered these for the first time: have their messages say so, together with who else does soon."""
    if these:
        await postings.make_tallies_due(session, these, now, now + TALLY_EVERY)


async def postpone(session: Session, posting_id: int, now: datetime) -> None:
    """Try a posting that could not even be prepared again later, so that it keeps no other from being sent."""
    posting = await postings.get_posting(session, posting_id)
    if posting is not None and not isinstance(later := sending.postponed(posting.progress, now), Void):
        posting.progress = later


async def _prepare(session: Session, bank: Bank, posting: Posting, now: datetime) -> bool:
    """Make a posting ready to be sent; gives it up and says no if it is too late or there is nothing to show."""
    this = posting.round
    if posting.kind is PostingKind.TALLY:
        return await _prepare_tally(session, bank, posting)
    drill = await drills.find_drill(session, this.place_id)
    if drill is None or (this.question is not None and bank.question(this.question, this.version) is None):
        return _give_up(posting, drill, "its question is no longer in the bank")
    match posting.kind:
        case PostingKind.QUESTION:
            return await _prepare_question(session, bank, posting, drill, now)
        case PostingKind.DISCUSSION if not drill.discussion:  # switched off meanwhile, which is no trouble
            posting.progress = sending.given_up(posting.progress)
            return False
        case PostingKind.CLOSING | PostingKind.DISCUSSION:
            if await _belongs_to(session, posting) is None:
                return _give_up(posting, drill, "the message it belongs to is not known")
        case PostingKind.RECAP if not await _is_news(session, bank, posting, drill, now):
            posting.progress = sending.given_up(posting.progress)
            return False
        case PostingKind.REVEAL | PostingKind.RECAP:
            pass
        case _:
            assert_never(posting.kind)
    if this.closes_at is not None and now > this.closes_at + REVEAL_GRACE:
        return _give_up(posting, drill, "it could not be sent for a week")
    return True


async def _prepare_question(session: Session, bank: Bank, posting: Posting, drill: Drill, now: datetime) -> bool:
    this = posting.round
    if await _too_late(session, this, drill, now):
        this.state = RoundState.SKIPPED
        await review_if_over(session, drill, this.day, now)
        return _give_up(posting, drill, "its time passed while it could not be sent")
    if this.question is None:
        question = await _choose(session, bank, this, drill, now)
        if question is None:
            this.state = RoundState.FAILED
            _give_up(posting, drill, "no question of the chosen topics is in the bank")
            await strike(session, drill)
            await review_if_over(session, drill, this.day, now)
            return False
        this.question, this.revision, this.level = question.slug, question.revision, question.level
        this.version, this.kind, this.key = question.version, question.kind, question.key
    this.closes_at = closing_time(drill, this.day, now)
    return True


async def _prepare_tally(session: Session, bank: Bank, posting: Posting) -> bool:
    """A tally stays due while somebody is just answering, who would not be counted. Without its question there is
    nothing to say, which is no trouble to anyone.
    """
    this = posting.round
    if await rounds.lock_open_round(session, this.id, wait=False) is None:
        return False
    if await open_question(session, bank, this) and await _belongs_to(session, posting):
        return True
    posting.progress = sending.dropped(posting.progress)
    return False


async def _is_news(session: Session, bank: Bank, posting: Posting, drill: Drill, now: datetime) -> bool:
    """Whether a week is still to be reviewed, and anybody answered in it. If not, that is no trouble to anyone."""
    closed_at = posting.round.closes_at
    if not drill.recap or closed_at is None or now > closed_at + RECAP_GRACE:
        return False
    return await recap(session, bank, posting.round) is not None


async def _too_late(session: Session, this: Round, drill: Drill, now: datetime) -> bool:
    """Whether a question has outlived its grace, which begins when it is due and no other is open any more."""
    free_at = await rounds.last_close(session, this.place_id)
    start = max(this.due_at, free_at) if free_at else this.due_at
    same_day = local_day(now, drill.zone) == local_day(start, drill.zone)
    return now > start + (GRACE if same_day else NEXT_DAY_GRACE)


async def _choose(session: Session, bank: Bank, this: Round, drill: Drill, now: datetime) -> Question | None:
    """The next question of a place: one that is open elsewhere in the workspace only if there is no other."""
    asked = await rounds.times_asked(session, this.place_id)
    open_elsewhere = await rounds.open_questions(session, [this.place.workspace_id], now)
    fitting = ranked(bank, this.place.workspace.version, topics(drill))
    closed = [question for question in fitting if question.slug not in open_elsewhere]
    return pick(closed or fitting, asked, f"place {this.place_id}")


def _give_up(posting: Posting, drill: Drill | None, trouble: str) -> bool:
    posting.progress = sending.given_up(posting.progress, trouble)
    if drill is not None:
        tell_keepers(posting, drill, trouble)
    return False


def tell_keepers(posting: Posting, drill: Drill, why: str) -> None:
    """Why something was not sent, for those who can mend it; what is merely late to change is no news."""
    match posting.kind:
        case PostingKind.QUESTION | PostingKind.REVEAL:
            drill.trouble = why
        case PostingKind.DISCUSSION:  # a question that was not sent matters more
            posting.trouble = f"{NO_THREAD} ({why[:80]}): {THREAD_FIX}"
            drill.trouble = drill.trouble or posting.trouble
        case PostingKind.CLOSING | PostingKind.TALLY | PostingKind.RECAP:
            pass
        case _:
            assert_never(posting.kind)


async def _sending(session: Session, bank: Bank, posting: Posting) -> Sending:
    this = posting.round
    message = await _belongs_to(session, posting)
    facts = await _facts(session, bank, posting, message)
    if facts is None:
        raise LookupError(f"round {this.id} asks {this.question!r}, which the bank has no more")
    under = await _message_of(session, posting, PostingKind.QUESTION) if posting.kind is PostingKind.REVEAL else None
    place = places.address(this.place)
    return Sending(posting.id, posting.attempt, posting.kind, place, this.id, posting.due_at, facts, message, under)


async def _facts(
    session: Session, bank: Bank, posting: Posting, message: Posted | None
) -> OpenQuestion | Tally | Revealed | Discussion | Recap | None:
    """What a posting shows; `None` if the bank has its question no more."""
    this = posting.round
    match posting.kind:
        case PostingKind.QUESTION:
            return await open_question(session, bank, this)
        case PostingKind.TALLY:
            shown = await open_question(session, bank, this)
            return Tally(shown, await answers.count_people(session, this.id)) if shown else None
        case PostingKind.CLOSING | PostingKind.REVEAL:
            return await revealed(session, bank, this)
        case PostingKind.RECAP:
            return await recap(session, bank, this)
        case PostingKind.DISCUSSION:
            question = bank.question(this.question or "", this.version)
            return Discussion(message, question) if message and question else None
        case _:
            assert_never(posting.kind)


async def _belongs_to(session: Session, posting: Posting) -> Posted | None:
    """The message that a posting edits, or opens a thread under; `None` for one that makes its own."""
    match posting.kind:
        case PostingKind.QUESTION | PostingKind.REVEAL | PostingKind.RECAP:
            return None
        case PostingKind.TALLY | PostingKind.CLOSING:
            kind = PostingKind.QUESTION
        case PostingKind.DISCUSSION:
            kind = PostingKind.REVEAL
        case _:
            assert_never(posting.kind)
    return await _message_of(session, posting, kind)


async def _message_of(session: Session, posting: Posting, kind: PostingKind) -> Posted | None:
    """The message of another posting of the same round, if it is known to stand."""
    stands = await postings.posting_of(session, posting.round_id, kind)
    message = stands.message if stands else None
    return Posted(places.address(posting.round.place), message) if message else None


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
