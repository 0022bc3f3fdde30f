"""What keepers are told in private when something could not be sent.

They read it outside the channel, where a button could not mean that channel: so it is named, with the words to say.
"""

from typing import assert_never

from bot.cards.model import Block, Button, Buttons, Card, Channel, Prose, Text, Tone, note, say
from bot.cards.phrases import moment
from bot.commands import Help
from bot.domain.rounds import PostingKind
from bot.grammar import NAME
from bot.play.trouble import Cause, Trouble


def told(facts: Trouble) -> Card:
    """A trouble with its remedy."""
    title, word = _title(facts), _word(facts)
    if facts.kind is PostingKind.DISCUSSION:
        return _no_thread(facts, title, word)
    blocks: list[Block] = [
        say("In ", Channel(facts.place.channel), f" {_happened(facts)}: ", Text(facts.why.rstrip(".")), "."),
        _remedy(facts),
    ]
    if facts.gave_up:
        blocks.append(
            say("No question comes there any more until you resume: the last three failed, one after another.")
        )
    elif facts.next_at is not None:
        blocks.append(say("The next question comes ", moment(facts.next_at, facts.zone), "."))
    blocks.append(Buttons((Button(f"About {word}", Help(word)),)))
    blocks.append(note("You are told because you started the daily question there. Each trouble is told once."))
    return Card(title, tuple(blocks), summary=f"{title}.", tone=Tone.BAD)


def _no_thread(facts: Trouble, title: str, word: str) -> Card:
    blocks = (
        say("In ", Channel(facts.place.channel), " ", Text(facts.why.rstrip(".")), "."),
        say(f"Or do without threads: say `/{NAME} setup discussion:off` there."),
        Buttons((Button(f"About {word}", Help(word)),)),
    )
    return Card(title, blocks, summary=f"{title}.", tone=Tone.BAD)


def _title(facts: Trouble) -> str:
    if facts.kind is PostingKind.DISCUSSION:
        return "No thread could be opened"
    if facts.gave_up:
        return "The daily question is paused"
    what = "answer" if facts.kind is PostingKind.REVEAL else "daily question"
    return f"The {what} may be missing" if facts.cause is Cause.UNKNOWN else f"The {what} could not be posted"


def _happened(facts: Trouble) -> str:
    what = "the answer" if facts.kind is PostingKind.REVEAL else "the question"
    match facts.cause:
        case Cause.REFUSED:
            return f"{what} could not be posted"
        case Cause.UNKNOWN:
            return f"nobody can tell whether {what} was posted"
        case Cause.NO_QUESTION:
            return "there was nothing to ask"
        case _:
            assert_never(facts.cause)


def _remedy(facts: Trouble) -> Prose:
    then = f"say `/{NAME} {_word(facts)}` there"
    match facts.cause:
        case Cause.REFUSED:
            return say(
                "Most often I may not see that channel or write in it. Please let me see it, send messages and read "
                f"its latest ones, and {then}. If it is gone, say `/{NAME} setup` in another."
            )
        case Cause.UNKNOWN if facts.kind is PostingKind.QUESTION:
            return say(f"Please look there. If it stands, press one of its letters; if it does not, {then}.")
        case Cause.UNKNOWN:
            return say(f"Please look there. If it does not stand, {then}.")
        case Cause.NO_QUESTION:
            return say(f"Please {then} and choose more topics.")
        case _:
            assert_never(facts.cause)


def _word(facts: Trouble) -> str:
    """The word of the grammar that helps."""
    if facts.cause is Cause.NO_QUESTION or facts.kind is PostingKind.DISCUSSION:
        return "setup"
    if facts.gave_up:
        return "resume"
    return "reveal" if facts.kind is PostingKind.REVEAL else "post"
