"""What is said of disputed keys, from the most that there can be to say, about the largest question of each kind."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from bot.cards import disputing, revealing, ruling, trouble
from bot.cards.model import Card, Form
from bot.domain.disputing import LONGEST, Moved, Ruling
from bot.domain.grading import Verdict
from bot.domain.question import Kind, Question
from bot.domain.rounds import PostingKind
from bot.play.asked import NotAllowed
from bot.play.correcting import Corrected, Summons
from bot.play.disputing import BadReason, DecidedAlready, Disputed, ToDispute, TooLate
from bot.play.revealing import Correction, MyResult
from bot.play.ruling import AskAnswer, Case, Docket, NoSuchAnswer, Ruled, RuledBefore, Weighed
from bot.store import disputes
from tests.spoken import DAY, HOSTILE, QUESTION, REVEALED, ROUND, TROUBLE, largest

REASON = (HOSTILE * 99)[:LONGEST]
CHANGED = Correction(Ruling.CHANGED, "B", "C")
MOVED = Moved(5000, 4999, 50000, 49990)
LISTED = disputes.Disputed(ROUND, DAY, "sess-9999", "2.1", 5000, 5000, None)
SUMMONS = Summons(ROUND, TROUBLE.place, DAY, QUESTION, REASON, ())


def _case(question: Question) -> Case:
    other = {Kind.SEVERAL: "ACE", Kind.ORDER: "ABCDE"}.get(question.kind, "A")
    correction, choices = Correction(Ruling.ALSO, question.key, other), {question.key: 5000, other: 4999}
    which = (ROUND, DAY, TROUBLE.place.channel, question.kind, question.key, question)
    said = (choices, (REASON,) * 99, correction, 9)
    return Case(*which, bool(said), *said)


def _of_each_kind() -> Iterator[tuple[str, Callable[[], Card]]]:
    for kind in Kind:
        if kind is Kind.OPEN:
            continue
        facts = _case(largest(kind))
        closed = replace(REVEALED, question=largest(kind), choices=facts.choices, correction=facts.correction)
        mine = MyResult(closed, "A", sure=True, verdict=Verdict.RIGHT, points=11, may_dispute=True, disputed=True)
        yield f"{kind}, disputed", partial(_card, partial(ruling.case, facts))
        yield f"{kind}, revealed and corrected", partial(revealing.reveal, closed)
        yield f"{kind}, corrected result", partial(revealing.result, mine)


def _card(says: Callable[[], Card | Form]) -> Card:
    card = says()
    assert isinstance(card, Card)
    return card


def _said() -> Iterator[tuple[str, Callable[[], Card]]]:
    for each in Ruling:
        correction = Correction(each, "B", "C")
        yield f"corrected: {each}", partial(disputing.corrected, Corrected(ROUND, DAY, QUESTION, correction, MOVED))
        weighed = Weighed(ROUND, QUESTION, correction, 2**31 - 1, MOVED)
        yield f"weighed: {each}", partial(_card, partial(ruling.case, weighed))
        yield f"ruled: {each}", partial(ruling.ruled, Ruled(QUESTION, correction, MOVED, is_posted=True))
    traced = replace(_case(largest(Kind.CHOICE, traced=True)), reasons=(REASON,))
    yield "traced, disputed", partial(_card, partial(ruling.case, traced))
    yield "a case without its question", partial(_card, partial(ruling.case, replace(traced, question=None)))
    for facts in (Disputed(ROUND, DAY), BadReason(ROUND, REASON * 9), BadReason(ROUND, ""), TooLate()):
        yield f"disputing: {facts}"[:40], partial(_card, partial(disputing.disputed, facts))
    yield "decided already", partial(_card, partial(disputing.disputed, DecidedAlready(CHANGED)))


CARDS: dict[str, Callable[[], Card]] = (
    dict(_of_each_kind())
    | dict(_said())
    | {
        "disputed keys": lambda: ruling.docket(Docket(((LISTED, QUESTION), *_listed()))),
        "no disputed keys": lambda: ruling.docket(Docket(())),
        "no such answer": lambda: _card(partial(ruling.case, NoSuchAnswer(ROUND, Ruling.CHANGED, HOSTILE * 9))),
        "ruled before": lambda: ruling.ruled(RuledBefore(ROUND, QUESTION, CHANGED)),
        "not allowed to rule": lambda: ruling.ruled(NotAllowed()),
        "a key is disputed": lambda: ruling.summons(SUMMONS),
        "void result": lambda: revealing.result(
            MyResult(replace(REVEALED, correction=Correction(Ruling.VOID, "B")), "A", sure=True, verdict=None, points=0)
        ),
        "the correction may be missing": lambda: trouble.told(replace(TROUBLE, kind=PostingKind.CORRECTION)),
    }
)


def _listed() -> Iterator[tuple[disputes.Disputed, Question | None]]:
    for number in range(1, 10):
        waiting = number % 2
        yield replace(LISTED, round=number, day=DAY.replace(day=number), waiting=waiting), QUESTION if waiting else None


def disputing_form() -> Form:
    """The form that asks what is wrong with a key."""
    return _form(disputing.disputed(ToDispute(ROUND, DAY, QUESTION, REASON)))


def answer_form() -> Form:
    """The form that asks which answer a ruling names."""
    return _form(ruling.case(AskAnswer(ROUND, Ruling.CHANGED, largest(Kind.ORDER))))


def _form(says: Card | Form) -> Form:
    assert isinstance(says, Form)
    return says
