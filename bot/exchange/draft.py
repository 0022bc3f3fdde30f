"""A question from elsewhere: what it says, without proof and perhaps without reasons."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.domain.question import Kind


@dataclass(frozen=True, slots=True)
class DraftOption:
    """One option, step or key point. `place` is the number of a step, from 1, else 0."""

    text: str
    right: bool
    reason: str = ""
    place: int = 0


@dataclass(frozen=True, slots=True)
class Draft:
    """A question as it was found: on which line, under which name there. Texts are inline Markdown and may be empty."""

    line: int
    name: str
    kind: Kind
    stem: str
    options: tuple[DraftOption, ...]
    explanation: str = ""
    hint: str = ""
    program: str = ""
    level: int | None = None
    topics: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The right letters as a `Question` has them."""
        numbered = list(enumerate(self.options))
        if self.kind is Kind.ORDER:
            numbered.sort(key=lambda pair: pair[1].place)
            return "".join(_letter(at) for at, _ in numbered)
        return "".join(_letter(at) for at, option in numbered if option.right)


def _letter(at: int) -> str:
    return chr(ord("A") + at)


@dataclass(frozen=True, slots=True)
class Remark:
    """Something about a file that is read: where, and what. `fault`: a question could not be read for it."""

    line: int
    why: str
    fault: bool = False


@dataclass(frozen=True, slots=True)
class Imported:
    """What was found in a file."""

    drafts: tuple[Draft, ...]
    remarks: tuple[Remark, ...]


Reader = Callable[[str], Imported]
"""Reads the text of a file. Never raises: what cannot be read becomes a remark."""
