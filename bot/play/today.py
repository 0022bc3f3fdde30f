"""What there is to answer in a place now, or when there will be."""

from dataclasses import dataclass
from datetime import datetime

from bot.bank import Bank
from bot.domain.calendar import local_day
from bot.domain.rounds import DrillState, RevealRule
from bot.play.answering import Mine, last_of
from bot.play.asked import Asked, NotSetUp, drill_here, may_keep
from bot.play.hinting import has_had
from bot.play.posting import OpenQuestion, open_question
from bot.store import rounds
from bot.store.database import Session
from bot.store.models import Drill


@dataclass(frozen=True, slots=True)
class OpenToday:
    """The question that can be answered here, and what the asker answered so far. `hinted`: they have had its hint."""

    shown: OpenQuestion
    mine: Mine | None
    may_reveal: bool
    hinted: bool = False


@dataclass(frozen=True, slots=True)
class Waiting:
    """Nothing is open here: when the next question comes, if one is planned, and the latest round to look back at.

    `may_post`: the asker may have today's question asked now, since it has not been yet.
    """

    state: DrillState
    next_at: datetime | None
    zone: str
    latest: int | None
    trouble: str | None
    keeps: bool
    may_post: bool


async def today(session: Session, bank: Bank, asked: Asked) -> OpenToday | Waiting | NotSetUp:
    """What there is to answer here now."""
    drill = await drill_here(session, asked)
    keeps = await may_keep(session, asked, drill)
    if drill is None:
        return NotSetUp(keeps)
    this = await rounds.open_round(session, drill.place_id)
    shown = await open_question(session, bank, this) if this else None
    if this is None or shown is None or shown.closes_at <= asked.now:
        return await _waiting(session, drill, asked, keeps=keeps)
    mine = await last_of(session, this.id, asked)
    may_reveal = mine is not None and drill.reveal is RevealRule.ON_REQUEST
    return OpenToday(shown, mine, may_reveal, await has_had(session, asked, this.id))


async def _waiting(session: Session, drill: Drill, asked: Asked, *, keeps: bool) -> Waiting:
    latest = await rounds.latest_round(session, drill.place_id)
    planned = (
        await rounds.next_planned(session, drill.place_id, asked.now) if drill.state is DrillState.ACTIVE else None
    )
    return Waiting(
        drill.state,
        planned.due_at if planned else None,
        drill.zone,
        latest.id if latest else None,
        drill.trouble if keeps else None,
        keeps,
        keeps and (latest is None or latest.day < local_day(asked.now, drill.zone)),
    )
