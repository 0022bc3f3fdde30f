"""Closing a round: points are fixed from the log in the same transaction; then what the reveal shows."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.bank import Bank
from bot.domain import sending
from bot.domain.disputing import Ruling, accepted, best_credit, can_be_disputed
from bot.domain.grading import Verdict, judge
from bot.domain.question import Kind, Question
from bot.domain.rounds import PostingKind, RevealRule, RoundState, end, may_answer_late
from bot.domain.scoring import Parts, parts
from bot.domain.sending import Void
from bot.domain.standings import Reach, Standing, week_of
from bot.play.asked import Asked, NotAllowed, NotSetUp, drill_here, may_keep
from bot.play.rebuilding import worths
from bot.store import answers, boards, disputes, drills, places, rounds, scores, standings, tallies
from bot.store.database import Session
from bot.store.models import Person, Round, Score

LEADERS = 5
REVEAL_GRACE = timedelta(days=7)  # people wait for a reveal, so it is tried for long


@dataclass(frozen=True, slots=True)
class Correction:
    """What was decided of a key that was disputed: the key itself, and the answer that the ruling names, if any."""

    ruling: Ruling
    key: str
    ruled: str | None = None

    @property
    def accepted(self) -> tuple[str, ...]:
        """The answers that count as right."""
        return accepted(self.key, self.ruling, self.ruled)


@dataclass(frozen=True, slots=True)
class Revealed:
    """A closed round: the question with its answer, how many gave each answer, who leads the week, and what was decided
    of its key if that was disputed.
    """

    round: int
    day: date
    closed_at: datetime
    zone: str
    question: Question
    choices: Mapping[str, int]
    leaders: tuple[Standing, ...]
    correction: Correction | None = None

    @property
    def answered(self) -> int:
        """How many people answered."""
        return sum(self.choices.values())

    @property
    def right(self) -> int:
        """How many of them were right, and not only partly."""
        keys = self.correction.accepted if self.correction else (self.question.key,)
        return sum(self.choices.get(key, 0) for key in keys)

    @property
    def letters(self) -> Mapping[str, int] | None:
        """How many chose each letter; `None` where an answer puts all of them in order."""
        if self.question.kind is Kind.ORDER:
            return None
        counts = Counter[str]()
        for choice, count in self.choices.items():
            counts.update(dict.fromkeys(choice, count))
        return counts


@dataclass(frozen=True, slots=True)
class Revealing:
    """The round is closed from now on and its reveal is on its way."""


@dataclass(frozen=True, slots=True)
class NothingOpen:
    """There is no open question here."""


@dataclass(frozen=True, slots=True)
class AnswerFirst:
    """Here whoever has answered may reveal, and the asker has not."""


async def close_due(session: Session, round_id: int, now: datetime) -> None:
    """Close a round whose time is over, unless another process has done so: fix its points, have its reveal sent."""
    this = await rounds.lock_open_round(session, round_id)
    if this is not None:
        await close(session, this, now)


async def close(session: Session, this: Round, now: datetime) -> None:
    """Close an open round. Its points follow from each person's last answer and the key it was asked with."""
    if this.closes_at is None or now < this.closes_at:
        this.closes_at = end(this.closes_at, now, await answers.latest_moment(session, this.id))
    this.state = RoundState.CLOSED
    await scores.add(session, this.id, await worths(session, this))
    await standings.add_round(session, this)
    await tallies.drop_tally(session, this.id)
    await rounds.add_posting(session, this, PostingKind.CLOSING, now)
    await rounds.add_posting(session, this, PostingKind.REVEAL, now)


async def revealed(session: Session, bank: Bank, this: Round) -> Revealed | None:
    """What the reveal of a closed round shows; `None` if the bank has its question no more."""
    question = bank.question(this.question or "", this.version)
    drill = await drills.find_drill(session, this.place_id)
    if question is None or drill is None or this.closes_at is None:
        return None
    here, week = boards.Within(Reach.HERE, this.place_id), week_of(this.day)
    seen = await boards.of_days(session, here, week.first, week.last, boards.Asker(None, LEADERS, 0))
    choices = await (scores.choices if this.accepted else answers.split)(session, this.id)
    shown = (this.id, this.day, this.closes_at, drill.zone, question, choices, tuple(seen.top))
    return Revealed(*shown, correction_of(this))


def correction_of(this: Round) -> Correction | None:
    """What was decided of the key of a round, if anything was."""
    return Correction(this.ruling, this.key, this.ruled) if this.ruling else None


async def reveal_now(session: Session, asked: Asked) -> Revealing | NothingOpen | NotSetUp | NotAllowed | AnswerFirst:
    """Close the open round here before its time, and reveal it; or send an earlier reveal once more that got stuck."""
    drill = await drill_here(session, asked)
    keeps = await may_keep(session, asked, drill)
    if drill is None:
        return NotSetUp(keeps)
    this = await rounds.open_round(session, drill.place_id)
    if drill.reveal is RevealRule.ON_REQUEST:
        person = await places.find_person(session, asked.person)
        if this and not (person and await answers.last_answer(session, this.id, person.id)):
            return AnswerFirst()
    elif not keeps:
        return NotAllowed()
    stuck = await rounds.stuck_reveal(session, drill.place_id, asked.now - REVEAL_GRACE)
    if stuck is not None and not isinstance(again := sending.decided_again(stuck.progress, asked.now), Void):
        stuck.progress = again
        return Revealing()
    locked = await rounds.lock_open_round(session, this.id) if this else None
    if locked is None:  # or somebody has closed it at this moment
        return NothingOpen()
    await close(session, locked, asked.now)
    return Revealing()


@dataclass(frozen=True, slots=True)
class MyResult:
    """How a person did in a closed round; without an answer there are no letters and no points, and no verdict either
    where the question is void.

    `parts` is what the points are made of, where that is known; `hinted`: they had the hint. `late`: the answer came
    after the close and scores nothing. `may_answer`: there is none, but one can still be given late. `may_dispute`: the
    key can still be disputed, and `disputed`: they did so.
    """

    revealed: Revealed
    choice: str | None
    sure: bool
    verdict: Verdict | None
    points: int
    parts: Parts | None = None
    hinted: bool = False
    late: bool = False
    may_answer: bool = False
    may_dispute: bool = False
    disputed: bool = False


@dataclass(frozen=True, slots=True)
class NotYetRevealed:
    """The round is still open, so its answer is not told."""

    closes_at: datetime | None


@dataclass(frozen=True, slots=True)
class NoSuchRound:
    """There is no such round in this workspace."""


async def result(session: Session, bank: Bank, asked: Asked, round_id: int) -> MyResult | NotYetRevealed | NoSuchRound:
    """How the asker did in a round."""
    this = await rounds.find_round(session, round_id, asked.place.workspace)
    if this is not None and this.state is RoundState.OPEN:
        return NotYetRevealed(this.closes_at)
    if this is None or this.state not in (RoundState.CLOSED, RoundState.REVEALED):
        return NoSuchRound()
    shown = await revealed(session, bank, this)
    if shown is None:
        return NoSuchRound()
    person = await places.find_person(session, asked.person)
    mine = await _my_result(session, asked, this, shown, person)
    said = await disputes.find_dispute(session, this.id, person.id) if person else None
    can_be = can_be_disputed(this.closes_at, asked.now) and not (said and said.ruling)
    return replace(mine, may_dispute=can_be and not mine.may_answer, disputed=said is not None)


async def _my_result(session: Session, asked: Asked, this: Round, shown: Revealed, person: Person | None) -> MyResult:
    score = await scores.find_score(session, this.id, person.id) if person else None
    if score is not None:
        return MyResult(shown, score.choice, score.sure, score.verdict, score.points, _parts(this, score), score.hinted)
    said = await answers.last_answer(session, this.id, person.id) if person else None
    if said is not None:  # too late; or in time, in a round that is void
        verdict = judge(best_credit(this.kind, this.accepted, said.choice)) if this.accepted else None
        late = said.at >= shown.closed_at
        return MyResult(shown, said.choice, sure=False, verdict=verdict, points=0, late=late)
    may_answer = may_answer_late(this.state, this.closes_at, asked.now)
    return MyResult(shown, None, sure=False, verdict=None, points=0, may_answer=may_answer)


def _parts(this: Round, score: Score) -> Parts | None:
    """What a score is made of, unless it was fixed by other rules than today's."""
    earned = best_credit(this.kind, this.accepted or (this.key,), score.choice)
    found = parts(earned, sure=score.sure, hinted=score.hinted)
    return found if sum(found) == score.points else None
