"""One item of the bank, as the quiz knows it: text, proof and answer of a question on the installed SQLAlchemy."""

from dataclasses import dataclass
from enum import StrEnum

LETTERS = "ABCDE"


class Kind(StrEnum):
    """How a question is asked and judged."""

    CHOICE = "choice"
    SEVERAL = "several"
    OUTPUT = "output"
    COUNT = "count"
    ORDER = "order"
    BUG = "bug"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Option:
    """One possible answer. `text` and `reason` are inline Markdown: plain words, `code` and **strong**."""

    letter: str
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question at one revision. Texts are Markdown of the author's; `code`, `output` and `sql` are verbatim.

    `revision` changes whenever anything that can change a verdict or an explanation does.
    `level` runs from 1 (name it) over 2 (predict it) and 3 (debug it) to 4 (edge, version, design).
    """

    slug: str
    revision: str
    kind: Kind
    level: int
    topics: tuple[str, ...]
    stem: str
    code: str
    output: str
    sql: str
    options: tuple[Option, ...]
    right: frozenset[str]
    explanation: str
    docs: tuple[str, ...]

    def option(self, letter: str) -> Option | None:
        """The option under a letter, or `None` where the question has no such letter."""
        return next((option for option in self.options if option.letter == letter), None)


STEM, CODE, OUTPUT, SQL, OPTION, REASON, EXPLANATION = 140, 700, 240, 260, 80, 130, 520
"""The longest text of each part, in characters: together with five options they fill one message on every platform."""
