"""What is said of being away, from the most that there can be to say."""

from collections.abc import Callable
from datetime import date

from bot.cards import away
from bot.cards.model import Card
from bot.play.away import BadDay, NotAway, NotMet, OnLeave

BACK = date(2026, 9, 30)
HOSTILE = "\u202e@everyone *bold* `x` <!channel> <@U1> ||s||"

CARDS: dict[str, Callable[[], Card]] = {
    "away": lambda: away.away(OnLeave(BACK, is_new=True)),
    "still away": lambda: away.away(OnLeave(BACK)),
    "here": lambda: away.away(NotAway()),
    "back": lambda: away.away(NotAway(is_new=True)),
    "no day to be back on": lambda: away.away(BadDay(HOSTILE * 9)),
    "away from nowhere": lambda: away.away(NotMet()),
}
