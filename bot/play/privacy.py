"""What is stored about a person, and what becomes of it as they wish: hidden, handed out, forgotten.

In a workspace that is who they are there; alone with us in none, everybody of their id on the platform.
"""

from dataclasses import dataclass
from datetime import datetime

from bot.commands import Confirmed, Wish
from bot.play.asked import Asked
from bot.store import places, privacy
from bot.store.database import Session
from bot.store.handing_out import Identity, handed_out
from bot.store.privacy import Amount


@dataclass(frozen=True, slots=True)
class Known:
    """What is stored about the asker, and whether others see their name. `everywhere`: in all workspaces they are in;
    `may_erase`: they manage this one.
    """

    amount: Amount
    hidden: bool
    everywhere: bool
    may_erase: bool


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nothing is stored about the asker."""

    everywhere: bool
    may_erase: bool


@dataclass(frozen=True, slots=True)
class Seen:
    """Whether others see the asker's name from now on."""

    hidden: bool
    everywhere: bool


@dataclass(frozen=True, slots=True)
class MyData:
    """Everything that is stored about the asker at a moment."""

    at: datetime
    identities: tuple[Identity, ...]
    page: int


@dataclass(frozen=True, slots=True)
class ToForget:
    """What would go and what would stay if the asker were forgotten. `orphans`: how many drills nobody would keep any
    more, where the platform names no managers who could.
    """

    amount: Amount
    everywhere: bool
    orphans: int


@dataclass(frozen=True, slots=True)
class Forgotten:
    """Nothing tells any more who the asker was."""

    everywhere: bool


@dataclass(frozen=True, slots=True)
class ToErase:
    """A whole workspace would be erased. `asked_twice`: it was confirmed once already."""

    workspace: str
    asked_twice: bool


@dataclass(frozen=True, slots=True)
class Erased:
    """Nothing of the workspace is stored any more."""


@dataclass(frozen=True, slots=True)
class NotAManager:
    """Only whom the platform says to manage the workspace may have it erased. `nowhere`: this is none."""

    nowhere: bool


Outcome = Known | Unknown | Seen | MyData | ToForget | Forgotten | ToErase | Erased | NotAManager


async def privacy_of(
    session: Session, asked: Asked, wish: Wish | None, page: int | None, confirmed: Confirmed | None
) -> Outcome:
    """Do what the asker wishes with what is stored about them; with no wish, say what that is."""
    match wish:
        case None:
            return await _known(session, asked)
        case Wish.HIDE | Wish.SHOW:
            return await _hide(session, asked, hidden=wish is Wish.HIDE)
        case Wish.EXPORT:
            everywhere = asked.place.workspace.own
            found = await handed_out(session, asked.person, everywhere=everywhere)
            return MyData(asked.now, found, page or 1)
        case Wish.FORGET:
            return await _forget(session, asked, really=confirmed is not None)
        case Wish.ERASE:
            return await _erase(session, asked, confirmed)


async def _known(session: Session, asked: Asked) -> Known | Unknown:
    everywhere, may_erase = asked.place.workspace.own, _may_erase(asked)
    rows = await privacy.identities(session, asked.person, everywhere=everywhere)
    if not rows:
        return Unknown(everywhere, may_erase)
    amount = await privacy.amount(session, [row.id for row in rows])
    return Known(amount, all(row.hidden for row in rows), everywhere, may_erase)


async def _hide(session: Session, asked: Asked, *, hidden: bool) -> Seen | Unknown:
    """Who hides in a workspace before they ever answered is met by this: what is not stored is not heeded."""
    everywhere = asked.place.workspace.own
    if everywhere:
        ids = [row.id for row in await privacy.identities(session, asked.person, everywhere=True)]
    else:
        ids = [await places.meet_person(session, asked.person)]
    if not ids:
        return Unknown(everywhere, may_erase=False)
    await privacy.hide(session, ids, hidden=hidden)
    return Seen(hidden, everywhere)


async def _forget(session: Session, asked: Asked, *, really: bool) -> ToForget | Forgotten | Unknown:
    known = await _known(session, asked)
    if isinstance(known, Unknown):
        return known
    if not really:
        return ToForget(known.amount, known.everywhere, 0 if asked.person.manages is not None else known.amount.alone)
    await privacy.forget(session, asked.person, asked.now, everywhere=known.everywhere)
    return Forgotten(known.everywhere)


async def _erase(session: Session, asked: Asked, confirmed: Confirmed | None) -> ToErase | Erased | NotAManager:
    if not _may_erase(asked):
        return NotAManager(asked.place.workspace.own)
    if confirmed is not Confirmed.TWICE:
        return ToErase(asked.place.workspace.name, asked_twice=confirmed is not None)
    await privacy.erase_workspace(session, asked.place.workspace)
    return Erased()


def _may_erase(asked: Asked) -> bool:
    return asked.person.manages is True and not asked.place.workspace.own
