"""Who asks, where and when, and whether they may."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.identity import Person, Place, Posted
from bot.store import drills, places
from bot.store.database import Session
from bot.store.models import Drill
from bot.store.models import Place as Kept


@dataclass(frozen=True, slots=True)
class Asked:
    """What every play knows besides its command. `pressed` is the public message whose button was used, if one was."""

    person: Person
    place: Place
    now: datetime
    pressed: Posted | None = None


@dataclass(frozen=True, slots=True)
class NotSetUp:
    """There is no drill in this place. `may_set_up`: whether the asker could make one."""

    may_set_up: bool


@dataclass(frozen=True, slots=True)
class NotAllowed:
    """Only the drill's keepers and the workspace's managers may do this."""


async def may_keep(session: Session, asked: Asked, drill: Drill | None) -> bool:
    """Whether the asker may administer the drill here, or make the first one.

    Managers may, and so may keepers. Where the platform cannot tell who manages, anyone may set up the first drill.
    """
    if asked.person.manages:
        return True
    if drill is None:
        return asked.person.manages is None
    person = await places.find_person(session, asked.person)
    return person is not None and await drills.is_keeper(session, drill.id, person.id)


async def drill_here(session: Session, asked: Asked) -> Drill | None:
    """The drill of the place the asker is in, stopped ones included."""
    place = await places.find_place(session, asked.place)
    return await drills.find_drill(session, place.id) if place else None


async def drill_to_keep(session: Session, asked: Asked) -> Drill | NotSetUp | NotAllowed:
    """The drill here if there is one and the asker may administer it."""
    drill = await drill_here(session, asked)
    allowed = await may_keep(session, asked, drill)
    if drill is None:
        return NotSetUp(allowed)
    return drill if allowed else NotAllowed()


async def is_told(session: Session, asked: Asked, place: Kept) -> bool:
    """Whether the asker is told of the troubles of a place's drill. They may ask from its workspace, or from none."""
    theirs, here = places.address(place).workspace, asked.place.workspace
    if here.platform != theirs.platform or not (here.own or here == theirs):
        return False
    drill = await drills.find_drill(session, place.id)
    told = await drills.keepers(session, drill.id, theirs, named=False) if drill else ()
    return any(keeper.id == asked.person.id for keeper in told)
