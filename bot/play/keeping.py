"""Who keeps a drill: named by those who may administer it."""

import re
from dataclasses import dataclass

from bot.domain.identity import Person
from bot.play.asked import Asked, NotAllowed, NotSetUp, drill_to_keep
from bot.store import drills, places
from bot.store.database import Session
from bot.store.models import Drill

_ID = re.compile(r"\w{1,64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class KeptBy:
    """Who keeps the drill here, by name. Those who manage the workspace may administer it besides."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NoSuchPerson:
    """What was said names nobody."""

    said: str


@dataclass(frozen=True, slots=True)
class LastKeeper:
    """Where the platform names no managers, somebody must keep the drill."""


async def keepers(
    session: Session, asked: Asked, add: str | None, remove: str | None
) -> KeptBy | NoSuchPerson | LastKeeper | NotSetUp | NotAllowed:
    """Let one more person keep the drill here, or one less; then say who does."""
    drill = await drill_to_keep(session, asked)
    if not isinstance(drill, Drill):
        return drill
    for said in filter(None, (add, remove)):
        if not _ID.fullmatch(said.partition(" ")[0]):
            return NoSuchPerson(said)
    if add:
        await drills.add_keeper(session, drill.id, await places.meet_person(session, _person(asked, add)), named=True)
    if remove and (gone := await places.find_person(session, _person(asked, remove))):
        kept_by = await drills.keepers(session, drill.id, asked.place.workspace)
        left = [person for person in kept_by if person.id != gone.external_id]
        if not left and asked.person.manages is None:
            return LastKeeper()
        await drills.remove_keeper(session, drill.id, gone.id)
    return KeptBy(tuple(person.name for person in await drills.keepers(session, drill.id, asked.place.workspace)))


def _person(asked: Asked, said: str) -> Person:
    number, _, name = said.partition(" ")
    return Person(asked.place.workspace, number, name.strip() or number)
