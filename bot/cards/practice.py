"""What is said in practice and in explanations, to one person."""

from typing import assert_never

from bot.cards.model import Button, Buttons, Card, Prose, Text, Tone, note, say, spans
from bot.cards.phrases import BOARD, HOME, TODAY, answered, asked, level, listed, source
from bot.cards.revealing import right_letters
from bot.commands import Attempt, Explain, Practice
from bot.domain.grading import Verdict
from bot.play.practice import (
    Explained,
    Judged,
    NothingToPractise,
    StillOpen,
    ToPractise,
    UnknownQuestion,
)


def practise(facts: ToPractise | NothingToPractise) -> Card:
    """A practice question, or why there is none."""
    match facts:
        case ToPractise(question, topic, wanted):
            letters = tuple(Button(o.letter, Attempt(question.slug, o.letter, topic, wanted)) for o in question.options)
            skip = Button("Another one", Practice(topic, wanted, question.slug))
            return Card(
                "Practice",
                (
                    *asked(question),
                    Buttons((*letters, skip)),
                    note(f"`{question.slug}` · {level(question)} · {', '.join(question.topics)}. For you alone."),
                ),
                summary="A practice question.",
                tone=Tone.QUESTION,
            )
        case NothingToPractise(topic, wanted, known, near):
            why = (
                say("There is no topic called ", Text((topic or "")[:40]), ". There is ", listed(near), ".")
                if not known
                else say(
                    f"No question fits{f' level {wanted}' if wanted else ''} there yet. Topics with questions: ",
                    listed(near),
                    ".",
                )
            )
            picks = tuple(Button(slug, Practice(slug)) for slug in near[:5])
            return Card(
                "Nothing to practise there",
                (why, Buttons((*picks, Button("Any topic", Practice())))),
                summary="No such practice.",
            )
        case _:
            assert_never(facts)


def attempted(facts: Judged | StillOpen | UnknownQuestion) -> Card:
    """The verdict on a practice answer with the whole explanation."""
    match facts:
        case Judged(question, choice, verdict, topic, wanted):
            right = verdict is Verdict.RIGHT
            again = Button("Next question", Practice(topic, wanted, question.slug), primary=True)
            return Card(
                "Right" if right else f"Not this time: the answer is {right_letters(question)}",
                (*answered(question, choice), Buttons((again, HOME)), source(question)),
                summary="Your practice answer was right." if right else "Your practice answer was wrong.",
                tone=Tone.GOOD if right else Tone.BAD,
            )
        case StillOpen() | UnknownQuestion():
            return explained(facts)
        case _:
            assert_never(facts)


def explained(facts: Explained | StillOpen | UnknownQuestion) -> Card:
    """A question with everything there is to tell about it."""
    match facts:
        case Explained(question):
            return Card(
                f"{question.slug}: the answer is {right_letters(question)}",
                (
                    *answered(question),
                    Buttons((Button("Practise", Practice(after=question.slug)), BOARD)),
                    source(question),
                ),
                summary=f"The explanation of {question.slug}.",
            )
        case StillOpen(question):
            return Card(
                "Not before it closes",
                (
                    Prose(spans(question.stem)),
                    say("This question is open here; its answer is told when it closes."),
                    Buttons((TODAY,)),
                ),
                summary="This question is still open.",
            )
        case UnknownQuestion(said, near):
            more = (
                say("Did you mean ", listed(near), "?")
                if near
                else say("A question's name stands in the small print of its card.")
            )
            picks = tuple(Button(slug, Explain(slug)) for slug in near)
            return Card(
                "No such question",
                (say("The bank has no question called ", Text(said[:40]), "."), more, Buttons((*picks, TODAY))),
                summary="No such question.",
            )
        case _:
            assert_never(facts)
