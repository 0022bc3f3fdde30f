"""A report for whoever leads a team: who takes part, what is known and what is not, which questions are at fault.

It is about questions and topics. Nobody is named, and a topic or question is told only if enough people answered.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.bank import Bank
from bot.domain.calendar import local_day
from bot.domain.grading import Verdict
from bot.domain.items import Health, health
from bot.domain.question import Question
from bot.domain.standings import Span, first_day
from bot.play.asked import Asked, NotAllowed, NotSetUp, drill_to_keep
from bot.play.standings import TopicShare
from bot.store import reports
from bot.store.database import Session
from bot.store.models import Drill

FEWEST = 3  # answers behind a figure: with fewer it would be about somebody


@dataclass(frozen=True, slots=True)
class Item:
    """A question of the report: on which day, how it did, how many gave each answer. `question` is `None` where the
    bank has it no more.
    """

    day: date
    slug: str
    version: str
    key: str
    question: Question | None
    health: Health
    choices: Mapping[str, int]
    partly: int


@dataclass(frozen=True, slots=True)
class Report:
    """A span of a place: how many people answered anything, how many of them each question had in the mean, and how
    they did by topic and by question, the worst first. What fewer than `FEWEST` answered is left out; `withheld` counts
    those questions.
    """

    span: Span
    people: int
    mean: float
    questions: int
    topics: tuple[TopicShare, ...]
    items: tuple[Item, ...]
    withheld: int


async def report(session: Session, bank: Bank, asked: Asked, span: Span) -> Report | NotSetUp | NotAllowed:
    """The report on this place, for those who may administer its drill."""
    drill = await drill_to_keep(session, asked)
    if not isinstance(drill, Drill):
        return drill
    since = first_day(span, local_day(asked.now, drill.zone))
    rounds = await reports.asked(session, drill.place_id, since, date.max)
    scores = await reports.scored(session, drill.place_id, since, date.max)
    if span is Span.DAY and rounds:
        rounds = rounds[-1:]
        scores = [each for each in scores if each.round == rounds[-1].round]
    items = _items(bank, rounds, scores)
    told = [item for item in items if item.health.people >= FEWEST]
    people, mean = len({each.person for each in scores}), len(scores) / len(rounds) if rounds else 0.0
    worst_first = tuple(sorted(told, key=lambda item: (item.health.share, -item.health.people, item.slug)))
    return Report(span, people, mean, len(rounds), _topics(bank, told), worst_first, len(items) - len(told))


def _items(bank: Bank, rounds: Sequence[reports.Asked], scores: Sequence[reports.Scored]) -> list[Item]:
    """How each question did, in the order in which they were asked."""
    by_round, totals = defaultdict[int, list[reports.Scored]](list), defaultdict[int, list[int]](list)
    for each in scores:
        by_round[each.round].append(each)
        totals[each.person].append(each.points)
    found: list[Item] = []
    for this in rounds:
        given = by_round[this.round]
        choices = Counter(each.choice for each in given)
        right = sum(each.verdict is Verdict.RIGHT for each in given)
        pulled = any(count > right for choice, count in choices.items() if choice != this.key)
        answers = [
            (each.verdict is Verdict.RIGHT, _elsewhere(totals[each.person], each.points))
            for each in given
            if len(totals[each.person]) > 1
        ]
        parted = health(answers, pulled)
        whole = health([(each.verdict is Verdict.RIGHT, 0.0) for each in given], pulled)
        flags = tuple(dict.fromkeys((*parted.flags, *whole.flags)))
        found.append(
            Item(
                *(this.day, this.question, this.version, this.key, bank.question(this.question, this.version)),
                Health(whole.people, whole.right, parted.discrimination, flags),
                dict(choices.most_common()),
                sum(each.verdict is Verdict.PARTLY for each in given),
            )
        )
    return found


def _elsewhere(points: Sequence[int], here: int) -> float:
    """The mean of what somebody got in the other questions."""
    return (sum(points) - here) / (len(points) - 1)


def _topics(bank: Bank, items: Sequence[Item]) -> tuple[TopicShare, ...]:
    """How people did by topic, the weakest first."""
    right, people = Counter[str](), Counter[str]()
    for item in items:
        for topic in item.question.topics if item.question else ():
            right[topic] += item.health.right
            people[topic] += item.health.people
    shares = (TopicShare(slug, bank.topics[slug], right[slug], count) for slug, count in people.items())
    return tuple(sorted(shares, key=lambda share: (share.right / share.rounds, -share.rounds, share.title)))
