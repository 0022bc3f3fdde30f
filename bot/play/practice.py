"""Practice and explanations: for one person alone, judged at once, worth no points, and never a spoiler."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from fractions import Fraction

from bot.bank import Bank
from bot.domain.grading import credit
from bot.domain.picking import cycle
from bot.domain.question import ONE_LETTER, Kind, Question
from bot.play.asked import Asked
from bot.play.rhythm import askable
from bot.store import links, places, postings, rounds
from bot.store.database import Session
from bot.store.links import Identity


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
class Drafted:
    """An answer of several letters, so far."""

    question: Question
    choice: str
    topic: str | None
    level: int | None


@dataclass(frozen=True, slots=True)
class Judged:
    """A practice answer, and how much of it is right, from 0 to 1."""

    question: Question
    choice: str
    credit: Fraction
    topic: str | None
    level: int | None


@dataclass(frozen=True, slots=True)
class ToWrite:
    """An open question, to be answered in one's own words."""

    question: Question


@dataclass(frozen=True, slots=True)
class Compared:
    """One's own words, which may be none, and an open question whose key points they are held against."""

    question: Question
    text: str


@dataclass(frozen=True, slots=True)
class Hinted:
    """A question and its hint, which may be empty."""

    question: Question
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


@dataclass(frozen=True, slots=True)
class NotAQuestion:
    """The message is not one that we posted for a round."""


async def practise(
    session: Session, bank: Bank, asked: Asked, topic: str | None, level: int | None, after: str | None
) -> ToPractise | NothingToPractise:
    """The next question of the asker's own order, of a topic and level if they like. Whoever is linked has one order
    everywhere.
    """
    version = await places.version_of(session, asked.place.workspace)
    slug = _topic(bank, topic) if topic else None
    if topic and slug is None:
        near = get_close_matches(topic.lower(), bank.topics, n=3, cutoff=0.5)
        return NothingToPractise(topic, level, known=False, near=tuple(near) or tuple(bank.topics))
    mine = await _mine(session, asked)
    spoilers = await _spoilers(session, asked, mine)
    fitting = [q for q in askable(bank, version, frozenset([slug] if slug else []), level) if q.slug not in spoilers]
    first = f"{mine[0].workspace}/{mine[0].person}" if mine else f"{asked.person.workspace.id}/{asked.person.id}"
    question = cycle(fitting, after, first)
    if question is None:
        stocked = {name for q in bank.edition(version) for name in q.topics}
        return NothingToPractise(slug, level, known=True, near=tuple(sorted(stocked)))
    return ToPractise(question, slug, level)


def _topic(bank: Bank, typed: str) -> str | None:
    wanted = typed.strip().lower()
    return next((slug for slug, title in bank.topics.items() if wanted in (slug, title.lower())), None)


async def _mine(session: Session, asked: Asked) -> Sequence[Identity]:
    return await links.identities(session, asked.person, everywhere=asked.place.workspace.own)


async def _spoilers(session: Session, asked: Asked, mine: Sequence[Identity]) -> set[str]:
    """What is open in this workspace; for somebody who is in none, in every workspace that we have met them in; for
    whoever is linked, wherever they are the same player.

    Whoever we have met nowhere may have read a question anywhere: they are told of none that is open on the platform.
    """
    if asked.place.workspace.own:
        met = await places.workspaces_of(session, asked.person)
        if not met:
            return await rounds.open_on(session, asked.person.workspace.platform, asked.now)
        return await rounds.open_questions(session, [*met, *(each.workspace_id for each in mine)], asked.now)
    workspace = await places.find_workspace(session, asked.place.workspace)
    here = [workspace.id] if workspace else []
    everywhere = [*here, *(each.workspace_id for each in mine)]
    return await rounds.open_questions(session, everywhere, asked.now) if everywhere else set()


async def attempt(  # noqa: PLR0913  # what a button carries
    session: Session,
    bank: Bank,
    asked: Asked,
    slug: str,
    said: str,
    topic: str | None,
    level: int | None,
    *,
    draft: bool,
) -> Drafted | Judged | StillOpen | UnknownQuestion:
    """Judge a practice answer, unless it is a draft. Of an open question one says oneself which points one had."""
    found = await explain(session, bank, asked, slug)
    if not isinstance(found, Explained):
        return found
    question = found.question
    choice = question.choice(said)
    if choice is None:
        return UnknownQuestion(f"{slug} {said}", ())
    if draft and question.kind not in ONE_LETTER:
        return Drafted(question, choice, topic, level)
    return Judged(question, choice, credit(question.kind, question.key, choice), topic, level)


async def write(
    session: Session, bank: Bank, asked: Asked, slug: str
) -> ToWrite | Explained | StillOpen | UnknownQuestion:
    """Have an open question answered in one's own words; any other is explained."""
    found = await explain(session, bank, asked, slug)
    return ToWrite(found.question) if isinstance(found, Explained) and found.question.kind is Kind.OPEN else found


async def compare(
    session: Session, bank: Bank, asked: Asked, slug: str, text: str
) -> Compared | Explained | StillOpen | UnknownQuestion:
    """Hold one's own words against an open question's key points; any other is explained."""
    found = await explain(session, bank, asked, slug)
    return (
        Compared(found.question, text) if isinstance(found, Explained) and found.question.kind is Kind.OPEN else found
    )


async def hint(
    session: Session, bank: Bank, asked: Asked, slug: str, topic: str | None, level: int | None
) -> Hinted | StillOpen | UnknownQuestion:
    """A question's hint. What is open in the workspace is answered without one."""
    found = await explain(session, bank, asked, slug)
    return Hinted(found.question, topic, level) if isinstance(found, Explained) else found


async def explain(
    session: Session, bank: Bank, asked: Asked, slug: str, version: str | None = None
) -> Explained | StillOpen | UnknownQuestion:
    """A question with its explanation, unless it is open somewhere in the asker's workspace."""
    wanted = slug.strip().lower()
    question = bank.question(wanted, version or await places.version_of(session, asked.place.workspace))
    if question is None:
        near = get_close_matches(wanted, [known.slug for known in bank.edition("")], n=3, cutoff=0.6)
        return UnknownQuestion(slug, tuple(near))
    if question.slug in await _spoilers(session, asked, await _mine(session, asked)):
        return StillOpen(question)
    return Explained(question)


async def lookup(
    session: Session, bank: Bank, asked: Asked, message: str
) -> Explained | StillOpen | UnknownQuestion | NotAQuestion:
    """The explanation of the question that a message of this place asks or reveals, as it was asked."""
    this = await postings.round_of_message(session, asked.place, message)
    if this is None or this.question is None:
        return NotAQuestion()
    return await explain(session, bank, asked, this.question, this.version)
