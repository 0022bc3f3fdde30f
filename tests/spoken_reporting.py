"""What is said to whoever leads a team, from the largest facts there can be: see `tests.spoken`."""

from collections.abc import Callable
from dataclasses import replace

from bot.cards.model import Card
from bot.cards.reporting import report
from bot.commands import Layout
from bot.domain.items import Flag, Health
from bot.domain.question import LETTERS
from bot.domain.standings import Span
from bot.play.asked import NotAllowed
from bot.play.reporting import Item, Report
from bot.play.standings import TopicShare
from tests.spoken import DAY, QUESTION

HEALTH = Health(10**6, 10**5, -0.123456, (*Flag,))
ITEM = Item(DAY, "sess-9999", "2.1", "ABCDE", QUESTION, HEALTH, dict.fromkeys(LETTERS, 10**5), 10**5)
TOPICS = tuple(TopicShare(f"topic-{n}", "Connections and transactions of an engine", 1, 10**6) for n in range(13))
REPORT = Report(Span.SEASON, 10**6, 99999.9, 28, TOPICS, (ITEM,) * 28, 99)

CARDS: dict[str, Callable[[], Card]] = {
    "report": lambda: report(REPORT, Layout.WORDS, 1),
    "report of questions that are gone": lambda: report(
        replace(REPORT, items=(replace(ITEM, question=None),), topics=()), Layout.WORDS, 1
    ),
    "report as a table": lambda: report(replace(REPORT, items=(ITEM,) * 9), Layout.CSV, 1),  # a single page everywhere
    "nothing to report": lambda: report(replace(REPORT, items=(), topics=()), Layout.WORDS, 1),
    "no table": lambda: report(replace(REPORT, items=()), Layout.CSV, 1),
    "no report for others": lambda: report(NotAllowed(), Layout.WORDS, 1),
}
"""All of them."""
