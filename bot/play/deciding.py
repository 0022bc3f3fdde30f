"""What nobody but a keeper can tell: whether a message stands that may or may not have been sent."""

from dataclasses import dataclass

from bot.domain import sending
from bot.domain.calendar import local_day
from bot.domain.rounds import PostingKind, PostingState, RoundState
from bot.play import outcome
from bot.play.asked import Asked, NotAllowed, is_told
from bot.play.revealing import close
from bot.store import drills, postings, rounds
from bot.store.database import Session
from bot.store.models import Posting


@dataclass(frozen=True, slots=True)
class Decided:
    """It counts as sent from now on; or, unless it `stands`, it is sent once more."""

    kind: PostingKind
    stands: bool


@dataclass(frozen=True, slots=True)
class NothingToDecide:
    """It is settled by now."""


@dataclass(frozen=True, slots=True)
class DayIsOver:
    """A question is not sent any more once its day is over."""


async def decide(
    session: Session, asked: Asked, posting_id: int, *, stands: bool
) -> Decided | NothingToDecide | DayIsOver | NotAllowed:
    """Settle a posting that is held, as one says who is told of its drill's troubles."""
    posting = await postings.get_posting(session, posting_id)
    if posting is None or not await is_told(session, asked, posting.round.place):
        return NotAllowed()
    if posting.state is not PostingState.HELD:
        return NothingToDecide()
    if stands:
        await outcome.keep(session, posting, sending.decided_there(posting.progress, None, asked.now), asked.now)
        return Decided(posting.kind, stands=True)
    if posting.kind is PostingKind.QUESTION and not await _make_room(session, asked, posting):
        return DayIsOver()
    await outcome.keep(session, posting, sending.decided_again(posting.progress, asked.now), asked.now)
    return Decided(posting.kind, stands=False)


async def _make_room(session: Session, asked: Asked, posting: Posting) -> bool:
    """Make a question of today ready to be asked now, in place of an earlier one; says no to one of another day."""
    drill = await drills.find_drill(session, posting.place_id)
    if drill is None or local_day(asked.now, drill.zone) != posting.round.day:
        return False
    if (earlier := await rounds.open_round(session, posting.place_id)) is not None:
        await close(session, earlier, asked.now)
    posting.round.state, posting.round.due_at = RoundState.PLANNED, asked.now
    return True
