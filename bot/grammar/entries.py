"""What the tables of the grammar are made of."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from bot.commands import Command


class Completes(StrEnum):
    """What an argument is completed from while it is being typed; the last two by the platform's own picker.

    A `GROUP` comes as the platform's id of those whom a message can notify together, a `PERSON` as their id, a blank
    and their name.
    """

    NOTHING = "nothing"
    TOPIC = "topic"
    TOPICS = "topics"
    QUESTION = "question"
    ZONE = "zone"
    DAY = "day"
    COUNTRY = "country"
    WORD = "word"
    GROUP = "group"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a word: picked from `choices` where there are any, else typed. `read` makes the field's value.

    `rest`: all that is typed and neither named nor a choice is part of it.
    """

    name: str
    help: str
    choices: tuple[str, ...] = ()
    completes: Completes = Completes.NOTHING
    required: bool = False
    read: Callable[[str], object] = str
    rest: bool = False


@dataclass(frozen=True, slots=True)
class Word:
    """One word: what it does (under 100 characters), its command, an example, and whether keepers alone may, or may say
    some values of its arguments.
    """

    name: str
    help: str
    command: type[Command]
    arguments: tuple[Argument, ...] = ()
    example: str = ""
    keepers: bool = False
    keepers_say: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shortcut:
    """Something to ask about a message, from the menu that a platform has on each; `command` takes the message's id.

    `id` never changes, whatever the name becomes: platforms may keep it. Names stay under 25 characters.
    """

    id: str
    name: str
    help: str
    command: Callable[[str], Command]


@dataclass(frozen=True, slots=True)
class Anywhere:
    """Something to ask from wherever one is, where a platform has a menu for that; else as `Shortcut`."""

    id: str
    name: str
    help: str
    command: Command
