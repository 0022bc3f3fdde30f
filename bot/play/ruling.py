"""Ruling on a disputed key: a keeper sees the whole case, and what they decide grades everybody anew at once.

What people said against a key is shown without their names, to keepers as well: a program and its output decide, and
nobody should hesitate to speak up, or be heard more than others.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from bot.bank import Bank
from bot.domain import disputing, sending
from bot.domain.disputing import OPEN_FOR, Moved, Ruling
from bot.domain.question import Kind, Question
from bot.domain.rounds import PostingKind
from bot.play.asked import Asked, NotAllowed, NotSetUp, drill_to_keep, is_told, may_keep
from bot.play.rebuilding import graded
from bot.play.revealing import Correction, NoSuchRound, correction_of
from bot.store import answers, disputes, drills, places, postings, rounds, scores, standings
from bot.store.database import Session
from bot.store.disputes import Disputed
from bot.store.models import Drill, Round
from bot.store.scores import Worth

LISTED = 10  # rounds that are listed at once
_NAMES_AN_ANSWER = (Ruling.CHANGED, Ruling.ALSO)


@dataclass(frozen=True, slots=True)
class Docket:
    """The rounds of a place that are disputed, and those decided lately, each with its question."""

    cases: tuple[tuple[Disputed, Question | None], ...]


@dataclass(frozen=True, slots=True)
class Case:
    """All there is to know of a disputed round: how the answers split, what is said against its key, and what was
    decided before. `is_revised`: the bank has its question in other words than it was asked in.
    """

    round: int
    day: date
    channel: str
    kind: Kind
    key: str
    question: Question | None
    is_revised: bool
    choices: Mapping[str, int]
    reasons: tuple[str, ...]
    correction: Correction | None
    rulings: int


@dataclass(frozen=True, slots=True)
class AskAnswer:
    """A ruling that names an answer, which is still to be said."""

    round: int
    ruling: Ruling
    question: Question


@dataclass(frozen=True, slots=True)
class NoSuchAnswer:
    """What was said is no other answer to this question."""

    round: int
    ruling: Ruling
    said: str


@dataclass(frozen=True, slots=True)
class Weighed:
    """What a ruling would do, if nothing is decided meanwhile."""

    round: int
    question: Question | None
    correction: Correction
    rulings: int
    moved: Moved


@dataclass(frozen=True, slots=True)
class Ruled:
    """What was decided, and what it did."""

    question: Question | None
    correction: Correction
    moved: Moved
    is_posted: bool


@dataclass(frozen=True, slots=True)
class RuledBefore:
    """Somebody else decided meanwhile, or the same was decided a moment ago."""

    round: int
    question: Question | None
    correction: Correction | None


async def docket(session: Session, bank: Bank, asked: Asked) -> Docket | NotSetUp | NotAllowed:
    """What is disputed in this place."""
    drill = await drill_to_keep(session, asked)
    if not isinstance(drill, Drill):
        return drill
    found = await disputes.disputed_in(session, drill.place_id, asked.now - OPEN_FOR, LISTED)
    return Docket(tuple((each, bank.question(each.question or "", each.version)) for each in found))


async def case(
    session: Session, bank: Bank, asked: Asked, round_id: int, ruling: Ruling | None, answer: str | None
) -> Case | AskAnswer | NoSuchAnswer | Weighed | NoSuchRound | NotAllowed:
    """A disputed round; or what a ruling on it would do, of which nothing is done yet."""
    this = await _to_rule(session, asked, round_id)
    if not isinstance(this, Round):
        return this
    question = _question(bank, this)
    if ruling is None:
        return await _case(session, this, question, bank)
    if ruling in _NAMES_AN_ANSWER and answer is None and question is not None and this.kind is not Kind.OPEN:
        return AskAnswer(this.id, ruling, question)
    ruled = _answer(this, question, answer) if ruling in _NAMES_AN_ANSWER else None
    if ruling in _NAMES_AN_ANSWER and ruled is None:
        return NoSuchAnswer(this.id, ruling, answer or "")
    correction = Correction(ruling, this.key, ruled)
    now, then = await graded(session, this, this.accepted, correction.accepted)
    moved = disputing.moved(_points(now), _points(then))
    return Weighed(this.id, question, correction, this.rulings, moved)


async def rule(
    session: Session, bank: Bank, asked: Asked, round_id: int, ruling: Ruling, answer: str | None, rulings: int
) -> Ruled | RuledBefore | NoSuchAnswer | NoSuchRound | NotAllowed:
    """Decide, unless more was decided than the asker knew of: everybody is graded anew, the boards move by what that
    changes, and one correction is sent, all in this transaction.
    """
    seen = await _to_rule(session, asked, round_id)
    if not isinstance(seen, Round):
        return seen
    question, theirs = _question(bank, seen), places.address(seen.place).workspace
    ruled = _answer(seen, question, answer) if ruling in _NAMES_AN_ANSWER else None
    if ruling in _NAMES_AN_ANSWER and ruled is None:
        return NoSuchAnswer(seen.id, ruling, answer or "")
    # The posting before its round, as whoever sends it locks them; then people, and only then what counts them.
    posting = await postings.posting_of(session, seen.id, PostingKind.CORRECTION)
    this = await disputes.lock_round(session, seen.id)
    if this.rulings != rulings:
        return RuledBefore(this.id, question, correction_of(this))
    keeper = await places.meet_person(session, replace(asked.person, workspace=theirs))
    moved = await _grade_anew(session, this, asked, ruling, ruled)
    await disputes.decide(session, this.id, ruling, asked.now, keeper)
    if posting is not None:
        posting.progress = sending.renewed(posting.progress, asked.now)
    elif ruling is not Ruling.STANDS:
        await rounds.add_posting(session, this, PostingKind.CORRECTION, asked.now)
    is_posted = posting is not None or ruling is not Ruling.STANDS
    return Ruled(question, Correction(ruling, this.key, ruled), moved, is_posted)


async def _grade_anew(session: Session, this: Round, asked: Asked, ruling: Ruling, ruled: str | None) -> Moved:
    before = this.accepted
    this.ruling, this.ruled, this.ruled_at, this.rulings = ruling, ruled, asked.now, this.rulings + 1
    if this.accepted == before:
        return Moved()
    then, now = await graded(session, this, before, this.accepted)
    changed = [(then.get(each), now.get(each)) for each in then.keys() | now.keys() if then.get(each) != now.get(each)]
    choices = {worth.choice for pair in changed for worth in pair if worth}
    await standings.take_off(session, this, choices)
    if not before:
        await scores.add(session, this.id, now)
    elif not this.accepted:
        await scores.drop(session, this.id)
    else:
        await scores.regrade(session, this.id, [worth for _, worth in changed if worth])
    await standings.put_back(session, this, choices)
    return disputing.moved(_points(then), _points(now))


def _points(worths: Mapping[int, Worth]) -> dict[int, int]:
    return {person: worth.points for person, worth in worths.items()}


async def _to_rule(session: Session, asked: Asked, round_id: int) -> Round | NoSuchRound | NotAllowed:
    """A round that was disputed, if the asker may rule on it: who may keep its drill, in its workspace; and who is told
    of what goes wrong with it, wherever they were told.
    """
    this = await disputes.find_closed(session, round_id)
    if this is None:
        return NoSuchRound()
    theirs, here = places.address(this.place).workspace, asked.place.workspace
    drill = await drills.find_drill(session, this.place_id)
    keeps = here == theirs and drill is not None and await may_keep(session, asked, drill)
    if not keeps and not await is_told(session, asked, this.place):
        return NotAllowed()
    return this if await disputes.of_round(session, this.id) else NoSuchRound()


async def _case(session: Session, this: Round, question: Question | None, bank: Bank) -> Case:
    said = await disputes.of_round(session, this.id)
    current = bank.question(this.question or "", this.version)
    return Case(
        this.id,
        this.day,
        this.place.channel,
        this.kind,
        this.key,
        question,
        is_revised=current is not None and current.revision != this.revision,
        choices=await answers.split(session, this.id),
        reasons=tuple(each.text for each in said),
        correction=correction_of(this),
        rulings=this.rulings,
    )


def _question(bank: Bank, this: Round) -> Question | None:
    """The question of a round, if the bank has it still, and of the kind that it was asked as."""
    question = bank.question(this.question or "", this.version)
    return question if question is not None and question.kind is this.kind else None


def _answer(this: Round, question: Question | None, said: str | None) -> str | None:
    """Another answer than the key, whole, in its one form; `None` where what was said is none."""
    choice = question.choice(said) if question is not None and said and this.kind is not Kind.OPEN else None
    if choice is None or choice == this.key or (this.kind is Kind.ORDER and len(choice) != len(this.key)):
        return None
    return choice
