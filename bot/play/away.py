"""Being away for some days: nobody's streak suffers from them, in no channel of the workspace.

Nothing else changes. Whoever is away may answer, and it counts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.domain.calendar import local_day, parse_day
from bot.play.asked import Asked, drill_here
from bot.store import leaves, places
from bot.store.database import Session

LONGEST = timedelta(days=366)
_BACK = ("off", "back")


@dataclass(frozen=True, slots=True)
class OnLeave:
    """The asker is away and `back` again on that day. `is_new`: they have just said so."""

    back: date
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class NotAway:
    """The asker is here. `is_new`: they have just come back."""

    is_new: bool = False


@dataclass(frozen=True, slots=True)
class BadDay:
    """What was said is no day on which somebody who leaves today could be back."""

    said: str


@dataclass(frozen=True, slots=True)
class NotMet:
    """The asker is in no workspace that we know them from, so that there is nothing to be away from."""


async def away(session: Session, asked: Asked, until: str | None) -> OnLeave | NotAway | BadDay | NotMet:
    """Let the asker be away from today until a day, or back from today on, or say how it stands."""
    today = await today_here(session, asked)
    if until is None:
        people = await _known(session, asked)
        back = await leaves.back_on(session, people, today)
        if asked.place.workspace.own and not people:
            return NotMet()
        return OnLeave(back) if back else NotAway()
    if until.strip().lower() in _BACK:
        return NotAway(is_new=await leaves.end(session, await _known(session, asked), today))
    back = parse_day(until, today)
    if back is None or not today < back <= today + LONGEST:
        return BadDay(until)
    own = asked.place.workspace.own
    # Whoever is just being forgotten is waited for, and is somebody new after that.
    people = await _known(session, asked) if own else [await places.meet_person(session, asked.person)]
    if not people:
        return NotMet()
    await leaves.take(session, people, today, back)
    return OnLeave(back, is_new=True)


async def back_on(session: Session, asked: Asked, person_id: int) -> date | None:
    """The day on which the asker is back, if they are away."""
    return await leaves.back_on(session, [person_id], await today_here(session, asked))


async def today_here(session: Session, asked: Asked) -> date:
    """The day that it is in the place the asker is in: in its drill's zone, in UTC where there is none."""
    drill = await drill_here(session, asked)
    return local_day(asked.now, drill.zone if drill else "UTC")


async def _known(session: Session, asked: Asked) -> Sequence[int]:
    """The rows of the asker: in their workspace, or in each where they ask from none. Empty where we never met."""
    if asked.place.workspace.own:
        return await leaves.everywhere(session, asked.person)
    person = await places.find_person(session, asked.person)
    return [person.id] if person else []
