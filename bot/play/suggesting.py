"""Completions for an argument that is being typed."""

from bot.bank import Bank
from bot.domain.calendar import zone_names
from bot.grammar import Completes
from bot.play.asked import Asked
from bot.store import places, rounds
from bot.store.database import Session

MOST = 25


async def suggest(session: Session, bank: Bank, asked: Asked, kind: Completes, typed: str) -> list[tuple[str, str]]:
    """At most 25 pairs of value and label that contain what was typed, those that begin with it first."""
    match kind:
        case Completes.TOPIC:
            pairs = list(bank.topics.items())
        case Completes.ZONE:
            pairs = [(name, name.replace("_", " ")) for name in zone_names()]
        case Completes.QUESTION:
            pairs = await _revealed(session, bank, asked)
        case Completes.NOTHING:
            pairs = []
    wanted = typed.strip().lower()
    found = [pair for pair in pairs if wanted in pair[0].lower() or wanted in pair[1].lower()]
    found.sort(key=lambda pair: not (pair[0].lower().startswith(wanted) or pair[1].lower().startswith(wanted)))
    return found[:MOST]


async def _revealed(session: Session, bank: Bank, asked: Asked) -> list[tuple[str, str]]:
    """The questions revealed in this workspace, latest first."""
    workspace = await places.find_workspace(session, asked.place.workspace)
    slugs = await rounds.revealed_questions(session, workspace.id) if workspace else ()
    questions = (bank.question(slug) for slug in slugs)
    return [(question.slug, f"{question.slug} {question.stem}") for question in questions if question is not None]
