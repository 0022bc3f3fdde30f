"""Which key presses which button, and what a typed line means."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot import grammar
from bot.cards.model import Button, Buttons, Card
from bot.commands import Command, Help
from bot.domain.question import LETTERS


@dataclass(frozen=True, slots=True)
class Press:
    """A key of the card on the screen."""

    button: Button


@dataclass(frozen=True, slots=True)
class Ask:
    """Words of the grammar."""

    command: Command


@dataclass(frozen=True, slots=True)
class Sit:
    """Another person takes the keyboard."""

    name: str


@dataclass(frozen=True, slots=True)
class Back:
    """The card before the one on the screen."""


@dataclass(frozen=True, slots=True)
class Leave:
    """The person goes."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """Enter, where there is nothing for it to press."""


@dataclass(frozen=True, slots=True)
class NoKey:
    """A key that the card on the screen does not have."""

    key: str


Meaning = Press | Ask | Sit | Back | Leave | Nothing | NoKey


def keys(card: Card) -> dict[str, Button]:
    """The buttons of a card by their keys, in order: an option's letter is its own key, the others are numbered."""
    named: dict[str, Button] = {}
    numbered = 0
    for button in (button for block in card.blocks if isinstance(block, Buttons) for button in block.items):
        if button.label in LETTERS and button.label not in named:
            named[button.label] = button
        else:
            numbered += 1
            named[str(numbered)] = button
    return named


def read(typed: str, pressable: Mapping[str, Button]) -> Meaning:
    """What a typed line means while the card on the screen has these keys."""
    words = typed.split()
    if not words:
        primary = next((button for button in pressable.values() if button.primary), None)
        return Press(primary) if primary else Nothing()
    match [words[0].lower(), *words[1:]]:
        case ["quit" | "exit" | "q"]:
            return Leave()
        case ["back"]:
            return Back()
        case ["?"]:
            return Ask(Help())
        case ["as", *name]:
            return Sit(" ".join(name))
        case [key] if button := pressable.get(key.upper()):
            return Press(button)
        case [key] if re.fullmatch(r"[a-z]|\d+", key):
            return NoKey(key.upper())
    first = words[0].lower().removeprefix("/")
    return Ask(grammar.parse(" ".join(words[1:] if first == grammar.NAME else [first, *words[1:]])))
