"""What is stored about people: to see it, hide it, take it along, have it erased."""

from dataclasses import dataclass
from enum import StrEnum


class Wish(StrEnum):
    """What may become of what is stored."""

    HIDE = "hide"  # others see no name
    SHOW = "show"  # they do again
    EXPORT = "export"  # all of it, handed out
    FORGET = "forget"  # nothing that tells who it was
    ERASE = "erase"  # nothing of the whole workspace


class Confirmed(StrEnum):
    """How often it was said that it is really meant."""

    YES = "yes"
    TWICE = "twice"


@dataclass(frozen=True, slots=True)
class Privacy:
    """What is stored about me, and what I can do about it. `page` is that of an export for whoever gets no files."""

    do: Wish | None = None
    page: int | None = None
    confirm: Confirmed | None = None

    @property
    def erases(self) -> bool:
        """Whether this takes something away for good. A workspace goes when that was confirmed twice."""
        return (self.do is Wish.FORGET and self.confirm is not None) or (
            self.do is Wish.ERASE and self.confirm is Confirmed.TWICE
        )

    @property
    def writes(self) -> bool:
        """Whether this changes anything."""
        return self.erases or self.do in (Wish.HIDE, Wish.SHOW)
