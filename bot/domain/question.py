"""One item of the bank, as the quiz knows it: text, proof and answer of a question on one version of SQLAlchemy."""

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


ONE_LETTER = frozenset({Kind.CHOICE, Kind.OUTPUT, Kind.COUNT, Kind.BUG})
"""The kinds that are answered with one letter, of which exactly one is right."""

SHOWS_PROGRAM = frozenset({Kind.OUTPUT, Kind.COUNT, Kind.BUG})
"""The kinds whose program is part of the question. Elsewhere it is the proof, and comes with the answer."""


@dataclass(frozen=True, slots=True)
class Option:
    """One possible answer, or a key point of an open question. Both texts are inline Markdown: plain words, `code` and
    **strong**.
    """

    letter: str
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a trace: the SQL emitted since the step before, and the state in which an object then is.

    The last step may have no `subject` and no `state`: SQL after which nothing changed.
    """

    sql: tuple[str, ...]
    subject: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """A question at one revision, on one version. Texts are the author's Markdown; programs, output and SQL verbatim.

    `revision` changes whenever anything that can change a verdict or an explanation does.
    `level` runs from 1 (name it) over 2 (predict it) and 3 (debug it) to 4 (edge, version, design).
    `version` is a series such as "2.1", `release` the one of it that all was proved on, such as "2.1.9".
    `key` is the right letter; of several right ones all of them; of an order all letters, the first step first.
    `twin` is the program with `AsyncSession`, `fix` what mends a buggy line; either may be empty.
    `elsewhere` holds the keys on those other versions where the answer, the output or the SQL is not the same.
    """

    slug: str
    revision: str
    kind: Kind
    level: int
    topics: tuple[str, ...]
    version: str
    release: str
    stem: str
    code: str
    output: str
    sql: str
    options: tuple[Option, ...]
    key: str
    explanation: str
    docs: tuple[str, ...]
    trace: tuple[Step, ...] = ()
    hint: str = ""
    twin: str = ""
    fix: str = ""
    elsewhere: tuple[tuple[str, str], ...] = ()

    @property
    def differs(self) -> bool:
        """Whether the answer, the output or the SQL depends on the version."""
        return bool(self.elsewhere)

    def __hash__(self) -> int:
        """By what tells questions apart: whatever is kept by one would otherwise hash all of its texts each time."""
        return hash((self.slug, self.revision, self.version))

    def option(self, letter: str) -> Option | None:
        """The option under a letter, or `None` where the question has no such letter."""
        return next((option for option in self.options if option.letter == letter), None)

    def choice(self, said: str) -> str | None:
        """What somebody said as an answer in its one form, or `None` where it is no answer to this question.

        Letters may be small, and stand apart: `a, c`. Of several right ones the order means nothing; of steps that are
        to be put in order it is the answer, which may still be incomplete. An open question is answered with the
        number of key points that one had.
        """
        if self.kind is Kind.OPEN:
            return said if said in {str(number) for number in range(len(self.options) + 1)} else None
        if len(said) == 1 and self.option(said):  # as every button has it
            return said
        letters = [letter for letter in said.upper() if letter not in " ,;>+-"]
        if not letters or not set(letters) <= {option.letter for option in self.options}:
            return None
        if self.kind is Kind.ORDER:
            return "".join(letters) if len(set(letters)) == len(letters) else None
        distinct = "".join(sorted(set(letters)))
        return None if self.kind in ONE_LETTER and len(distinct) > 1 else distinct

    def with_more(self, before: str, said: str) -> str:
        """An answer with more letters on top of those chosen before. One that is there already changes nothing; where
        there can be only one, it takes the place of the other.
        """
        if self.kind in ONE_LETTER:
            return said
        return self.choice(before + "".join(letter for letter in said if letter not in before)) or said


STEM, CODE, OUTPUT, SQL, OPTION, REASON, EXPLANATION = 140, 700, 240, 260, 80, 130, 520
"""The longest text of each part, in characters."""

SETUP, TWIN, HINT, TRACE, POINT, FIX = 500, 900, 160, 260, 130, 160
"""And of the parts that not every question has; a point is an option of an open question."""

WHOLE = 2700
"""What the parts that a reveal shows may have together, so that it is one message on every platform."""
