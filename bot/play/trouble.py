"""When something cannot be sent: what the drill's keepers are told, once, and when the drill stops trying."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.identity import Person, Place
from bot.domain.rounds import DrillState, PostingKind, PostingState, RoundState
from bot.store import drills, places, postings, rounds
from bot.store.database import Session
from bot.store.models import Drill, Posting

STRIKES = 3  # rounds that fail in a row before a drill is paused


class Cause(StrEnum):
    """What kind of trouble it is, for each has another remedy."""

    REFUSED = "refused"  # the platform surely did not do it
    UNKNOWN = "unknown"  # nobody can tell whether it did
    NO_QUESTION = "no question"  # there is nothing to ask


@dataclass(frozen=True, slots=True)
class Trouble:
    """What could not be sent in a place, a question or a reveal, and why. `gave_up`: the drill has been paused for it;
    `next_at`: when the next question comes.
    """

    posting: int
    place: Place
    kind: PostingKind
    cause: Cause
    why: str
    gave_up: bool
    next_at: datetime | None
    zone: str


@dataclass(frozen=True, slots=True)
class Telling:
    """A trouble of a drill, and who is to be told of it."""

    drill: int
    trouble: Trouble
    keepers: tuple[Person, ...]


async def strike(session: Session, drill: Drill) -> None:
    """A drill's question has failed. The third time in a row the drill is paused, of which its keepers are told anew.

    One that is started again without a remedy is paused at its next failure.
    """
    if drill.state is DrillState.ACTIVE and await rounds.failed_in_a_row(session, drill.place_id, STRIKES):
        drill.state, drill.paused_to, drill.told = DrillState.PAUSED, None, None
        await drills.forget_plans(session, drill)


async def to_tell(session: Session, drill_id: int, now: datetime) -> Telling | None:
    """Take a drill's trouble for telling, which nobody can do twice; `None` where there is nothing for keepers to do.

    That a question's time passed is no news of that kind: the next one comes by itself.
    """
    drill = await drills.get_drill(session, drill_id)
    if drill is None or drill.trouble is None or drill.told == drill.trouble:
        return None
    drill.told = drill.trouble
    posting = await postings.find_troubled(session, drill.place_id, drill.trouble)
    if posting is None or posting.round.state is RoundState.SKIPPED:
        return None
    place = places.address(posting.round.place)
    coming = await rounds.next_planned(session, drill.place_id, now) if drill.state is DrillState.ACTIVE else None
    trouble = Trouble(
        posting.id,
        place,
        posting.kind,
        _cause(posting),
        drill.trouble,
        gave_up=await _gave_up(session, drill, posting),
        next_at=coming.due_at if coming else None,
        zone=drill.zone,
    )
    return Telling(drill_id, trouble, await drills.keepers(session, drill_id, place.workspace, named=False))


async def tell_again(session: Session, telling: Telling) -> None:
    """Nobody could be told, and nobody surely was: the trouble is news still, unless there is another one by now."""
    drill = await drills.get_drill(session, telling.drill)
    if drill is not None and drill.told == telling.trouble.why:
        drill.told = None


async def _gave_up(session: Session, drill: Drill, posting: Posting) -> bool:
    """Whether it was the failures that paused a drill, and no keeper."""
    is_paused = drill.state is DrillState.PAUSED and posting.kind is PostingKind.QUESTION
    return is_paused and await rounds.failed_in_a_row(session, drill.place_id, STRIKES)


def _cause(posting: Posting) -> Cause:
    if posting.state is PostingState.HELD:
        return Cause.UNKNOWN
    return Cause.NO_QUESTION if posting.round.question is None else Cause.REFUSED
