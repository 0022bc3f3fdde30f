"""Who keeps a drill: named by those who may administer it."""

import re
from dataclasses import dataclass, replace

from bot.domain.identity import Person
from bot.play.asked import Asked, NotAllowed, NotSetUp, drill_to_keep
from bot.store import drills, places
from bot.store.database import Session
from bot.store.models import Drill

_ID = re.compile(r"(?=\w*\d)\w{1,64}", re.ASCII)  # with a digit, as chat platforms give them: a mere word is nobody


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
        person = await _person(session, asked, add)
        await drills.add_keeper(session, drill.id, await places.meet_person(session, person), named=True)
    if remove and (gone := await places.find_person(session, await _person(session, asked, remove))):
        kept_by = await drills.keepers(session, drill.id, asked.place.workspace, named=True)
        left = [keeper for keeper in kept_by if keeper.id != gone.external_id]
        if not left and asked.person.manages is None:
            return LastKeeper()
        await drills.remove_keeper(session, drill.id, gone.id)
    kept_by = await drills.keepers(session, drill.id, asked.place.workspace, named=True)
    return KeptBy(tuple(keeper.name for keeper in kept_by))


async def somebody(session: Session, asked: Asked, said: str) -> Person | NoSuchPerson:
    """Who was said, if anybody was."""
    return await _person(session, asked, said) if _ID.fullmatch(said.partition(" ")[0]) else NoSuchPerson(said)


async def _person(session: Session, asked: Asked, said: str) -> Person:
    """Who was said, by the name that was said, or else the one we know."""
    number, _, name = said.partition(" ")
    person = Person(asked.place.workspace, number, name.strip() or number)
    known = None if name.strip() else await places.find_person(session, person)
    return replace(person, name=known.name) if known else person
