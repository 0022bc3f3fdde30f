"""What is said when a question is asked for now, or looked at beforehand."""

from typing import assert_never

from bot.cards.helping import not_allowed, not_set_up
from bot.cards.model import Button, Buttons, Card, Group, Prose, Tone, note, say
from bot.cards.phrases import BOARD, TODAY
from bot.cards.questions import asked, label
from bot.cards.setup import lacking
from bot.commands import Post, Resume, Setup
from bot.play.asked import NotAllowed, NotSetUp
from bot.play.asking import AlreadyPosted, NothingToAsk, NotRunning, PostingNow, Sample


def preview(facts: Sample | NothingToAsk | NotSetUp | NotAllowed) -> Card:
    """How a question will look."""
    settings = Button("Change settings", Setup())
    match facts:
        case Sample(question, ping, lacks, invite):
            whom = (Prose((Group(ping),)),) if ping else ()
            return Card(
                "Daily question · preview",
                (
                    *whom,
                    *asked(question),
                    note(f"{label(question)}. Here come its buttons; each answer is private until the close."),
                    *lacking(lacks, invite),
                    Buttons((Button("Post one now", Post(), primary=True), settings)),
                ),
                summary="How a question will look.",
                tone=Tone.QUESTION,
            )
        case NothingToAsk():
            words = say("The bank has no question of the chosen topics that is not open already.")
            return Card("Nothing to show", (words, Buttons((settings,))), summary="There is nothing to show.")
        case NotSetUp():
            return not_set_up(facts)
        case NotAllowed():
            return not_allowed("see the next questions")
        case _:
            assert_never(facts)


def posted(facts: PostingNow | AlreadyPosted | NotRunning | NotSetUp | NotAllowed) -> Card:
    """What became of a wish to post now."""
    match facts:
        case PostingNow(again):
            words = "It is sent once more, as you say." if again else "It will appear here in a moment."
            return Card(
                "The question is on its way", (say(words),), summary="The question is on its way.", tone=Tone.GOOD
            )
        case AlreadyPosted(is_open):
            words = (
                "Today's question is open already."
                if is_open
                else "Today's question has been asked and closed; a day has one."
            )
            return Card("Asked already", (say(words), Buttons((TODAY, BOARD))), summary="Asked already.")
        case NotRunning(state):
            return Card(
                f"The daily question is {state}",
                (say("Resume it first; then the question can be posted."), Buttons((Button("Resume", Resume()),))),
                summary=f"The daily question is {state}.",
            )
        case NotSetUp():
            return not_set_up(facts)
        case NotAllowed():
            return not_allowed("post the question")
        case _:
            assert_never(facts)
