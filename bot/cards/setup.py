"""Setting up and running a drill, in words and one form."""

from collections.abc import Iterator, Mapping
from typing import assert_never

from bot.cards.helping import not_allowed, not_set_up
from bot.cards.model import (
    Block,
    Button,
    Buttons,
    Card,
    Facts,
    Field,
    Form,
    Group,
    Mono,
    Strong,
    Text,
    Tone,
    fact,
    note,
    say,
)
from bot.cards.phrases import BOARD, count, day, listed, moment
from bot.commands import Pause, Post, Preview, Resume, Setup
from bot.domain.rounds import DrillState
from bot.grammar import NAME
from bot.play.asked import NotAllowed, NotSetUp
from bot.play.drill_settings import ON, BadSetting, Settings
from bot.play.setup import AskSettings, Ready

_YOURS = (
    f"You keep it: `/{NAME} setup`, `preview`, `pause`, `resume`, `stop`, `post` and `reveal` are yours; "
    "`keepers` lets others share that, `setup ping` notifies a group."
)
_CHANGE = Button("Change settings", Setup())
_CALLED = {
    "at": "a time",
    "zone": "a time zone",
    "days": "days",
    "topics": "a topic",
    "version": "a version",
    "ping": "a group that can be notified",
    "until": "a day to come",
    "discussion": "on or off",
    "holidays": "a country",
    "skip": "days to come",
    "window": "hours",
    "recap": "on or off",
}
_HINTS = {
    "at": "A local time is written like `09:00` or `17:30`.",
    "zone": "A time zone is written like `Europe/Berlin` or `America/New_York`.",
    "days": "Days are written like `daily`, `mon-fri` or `mon,wed,fri`.",
    "topics": "Topics are written like `all` or `states,transactions`.",
    "version": "The version of SQLAlchemy is written like `2.1`.",
    "ping": "Pick a group that people chose to be in, never everybody; `off` notifies nobody.",
    "until": "A day is written like `2026-12-24`, `tomorrow`, `3d` or `2w`, at most a year ahead.",
    "discussion": "A thread under each answer is `on` or `off`.",
    "holidays": "A country is written like `DE` or `Germany`, a part of one like `US-CA`; `off` keeps no holidays.",
    "skip": "Days are written like `2026-12-24..2027-01-01, 2027-05-14`; `off` forgets them.",
    "recap": "A review of each week is `on` or `off`.",
    "window": "A question stays open for `4h` to `168h`; with `off`, until the next one comes.",
}


def set_up(facts: AskSettings | BadSetting | Ready | NotAllowed, topics: Mapping[str, str]) -> Card | Form:
    """What became of a wish to set the drill up. `topics` are the bank's."""
    match facts:
        case AskSettings():
            return _form(facts, topics)
        case BadSetting():
            return _bad(facts)
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


def _bad(facts: BadSetting) -> Card:
    said = Text(f"“{facts.said[:60]}”")
    blocks: list[Block] = [say("I cannot read ", said, f" as {_CALLED[facts.name]}. ", _HINTS[facts.name])]
    if facts.near:
        blocks.append(say("Did you mean ", listed(facts.near), "?"))
    blocks.append(Buttons((Button("Settings", Setup(), primary=True),)))
    return Card("Nothing was changed", tuple(blocks), summary="A setting could not be read.", tone=Tone.BAD)


def changed(facts: Ready | BadSetting | NotSetUp | NotAllowed) -> Card:
    """What became of a wish to pause, resume or stop."""
    match facts:
        case Ready():
            return _ready(facts)
        case BadSetting():
            return _bad(facts)
        case NotSetUp():
            return not_set_up(facts)
        case NotAllowed():
            return not_allowed("pause, resume or end the daily question")
        case _:
            assert_never(facts)


def _discussion(facts: Ready) -> str:
    if not facts.threads:
        return "right here: this is a thread already"
    return "a thread under each answer" if facts.settings.discussion == ON else "no threads"


def _but(settings: Settings) -> Iterator[str]:
    """The days that are left out."""
    if settings.holidays:
        yield f", but for the public holidays of {settings.holidays}"
    if settings.skip:
        yield f"{' and' if settings.holidays else ', but for'} {settings.skip.replace(',', ', ')}"


def _ready(facts: Ready) -> Card:
    settings = facts.settings
    pairs = (
        fact("Time", f"{settings.at}, ", Mono(settings.zone)),
        fact("Days", settings.days, *_but(settings)),
        fact("Open", f"for {settings.window}" if settings.window else "until the next one"),
        fact("Topics", f"{settings.topics or 'all'} ({count(facts.questions, 'question')})"),
        fact("SQLAlchemy", f"answers of {settings.version}"),
        fact("Notifies", Group(settings.ping) if settings.ping else "nobody"),
        fact("Discussion", _discussion(facts)),
        fact("Review", "of each week, after its last answer" if settings.recap == ON else "none"),
    )
    blocks: list[Block] = [Facts(pairs), *lacking(facts.lacks, facts.invite)]
    if facts.is_silent:
        fix = ": allow everybody to mention it, in its own settings."
        blocks.append(say("**One thing is missing.** I may not notify ", Group(settings.ping), fix))
    quiet = (Button("Notify nobody", Setup(ping="off")),) if settings.ping else ()
    match facts.state:
        case DrillState.ACTIVE:
            title = "The daily question is set up" if facts.is_new else "The daily question is running"
            first, *later = (moment(at, settings.zone) for at in facts.next_at)
            blocks.append(say("Next: ", first, *(part for at in later for part in (" · ", at)), "."))
            buttons = (Button("Post one now", Post(), primary=True), Button("Preview", Preview()), _CHANGE, *quiet)
            buttons = (*buttons, Button("Pause", Pause()))
        case DrillState.PAUSED:
            title, buttons = "Paused", (Button("Resume", Resume(), primary=True), _CHANGE, BOARD)
            end = f"It goes on by itself on {day(facts.paused_to)}." if facts.paused_to else "It goes on as you resume."
            blocks.append(say(f"No new questions until then. {end} An open one is revealed in its time."))
        case DrillState.STOPPED:
            title, buttons = "Ended", (Button("Start again", Resume(), primary=True), _CHANGE, BOARD)
            blocks.append(say("No more questions here. Points and history stay."))
    blocks.append(Buttons(buttons))
    blocks.append(note(_YOURS))
    tone = Tone.BAD if facts.lacks or facts.invite or facts.is_silent else Tone.GOOD
    return Card(title, tuple(blocks), summary=title, tone=tone)


def lacking(lacks: tuple[str, ...], invite: str) -> tuple[Block, ...]:
    """What keeps us from posting here, and the way to mend it."""
    if invite:
        missing = "**One thing is missing.** I am not in this channel. Please say "
        return (say(missing, Mono(invite), " here; until then nothing can be posted."),)
    if not lacks:
        return ()
    rights = [part for right in lacks for part in (Strong(right), ", ")][:-1]
    fix = ". Allow me that in this channel's settings, under permissions; until then nothing can be posted."
    return (say("**One thing is missing.** In this channel I lack: ", *rights, fix),)
