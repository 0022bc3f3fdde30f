"""What an export is: the bytes of a file, and what its format could not carry."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.domain.question import Question


@dataclass(frozen=True, slots=True)
class Loss:
    """Something that a format cannot carry, in words, and the questions that have it; `all_of_them` if each does."""

    what: str
    slugs: tuple[str, ...]
    all_of_them: bool

    def __str__(self) -> str:
        return f"{self.what}: {'all of them' if self.all_of_them else ', '.join(self.slugs)}"


@dataclass(frozen=True, slots=True)
class Parcel:
    """A file for another program, and what is not in it."""

    data: bytes
    losses: tuple[Loss, ...]


@dataclass(frozen=True, slots=True)
class Shelf:
    """What is to be exported: questions of one version, each topic's title, and when the newest of them was changed, in
    seconds since 1970.
    """

    questions: Sequence[Question]
    topics: Mapping[str, str]
    changed: int


def losses(questions: Sequence[Question], *rules: tuple[str, Callable[[Question], bool]]) -> tuple[Loss, ...]:
    """The losses by their rules: what is lost, and whether a question has it."""
    having = ((what, tuple(q.slug for q in questions if has_it(q))) for what, has_it in rules)
    return tuple(Loss(what, slugs, len(slugs) == len(questions) > 1) for what, slugs in having if slugs)
