"""What is said once a round has closed."""

from typing import assert_never

from bot.cards.answering import LATE, late_choices, no_such_letter, no_such_round
from bot.cards.disputing import decided
from bot.cards.helping import not_allowed, not_set_up
from bot.cards.model import Block, Button, Buttons, Card, Prose, Strong, Tone, note, say, spans
from bot.cards.phrases import BOARD, ME, PRACTISE, TODAY, count, day, moment, ranking, upper_first
from bot.cards.questions import VERDICTS, answered, opening, said, solution, source, twin
from bot.cards.questions import closed as asked_and_closed
from bot.commands import Dispute, Explain, Result
from bot.domain.disputing import Ruling
from bot.domain.grading import Verdict
from bot.domain.question import ONE_LETTER, Question
from bot.play.answering import NoSuchOption
from bot.play.asked import NotAllowed, NotSetUp
from bot.play.late import DraftedLate, LateOutcome
from bot.play.revealing import (
    AnswerFirst,
    Correction,
    MyResult,
    NoSuchRound,
    NothingOpen,
    NotYetRevealed,
    Revealed,
    Revealing,
)

_WAS = {Verdict.RIGHT: "right", Verdict.PARTLY: "partly right", Verdict.WRONG: "wrong"}
_SHOWN = 80  # characters of a question in the title of its thread


def closed(facts: Revealed) -> Card:
    """The question's own message after the close: marked and counted, and nothing left to press."""
    return Card(
        f"Daily question · {day(facts.day)} · closed",
        (
            *asked_and_closed(facts.question, facts.letters),
            note(_turnout(facts), " Closed ", moment(facts.closed_at, facts.zone), ". The explanation follows."),
        ),
        summary="The question has closed.",
    )


def _turnout(facts: Revealed) -> str:
    if not facts.answered:
        return "Nobody answered this time."
    return f"{count(facts.answered, 'person', 'people')} answered, {facts.right} right."


def reveal(facts: Revealed) -> Card:
    """The answer for everybody: why each option is right or wrong, what really ran, and who leads the week."""
    leaders: tuple[Block, ...] = (say("**This week**"), ranking(facts.leaders)) if facts.leaders else ()
    return Card(
        upper_first(solution(facts.question)),
        (
            *_corrected(facts),
            *answered(facts.question, counts=facts.letters),
            say(_turnout(facts)),
            *leaders,
            Buttons(
                (Button("How did I do?", Result(facts.round), primary=True), *twin(facts.question), BOARD, PRACTISE)
            ),
            source(facts.question),
        ),
        summary=f"The answer to the question of {day(facts.day)} is here.",
        tone=Tone.GOOD,
    )


def _corrected(facts: Revealed) -> tuple[Prose, ...]:
    """What was decided of a disputed key; the marks and the explanation stay those of the bank."""
    return (say(Strong(decided(facts.question, facts.correction))),) if facts.correction else ()


def discussion(question: Question) -> str:
    """What the thread under a reveal is called: by the first words of the question, without their marks."""
    return f"Discussion: {opening(question, _SHOWN)}"


def revealing(facts: Revealing | NothingOpen | NotSetUp | NotAllowed | AnswerFirst) -> Card:
    """What became of the wish to reveal now."""
    match facts:
        case Revealing():
            return Card(
                "Closed", (say("The answer is on its way."),), summary="The answer is on its way.", tone=Tone.GOOD
            )
        case NothingOpen():
            return Card(
                "No question is open",
                (say("There is nothing to reveal right now."), Buttons((PRACTISE, BOARD))),
                summary="There is nothing to reveal.",
            )
        case AnswerFirst():
            return Card(
                "Answer first",
                (say("Here the answer is revealed to whoever has answered."), Buttons((TODAY,))),
                summary="Answer first, then reveal.",
            )
        case NotSetUp():
            return not_set_up(facts)
        case NotAllowed():
            return not_allowed("reveal the answer early")
        case _:
            assert_never(facts)


def result(facts: MyResult | NotYetRevealed | NoSuchRound) -> Card:
    """How one person did in a round."""
    match facts:
        case MyResult():
            return _result(facts)
        case NotYetRevealed():
            return Card(
                "Still open",
                (say("The answer is told when the question closes."), Buttons((TODAY,))),
                summary="The question is still open.",
            )
        case NoSuchRound():
            return no_such_round()
        case _:
            assert_never(facts)


def answered_late(facts: LateOutcome) -> Card:
    """What became of an answer after the close."""
    match facts:
        case DraftedLate(this, question, choice):
            return Card(
                f"Your answer so far: {said(question, choice)}",
                (LATE, *late_choices(this, question, choice)),
                summary="Your answer so far.",
                tone=Tone.QUESTION,
            )
        case NoSuchOption():
            return no_such_letter(facts)
        case MyResult() | NotYetRevealed() | NoSuchRound():
            return result(facts)
        case _:
            assert_never(facts)


def _worth(facts: MyResult, choice: str) -> Prose:
    """What somebody's answer was worth, with the sum where it has several parts."""
    if facts.late:
        return say("You answered ", Strong(choice), " after the close: it keeps your streak and scores nothing.")
    sure = " and were sure" if facts.sure else ""
    return say("You answered ", Strong(choice), f"{sure}: {count(facts.points, 'point')}{_sum(facts)}.")


def _sum(facts: MyResult) -> str:
    """How points add up, where more than the answer itself went into them."""
    if facts.parts is None or facts.verdict is None or not (facts.sure or facts.hinted):
        return ""
    sure = f", sure {_signed(facts.parts.sure)}" if facts.sure else ""
    hint = f", hint {_signed(facts.parts.hint)}" if facts.hinted else ""
    return f" ({_WAS[facts.verdict]} {facts.parts.answer}{sure}{hint} = {facts.points})"


def _signed(number: int) -> str:
    return f"{number:+}".replace("-", "−") if number else "0"


def _result(facts: MyResult) -> Card:
    question, correction = facts.revealed.question, facts.revealed.correction
    buttons = Buttons((Button("Explain", Explain(question.slug, version=question.version)), *_ways(facts)))
    ruled: tuple[Block, ...] = _corrected(facts.revealed)
    was = say("The answer was ", Strong(said(question, question.key)), ".")
    if facts.may_answer:
        again = late_choices(facts.revealed.round, question)
        offer = (say("You did not answer this one in time."), LATE, *again, buttons)
        return Card("You sat this one out", offer, summary="You did not answer this one in time.")
    if facts.choice is None:
        sat_out: tuple[Block, ...] = (say("You did not answer this one."), *(ruled or (was,)), buttons)
        return Card("You sat this one out", sat_out, summary="You did not answer this one.")
    yours = Strong(said(question, facts.choice))
    if facts.verdict is None:
        void: tuple[Block, ...] = (
            say("You answered ", yours, "; your streak counts it all the same."),
            *ruled,
            buttons,
        )
        return Card("It counts for nobody", void, summary="This question is void.")
    right = facts.verdict is Verdict.RIGHT
    blocks: list[Block] = [_worth(facts, said(question, facts.choice)), *ruled]
    if question.kind in ONE_LETTER and (chosen := question.option(facts.choice)) and not _overruled(correction):
        blocks.append(Prose(spans(chosen.reason)))
    if not right and not _overruled(correction):
        blocks.append(was)
    return Card(
        VERDICTS[facts.verdict],
        (*blocks, buttons),
        summary="How you did.",
        tone=Tone.BAD if facts.verdict is Verdict.WRONG else Tone.GOOD,
    )


def _ways(facts: MyResult) -> tuple[Button, ...]:
    """Where to go from a result."""
    dispute = Button("Change my dispute" if facts.disputed else "Dispute", Dispute(str(facts.revealed.round)))
    return (BOARD, ME, PRACTISE, *((dispute,) if facts.may_dispute else ()))


def _overruled(correction: Correction | None) -> bool:
    """Whether what the bank says of the answers is not what counts."""
    return correction is not None and correction.ruling is not Ruling.STANDS
