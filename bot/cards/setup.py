"""Setting up and running a drill, in words and one form."""

from collections.abc import Mapping
from typing import assert_never

from bot.cards.helping import not_allowed, not_set_up
from bot.cards.model import Block, Button, Buttons, Card, Facts, Field, Form, Mono, Text, Tone, fact, note, say
from bot.cards.phrases import BOARD, TODAY, count, listed, moment
from bot.commands import Pause, Post, Resume, Setup
from bot.domain.rounds import DrillState
from bot.grammar import NAME
from bot.play.asked import NotAllowed, NotSetUp
from bot.play.setup import AlreadyPosted, AskSettings, BadSetting, NotRunning, PostingNow, Ready

_CHANGE = Button("Change settings", Setup())
_CALLED = {"at": "a time", "zone": "a time zone", "days": "days", "topics": "a topic", "version": "a version"}
_HINTS = {
    "at": "A local time is written like `09:00` or `17:30`.",
    "zone": "A time zone is written like `Europe/Berlin` or `America/New_York`.",
    "days": "Days are written like `daily`, `mon-fri` or `mon,wed,fri`.",
    "topics": "Topics are written like `all` or `states,transactions`.",
    "version": "The version of SQLAlchemy is written like `2.1`.",
}


def set_up(facts: AskSettings | BadSetting | Ready | NotAllowed, topics: Mapping[str, str]) -> Card | Form:
    """What became of a wish to set the drill up. `topics` are the bank's."""
    match facts:
        case AskSettings():
            return _form(facts, topics)
        case BadSetting(name, said, near):
            blocks: list[Block] = [
                say("I cannot read ", Text(f"“{said[:60]}”"), f" as {_CALLED[name]}. ", _HINTS[name])
            ]
            if near:
                blocks.append(say("Did you mean ", listed(near), "?"))
            blocks.append(Buttons((Button("Try again", Setup(), primary=True),)))
            return Card("Nothing was changed", tuple(blocks), summary="A setting could not be read.", tone=Tone.BAD)
        case Ready():
            return _ready(facts)
        case NotAllowed():
            return not_allowed("change the settings")
        case _:
            assert_never(facts)


def _form(facts: AskSettings, topics: Mapping[str, str]) -> Form:
    known = facts.settings
    some = ", ".join(list(topics)[:4])
    return Form(
        "Daily question",
        "setup",
        (
            Field("at", "Local time", known.at, "24 hours, for example 09:00"),
            Field("zone", "Time zone", known.zone, "for example Europe/Berlin"),
            Field("days", "Days", known.days, "daily, mon-fri, or a list: mon,wed,fri"),
            Field("topics", "Topics", known.topics or "all", f"all, or a list: {some} …"),
            Field("version", "SQLAlchemy", known.version, f"{' or '.join(facts.versions)}, for everybody here"),
        ),
        "Start" if facts.is_new else "Save",
        again=Setup(),
    )


def changed(facts: Ready | NotSetUp | NotAllowed) -> Card:
    """What became of a wish to pause, resume or stop."""
    match facts:
        case Ready():
            return _ready(facts)
        case NotSetUp():
            return not_set_up(facts)
        case NotAllowed():
            return not_allowed("pause, resume or end the daily question")
        case _:
            assert_never(facts)


def _ready(facts: Ready) -> Card:
    settings = facts.settings
    pairs = (
        fact("Time", f"{settings.at}, ", Mono(settings.zone)),
        fact("Days", settings.days),
        fact("Topics", f"{settings.topics or 'all'} ({count(facts.questions, 'question')})"),
        fact("SQLAlchemy", f"answers of {settings.version}"),
    )
    blocks: list[Block] = [Facts(pairs)]
    match facts.state:
        case DrillState.ACTIVE:
            title = "The daily question is set up" if facts.is_new else "The daily question is running"
            first, *later = (moment(at, settings.zone) for at in facts.next_at)
            blocks.append(say("Next: ", first, *(part for at in later for part in (" · ", at)), "."))
            buttons = (Button("Post one now", Post(), primary=True), _CHANGE, Button("Pause", Pause()))
        case DrillState.PAUSED:
            title, buttons = "Paused", (Button("Resume", Resume(), primary=True), _CHANGE, BOARD)
            blocks.append(say("No new questions until you resume. An open one stays open and is revealed in its time."))
        case DrillState.STOPPED:
            title, buttons = "Ended", (Button("Start again", Resume(), primary=True), _CHANGE, BOARD)
            blocks.append(say("No more questions here. Points and history stay."))
    blocks.append(Buttons(buttons))
    blocks.append(note(f"You keep it: `/{NAME} setup`, `pause`, `resume`, `stop`, `post` and `reveal` are yours."))
    return Card(title, tuple(blocks), summary=title, tone=Tone.GOOD)


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
