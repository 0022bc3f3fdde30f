"""The week in review, for everybody and for one person."""

from datetime import date
from typing import assert_never

from bot.cards.answering import no_such_round
from bot.cards.model import Block, Button, Buttons, Card, Fact, Facts, Strong, Text, Tone, fact, note, say
from bot.cards.phrases import BOARD, ME, PRACTISE, count, name, ranking
from bot.cards.questions import VERDICTS, opening, said
from bot.commands import Explain, Week
from bot.domain.teams import tenths
from bot.play.recap import Crowned, MyDay, MyWeek, Recap
from bot.play.revealing import NoSuchRound
from bot.play.team_boards import TeamsWeek

_SHOWN = 60  # characters of a question
_NAMED = 5  # of those who led a season


def recap(facts: Recap) -> Card:
    """The week for everybody: who led it, and what was hardest."""
    pairs, buttons = list[Fact](), [Button("My week", Week(facts.round), primary=True)]
    if facts.kept:
        pairs.append(fact("Streaks kept", count(facts.kept, "person", "people"), " kept theirs"))
    if facts.teams is not None:
        pairs.append(fact("Teams", *_teams(facts.teams)))
    if facts.hardest is not None:
        question, share = facts.hardest.question, f", {facts.hardest.right} of {facts.hardest.people} right"
        pairs.append(fact("Hardest", Text(opening(question, _SHOWN)), share))
        buttons.append(Button("Explain the hardest", Explain(question.slug, version=question.version)))
    if facts.error is not None:
        wrong = Strong(said(facts.error.question, facts.error.choice))
        who = count(facts.error.people, "person was", "people were")
        asked = Text(opening(facts.error.question, _SHOWN))
        pairs.append(fact("Surest error", wrong, " to “", asked, f"”: {who} sure of it"))
    turnout = say(f"{count(facts.questions, 'question')}, {count(facts.people, 'person', 'people')} answered.")
    blocks: list[Block] = [turnout, *([ranking(facts.leaders)] if facts.leaders else [])]
    if pairs:
        blocks.append(Facts(tuple(pairs)))
    if facts.crowned is not None:
        blocks += _crowned(facts.crowned)
    blocks.append(Buttons((*buttons, BOARD, PRACTISE)))
    title = f"The week in review · {_days(facts.first, facts.last)}"
    return Card(title, tuple(blocks), summary="The week in review is here.", tone=Tone.GOOD)


def _teams(facts: TeamsWeek) -> tuple[str | Strong, ...]:
    """Which leads, and how many of the people in teams missed nothing."""
    first, *equal = facts.leaders
    others = f" and {count(len(equal), 'other')}" if equal else ""
    leads = f"{others} {'lead' if equal else 'leads'} with {tenths(first.worth)} points"
    share = f"{100 * facts.full // facts.people} % of the people in teams answered every question"
    return Strong(name(first.total.name).text), f"{leads}; {share}"


def _crowned(facts: Crowned) -> tuple[Block, ...]:
    """The end of a season, with its champions, and the beginning of the next."""
    ended, begins = facts.season, facts.following
    champions = [each for each in facts.best if each.rank == 1]
    over = f"**Season {ended.number}, {ended.name}, is over.**"
    if champions:
        named = [part for each in champions[:_NAMED] for part in (Strong(name(each.total.name).text), Text(", "))][:-1]
        more = f" and {len(champions) - _NAMED} more" if len(champions) > _NAMED else ""
        won = say(f"{over} Won by ", *named, f"{more}, with {count(champions[0].total.points, 'point')}.")
    else:
        won = say(f"{over} Its first place stays empty.")
    next_one = say(f"Season {begins.number}, {begins.name}, begins with the next week: everybody starts at 0.")
    return (won, ranking(facts.best[:_NAMED]), next_one)


def my_week(facts: MyWeek | NoSuchRound) -> Card:
    """One person's week."""
    match facts:
        case MyWeek():
            return _my_week(facts)
        case NoSuchRound():
            return no_such_round()
        case _:
            assert_never(facts)


def _my_week(facts: MyWeek) -> Card:
    title = f"Your week · {_days(facts.first, facts.last)}"
    days = Facts(tuple(_day(each) for each in facts.days))
    if facts.mine is None:
        words = note("You answered none of them. Practice works at any time.")
        return Card(title, (days, words, Buttons((PRACTISE, BOARD))), summary="Your week.")
    total = facts.mine.total
    where = say(
        f"**{count(total.points, 'point')}**, {total.right} of {count(len(facts.days), 'question')} right, "
        f"rank {facts.mine.rank} of {facts.people}."
    )
    return Card(title, (where, days, Buttons((ME, BOARD, PRACTISE))), summary="Your week.")


def _day(mine: MyDay) -> Fact:
    how = f": {VERDICTS[mine.verdict]}, {count(mine.points, 'point')}" if mine.verdict else ": not answered"
    return fact(f"{mine.day:%a} {mine.day.day} {mine.day:%b}", Text(opening(mine.question, _SHOWN)), how)


def _days(first: date, last: date) -> str:
    """The days of a week as a title says them: `23-29 November`, `30 November-6 December`."""
    month = "" if first.month == last.month else f" {first:%B}"
    return f"{first.day}{month}–{last.day} {last:%B}"
