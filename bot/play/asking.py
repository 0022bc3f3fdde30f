"""Asking now instead of later, and for whoever plays alone; and how a question will look."""

from dataclasses import dataclass
from datetime import datetime, time

from bot.bank import Bank
from bot.domain import sending
from bot.domain.calendar import find_zone, local_day
from bot.domain.identity import Person, Place
from bot.domain.question import Question
from bot.domain.rounds import DrillState, PostingKind, PostingState, RevealRule, RoundState
from bot.domain.sending import Void
from bot.play.asked import Asked, NotAllowed, NotSetUp, drill_to_keep
from bot.play.revealing import close
from bot.play.rhythm import ranked, topics
from bot.store import drills, places, postings, rounds
from bot.store.database import Session
from bot.store.models import Drill


@dataclass(frozen=True, slots=True)
class Sample:
    """A question as the drill could ask it. `lacks` and `invite` are those of its place."""

    question: Question
    ping: str | None
    lacks: tuple[str, ...]
    invite: str = ""


@dataclass(frozen=True, slots=True)
class NothingToAsk:
    """The bank has no question of the chosen topics."""


async def preview(session: Session, bank: Bank, asked: Asked) -> Sample | NothingToAsk | NotSetUp | NotAllowed:
    """A sample of the drill here: a question asked already where there is one, so that none to come is given away."""
    drill = await drill_to_keep(session, asked)
    if not isinstance(drill, Drill):
        return drill
    workspace = await places.find_workspace(session, asked.place.workspace)
    version = await places.version_of(session, asked.place.workspace)
    now_open = await rounds.open_questions(session, [workspace.id], asked.now) if workspace else set()
    times = (await rounds.times_asked(session, [drill.place_id]))[drill.place_id]
    fitting = [question for question in ranked(bank, version, topics(drill)) if question.slug not in now_open]
    if not fitting:
        return NothingToAsk()
    sample = max(fitting, key=lambda question: (times.get(question.slug, 0), -question.level))
    return Sample(sample, drill.ping, asked.place.lacks, asked.place.invite)


@dataclass(frozen=True, slots=True)
class NotRunning:
    """The drill is paused or stopped, so it asks nothing."""

    state: DrillState


@dataclass(frozen=True, slots=True)
class PostingNow:
    """Today's question is on its way; `again`: it was held, and is sent once more because a keeper says so."""

    again: bool


@dataclass(frozen=True, slots=True)
class AlreadyPosted:
    """Today's question has been asked here; a day has one."""

    is_open: bool


async def post_now(session: Session, asked: Asked) -> PostingNow | AlreadyPosted | NotRunning | NotSetUp | NotAllowed:
    """Ask today's question now. A question still open from an earlier day is closed and revealed first."""
    drill = await drill_to_keep(session, asked)
    if not isinstance(drill, Drill):
        return drill
    if drill.state is not DrillState.ACTIVE:
        return NotRunning(drill.state)
    return await _ask_now(session, drill, asked.now)


async def _ask_now(session: Session, drill: Drill, now: datetime) -> PostingNow | AlreadyPosted:
    day = local_day(now, drill.zone)
    await rounds.plan_round(session, drill.place_id, day, now)
    this = await rounds.round_of_day(session, drill.place_id, day)
    posting = await postings.posting_of(session, this.id, PostingKind.QUESTION) if this else None
    if this is None or posting is None:
        raise LookupError(f"place {drill.place_id} has no round on {day}, which was just planned")
    now_due = sending.decided_again(posting.progress, now)
    if now_due is Void.STANDS:
        return AlreadyPosted(this.state is RoundState.OPEN)
    if isinstance(now_due, Void):
        return PostingNow(again=False)
    earlier = await rounds.open_round(session, drill.place_id)
    if earlier is not None:
        await close(session, earlier, now)
    again = posting.state is PostingState.HELD
    this.state, this.due_at, posting.progress = RoundState.PLANNED, now, now_due
    return PostingNow(again)


async def open_house(session: Session, place: Place, person: Person, zone: str, now: datetime) -> None:
    """A drill for whoever plays alone at this machine: asks each day as soon as they come, reveals when they ask."""
    place_id = await places.meet_place(session, place)
    await places.meet_person(session, person)
    drill = await drills.find_drill(session, place_id)
    if drill is None:
        at_midnight, every_day = time(0, 0), "daily"
        drill = Drill(place_id=place_id, at=at_midnight, zone=find_zone(zone) or "UTC", days=every_day)
        drill.reveal = RevealRule.ON_REQUEST
        session.add(drill)
        await session.flush()
    if drill.state is DrillState.ACTIVE:
        await _ask_now(session, drill, now)
