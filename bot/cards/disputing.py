"""What is said of a disputed key: to whoever disputes it, and to everybody once it was ruled on."""

from typing import assert_never

from bot.cards.answering import no_such_round
from bot.cards.model import Block, Button, Buttons, Card, Field, Form, Strong, Text, Tone, note, say
from bot.cards.phrases import BOARD, TODAY, count, day
from bot.cards.questions import opening, said
from bot.commands import Corrected as AskCorrected
from bot.commands import Dispute, Explain, Result
from bot.domain.disputing import LONGEST, OPEN_FOR, SHORTEST, Moved, Ruling
from bot.domain.question import Question
from bot.play.correcting import Corrected
from bot.play.disputing import BadReason, DecidedAlready, Disputed, Outcome, ToDispute, TooLate
from bot.play.revealing import Correction, NoSuchRound, NotYetRevealed

_SHOWN = 80  # characters of a question that is named by its first words
_SAID_BACK = 900  # characters of a reason that was too long


def disputed(facts: Outcome) -> Card | Form:
    """Asks what is wrong with a key, or says what became of that."""
    match facts:
        case ToDispute():
            return _form(facts)
        case Disputed(this, when):
            return Card(
                "Thank you",
                (
                    say(f"What you said of the question of {day(when)} is kept, and those who keep it here are told."),
                    say("They read it without your name. If the key changes, everybody's points do, yours as well."),
                    Buttons((Button("Change what I said", Dispute(str(this))), Button("How did I do?", Result(this)))),
                ),
                summary="Your dispute is kept.",
                tone=Tone.GOOD,
            )
        case BadReason(this, text):
            length = f"It takes {SHORTEST} to {LONGEST} characters, and this has {len(text)}. Nothing was kept."
            yours = (say("You wrote: ", Text(text[:_SAID_BACK])),) if text else ()
            again = Buttons((Button("Say it again", Dispute(str(this)), primary=True),))
            return Card("Too long" if len(text) > LONGEST else "A little more", (say(length), *yours, again), length)
        case TooLate():
            words = say(f"A question can be disputed for {OPEN_FOR.days} days after it has closed.")
            return Card("That was too long ago", (words,), summary="It can be disputed no more.")
        case DecidedAlready(correction):
            words = say(Strong(decided(None, correction)), " Everybody's points are by that.")
            return Card("It was decided", (words,), summary="This key was looked into already.")
        case NotYetRevealed():
            words = say("What is wrong with a question can be said once it has closed.")
            return Card("Still open", (words, Buttons((TODAY,))), summary="The question is still open.")
        case NoSuchRound():
            return no_such_round()
        case _:
            assert_never(facts)


def _form(facts: ToDispute) -> Form:
    field = Field(
        "text",
        "What is wrong, and on which version?",
        facts.said,
        f"{SHORTEST} to {LONGEST} characters. Keepers read it without your name.",
        long=True,
    )
    number = str(facts.round)
    return Form(
        "What is wrong with it?", "dispute", (field,), "Dispute", again=Dispute(number), given=(("round", number),)
    )


def answer(question: Question | None, choice: str) -> str:
    """An answer as a sentence says it, also where the bank has lost its question."""
    return said(question, choice) if question else ", ".join(choice)


def decided(question: Question | None, correction: Correction) -> str:
    """What was decided of a key, in a sentence."""
    key, ruled = answer(question, correction.key), answer(question, correction.ruled or "")
    match correction.ruling:
        case Ruling.STANDS:
            return f"Disputed and looked into: the key {key} stands."
        case Ruling.CHANGED:
            return f"Corrected: the answer is {ruled}, not {key}."
        case Ruling.ALSO:
            return f"Corrected: {ruled} is accepted as well."
        case Ruling.VOID:
            return "Corrected: this question is void and counts for nobody."
        case _:
            assert_never(correction.ruling)


def shift(moved: Moved) -> str:
    """How points move, in numbers and without names."""
    parts = []
    if moved.gain:
        parts.append(f"{count(moved.gain, 'person gains', 'people gain')} {count(moved.gained, 'point')}")
    if moved.lose:
        parts.append(f"{count(moved.lose, 'person loses', 'people lose')} {count(moved.lost, 'point')}")
    return f"{', '.join(parts)}." if parts else "Nobody's points change."


def corrected(facts: Corrected) -> Card:
    """What a ruling has changed, for everybody."""
    question, correction = facts.question, facts.correction
    blocks: list[Block] = [
        say(f"The question of {day(facts.day)}: ", Text(opening(question, _SHOWN))),
        say(Strong(decided(question, correction))),
        say(shift(facts.moved) if correction.ruling is not Ruling.STANDS else "All points are as they were."),
        Buttons(
            (
                Button("How did I do now?", AskCorrected(facts.round), primary=True),
                Button("Explain", Explain(question.slug, version=question.version)),
                BOARD,
            )
        ),
        note("The key was disputed and looked into. Streaks are as they were: they count answering."),
    ]
    title = "The key stands" if correction.ruling is Ruling.STANDS else "A correction"
    return Card(title, tuple(blocks), summary=f"The question of {day(facts.day)} was looked into again.")
