"""Completions for an argument that is being typed."""

from datetime import datetime, timedelta

from bot.bank import Bank
from bot.countries import codes
from bot.domain.calendar import zone_names
from bot.grammar import WORDS, Completes
from bot.play.asked import Asked
from bot.store import places, rounds
from bot.store.database import Session

MOST = 25


async def suggest(session: Session, bank: Bank, asked: Asked, kind: Completes, typed: str) -> list[tuple[str, str]]:
    """At most 25 pairs of value and label that contain what was typed, those that begin with it first."""
    match kind:
        case Completes.TOPIC:
            pairs = list(bank.topics.items())
        case Completes.TOPICS:
            return _topics(bank, typed)
        case Completes.DAY:
            pairs = _days(asked.now)
        case Completes.WORD:
            pairs = [(word.name, f"{word.name}: {word.help}") for word in WORDS]
        case Completes.COUNTRY:
            pairs = [(code, name) for code, name in codes().items()]
        case Completes.ZONE:
            pairs = [(name, name.replace("_", " ")) for name in zone_names()]
        case Completes.QUESTION:
            pairs = await _revealed(session, bank, asked)
        case Completes.NOTHING | Completes.GROUP | Completes.PERSON:
            pairs = []
    wanted = typed.strip().lower()
    found = [pair for pair in pairs if wanted in pair[0].lower() or wanted in pair[1].lower()]
    found.sort(key=lambda pair: not (pair[0].lower().startswith(wanted) or pair[1].lower().startswith(wanted)))
    return found[:MOST]


def _topics(bank: Bank, typed: str) -> list[tuple[str, str]]:
    """The list so far with one topic more, the last one being typed."""
    *before, last = [part.strip() for part in typed.lower().split(",")]
    kept = [slug for slug in before if slug in bank.topics]
    fitting = [(slug, title) for slug, title in bank.topics.items() if slug not in kept]
    found = [(slug, title) for slug, title in fitting if last in slug or last in title.lower()]
    listed = [(",".join([*kept, slug]), ", ".join([*kept, title])) for slug, title in found]
    return [*([] if kept or last not in "all" else [("all", "all topics")]), *listed][:MOST]


def _days(now: datetime) -> list[tuple[str, str]]:
    """Days to come: each of the next week, then weeks."""
    ahead = [*range(1, 8), 14, 21, 28, 42, 56]
    days = [(now + timedelta(days=number)).date() for number in ahead]
    return [(f"{day:%Y-%m-%d}", f"{day:%A} {day.day} {day:%B %Y}") for day in days]


async def _revealed(session: Session, bank: Bank, asked: Asked) -> list[tuple[str, str]]:
    """The questions revealed in this workspace, latest first."""
    workspace = await places.find_workspace(session, asked.place.workspace)
    slugs = await rounds.revealed_questions(session, workspace.id) if workspace else ()
    questions = (bank.question(slug) for slug in slugs)
    return [(question.slug, f"{question.slug} {question.stem}") for question in questions if question is not None]
