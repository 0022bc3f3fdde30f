"""Practice and explanations: for one person alone, judged at once, worth no points, and never a spoiler."""

from dataclasses import dataclass
from difflib import get_close_matches

from bot.bank import Bank
from bot.domain.grading import Verdict, judge
from bot.domain.picking import cycle
from bot.domain.question import Question
from bot.play.asked import Asked
from bot.play.rhythm import askable
from bot.store import places, rounds
from bot.store.database import Session


@dataclass(frozen=True, slots=True)
class ToPractise:
    """A practice question."""

    question: Question
    topic: str | None
    level: int | None


@dataclass(frozen=True, slots=True)
class NothingToPractise:
    """No question fits. `near` are topics that may have been meant, all of them if none is close."""

    topic: str | None
    level: int | None
    known: bool
    near: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """A practice answer with its verdict."""

    question: Question
    choice: str
    verdict: Verdict
    topic: str | None
    level: int | None


@dataclass(frozen=True, slots=True)
class Explained:
    """A question whose answer may be told."""

    question: Question


@dataclass(frozen=True, slots=True)
class StillOpen:
    """The question is being asked in this workspace right now, so its answer is not told."""

    question: Question


@dataclass(frozen=True, slots=True)
class UnknownQuestion:
    """The bank has no such question, or it has no such option."""

    said: str
    near: tuple[str, ...]


async def practise(
    session: Session, bank: Bank, asked: Asked, topic: str | None, level: int | None, after: str | None
) -> ToPractise | NothingToPractise:
    """The next question of the asker's own order, of a topic and level if they like."""
    slug = _topic(bank, topic) if topic else None
    if topic and slug is None:
        near = get_close_matches(topic.lower(), bank.topics, n=3, cutoff=0.5)
        return NothingToPractise(topic, level, known=False, near=tuple(near) or tuple(bank.topics))
    spoilers = await _spoilers(session, asked)
    fitting = [q for q in askable(bank, frozenset([slug] if slug else []), level) if q.slug not in spoilers]
    question = cycle(fitting, after, f"{asked.person.workspace.id}/{asked.person.id}")
    if question is None:
        stocked = {name for q in bank.questions for name in q.topics}
        return NothingToPractise(slug, level, known=True, near=tuple(sorted(stocked)))
    return ToPractise(question, slug, level)


def _topic(bank: Bank, typed: str) -> str | None:
    wanted = typed.strip().lower()
    return next((slug for slug, title in bank.topics.items() if wanted in (slug, title.lower())), None)


async def _spoilers(session: Session, asked: Asked) -> set[str]:
    workspace = await places.find_workspace(session, asked.place.workspace)
    return await rounds.open_questions(session, workspace.id, asked.now) if workspace else set()


async def attempt(
    session: Session, bank: Bank, asked: Asked, slug: str, choice: str, topic: str | None, level: int | None
) -> Judged | StillOpen | UnknownQuestion:
    """Judge a practice answer."""
    found = await explain(session, bank, asked, slug)
    if not isinstance(found, Explained):
        return found
    if found.question.option(choice) is None:
        return UnknownQuestion(f"{slug} {choice}", ())
    return Judged(found.question, choice, judge(found.question.right, choice), topic, level)


async def explain(session: Session, bank: Bank, asked: Asked, slug: str) -> Explained | StillOpen | UnknownQuestion:
    """A question with its explanation, unless it is open somewhere in the asker's workspace."""
    question = bank.question(slug.strip().lower())
    if question is None:
        near = get_close_matches(slug.strip().lower(), [known.slug for known in bank.questions], n=3, cutoff=0.6)
        return UnknownQuestion(slug, tuple(near))
    if question.slug in await _spoilers(session, asked):
        return StillOpen(question)
    return Explained(question)
