"""Saying what one thinks, many people at once. Answers are a log: changing one's mind adds to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, NamedTuple

from bot.bank import Bank
from bot.domain.identity import Place
from bot.domain.question import Question
from bot.domain.rounds import PostingKind, RevealRule, RoundState, may_answer_late
from bot.play.adopting import adopt
from bot.play.asked import Asked
from bot.play.known import Known, Memory, keep_rounds
from bot.play.posting import OpenQuestion, have_counted
from bot.play.revealing import NoSuchRound
from bot.store import answers, first_answers, places
from bot.store.database import Session
from bot.store.models import Answer
from bot.store.rounds import AskedRound

_NOT_ASKED = (RoundState.PLANNED, RoundState.FAILED, RoundState.SKIPPED)


@dataclass(frozen=True, slots=True)
class Mine:
    """An answer as it stands."""

    choice: str
    sure: bool


@dataclass(frozen=True, slots=True)
class Said:
    """An answer that somebody gives in a round. With `more`, its letters come on top of those chosen before."""

    asked: Asked
    round: int
    mine: Mine
    more: bool = False


@dataclass(frozen=True, slots=True)
class Recorded:
    """The answer is in the log. `before` is what it replaced; `may_reveal`: the asker may see the answer now."""

    shown: OpenQuestion
    mine: Mine
    before: Mine | None
    may_reveal: bool


@dataclass(frozen=True, slots=True)
class TooLate:
    """The round had closed. `mine` is the asker's answer, if there is one; `late`: it came after the close, too.
    `may_answer`: there is none, but one can still be given, for the streak alone.

    `question` is `None` if the bank has it no more.
    """

    round: int
    day: date
    question: Question | None
    mine: Mine | None
    late: bool = False
    may_answer: bool = False


@dataclass(frozen=True, slots=True)
class NoSuchOption:
    """The question has no such letter."""

    choice: str
    question: Question


@dataclass(frozen=True, slots=True)
class Away:
    """As far as we know, we are not in this workspace. Nothing was recorded."""


Outcome = Recorded | TooLate | NoSuchOption | NoSuchRound | Away


class Recordable(NamedTuple):
    """An answer that can be recorded: in an open round, with letters that its question has."""

    said: Said
    this: AskedRound
    shown: OpenQuestion
    choice: str

    @property
    def person(self) -> places.PersonKey:
        return self.this.workspace_id, self.said.asked.person.id


_First = dict[tuple[int, places.PersonKey], first_answers.FirstAnswer]
"""What people say first, of what they say in one transaction, by the round and the person."""


async def answer(bank: Bank, session: Session, said: Sequence[Said], memory: Memory | None = None) -> list[Outcome]:
    """Record some answers in the order they were given, and say what became of each.

    An answer counts if its round is open at its own moment. Saying the same thing twice is saying it once. The rounds
    are kept in the memory, for those who answer next.
    """
    known = await keep_rounds(session, bank, {each.round for each in said})
    heard = [await _hear(session, bank, each, known) for each in said]
    await _report_copies(session, said, known)
    open_ = [each for each in heard if isinstance(each, Recordable)]
    recorded = await _record(session, open_)
    if memory is not None and open_:
        news = {each.this.id for each in open_ if is_news(each.this, each.said.asked.place)}
        seen = [known[round_id] for round_id in {each.this.id for each in open_} - news]
        memory.keep(seen, max(each.asked.now for each in said))
    left = iter(recorded)
    outcomes = [next(left) if isinstance(each, Recordable) else each for each in heard]
    return [
        await with_mine(session, outcome, each.asked, known[each.round]) if isinstance(outcome, TooLate) else outcome
        for each, outcome in zip(said, outcomes, strict=True)
    ]


async def with_mine(session: Session, outcome: TooLate, asked: Asked, known: Known) -> TooLate:
    """Whoever comes too late is told what counts, which may have been recorded only now, and whether one may still
    answer.
    """
    said, this = await _last(session, outcome.round, asked), known.this
    if said is not None:
        return replace(outcome, mine=as_said(said), late=this.closes_at is not None and said.at >= this.closes_at)
    may_answer = outcome.question is not None and may_answer_late(this.state, this.closes_at, asked.now)
    return replace(outcome, may_answer=may_answer)


async def _hear(
    session: Session, bank: Bank, said: Said, known: dict[int, Known]
) -> Recordable | TooLate | NoSuchOption | NoSuchRound | Away:
    """Whether an answer can be recorded; if not, why."""
    shown = await find_open(session, bank, said.asked, said.round, known)
    if not isinstance(shown, OpenQuestion):
        return shown
    choice = shown.question.choice(said.mine.choice)
    if choice is None:
        return NoSuchOption(said.mine.choice, shown.question)
    return Recordable(said, known[said.round].this, shown, choice)


async def find_open(
    session: Session, bank: Bank, asked: Asked, round_id: int, known: dict[int, Known]
) -> OpenQuestion | TooLate | NoSuchRound | Away:
    """The question of a round that the asker can answer now; if there is none, why. Nobody answers in a workspace that
    is not theirs. Whoever pressed the message of a round that was not known to be asked proves that it is.
    """
    found = known.get(round_id)
    if found is None or not (asked.person.workspace == asked.place.workspace == found.workspace):
        return NoSuchRound()
    if found.this.left_at is not None:
        return Away()
    if found.this.state in _NOT_ASKED:
        if not await adopt(session, found.this.id, PostingKind.QUESTION, asked):
            return NoSuchRound()
        known |= await keep_rounds(session, bank, {round_id})
        found = known[round_id]
    this = found.this
    if this.state is not RoundState.OPEN or this.closes_at is None or asked.now >= this.closes_at:
        return TooLate(this.id, this.day, bank.question(this.question or "", this.version), None)
    return found.shown or NoSuchRound()


async def _record(session: Session, said: Sequence[Recordable]) -> list[Recorded]:
    """Add to the log whatever is new. Most are people we know, and answer for the first time: one statement sees both,
    and adds what they say.
    """
    if not said:
        return []
    await _keep_told(session, said)
    now = max(each.said.asked.now for each in said)
    first: _First = {}
    for each in said:
        first.setdefault((each.this.id, each.person), said_first(each))
    added = await first_answers.add_first(session, [*first.values()], now)
    if len(added) == len(said):
        outcomes = [recorded_first(each) for each in said]
    else:
        outcomes = await _record_others(session, said, first, added, now)
    counted = {each.round_id for each in added if each.counted}
    new = {each.this.id: each.this for each, outcome in zip(said, outcomes, strict=True) if outcome.before is None}
    await have_counted(session, [this for round_id, this in new.items() if round_id not in counted], now)
    return outcomes


async def _record_others(
    session: Session, said: Sequence[Recordable], first: _First, added: Sequence[first_answers.Added], now: datetime
) -> list[Recorded]:
    """The same where somebody is new, has another name, or has answered before; who of the `first` has not, and is
    known, has been added.
    """
    people = await places.meet_people(session, {each.person: each.said.asked.person.name for each in said})
    pairs = {key: (key[0], people[key[1]]) for key in first}
    left = {*pairs.values()} - {(each.round_id, each.person_id) for each in added}
    log = await answers.last_of_each(session, left)
    new = [said_first for key, said_first in first.items() if pairs[key] in left - log.keys()]
    if new:  # whatever the name that they came with: they have the last of theirs by now
        await first_answers.add_first(session, [each._replace(name="") for each in new], now)
    last: dict[answers.Pair, tuple[int, Mine]] = {pair: (row.seq, as_said(row)) for pair, row in log.items()}
    rows: list[Mapping[str, Any]] = []
    outcomes = []
    for each in said:
        pair = pairs[each.this.id, each.person]
        seq, before = last.get(pair, (0, None))
        mine = _after(before, each)
        if mine != before:
            last[pair] = seq + 1, mine
        if mine != before and before is not None:
            rows.append(_row(pair, seq + 1, mine, each.said.asked))
        outcomes.append(_recorded(each, mine, before))
    await answers.add_answers(session, rows)
    return outcomes


def recorded_first(said: Recordable) -> Recorded:
    """What became of an answer that its asker said first."""
    return _recorded(said, _after(None, said), None)


def _recorded(said: Recordable, mine: Mine, before: Mine | None) -> Recorded:
    return Recorded(said.shown, mine, before, said.this.reveal is RevealRule.ON_REQUEST)


def said_first(said: Recordable) -> first_answers.FirstAnswer:
    """What somebody says, in case that they say it first."""
    this, asked = said.this, said.said.asked
    name, sure = places.kept_name(asked.person.name), said.said.mine.sure
    them = this.workspace_id, asked.person.id, name
    return first_answers.FirstAnswer(this.tallied, this.id, *them, said.choice, sure, asked.now)


async def _keep_told(session: Session, said: Sequence[Recordable]) -> None:
    """Keep what platforms say now of the workspaces and places that answers come from, where it is new."""
    told = {each.this.place_id: each.said.asked.place for each in said if is_news(each.this, each.said.asked.place)}
    for place_id in sorted(told):  # in the same order by everybody
        await places.keep_told(session, place_id, told[place_id])


def is_news(this: AskedRound, told: Place) -> bool:
    """Whether a platform says something of a place, or of its workspace, that was not known."""
    return told.workspace.name not in ("", this.name) or told.is_open not in (None, this.is_open)


def _row(pair: tuple[int, int], seq: int, mine: Mine, asked: Asked) -> Mapping[str, Any]:
    round_id, person_id = pair
    said = {"choice": mine.choice, "sure": mine.sure, "at": asked.now}
    return {"round_id": round_id, "person_id": person_id, "seq": seq, **said}


def _after(before: Mine | None, said: Recordable) -> Mine:
    """What somebody's answer is, after what it was before."""
    mine = said.said.mine if said.choice == said.said.mine.choice else Mine(said.choice, said.said.mine.sure)
    if before is None or not said.said.more:
        return mine
    choice = said.shown.question.with_more(before.choice, said.choice)
    return before if choice == before.choice else Mine(choice, mine.sure)


async def _report_copies(session: Session, said: Sequence[Said], known: Mapping[int, Known]) -> None:
    """A button pressed on another message than the one that is known to ask an open question: that is a copy of it.

    Whoever holds the posting just now is not waited for, as the rounds are locked already: a later press will do.
    """
    for each in said:
        found, pressed = known.get(each.round), each.asked.pressed
        if found and pressed and found.this.state is RoundState.OPEN and pressed.message != found.this.message:
            await adopt(session, each.round, PostingKind.QUESTION, each.asked, wait=False)


async def last_of(session: Session, round_id: int, asked: Asked) -> Mine | None:
    """What the asker said last in a round, if anything."""
    last = await _last(session, round_id, asked)
    return as_said(last) if last else None


async def _last(session: Session, round_id: int, asked: Asked) -> Answer | None:
    person = await places.find_person(session, asked.person)
    return await answers.last_answer(session, round_id, person.id) if person else None


def as_said(answer: Answer) -> Mine:
    """An answer as it stands in the log."""
    return Mine(answer.choice, answer.sure)
