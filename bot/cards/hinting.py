"""The hint of the daily question, in words."""

from typing import assert_never

from bot.cards.answering import answered, choices, given, stands, until
from bot.cards.model import Card, Tone, say
from bot.cards.questions import asked, how
from bot.domain.scoring import HINT
from bot.play.answering import Away, TooLate
from bot.play.hinting import HintGiven, HintOutcome, NoHint
from bot.play.revealing import NoSuchRound


def hinted(facts: HintOutcome) -> Card:
    """An open question once more with its hint, and what that costs."""
    match facts:
        case HintGiven(shown, mine, again, may_reveal):
            cost = f"takes {HINT} points off this question, once and never below 0"
            price = f"You have it already: it {cost}." if again else f"It {cost}. Nobody else sees that you have it."
            title, words = "A hint", [given(shown.question), say(price)]
        case NoHint(shown, mine, may_reveal):
            title, words = "There is no hint", [say("This question has none. Nothing was taken.")]
        case TooLate() | NoSuchRound() | Away():
            return answered(facts)
        case _:
            assert_never(facts)
    question = shown.question
    return Card(
        title,
        (
            *asked(question),
            *words,
            *([stands(question, mine)] if mine else []),
            *choices(shown, mine, may_reveal=may_reveal, hinted=True),
            until(shown, f"{how(question)} Closes ".lstrip()),
        ),
        summary="The hint of today's question.",
        tone=Tone.QUESTION,
    )
