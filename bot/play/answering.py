"""Today's question, and saying what one thinks. Answers are a log: changing one's mind adds to it."""

from dataclasses import dataclass
from datetime import date, datetime

from bot.bank import Bank
from bot.domain.calendar import local_day
from bot.domain.question import ONE_LETTER, Question
from bot.domain.rounds import DrillState, PostingKind, PostingState, RevealRule, RoundState
from bot.play.asked import Asked, NotSetUp, drill_here, may_keep
from bot.play.outcome import stands
from bot.play.posting import OpenQuestion, have_counted, open_question
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


async def answer(
    session: Session, bank: Bank, asked: Asked, round_id: int, mine: Mine, *, more: bool = False
) -> Recorded | TooLate | NoSuchOption | NoSuchRound:
    """Record an answer, if the round is open at this moment. Saying the same thing twice is saying it once.

    With `more`, the letters come on top of those chosen before, where the question takes several.
    """
    this = await rounds.find_round(session, round_id, asked.place.workspace, lock=True)
    if this is None or (this.state in _NOT_ASKED and not await _adopt(session, this, asked)):
        return NoSuchRound()
    if this.state is not RoundState.OPEN or this.closes_at is None or asked.now >= this.closes_at:
        question = bank.question(this.question or "", this.version)
        return TooLate(this.id, this.day, question, _mine(await _last(session, this, asked)))
    shown = await open_question(session, bank, this)
    if shown is None:
        return NoSuchRound()
    choice = shown.question.choice(mine.choice)
    if choice is None:
        return NoSuchOption(mine.choice, shown.question)
    person_id = await places.meet_person(session, asked.person)
    await answers.lock_person(session, person_id)
    last = await answers.last_answer(session, this.id, person_id)
    if last and more:
        choice = _with(last.choice, choice, shown.question)
    mine = Mine(choice, last.sure if last and more and choice == last.choice else mine.sure)
    if last is None or _mine(last) != mine:
        answers.add_answer(session, this.id, person_id, choice=mine.choice, sure=mine.sure, at=asked.now, after=last)
    if last is None:
        await have_counted(session, this, asked.now)
    drill = await drills.find_drill(session, this.place_id)
    may_reveal = drill is not None and drill.reveal is RevealRule.ON_REQUEST
    return Recorded(shown, mine, _mine(last), may_reveal)


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
    if posting.attempt == 0 or posting.state is PostingState.SENT:
        return False
    await stands(session, posting, asked.pressed.message, asked.now)
    return True


async def _last(session: Session, this: Round, asked: Asked) -> Answer | None:
    """What the asker said last in a round, if anything."""
    person = await places.find_person(session, asked.person)
    return await answers.last_answer(session, this.id, person.id) if person else None


def _mine(answer: Answer | None) -> Mine | None:
    return Mine(answer.choice, answer.sure) if answer else None


@dataclass(frozen=True, slots=True)
class OpenToday:
    """The question that can be answered here, and what the asker answered so far."""

    shown: OpenQuestion
    mine: Mine | None
    may_reveal: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """Nothing is open here: when the next question comes, if one is planned, and the latest round to look back at.

    `may_post`: the asker may have today's question asked now, since it has not been yet.
    """

    state: DrillState
    next_at: datetime | None
    zone: str
    latest: int | None
    trouble: str | None
    keeps: bool
    may_post: bool


async def today(session: Session, bank: Bank, asked: Asked) -> OpenToday | Waiting | NotSetUp:
    """What there is to answer here now."""
    drill = await drill_here(session, asked)
    keeps = await may_keep(session, asked, drill)
    if drill is None:
        return NotSetUp(keeps)
    this = await rounds.open_round(session, drill.place_id)
    shown = await open_question(session, bank, this) if this else None
    if this is None or shown is None or shown.closes_at <= asked.now:
        return await _waiting(session, drill, asked, keeps=keeps)
    last = await _last(session, this, asked)
    may_reveal = last is not None and drill.reveal is RevealRule.ON_REQUEST
    return OpenToday(shown, _mine(last), may_reveal)


async def _waiting(session: Session, drill: Drill, asked: Asked, *, keeps: bool) -> Waiting:
    latest = await rounds.latest_round(session, drill.place_id)
    planned = (
        await rounds.next_planned(session, drill.place_id, asked.now) if drill.state is DrillState.ACTIVE else None
    )
    return Waiting(
        drill.state,
        planned.due_at if planned else None,
        drill.zone,
        latest.id if latest else None,
        drill.trouble if keeps else None,
        keeps,
        keeps and (latest is None or latest.day < local_day(asked.now, drill.zone)),
    )
