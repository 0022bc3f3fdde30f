"""A report for whoever leads a team: who takes part, what is known and what is not, which questions are at fault.

It is about questions and topics. Nobody is named, and no question is told that fewer than three people answered.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.bank import Bank
from bot.domain.calendar import local_day
from bot.domain.grading import Verdict
from bot.domain.items import Health, Moments, discrimination, health
from bot.domain.question import Question
from bot.domain.standings import Span, days_of
from bot.play.asked import Asked, NotAllowed, NotSetUp, drill_to_keep
from bot.play.standings import TopicShare
from bot.store import reports
from bot.store.database import Session
from bot.store.models import Drill

FEWEST = 3  # people behind a question that is told: with fewer it would be about somebody


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
    they did by topic and by question, the worst first. Questions that fewer than `FEWEST` answered are left out of
    these; `withheld` counts them.
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
    today = local_day(asked.now, drill.zone)
    if span is Span.DAY:
        today = await reports.last_day(session, drill.place_id) or today
    days = drill.place_id, *days_of(span, today)
    rounds = await reports.asked(session, *days)
    # How well a question parts people is seen beside the others of its season: in a single one there is nothing to see.
    beside = drill.place_id, *days_of(Span.SEASON if span is Span.DAY else span, today)
    given, elsewhere = await reports.given(session, *days), await reports.elsewhere(session, *beside)
    items = [_item(bank, this, given.get(this.round, ()), elsewhere) for this in rounds]
    told = [item for item in items if item.health.people >= FEWEST]
    people, mean = await reports.people(session, *days), sum(item.health.people for item in items) / max(1, len(items))
    worst_first = tuple(sorted(told, key=lambda item: (item.health.share, -item.health.people, item.slug)))
    return Report(span, people, mean, len(items), _topics(bank, told), worst_first, len(items) - len(told))


def _item(
    bank: Bank,
    this: reports.Asked,
    given: Sequence[reports.Given],
    elsewhere: Mapping[tuple[int, bool], Moments],
) -> Item:
    """How one question did."""
    counts = Counter[Verdict]()
    for each in given:
        counts[each.verdict] += each.people
    right = counts[Verdict.RIGHT]
    pulled = any(each.people > right for each in given if each.verdict is not Verdict.RIGHT)
    parts = [elsewhere.get((this.round, was_right), Moments()) for was_right in (True, False)]
    among = sum(part.people for part in parts)
    parted = discrimination(*parts) if among >= FEWEST else None
    return Item(
        *(this.day, this.question, this.version, this.key, bank.question(this.question, this.version)),
        health(counts.total(), right, parted, among, pulled=pulled),
        {each.choice: each.people for each in given},
        counts[Verdict.PARTLY],
    )


def _topics(bank: Bank, items: Sequence[Item]) -> tuple[TopicShare, ...]:
    """How people did by topic, the weakest first."""
    right, people = Counter[str](), Counter[str]()
    for item in items:
        for topic in item.question.topics if item.question else ():
            right[topic] += item.health.right
            people[topic] += item.health.people
    shares = (TopicShare(slug, bank.topics[slug], right[slug], count) for slug, count in people.items())
    return tuple(sorted(shares, key=lambda share: (share.right / share.rounds, -share.rounds, share.title)))
