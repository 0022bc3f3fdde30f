"""What is stored about a person, in words: what it is, how to have it, how to be rid of it."""

import json
from dataclasses import asdict
from datetime import date
from typing import assert_never

from bot.cards.model import FILE, Block, Button, Buttons, Card, File, Text, Tone, note, say
from bot.cards.phrases import HOME, count, name
from bot.commands import Confirmed, Privacy, Wish
from bot.grammar import NAME
from bot.play.privacy import (
    Erased,
    Forgotten,
    Known,
    MyData,
    NotAManager,
    Outcome,
    Seen,
    ToErase,
    ToForget,
    Unknown,
)

FORMAT = "sqla-quiz-person/1"
"""What an export is made as; another number where it would be read differently."""
FILE_NAME = "sqla-quiz-my-data.json"

_HIDE, _SHOW = Button("Hide my name", Privacy(Wish.HIDE)), Button("Show my name", Privacy(Wish.SHOW))
_EXPORT, _FORGET = Button("Export my data", Privacy(Wish.EXPORT)), Button("Forget me", Privacy(Wish.FORGET))
_BACK = Button("Privacy", Privacy())
_WHAT = (
    "Stored are your id and your name as the platform tells them, what you answered and when, whose hint you had, what "
    "it scored and adds up to, when you are away, which daily questions you keep, and who you are on another platform "
    "if you linked yourself. Others see your name with your points, unless you hide it, and never what you answered, "
    "which is only counted. All of it is erased 30 days after I have left a workspace, and what tells that it was you "
    "as soon as you have me forget you."
)


def privacy_of(facts: Outcome) -> Card:  # one case for each outcome
    """What is stored, or what became of a wish."""
    match facts:
        case Known():
            return _known(facts)
        case Unknown():
            return _unknown(facts)
        case Seen():
            return _seen(facts)
        case MyData():
            return _my_data(facts)
        case ToForget():
            return _to_forget(facts)
        case Forgotten():
            return _forgotten(facts)
        case ToErase():
            return _to_erase(facts)
        case Erased():
            return _erased()
        case NotAManager(nowhere):
            return _not_a_manager(nowhere=nowhere)
        case _:
            assert_never(facts)


def _here(*, everywhere: bool) -> str:
    return "in every workspace of this platform that we share" if everywhere else "in this workspace"


def _known(facts: Known) -> Card:
    here = _here(everywhere=facts.everywhere)
    shown = f"Others see you as “someone” {here}." if facts.hidden else f"Others see your name {here}."
    amount = facts.amount
    keeps = f", and you keep {count(amount.keeps, 'daily question')}" if amount.keeps else ""
    how_much = f"I have {count(amount.answers, 'answer')} and {count(amount.scores, 'score')} of yours there{keeps}."
    buttons = (_SHOW if facts.hidden else _HIDE, _EXPORT, _FORGET)
    blocks = (say(_WHAT), say(f"**{shown}** {how_much}"), Buttons((*buttons, *_erasing(facts.may_erase))))
    return Card("Your privacy", blocks, summary="What is stored about you.")


def _unknown(facts: Unknown) -> Card:
    nothing = say(f"**Nothing is stored about you** {_here(everywhere=facts.everywhere)}.")
    buttons = (*(() if facts.everywhere else (_HIDE,)), *_erasing(facts.may_erase), HOME)
    return Card("Your privacy", (say(_WHAT), nothing, Buttons(buttons)), summary="Nothing is stored about you.")


def _erasing(may_erase: bool) -> tuple[Button, ...]:
    return (Button("Erase this workspace", Privacy(Wish.ERASE)),) if may_erase else ()


def _seen(facts: Seen) -> Card:
    here = _here(everywhere=facts.everywhere)
    posted = note("What has been posted before stays as it is, for it stands on the platform.")
    if facts.hidden:
        words = say(f"Boards, reveals and reviews call you “someone” from now on {here}. You see yourself as “you”.")
        return Card(
            "You are hidden", (words, Buttons((_SHOW, _BACK)), posted), summary="You are hidden.", tone=Tone.GOOD
        )
    words = say(f"Boards, reveals and reviews call you by your name again {here}.")
    return Card("You are shown", (words, Buttons((_HIDE, _BACK))), summary="You are shown by name.", tone=Tone.GOOD)


def _my_data(facts: MyData) -> Card:
    if not facts.identities:
        nothing = say("Nothing is stored about you here.")
        return Card("Your data", (nothing, Buttons((_BACK,))), summary="Nothing is stored about you.")
    text = exported(facts)
    if len(text) > FILE:
        words = say(f"It is {count(len(text) // 10**6, 'megabyte')} long, more than can be handed over here. ")
        ask = say("Please ask whoever runs the quiz for it; where you are in several workspaces, say it in each.")
        return Card("Your data", (words, ask, Buttons((_BACK,))), summary="Your data is too long for a message.")
    words = say("Everything that is stored about you, and nothing about anybody else. Only you see this.")
    file = File(FILE_NAME, text, Privacy(Wish.EXPORT), facts.page)
    return Card("Your data", (words, file, Buttons((_BACK,))), summary="Your data.")


def exported(facts: MyData) -> str:
    """What is handed out, as JSON: the shape is told in PRIVACY.md, and changes only with `FORMAT`."""
    whole = {"format": FORMAT, "at": facts.at, "identities": [asdict(each) for each in facts.identities]}
    return json.dumps(whole, indent=1, default=_iso)


def _iso(value: object) -> str:
    if isinstance(value, date):  # a moment is one, too
        return value.isoformat()
    raise TypeError(type(value).__name__)


def _to_forget(facts: ToForget) -> Card:
    here = _here(everywhere=facts.everywhere)
    amount = facts.amount
    keeps = f", and that you keep {count(amount.keeps, 'daily question')}" if amount.keeps else ""
    stay = f"{count(amount.answers, 'answer')} and {count(amount.scores, 'score')}"
    blocks: list[Block] = [
        say(f"**What goes** {here}: your id, your name, your place on boards{keeps}."),
        say(
            f"**What stays**: {stay}, without a person. Others' ranks and how many chose what remain as they were. "
            "Nobody can tell whose they were, and they cannot be given back: if you come back, you begin anew."
        ),
        say("What has been posted before stays on the platform as it is, your name included."),
    ]
    if facts.orphans:
        blocks.append(_orphaned(facts.orphans))
    really = Button("Forget me for good", Privacy(Wish.FORGET, confirm=Confirmed.YES))
    blocks.append(Buttons((really, _EXPORT, _BACK)))
    return Card("Forget you?", tuple(blocks), summary="What goes and what stays.", tone=Tone.BAD)


def _orphaned(drills: int) -> Block:
    goes, it = ("It goes", "it") if drills == 1 else ("They go", "them")
    return say(
        f"**You alone are named as keeper of {count(drills, 'daily question')}.** {goes} on, and nobody is named to "
        f"keep {it} any more. `/{NAME} keepers add` in the channel names somebody else before."
    )


def _forgotten(facts: Forgotten) -> Card:
    words = say(f"Nothing {_here(everywhere=facts.everywhere)} tells any more who you were.")
    back = note("Backups that whoever runs the quiz has made keep it until they are replaced.")
    return Card("You are forgotten", (words, Buttons((HOME,)), back), summary="You are forgotten.", tone=Tone.GOOD)


def _to_erase(facts: ToErase) -> Card:
    which = (name(facts.workspace), Text(", this workspace,")) if facts.workspace else (Text("this workspace"),)
    if facts.asked_twice:
        words = say("There is no way back. Erase everything of ", *which, " now?")
        really = Button("Yes, erase everything", Privacy(Wish.ERASE, confirm=Confirmed.TWICE))
        blocks: tuple[Block, ...] = (words, Buttons((really, _BACK)))
        return Card("Really everything?", blocks, summary="There is no way back.", tone=Tone.BAD)
    blocks = (
        say("**What goes** of ", *which, " at once: every channel's daily question, every person, answer and score."),
        say("**What stays**: that I am installed, and what has been posted on the platform."),
        say("Nobody is told. Whoever says `setup` afterwards starts from nothing."),
        Buttons((Button("Erase it all…", Privacy(Wish.ERASE, confirm=Confirmed.YES)), _BACK)),
    )
    return Card("Erase this workspace?", blocks, summary="What would be erased.", tone=Tone.BAD)


def _erased() -> Card:
    words = say(f"Nothing of this workspace is stored any more. I am still here: `/{NAME} setup` starts from nothing.")
    back = note("Backups that whoever runs the quiz has made keep it until they are replaced.")
    return Card("Erased", (words, Buttons((HOME,)), back), summary="The workspace is erased.", tone=Tone.GOOD)


def _not_a_manager(*, nowhere: bool) -> Card:
    if nowhere:
        words = f"This is no workspace. Say `/{NAME} privacy erase` in a channel of the one that is meant."
    else:
        words = (
            "Only somebody of whom the platform says that they manage this workspace may have it erased. If you do: "
            "remove me from the workspace, and all of it is erased 30 days later; or ask whoever runs me."
        )
    buttons = Buttons((_FORGET, _BACK))
    return Card("Nothing was erased", (say(words), buttons), summary="Nothing was erased.", tone=Tone.BAD)
