"""What keepers are told in private when something could not be sent.

They read it outside the channel, where a button could not mean that channel: so it is named, with the words to say.
"""

from typing import assert_never

from bot.cards.helping import not_allowed
from bot.cards.model import Block, Button, Buttons, Card, Channel, Prose, Text, Tone, note, say
from bot.cards.phrases import moment
from bot.commands import Decide, Help
from bot.domain.rounds import PostingKind
from bot.grammar import NAME
from bot.play.asked import NotAllowed
from bot.play.deciding import DayIsOver, Decided, NothingToDecide
from bot.play.trouble import Cause, Trouble

_WHAT = {PostingKind.REVEAL: "answer", PostingKind.CORRECTION: "correction"}
_HELPS = {PostingKind.REVEAL: "reveal", PostingKind.CORRECTION: "disputes"}


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
    blocks.append(Buttons((*_choices(facts), Button(f"About {word}", Help(word)))))
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
    what = _WHAT.get(facts.kind, "daily question")
    return f"The {what} may be missing" if facts.cause is Cause.UNKNOWN else f"The {what} could not be posted"


def _happened(facts: Trouble) -> str:
    what = f"the {_WHAT.get(facts.kind, 'question')}"
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
            return say(
                "Please look there, and say below what you see. "
                "If it stands, the first press on one of its letters says so, too."
            )
        case Cause.UNKNOWN:
            return say("Please look there, and say below what you see.")
        case Cause.NO_QUESTION:
            return say(f"Please {then} and choose more topics.")
        case _:
            assert_never(facts.cause)


def _choices(facts: Trouble) -> tuple[Button, ...]:
    """What a keeper who has looked can say."""
    if facts.cause is not Cause.UNKNOWN:
        return ()
    again = Button("Post it now", Decide(facts.posting))
    return Button("It is there", Decide(facts.posting, stands=True), primary=True), again


def decided(facts: Decided | NothingToDecide | DayIsOver | NotAllowed) -> Card:
    """What became of a keeper's decision."""
    match facts:
        case Decided(stands=True):
            words = say("Good: it counts as posted, and everything goes on from there.")
            return Card("It is there", (words,), summary="It counts as posted.", tone=Tone.GOOD)
        case Decided():
            words = say("It is sent once more and will appear in a moment.")
            return Card("On its way", (words,), summary="It is on its way.", tone=Tone.GOOD)
        case NothingToDecide():
            words = say("Meanwhile it became clear what happened: there is nothing left to decide.")
            return Card("Settled already", (words,), summary="It is settled already.")
        case DayIsOver():
            words = say("That question's day is over, so it stays unasked. The next one comes in its time.")
            return Card("Its day is over", (words,), summary="Its day is over.")
        case NotAllowed():
            return not_allowed("decide that")
        case _:
            assert_never(facts)


def _word(facts: Trouble) -> str:
    """The word of the grammar that helps."""
    if facts.cause is Cause.NO_QUESTION or facts.kind is PostingKind.DISCUSSION:
        return "setup"
    if facts.gave_up:
        return "resume"
    return _HELPS.get(facts.kind, "post")
