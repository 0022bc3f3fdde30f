"""Home for somebody alone with the quiz: today's questions of their workspace, their own numbers, the way to begin."""

from collections.abc import Sequence
from dataclasses import replace
from typing import assert_never

from bot.cards.answering import choices, given, stands, until
from bot.cards.helping import HELP, home
from bot.cards.model import Block, Button, Buttons, Card, Channel, Facts, Text, note, say
from bot.cards.phrases import HOME, ME, PRACTISE, day
from bot.cards.questions import asked, how, said
from bot.cards.standings import in_places, in_workspaces
from bot.commands import Home
from bot.grammar import NAME
from bot.play.home import AtHome, OpenThere
from bot.play.standings import MyWorkspaces

_OTHERS = 5  # further open questions named
_TITLE = "SQLAlchemy Session quiz"


def at_home(facts: AtHome | MyWorkspaces) -> Card:
    """Everything there is for one person, wherever they are with us alone."""
    match facts:
        case AtHome():
            return _at_home(facts)
        case MyWorkspaces(shares):
            numbers = [Facts(in_workspaces(shares))] if shares else []
            where = note("The daily question, its board and its settings live in a channel of a workspace that has me.")
            return Card(
                _TITLE,
                (home().blocks[0], *numbers, Buttons((PRACTISE, ME, HELP)), where),
                summary="The SQLAlchemy Session quiz.",
            )
        case _:
            assert_never(facts)


def with_way_home(card: Card) -> Card:
    """The same with a way back to where everything is, where there is none yet."""
    presses = [button.press for block in card.blocks if isinstance(block, Buttons) for button in block.items]
    if any(isinstance(press, Home) for press in presses):
        return card
    return replace(card, blocks=(*card.blocks, Buttons((HOME,))))


def _at_home(facts: AtHome) -> Card:
    if facts.open:
        first, *others = facts.open
        blocks = [*_question(first), *_others(others)]
    elif facts.is_used:
        blocks = [say("No question that I could show you here is open right now. Practice is, always.")]
    else:
        blocks = _beginning()
    if facts.numbers.places:
        blocks += [say("**Your numbers**"), *in_places(facts.numbers)]
    elif facts.is_used:
        blocks.append(say("Your first answer starts your streak; your numbers stand here from then on."))
    return Card(
        _TITLE,
        (*blocks, Buttons((PRACTISE, HELP)), note(f"In a channel, `/{NAME} help` lists every word.")),
        summary="The SQLAlchemy Session quiz.",
    )


def _question(there: OpenThere) -> list[Block]:
    """An open question with what one can answer, as its channel has it."""
    shown = there.shown
    hint = [given(shown.question)] if there.hinted else []
    answered = [stands(shown.question, there.mine)] if there.mine else []
    return [
        say("**Daily question** in ", Channel(there.channel), f" · {day(shown.day)}"),
        *asked(shown.question),
        *hint,
        *answered,
        *choices(shown, there.mine, may_reveal=False, hinted=there.hinted),
        until(shown, f"{how(shown.question)} Nobody else sees your answer. Closes ".lstrip()),
    ]


def _others(there: Sequence[OpenThere]) -> list[Block]:
    """What else is open, each with a way to it."""
    if not there:
        return []
    lines: list[Block] = []
    for number, each in enumerate(there[:_OTHERS], 2):
        mine = f"you answered {said(each.shown.question, each.mine.choice)}" if each.mine else "not answered yet"
        lines.append(say(f"{number}. Also open in ", Channel(each.channel), ": ", Text(mine), "."))
    buttons = (Button(f"Question {n}", Home(each.shown.round)) for n, each in enumerate(there[:_OTHERS], 2))
    hidden = len(there) - _OTHERS
    more = [say(f"And {hidden} more, in the channels themselves.")] if hidden > 0 else []
    return [*lines, *more, Buttons(tuple(buttons))]


def _beginning() -> list[Block]:
    """Nothing is set up in this workspace yet: what it would be, and how to have it."""
    return [
        home().blocks[0],
        say("No channel here has the daily question yet. To have it in yours:"),
        say("1. Invite me to the channel, as you would anybody."),
        say(f"2. Say `/{NAME} setup` there: a form asks for the time and the days, and that is all."),
        say("Until then there is practice, for you alone."),
    ]
