"""What could not be read as a command."""

from dataclasses import dataclass
from enum import StrEnum


class Why(StrEnum):
    """What stopped words or a button from being read."""

    BUTTON = "button"  # from another release, or forged
    WORD = "word"  # no such word
    MISSING = "missing"  # a word lacks an argument it cannot do without
    VALUE = "value"  # a word was given something it does not know


@dataclass(frozen=True, slots=True)
class Misread:
    """Something that could not be read as a command, so that even this is answered by the quiz.

    `said` is what came, `word` the word it was said to (if any), `near` the likeliest words meant.
    """

    said: str
    why: Why
    word: str = ""
    near: tuple[str, ...] = ()
