"""Taking what is due: many postings in one transaction, in view of what was loaded for all of them together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import assert_never

from bot.bank import Bank
from bot.domain import sending
from bot.domain.calendar import local_day
from bot.domain.identity import Posted
from bot.domain.picking import pick
from bot.domain.question import Question
from bot.domain.rounds import PostingKind, RoundState
from bot.domain.sending import Void
from bot.play.correcting import Corrected, corrected
from bot.play.posting import GRACE, Discussion, OpenQuestion, Sending, Tally, show, tell_keepers
from bot.play.recap import RECAP_GRACE, Recap, recap, review_if_over
from bot.play.revealing import REVEAL_GRACE, Revealed, revealed
from bot.play.rhythm import closing_time, ranked, topics
from bot.play.trouble import strike
from bot.store import answers, places, postings, rounds
from bot.store.database import Session
from bot.store.models import Drill, Posting, Round

NEXT_DAY_GRACE = timedelta(hours=1)  # how late a question may still go out where the day has changed meanwhile


@dataclass(frozen=True, slots=True)
class _View:
    """What postings are taken in view of: the messages that stand, by round and kind; by place when the last question
    there closes, and how often each was asked; by workspace the questions that stand open, to which each one chosen is
    added; how many have answered, by round, where nobody is just answering; and the questions that can be asked of
    everybody, by version and topics, once they were looked up.
    """

    messages: Mapping[tuple[int, PostingKind], str]
    free_at: Mapping[int, datetime]
    asked: Mapping[int, Mapping[str, int]]
    standing: Mapping[int, set[str]]
    answered: Mapping[int, int]
    ranked: dict[tuple[str, str], list[Question]] = field(default_factory=dict)


async def take(session: Session, bank: Bank, posting_ids: Sequence[int], now: datetime) -> list[Sending]:
    """Take due postings for sending, in this order. Left out are those that another process took or that are given up.

    What cannot be prepared raises, and then none is taken.
    """
    found = await postings.lock_due(session, posting_ids, now)
    view = await _view(session, found, now)
    taken = [posting for posting in found if await _prepare(session, bank, posting, view, now) and _claim(posting, now)]
    return [await _sending(session, bank, posting, view) for posting in taken]


async def postpone(session: Session, posting_id: int, now: datetime) -> None:
    """Try a posting that could not even be prepared again later, so that it keeps no other from being sent."""
    posting = await postings.get_posting(session, posting_id)
    if posting is None or isinstance(later := sending.postponed(posting.progress, now), Void):
        return
    counts = posting.kind is PostingKind.TALLY and posting.round.state is RoundState.OPEN
    if counts and not await rounds.begin_tallies(session, [posting.round_id]):
        return  # somebody is just answering, for whom it is due
    posting.progress = later


async def _view(session: Session, found: Sequence[Posting], now: datetime) -> _View:
    """One query for each part, however many there are. What none of them needs is not asked for."""
    new = [each.round for each in found if each.kind is PostingKind.QUESTION]
    here, homes = {this.place_id for this in new}, {this.place.workspace_id for this in new}
    following = [each.round_id for each in found if each.kind is not PostingKind.QUESTION]
    tallied = [each.round_id for each in found if each.kind is PostingKind.TALLY]
    quiet = await rounds.begin_tallies(session, tallied) if tallied else set[int]()
    counts = await answers.count_people(session, quiet) if quiet else {}
    return _View(
        messages=await postings.messages(session, following) if following else {},
        free_at=await rounds.last_closes(session, here) if new else {},
        asked=await rounds.times_asked(session, here) if new else {},
        standing=await rounds.open_questions_of(session, homes, now) if new else {},
        answered={round_id: counts.get(round_id, 0) for round_id in quiet},
    )


def _claim(posting: Posting, now: datetime) -> bool:
    taken = sending.take(posting.progress, now)
    if isinstance(taken, Void):
        return False
    posting.progress = taken
    return True


async def _prepare(session: Session, bank: Bank, posting: Posting, view: _View, now: datetime) -> bool:
    """Make a posting ready to be sent; gives it up and says no if it is too late or there is nothing to show."""
    this, drill = posting.round, posting.round.place.drill
    if posting.kind is PostingKind.TALLY:
        return _prepare_tally(bank, posting, view)
    if drill is None or (this.question is not None and bank.question(this.question, this.version) is None):
        return _give_up(posting, drill, "its question is no longer in the bank")
    match posting.kind:
        case PostingKind.QUESTION:
            return await _prepare_question(session, bank, posting, drill, view, now)
        case PostingKind.DISCUSSION if not drill.discussion:  # switched off meanwhile, which is no trouble
            posting.progress = sending.given_up(posting.progress)
            return False
        case PostingKind.CLOSING | PostingKind.DISCUSSION:
            if _belongs_to(posting, view) is None:
                return _give_up(posting, drill, "the message it belongs to is not known")
        case PostingKind.RECAP if not await _is_news(session, bank, posting, drill, now):
            posting.progress = sending.given_up(posting.progress)
            return False
        case PostingKind.REVEAL | PostingKind.RECAP | PostingKind.CORRECTION:
            pass
        case _:
            assert_never(posting.kind)
    since = this.ruled_at if posting.kind is PostingKind.CORRECTION else this.closes_at
    if since is not None and now > since + REVEAL_GRACE:
        return _give_up(posting, drill, "it could not be sent for a week")
    return True


async def _prepare_question(
    session: Session, bank: Bank, posting: Posting, drill: Drill, view: _View, now: datetime
) -> bool:
    this = posting.round
    if _too_late(this, drill, view, now):
        this.state = RoundState.SKIPPED
        await review_if_over(session, drill, this.day, now)
        return _give_up(posting, drill, "its time passed while it could not be sent")
    if this.question is None:
        question = _choose(bank, this, drill, view)
        if question is None:
            this.state = RoundState.FAILED
            _give_up(posting, drill, "no question of the chosen topics is in the bank")
            await strike(session, drill)
            await review_if_over(session, drill, this.day, now)
            return False
        this.question, this.revision, this.level = question.slug, question.revision, question.level
        this.version, this.kind, this.key = question.version, question.kind, question.key
        view.standing[this.place.workspace_id].add(question.slug)
    this.closes_at = closing_time(drill, this.day, now)
    return True


def _prepare_tally(bank: Bank, posting: Posting, view: _View) -> bool:
    """A tally stays due while somebody is just answering, who would not be counted. Without its question there is
    nothing to say, which is no trouble to anyone, nor once the round has closed, which may be while one is on its way
    that somebody has made due again.
    """
    is_open = posting.round.state is RoundState.OPEN
    if is_open and posting.round_id not in view.answered:
        return False
    if is_open and _shown(bank, posting.round) and _belongs_to(posting, view):
        return True
    posting.progress = sending.dropped(posting.progress)
    return False


async def _is_news(session: Session, bank: Bank, posting: Posting, drill: Drill, now: datetime) -> bool:
    """Whether a week is still to be reviewed, and anybody answered in it. If not, that is no trouble to anyone."""
    closed_at = posting.round.closes_at
    if not drill.recap or closed_at is None or now > closed_at + RECAP_GRACE:
        return False
    return await recap(session, bank, posting.round) is not None


def _too_late(this: Round, drill: Drill, view: _View, now: datetime) -> bool:
    """Whether a question has outlived its grace, which begins when it is due and no other is open any more."""
    start = max(this.due_at, view.free_at.get(this.place_id, this.due_at))
    same_day = local_day(now, drill.zone) == local_day(start, drill.zone)
    return now > start + (GRACE if same_day else NEXT_DAY_GRACE)


def _choose(bank: Bank, this: Round, drill: Drill, view: _View) -> Question | None:
    """The next question of a place: one that is open elsewhere in the workspace only if there is no other."""
    workspace = this.place.workspace
    wanted, standing = (workspace.version, drill.topics), view.standing[workspace.id]
    if wanted not in view.ranked:
        view.ranked[wanted] = ranked(bank, workspace.version, topics(drill))
    fitting = view.ranked[wanted]
    closed = [question for question in fitting if question.slug not in standing]
    return pick(closed or fitting, view.asked[this.place_id], f"place {this.place_id}")


def _give_up(posting: Posting, drill: Drill | None, trouble: str) -> bool:
    posting.progress = sending.given_up(posting.progress, trouble)
    if drill is not None:
        tell_keepers(posting, drill, trouble)
    return False


async def _sending(session: Session, bank: Bank, posting: Posting, view: _View) -> Sending:
    this = posting.round
    message = _belongs_to(posting, view)
    facts = await _facts(session, bank, posting, message, view)
    if facts is None:
        raise LookupError(f"round {this.id} asks {this.question!r}, which the bank has no more")
    replies = posting.kind in (PostingKind.REVEAL, PostingKind.CORRECTION)
    under = _message(posting, PostingKind.QUESTION, view) if replies else None
    place = places.address(this.place)
    at, begin_by = posting.due_at, sending.begin_by(posting.progress)
    return Sending(posting.id, posting.attempt, posting.kind, place, this.id, at, begin_by, facts, message, under)


async def _facts(
    session: Session, bank: Bank, posting: Posting, message: Posted | None, view: _View
) -> OpenQuestion | Tally | Revealed | Discussion | Recap | Corrected | None:
    """What a posting shows; `None` if the bank has its question no more."""
    this = posting.round
    match posting.kind:
        case PostingKind.QUESTION:
            return _shown(bank, this)
        case PostingKind.TALLY:
            shown = _shown(bank, this)
            return Tally(shown, view.answered[this.id]) if shown else None
        case PostingKind.CLOSING | PostingKind.REVEAL:
            return await revealed(session, bank, this)
        case PostingKind.RECAP:
            return await recap(session, bank, this)
        case PostingKind.CORRECTION:
            return await corrected(session, bank, this)
        case PostingKind.DISCUSSION:
            question = bank.question(this.question or "", this.version)
            return Discussion(message, question) if message and question else None
        case _:
            assert_never(posting.kind)


def _shown(bank: Bank, this: Round) -> OpenQuestion | None:
    return show(bank, this, this.place.drill) if this.place.drill else None


def _belongs_to(posting: Posting, view: _View) -> Posted | None:
    """The message that a posting edits, or opens a thread under; `None` for one that makes its own. A correction edits
    the one it made, once there is one.
    """
    match posting.kind:
        case PostingKind.QUESTION | PostingKind.REVEAL | PostingKind.RECAP:
            return None
        case PostingKind.TALLY | PostingKind.CLOSING:
            return _message(posting, PostingKind.QUESTION, view)
        case PostingKind.DISCUSSION:
            return _message(posting, PostingKind.REVEAL, view)
        case PostingKind.CORRECTION:
            return _message(posting, PostingKind.CORRECTION, view)
        case _:
            assert_never(posting.kind)


def _message(posting: Posting, kind: PostingKind, view: _View) -> Posted | None:
    """The message of another posting of the same round, if it is known to stand."""
    message = view.messages.get((posting.round_id, kind))
    return Posted(places.address(posting.round.place), message) if message else None
