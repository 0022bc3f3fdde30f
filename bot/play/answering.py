"""Saying what one thinks, many people at once. Answers are a log: changing one's mind adds to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from bot.bank import Bank
from bot.domain import sending
from bot.domain.question import ONE_LETTER, Question
from bot.domain.rounds import PostingKind, RevealRule, RoundState
from bot.play.asked import Asked
from bot.play.outcome import keep
from bot.play.posting import OpenQuestion, have_counted, show
from bot.play.revealing import NoSuchRound
from bot.store import answers, drills, places, postings, rounds
from bot.store.database import Session
from bot.store.models import Answer, Drill, Round

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
    """The round had closed. `mine` is the answer that counted, if there was one.

    `question` is `None` if the bank has it no more.
    """

    round: int
    day: date
    question: Question | None
    mine: Mine | None


@dataclass(frozen=True, slots=True)
class NoSuchOption:
    """The question has no such letter."""

    choice: str
    question: Question


@dataclass(frozen=True, slots=True)
class Away:
    """As far as we know, we are not in this workspace. Nothing was recorded."""


Outcome = Recorded | TooLate | NoSuchOption | NoSuchRound | Away


@dataclass(frozen=True, slots=True)
class _Open:
    """An answer that can be recorded: in an open round, with letters that its question has."""

    said: Said
    round: Round
    drill: Drill
    shown: OpenQuestion
    choice: str

    @property
    def person(self) -> places.PersonKey:
        return self.round.place.workspace_id, self.said.asked.person.id


async def answer(bank: Bank, session: Session, said: Sequence[Said]) -> list[Outcome]:
    """Record some answers in the order they were given, and say what became of each.

    An answer counts if its round is open at its own moment. Saying the same thing twice is saying it once.
    """
    round_ids = {each.round for each in said}
    await postings.lock_unconfirmed(session, round_ids)
    known = await rounds.keep_from_closing(session, round_ids)
    drill_of = await drills.drills_of(session, {this.place_id for this in known.values()})
    heard = [await _hear(session, bank, each, known.get(each.round), drill_of) for each in said]
    recorded = iter(await _record(session, [each for each in heard if isinstance(each, _Open)]))
    outcomes = [next(recorded) if isinstance(each, _Open) else each for each in heard]
    return [await _with_mine(session, *each) for each in zip(said, outcomes, strict=True)]


async def _with_mine(session: Session, said: Said, outcome: Outcome) -> Outcome:
    """Whoever comes too late is told what counts, which may have been recorded only now."""
    if not isinstance(outcome, TooLate):
        return outcome
    return replace(outcome, mine=await last_of(session, outcome.round, said.asked))


async def _hear(
    session: Session, bank: Bank, said: Said, this: Round | None, drill_of: Mapping[int, Drill]
) -> _Open | TooLate | NoSuchOption | NoSuchRound | Away:
    """Whether an answer can be recorded; if not, why. Nobody answers in a workspace that is not theirs."""
    if this is None or not _belongs(said.asked, this):
        return NoSuchRound()
    if this.place.workspace.left_at is not None:
        return Away()
    if this.state in _NOT_ASKED and not await _adopt(session, this, said.asked):
        return NoSuchRound()
    if this.state is not RoundState.OPEN or this.closes_at is None or said.asked.now >= this.closes_at:
        question = bank.question(this.question or "", this.version)
        return TooLate(this.id, this.day, question, None)
    drill = drill_of.get(this.place_id)
    shown = show(bank, this, drill) if drill else None
    if drill is None or shown is None:
        return NoSuchRound()
    choice = shown.question.choice(said.mine.choice)
    if choice is None:
        return NoSuchOption(said.mine.choice, shown.question)
    return _Open(said, this, drill, shown, choice)


def _belongs(asked: Asked, this: Round) -> bool:
    """Whether the round is of the asker's own workspace: nothing crosses it."""
    return asked.person.workspace == asked.place.workspace == places.address(this.place).workspace


async def _record(session: Session, said: Sequence[_Open]) -> list[Recorded]:
    """Add to the log whatever is new."""
    if not said:
        return []
    for each in said:
        places.keep_name(each.round.place.workspace, each.said.asked.place.workspace)
        places.keep_openness(each.round.place, each.said.asked.place)
    people = await places.meet_people(session, {each.person: each.said.asked.person.name for each in said})
    pairs = [(each.round.id, people[each.person].id) for each in said]
    log = await answers.last_of_each(session, {*pairs})
    last: dict[tuple[int, int], tuple[int, Mine]] = {pair: (row.seq, as_said(row)) for pair, row in log.items()}
    rows: list[Mapping[str, Any]] = []
    outcomes, counted = [], {}
    for each, pair in zip(said, pairs, strict=True):
        seq, before = last.get(pair, (0, None))
        mine = _after(before, each)
        if mine != before:
            last[pair] = seq + 1, mine
            rows.append(_row(pair, seq + 1, mine, each.said.asked))
        if before is None:
            counted[each.round.id] = each.round
        outcomes.append(Recorded(each.shown, mine, before, each.drill.reveal is RevealRule.ON_REQUEST))
    await answers.add_answers(session, rows)
    await have_counted(session, counted.values(), max(each.said.asked.now for each in said))
    return outcomes


def _row(pair: tuple[int, int], seq: int, mine: Mine, asked: Asked) -> Mapping[str, Any]:
    round_id, person_id = pair
    said = {"choice": mine.choice, "sure": mine.sure, "at": asked.now}
    return {"round_id": round_id, "person_id": person_id, "seq": seq, **said}


def _after(before: Mine | None, said: _Open) -> Mine:
    """What somebody's answer is, after what it was before."""
    mine = Mine(said.choice, said.said.mine.sure)
    if before is None or not said.said.more:
        return mine
    choice = _with(before.choice, said.choice, said.shown.question)
    return before if choice == before.choice else Mine(choice, mine.sure)


def _with(before: str, choice: str, question: Question) -> str:
    """An answer with one more letter, which changes nothing if it is there already."""
    if question.kind in ONE_LETTER:
        return choice
    return question.choice(before + "".join(letter for letter in choice if letter not in before)) or choice


async def _adopt(session: Session, this: Round, asked: Asked) -> bool:
    """A button of a round that we do not know to be posted proves that it is: keep the message it stands on."""
    posting = await postings.posting_of(session, this.id, PostingKind.QUESTION)
    if posting is None or asked.pressed is None or asked.pressed.place != places.address(this.place):
        return False
    return await keep(session, posting, sending.pressed(posting.progress, asked.pressed.message, asked.now), asked.now)


async def last_of(session: Session, round_id: int, asked: Asked) -> Mine | None:
    """What the asker said last in a round, if anything."""
    person = await places.find_person(session, asked.person)
    last = await answers.last_answer(session, round_id, person.id) if person else None
    return as_said(last) if last else None


def as_said(answer: Answer) -> Mine:
    """An answer as it stands in the log."""
    return Mine(answer.choice, answer.sure)
