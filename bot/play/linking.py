"""Being one player on two platforms: a code is given on the one and said on the other, by workspaces and by people."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.commands import House, Link
from bot.domain.links import CODES, LIFE, OFF, digest, read_code, spell
from bot.play.asked import Asked
from bot.store import link_codes, linking, links, places
from bot.store.database import Session
from bot.store.links import Linked
from bot.store.models import LinkCode


class Of(StrEnum):
    """What is linked."""

    PERSON = "person"
    WORKSPACE = "workspace"


class Why(StrEnum):
    """Why a code links nothing."""

    NONE = "none"  # what was said is no code at all
    UNKNOWN = "unknown"  # mistyped, used up, replaced by a newer one, or gone
    EXPIRED = "expired"
    OWN = "own"  # of the asker, or of their workspace
    SAME_WORKSPACE = "same workspace"
    SAME_PLATFORM = "same platform"
    ELSEWHERE = "elsewhere"  # of a workspace that is not the one that theirs is linked with
    OTHER_KIND = "other kind"  # of a workspace, where a person is to be linked, or the other way round
    TAKEN = "taken"  # one of the two is linked by now


@dataclass(frozen=True, slots=True)
class NewCode:
    """What to say on the other platform, until when, and in which workspace if that is known."""

    of: Of
    code: str
    until: datetime
    there: Linked | None


@dataclass(frozen=True, slots=True)
class IsLinked:
    """With what the asker, or their workspace with how many players, is linked. `is_new`: since just now."""

    of: Of
    there: Linked
    players: int = 0
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class NotLinked:
    """The asker, or their workspace, is linked with nothing."""

    of: Of


@dataclass(frozen=True, slots=True)
class Unlinking:
    """Whether to be linked no more, which so many players would be."""

    of: Of
    there: Linked
    players: int = 0


@dataclass(frozen=True, slots=True)
class Unlinked:
    """They are linked no more."""

    of: Of
    there: Linked


@dataclass(frozen=True, slots=True)
class BadCode:
    """Nothing was linked. `there` is what the asker's workspace is linked with, if it is."""

    of: Of
    why: Why
    there: Linked | None = None


@dataclass(frozen=True, slots=True)
class NoHouse:
    """The asker's workspace is linked with none, so nobody in it can be. `manages`: they could see to that."""

    manages: bool


@dataclass(frozen=True, slots=True)
class NotAManager:
    """Only whom the platform says to manage a workspace may link it; what it is linked with, if it is. `is_told`: the
    platform says who does.
    """

    there: Linked | None
    is_told: bool


@dataclass(frozen=True, slots=True)
class Local:
    """The workspace is nobody's but of whoever sits at this machine, and is linked with none."""


LinkFacts = NewCode | IsLinked | NotLinked | Unlinking | Unlinked | BadCode | NoHouse | NotAManager | Local


async def link(session: Session, asked: Asked, said: Link) -> LinkFacts:
    """Link the asker with who they are on the other platform, or unlink them."""
    if asked.place.workspace.local:
        return Local()
    there = await links.workspace_linked(session, asked.place.workspace)
    if there is None:
        return NoHouse(asked.person.manages is True)
    mine = await links.person_linked(session, asked.person)
    if _is_off(said):
        return await _unlink(session, asked, mine, really=said.confirm is not None)
    if mine is not None:
        return IsLinked(Of.PERSON, mine)
    workspace_id = await places.meet_workspace(session, asked.place.workspace)
    person_id = await places.meet_person(session, asked.person)
    if said.code is None:
        return await _new_code(session, asked, workspace_id, person_id, there)
    return await _link(session, asked, said.code, (workspace_id, person_id), there)


async def linked_with(session: Session, asked: Asked) -> Linked | None:
    """Where the asker is the same player, if they are linked."""
    return await links.person_linked(session, asked.person)


async def _link(session: Session, asked: Asked, said: str, me: tuple[int, int], there: Linked) -> IsLinked | BadCode:
    workspace_id, person_id = me
    found = await _find(session, asked, said)
    house_id = await links.house_of(session, workspace_id)
    if isinstance(found, Why) or house_id is None:
        return BadCode(Of.PERSON, found if isinstance(found, Why) else Why.ELSEWHERE, there)
    if found.person_id is None:
        return BadCode(Of.PERSON, Why.OTHER_KIND, there)
    if found.workspace_id == workspace_id:
        return BadCode(Of.PERSON, Why.OWN if found.person_id == person_id else Why.SAME_WORKSPACE, there)
    if await links.house_of(session, found.workspace_id) != house_id:
        return BadCode(Of.PERSON, Why.ELSEWHERE, there)
    is_used = await link_codes.use(session, found.digest)
    if not is_used or not await linking.link_people(session, house_id, [person_id, found.person_id], asked.now):
        return BadCode(Of.PERSON, Why.TAKEN, there)
    mine = await links.person_linked(session, asked.person)
    return IsLinked(Of.PERSON, mine or there, is_new=True)


async def _unlink(
    session: Session, asked: Asked, mine: Linked | None, *, really: bool
) -> NotLinked | Unlinking | Unlinked:
    if mine is None:
        return NotLinked(Of.PERSON)
    if not really:
        return Unlinking(Of.PERSON, mine)
    person = await places.find_person(session, asked.person)
    if person is not None:
        await linking.lock_players(session, [person.id])
        await linking.unlink_people(session, [person.id])
    return Unlinked(Of.PERSON, mine)


async def house(session: Session, asked: Asked, said: House) -> LinkFacts:
    """Link the asker's workspace with one on another platform, or unlink it, or say how it stands."""
    if asked.place.workspace.local:
        return Local()
    there = await links.workspace_linked(session, asked.place.workspace)
    if not asked.person.manages:
        return NotAManager(there, is_told=asked.person.manages is not None)
    workspace_id = await places.meet_workspace(session, asked.place.workspace)
    if there is not None:
        return await _house(session, workspace_id, said, there)
    if _is_off(said):
        return NotLinked(Of.WORKSPACE)
    if said.code is None:
        return await _new_code(session, asked, workspace_id, None, None)
    return await _link_workspace(session, asked, said.code, workspace_id)


async def _house(session: Session, workspace_id: int, said: House, there: Linked) -> IsLinked | Unlinking | Unlinked:
    house_id = await links.house_of(session, workspace_id)
    players = await links.number_of_players(session, house_id) if house_id else 0
    if not _is_off(said):
        return IsLinked(Of.WORKSPACE, there, players)
    if said.confirm is None:
        return Unlinking(Of.WORKSPACE, there, players)
    await linking.unlink_workspaces(session, workspace_id)
    return Unlinked(Of.WORKSPACE, there)


async def _link_workspace(session: Session, asked: Asked, said: str, workspace_id: int) -> IsLinked | BadCode:
    found = await _find(session, asked, said)
    if isinstance(found, Why):
        return BadCode(Of.WORKSPACE, found)
    if found.person_id is not None:
        return BadCode(Of.WORKSPACE, Why.OTHER_KIND)
    if found.workspace_id == workspace_id:
        return BadCode(Of.WORKSPACE, Why.OWN)
    if await links.platform_of(session, found.workspace_id) == asked.place.workspace.platform:
        return BadCode(Of.WORKSPACE, Why.SAME_PLATFORM)
    is_used = await link_codes.use(session, found.digest)
    if not is_used or await linking.link_workspaces(session, workspace_id, found.workspace_id, asked.now) is None:
        return BadCode(Of.WORKSPACE, Why.TAKEN)
    there = await links.workspace_linked(session, asked.place.workspace)
    return IsLinked(Of.WORKSPACE, there, is_new=True) if there else BadCode(Of.WORKSPACE, Why.TAKEN)


async def _new_code(
    session: Session, asked: Asked, workspace_id: int, person_id: int | None, there: Linked | None
) -> NewCode:
    code, until = spell(secrets.randbelow(CODES)), asked.now + LIFE
    kept = digest(read_code(code) or "")
    await link_codes.keep(session, kept, workspace_id, person_id, asked.now, until)
    return NewCode(Of.WORKSPACE if person_id is None else Of.PERSON, code, until, there)


async def _find(session: Session, asked: Asked, said: str) -> LinkCode | Why:
    """The code that was said, locked, if it can be good."""
    code = read_code(said)
    if code is None:
        return Why.NONE
    found = await link_codes.find(session, digest(code))
    if found is None:
        return Why.UNKNOWN
    return found if asked.now < found.expires_at else Why.EXPIRED


def _is_off(said: Link | House) -> bool:
    return said.code is not None and said.code.casefold() == OFF
