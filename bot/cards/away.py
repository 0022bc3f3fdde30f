"""Streaks, and being away without harm to them, in words."""

from datetime import date
from typing import assert_never

from bot.cards.model import Block, Button, Buttons, Card, Prose, Text, Tone, note, say
from bot.cards.phrases import HOME, ME, PRACTISE, count, day
from bot.commands import Away
from bot.domain.streaks import FREEZES, WINDOW, Streak
from bot.grammar import NAME
from bot.play.away import BadDay, NotAway, NotMet, OnLeave

RULE = (
    f"A freeze forgives a missed question: {FREEZES} in {WINDOW}. Days away, days without a question and late ones "
    "never count against you."
)
AWAY, BACK = Button("Going away?", Away()), Button("I'm back", Away("off"))
_LEAVE = (Button("Away for a day", Away("1d")), Button("For a week", Away("1w")), Button("For two weeks", Away("2w")))
_LONGER = (Button("A week from today", Away("1w")), Button("Two weeks from today", Away("2w")))
_CHANGES_NOTHING = "Nothing else changes: what you answer while you are away counts."
_SHOWN = 60  # characters of what somebody said that are said back


def away(facts: OnLeave | NotAway | BadDay | NotMet) -> Card:
    """Whether one is away, and what became of a wish to be."""
    match facts:
        case OnLeave(back, is_new):
            title = "Noted: you are away" if is_new else "You are away"
            blocks: tuple[Block, ...] = (*away_until(back), Buttons((BACK, *_LONGER, ME)), note(_CHANGES_NOTHING))
            return Card(title, blocks, summary="You are away.", tone=Tone.GOOD)
        case NotAway(is_new):
            title = "Welcome back" if is_new else "You are not away"
            if is_new:
                words = say("Your streaks go on from where they were.")
            else:
                words = say(f"Going away? Your streaks can rest meanwhile. Or name a day: `/{NAME} away until:3w`.")
            buttons = Buttons((ME, PRACTISE) if is_new else (*_LEAVE, ME))
            return Card(title, (words, buttons, note(RULE)), summary=f"{title}.")
        case BadDay(said):
            return _bad(said)
        case NotMet():
            words = say("I know you from no workspace yet, so no streak of yours can suffer. Practice works here.")
            return Card("Nothing to be away from", (words, Buttons((PRACTISE, HOME))), summary="Nothing was changed.")
        case _:
            assert_never(facts)


def away_until(back: date | None) -> tuple[Prose, ...]:
    """That one is away, if one is."""
    return (say(f"**Your streaks rest.** You are back on {day(back)} {back.year}."),) if back else ()


def run(streak: Streak) -> str:
    """How long a streak is and was, and what it has left."""
    return f"{count(streak.current, 'day')}, longest {streak.longest}, {count(streak.freezes, 'freeze')} left"


def _bad(said: str) -> Card:
    words = say("I cannot read ", Text(f"“{said[:_SHOWN]}”"), " as a day on which you are back.")
    how = say(
        "A day is written like `2026-12-24`, `tomorrow`, `3d` or `2w`: after today, and at most a year ahead. "
        f"For example `/{NAME} away until:2w`."
    )
    return Card(
        "Nothing was changed", (words, how, Buttons((*_LEAVE, HOME))), summary="Nothing changed.", tone=Tone.BAD
    )
