"""Words that several cards share: questions, moments, names, the usual buttons."""

import unicodedata
from collections.abc import Iterable
from datetime import date, datetime

from bot.cards.model import Button, Moment, Rank, Ranking, Text
from bot.commands import Board, Home, MyStats, Practice, Today
from bot.domain.calendar import zone
from bot.domain.question import Question
from bot.domain.standings import Standing
from bot.domain.words import visible

TODAY = Button("Today's question", Today())
PRACTISE = Button("Practise", Practice())
BOARD = Button("Board", Board())
ME = Button("My numbers", MyStats())
HOME = Button("Home", Home())

_LONGEST_NAME = 32
_LEVELS = {1: "name it", 2: "predict it", 3: "debug it", 4: "edge case"}


def moment(at: datetime, zone_name: str) -> Moment:
    """An instant, with the drill's local time where a platform cannot show the reader's own."""
    return Moment(at, f"{at.astimezone(zone(zone_name)):%a %d %b, %H:%M} {zone_name}")


def day(when: date) -> str:
    """A day as a title says it: `Monday 23 November`."""
    return f"{when:%A} {when.day} {when:%B}"


def name(raw: str) -> Text:
    """A person's name, cut and without characters that hide or reorder others; `someone` where nothing is left."""
    shown = " ".join(visible(unicodedata.normalize("NFC", raw)).split())
    return Text(shown[:_LONGEST_NAME].strip() or "someone")


def upper_first(words: str) -> str:
    """A sentence's beginning as a title has it."""
    return words[:1].upper() + words[1:]


def count(number: int, one: str, many: str = "") -> str:
    """A number with its noun: `1 person`, `3 people`."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def listed(words: Iterable[str], last: str = "or") -> str:
    """Words as a list in code font: `a`, `b` or `c`."""
    quoted = [f"`{word}`" for word in words]
    return f" {last} ".join([", ".join(quoted[:-1]), quoted[-1]] if len(quoted) > 1 else quoted)


def level(question: Question) -> str:
    """A question's level in words."""
    return f"level {question.level}, {_LEVELS[question.level]}"


def ranking(standings: Iterable[Standing], me: int | None = None) -> Ranking:
    """Standings as lines of a board. `me` is the asker's person, who is shown to themselves even if hidden."""
    return Ranking(
        tuple(
            Rank(
                standing.rank,
                "you" if standing.total.person == me and not standing.total.name else name(standing.total.name).text,
                f"{standing.total.points} points",
                f"{standing.total.right} of {standing.total.rounds} right{_moved(standing)}",
                me=standing.total.person == me,
            )
            for standing in standings
        )
    )


def _moved(standing: Standing) -> str:
    """How far somebody moved with the last question, where they did."""
    if standing.was is None or standing.was == standing.rank:
        return ""
    return f" {'▲' if standing.rank < standing.was else '▼'}{abs(standing.rank - standing.was)}"
