"""The report for whoever leads a team, in words and as a table."""

import csv
from io import StringIO
from typing import assert_never

from bot.cards.helping import not_allowed, not_set_up
from bot.cards.model import Block, Button, Buttons, Card, Fact, Facts, File, Text, fact, note, say
from bot.cards.phrases import BOARD, PRACTISE, count, upper_first
from bot.cards.questions import opening
from bot.commands import Layout
from bot.commands import Report as Ask
from bot.domain.items import Flag
from bot.domain.standings import Span
from bot.play.asked import NotAllowed, NotSetUp
from bot.play.reporting import FEWEST, Item, Report

_SPANS = {Span.DAY: "the last question", Span.WEEK: "this week", Span.SEASON: "this season", Span.ALL: "all time"}
_TOPICS, _ITEMS, _STEM = 5, 3, 60
_FLAGS = {
    Flag.KEY: "those who know more are right less often: is its key wrong?",
    Flag.WEAK: "hardly tells who knows from who does not",
    Flag.PULL: "a wrong answer drew more people than the right one",
    Flag.HARD: "fewer than three in ten were right",
    Flag.EASY: "more than nine in ten were right",
}
_COLUMNS = (
    *("day", "question", "version", "kind", "level", "topics", "key", "people", "right", "partly", "share_right"),
    *("discrimination", "flags", "answers"),
)


def report(facts: Report | NotSetUp | NotAllowed, layout: Layout, page: int) -> Card:
    """How a place does."""
    match facts:
        case Report():
            return _table(facts, page) if layout is Layout.CSV else _report(facts)
        case NotSetUp():
            return not_set_up(facts)
        case NotAllowed():
            return not_allowed("see its report")
        case _:
            assert_never(facts)


def _report(facts: Report) -> Card:
    title = f"Report · {_SPANS[facts.span]}"
    spans = tuple(Button(upper_first(_SPANS[span]), Ask(span)) for span in Span if span is not facts.span)
    if not facts.items:
        why = f"Nothing has been answered by {FEWEST} people or more yet, and with fewer it would be about somebody."
        return Card(title, (say(why), Buttons((*spans, BOARD))), summary="There is nothing to report yet.")
    turnout = f"{facts.mean:.1f} of {count(facts.people, 'person', 'people')} answer a question"
    share = f" ({facts.mean / facts.people:.0%}); {count(facts.questions, 'question')} closed." if facts.people else "."
    flagged = [item for item in facts.items if item.health.flags]
    blocks: list[Block] = [
        say(f"**{turnout}**{share}"),
        *((say("By topic, the weakest first:"), Facts(_by_topic(facts))) if facts.topics else ()),
        say("Hardest:"),
        Facts(tuple(_told(item) for item in facts.items[:_ITEMS])),
        *((say("To look at:"), Facts(tuple(map(_flagged, flagged[:_ITEMS])))) if flagged else ()),
        Buttons((Button("As a table", Ask(facts.span, Layout.CSV), primary=True), *spans)),
        note(_left_out(facts)),
    ]
    return Card(title, tuple(blocks), summary=f"How this channel did: {_SPANS[facts.span]}.")


def _by_topic(facts: Report) -> tuple[Fact, ...]:
    return tuple(
        fact(share.title, f"{share.right / share.rounds:.0%} of {count(share.rounds, 'answer')} right")
        for share in facts.topics[:_TOPICS]
    )


def _told(item: Item) -> Fact:
    health = item.health
    return fact(item.slug, f"{health.share:.0%} of {health.people} right: “", _stem(item), "”")


def _flagged(item: Item) -> Fact:
    return fact(item.slug, "; ".join(_FLAGS[flag] for flag in item.health.flags))


def _stem(item: Item) -> Text:
    return Text(opening(item.question, _STEM) if item.question else "no longer in the bank")


def _left_out(facts: Report) -> str:
    withheld = count(facts.withheld, "question was", "questions were")
    few = f" {withheld} answered by fewer than {FEWEST} and left out." if facts.withheld else ""
    return f"Nobody is named here, and no question is shown that fewer than {FEWEST} people answered.{few}"


def _table(facts: Report, page: int) -> Card:
    """Every question of the report as a line for a spreadsheet."""
    title = f"Report · {_SPANS[facts.span]} · as a table"
    back = Buttons((Button("In words", Ask(facts.span), primary=True), PRACTISE))
    if not facts.items:
        return Card(title, (say("There is nothing to report yet."), back), summary="There is nothing to report yet.")
    file = File(f"sqla-quiz-report-{facts.span}.csv", as_csv(facts), Ask(facts.span, Layout.CSV), page)
    return Card(title, (file, back, note(_left_out(facts))), summary="The report as a table.")


def as_csv(facts: Report) -> str:
    """The table: one line for each question, by day. Numbers are written as in Python, shares from 0 to 1."""
    lines = StringIO()
    writer = csv.writer(lines, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for item in sorted(facts.items, key=lambda item: (item.day, item.slug)):
        health, question = item.health, item.question
        parted = "" if health.discrimination is None else f"{health.discrimination:.3f}"
        about = (question.kind, question.level, " ".join(question.topics)) if question else ("", "", "")
        given = " ".join(f"{choice}:{people}" for choice, people in item.choices.items())
        row = (item.day, item.slug, item.version, *about, item.key, health.people, health.right, item.partly)
        writer.writerow((*row, f"{health.share:.3f}", parted, " ".join(health.flags), given))
    return lines.getvalue()
