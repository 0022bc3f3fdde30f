"""Disputing the key of a closed round, and ruling on it."""

from dataclasses import dataclass

from bot.domain.disputing import Ruling


@dataclass(frozen=True, slots=True)
class Dispute:
    """The key of a closed round is wrong, and why; with nothing said it asks. `round` is its number, or the first word
    of what is said of the latest one here.
    """

    round: str | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Disputes:
    """What is disputed here; one case in full, by its round; or what a ruling on it would do."""

    round: str | None = None
    verdict: Ruling | None = None
    answer: str | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """Decide about a disputed key, unless it was decided more often than `rulings` times by now."""

    round: int
    ruling: Ruling
    answer: str | None = None
    rulings: int = 0


@dataclass(frozen=True, slots=True)
class Corrected:
    """How did I do in a round whose key was ruled on?"""

    round: int
