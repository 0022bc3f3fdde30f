"""What somebody finds who is alone with the quiz: the questions open in their workspace, and their own numbers."""

from dataclasses import dataclass

from bot.bank import Bank
from bot.play.answering import Mine, as_said
from bot.play.asked import Asked
from bot.play.posting import OpenQuestion, show
from bot.play.standings import MyPlaces, MyWorkspaces, my_places, my_workspaces
from bot.store import answers, drills, hints, places, rounds
from bot.store.database import Session


@dataclass(frozen=True, slots=True)
class OpenThere:
    """The open question of one channel, and what the asker answered so far. `hinted`: they have had its hint."""

    channel: str
    shown: OpenQuestion
    mine: Mine | None
    hinted: bool = False


@dataclass(frozen=True, slots=True)
class AtHome:
    """The questions open in a workspace, the one to show first, and the asker's numbers there.

    `is_used`: some channel of it has a drill.
    """

    open: tuple[OpenThere, ...]
    numbers: MyPlaces
    is_used: bool


async def home(session: Session, bank: Bank, asked: Asked, first: int | None) -> AtHome | MyWorkspaces:
    """What there is for somebody alone with us. First comes the round asked for, else what is not answered yet.

    For whoever is in no workspace there are no questions, only their numbers in all of them.
    """
    if asked.place.workspace.own:
        return await my_workspaces(session, asked)
    workspace = await places.find_workspace(session, asked.place.workspace)
    if workspace is None:
        return AtHome((), MyPlaces(()), is_used=False)
    found = await _open(session, bank, workspace.id, asked)
    found.sort(key=lambda each: (each.shown.round != first, each.mine is not None))
    is_used = bool(found) or await drills.are_any_in(session, workspace.id)
    return AtHome(tuple(found), await my_places(session, asked), is_used)


async def _open(session: Session, bank: Bank, workspace_id: int, asked: Asked) -> list[OpenThere]:
    """The open questions of a workspace that the asker may see, the one that closes first first."""
    person = await places.find_person(session, asked.person)
    these = await rounds.open_in(session, workspace_id, person.id if person else None, asked.now)
    drill_of = await drills.drills_of(session, [this.place_id for this in these])
    said = await answers.last_of_each(session, {(this.id, person.id) for this in these}) if person else {}
    hinted = await hints.used_by(session, person.id, [this.id for this in these]) if person else set()
    found: list[OpenThere] = []
    for this in these:
        drill = drill_of.get(this.place_id)
        shown = show(bank, this, drill) if drill else None
        last = said.get((this.id, person.id)) if person else None
        if shown is not None:
            found.append(OpenThere(this.place.channel, shown, as_said(last) if last else None, this.id in hinted))
    return found
