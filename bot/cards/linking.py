"""Linking workspaces and people, in words."""

from typing import assert_never

from bot.cards.model import Button, Buttons, Card, Mono, Prose, Text, Tone, note, say
from bot.cards.phrases import HOME, ME, PRACTISE, count, day, moment, name, upper_first
from bot.commands import Board, Confirmed, House, Link
from bot.domain.links import LIFE, OFF
from bot.domain.standings import Reach, Span
from bot.grammar import NAME
from bot.play.linking import (
    BadCode,
    IsLinked,
    LinkFacts,
    Local,
    NewCode,
    NoHouse,
    NotAManager,
    NotLinked,
    Of,
    Unlinked,
    Unlinking,
    Why,
)
from bot.store.links import Linked

_WORDS = {Of.PERSON: "link", Of.WORKSPACE: "house"}
_AGAIN = {Of.PERSON: Button("A new code", Link()), Of.WORKSPACE: Button("A new code", House())}
_UNLINK = {Of.PERSON: Button("Unlink me", Link(OFF)), Of.WORKSPACE: Button("Unlink", House(OFF))}
_REALLY = {
    Of.PERSON: Button("Unlink me now", Link(OFF, Confirmed.YES)),
    Of.WORKSPACE: Button("Unlink it now", House(OFF, Confirmed.YES)),
}
_BOARD = Button("Board of both", Board(span=Span.SEASON, reach=Reach.WORKSPACE))
_MINUTES = int(LIFE.total_seconds()) // 60
_ONE = "one board, one streak, one order of practice"


def linked(facts: LinkFacts) -> Card:
    """How somebody, or a workspace, is linked, and what became of a wish."""
    match facts:
        case NewCode():
            return _new_code(facts)
        case IsLinked():
            return _is_linked(facts)
        case NotLinked(of):
            who = "You are" if of is Of.PERSON else "This workspace is"
            words = say(f"{who} linked with none. `/{NAME} {_WORDS[of]}` gives a code.")
            return Card("Not linked", (words, Buttons((_AGAIN[of], HOME))), summary="Not linked.")
        case Unlinking():
            return _unlinking(facts)
        case Unlinked():
            return _unlinked(facts)
        case BadCode():
            return _bad(facts)
        case NoHouse() | NotAManager() | Local():
            return _not_here(facts)
        case _:
            assert_never(facts)


def there(other: Linked) -> Text:
    """A workspace that one is linked with, and its platform."""
    where = name(other.workspace).text if other.workspace else "a workspace"
    return Text(f"{where} on {upper_first(other.platform)}")


def _new_code(facts: NewCode) -> Card:
    typed = Prose((Mono(f"/{NAME} {_WORDS[facts.of]} {facts.code}"),))
    secret = " Tell it to nobody." if facts.of is Of.PERSON else ""
    until = note(f"It is good once and for {_MINUTES} minutes, until ", moment(facts.until, "UTC"), f".{secret}")
    if facts.there is not None:
        how = say("Say it in ", there(facts.there), ", and you are one player here and there:")
        what = say(f"That is {_ONE}. Nothing of what you did before is lost, and it can be undone.")
    else:
        how = say("Somebody who manages the other workspace says it there:")
        what = say(
            "Then the board of the whole workspace counts both, by name. People stay apart until they link themselves "
            f"with `/{NAME} link`. Each workspace keeps its own channels, questions and teams."
        )
    blocks = (say("The code is ", Mono(facts.code), "."), how, typed, what, Buttons((_AGAIN[facts.of], HOME)), until)
    return Card("A code to link with", blocks, summary="A code for you alone.")


def _is_linked(facts: IsLinked) -> Card:
    since = f", since {day(facts.there.since.date())} {facts.there.since.year}"
    tone = Tone.GOOD if facts.is_new else Tone.NEUTRAL
    if facts.of is Of.PERSON:
        words = say("You are one player with who you are in ", there(facts.there), f"{since}: {_ONE}.")
        buttons = Buttons((_BOARD, _UNLINK[facts.of], ME))
        return Card("You are linked", (words, buttons), summary="You are linked.", tone=tone)
    players = count(facts.players, "person is one player in both.", "people are one player in both.")
    words = say("This workspace is linked with ", there(facts.there), f"{since}. {players}")
    more = say(f"Whoever is in both says `/{NAME} link` to be one player.")
    buttons = Buttons((_BOARD, _UNLINK[facts.of], HOME))
    return Card("The workspaces are linked", (words, more, buttons), summary="The workspaces are linked.", tone=tone)


def _unlinking(facts: Unlinking) -> Card:
    if facts.of is Of.PERSON:
        words = say("You would be two players again, one here and one in ", there(facts.there), ".")
    else:
        players = count(facts.players, "player")
        lost = f"The board of both would go, and {players} would be two again, here and in "
        words = say(lost, there(facts.there), ".")
    kept = say("Every answer and every point stays where it was made. Linking again brings all of it back.")
    return Card("Unlink?", (words, kept, Buttons((_REALLY[facts.of], HOME))), summary="What goes.", tone=Tone.BAD)


def _unlinked(facts: Unlinked) -> Card:
    who = "You are" if facts.of is Of.PERSON else "This workspace is"
    words = say(f"{who} linked with ", there(facts.there), " no more. Every point stands where it was made.")
    return Card("Unlinked", (words, Buttons((_AGAIN[facts.of], ME))), summary="Unlinked.", tone=Tone.GOOD)


def _bad(facts: BadCode) -> Card:
    blocks = (_why(facts), Buttons((_AGAIN[facts.of], HOME)))
    return Card("Nothing was linked", blocks, summary="Nothing was linked.", tone=Tone.BAD)


def _why(facts: BadCode) -> Prose:  # noqa: C901  # one case for each reason
    get = f"`/{NAME} {_WORDS[facts.of]}` there gives a new one."
    other = there(facts.there) if facts.there else Text("a workspace on another platform")
    match facts.why:
        case Why.NONE:
            return say(f"That is no code. One has ten letters and digits, such as `ACDEF-GHJKM`. {get}")
        case Why.UNKNOWN:
            return say(f"There is no such code: it was mistyped, used already, or a newer one took its place. {get}")
        case Why.EXPIRED:
            return say(f"That code was good for {_MINUTES} minutes, which are over. {get}")
        case Why.OWN:
            return say("That code is your own. It is to be said in ", other, ".")
        case Why.SAME_WORKSPACE:
            return say("That code is from this very workspace. You link yourself with who you are in ", other, ".")
        case Why.SAME_PLATFORM:
            return say("Both workspaces are on one platform. A workspace is linked with one on another platform.")
        case Why.ELSEWHERE:
            return say("That code is from a workspace that this one is not linked with. This one is with ", other, ".")
        case Why.OTHER_KIND if facts.of is Of.PERSON:
            return say(f"That code is for workspaces: whoever manages this one says it with `/{NAME} house`.")
        case Why.OTHER_KIND:
            return say(f"That code is somebody's own: they say it with `/{NAME} link`.")
        case Why.TAKEN:
            return say("One of the two is linked already. Whoever is linked is so with one alone, and can be unlinked.")
        case _:
            assert_never(facts.why)


def _not_here(facts: NoHouse | NotAManager | Local) -> Card:
    match facts:
        case NoHouse(manages):
            first = "This workspace is not linked with one on another platform yet, so nobody in it can be. "
            who = "As you manage it" if manages else "For whoever manages it"
            words = say(f"{first}{who}, `/{NAME} house` gives a code, to be said by whoever manages the other one.")
            button = Button("Link this workspace", House(), primary=True) if manages else PRACTISE
        case NotAManager(other, is_told):
            only = "Only somebody of whom the platform says that they manage this workspace can link or unlink it. "
            only += "" if is_told else "Here it says so of nobody: whoever runs me can ask it for that right. "
            now = ("It is linked with ", there(other), ".") if other else ("It is linked with none.",)
            words, button = say(only, *now), Button("Link me", Link()) if other else PRACTISE
        case Local():
            words, button = say("At this keyboard there is one workspace, of this machine alone."), PRACTISE
        case _:
            assert_never(facts)
    blocks = (words, Buttons((button, HOME)))
    return Card("Nothing was linked", blocks, summary="Nothing was linked.", tone=Tone.BAD)
