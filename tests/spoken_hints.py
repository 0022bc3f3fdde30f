"""What is said of hints and of late answers, made by its own words from the largest facts there can be."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from bot.cards import answering, hinting, home, revealing, standings
from bot.cards.model import Card
from bot.domain.grading import Verdict
from bot.domain.question import ONE_LETTER, Kind
from bot.domain.scoring import Parts
from bot.play.answering import Mine, Recorded, TooLate
from bot.play.hinting import HintGiven, NoHint
from bot.play.home import AtHome
from bot.play.late import DraftedLate
from bot.play.revealing import MyResult
from bot.play.today import OpenToday
from tests.spoken import ALSO_OPEN, DAY, IN_PLACES, NUMBERS, OPEN, QUESTION, REVEALED, ROUND, THERE, largest

_MISSED = MyResult(REVEALED, None, sure=False, verdict=None, points=0, may_answer=True)


def _of_each_kind() -> Iterator[tuple[str, Callable[[], Card]]]:
    for kind in (kind for kind in Kind if kind is not Kind.OPEN):
        question, part = largest(kind), {Kind.SEVERAL: "AC", Kind.ORDER: "C"}.get(kind, "A")
        shown, closed = replace(OPEN, question=question), replace(REVEALED, question=question)
        mine = Mine(part, sure=True)
        first = Recorded(shown, Mine(part[:1], sure=False), None, may_reveal=True)
        yield f"{kind}, recorded at first", partial(answering.answered, first)
        yield f"{kind}, hint of the day", partial(hinting.hinted, HintGiven(shown, mine, again=False, may_reveal=True))
        yield (
            f"{kind}, today with its hint",
            partial(answering.today, OpenToday(shown, mine, may_reveal=True, hinted=True)),
        )
        yield f"{kind}, missed", partial(revealing.result, replace(_MISSED, revealed=closed))
        offered = TooLate(ROUND, DAY, question, None, may_answer=True)
        yield f"{kind}, too late, not yet answered", partial(answering.answered, offered)
        late = replace(_MISSED, revealed=closed, choice=part, verdict=Verdict.WRONG, late=True, may_answer=False)
        yield f"{kind}, answered late", partial(revealing.answered_late, late)
        if kind not in ONE_LETTER:
            yield f"{kind}, drafted late", partial(revealing.answered_late, DraftedLate(ROUND, question, part))


CARDS: dict[str, Callable[[], Card]] = dict(_of_each_kind()) | {
    "hint again": lambda: hinting.hinted(HintGiven(OPEN, None, again=True)),
    "no hint": lambda: hinting.hinted(NoHint(replace(OPEN, question=replace(QUESTION, hint="")), None)),
    "at home with the hint": lambda: home.at_home(
        AtHome((replace(THERE, hinted=True), *ALSO_OPEN), IN_PLACES, is_used=True)
    ),
    "too late, answered late": lambda: answering.answered(
        TooLate(ROUND, DAY, QUESTION, Mine("A", sure=False), late=True)
    ),
    "result that adds up": lambda: revealing.result(
        MyResult(REVEALED, "B", sure=True, verdict=Verdict.RIGHT, points=9, parts=Parts(10, 1, -2), hinted=True)
    ),
    "numbers with hints": lambda: standings.me(replace(NUMBERS, hints=999)),
}
