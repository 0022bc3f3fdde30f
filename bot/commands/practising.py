"""Practising: questions for one person alone, and explanations."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Practice:
    """A question for me alone, judged at once, worth no points. `after` is the one I have just had."""

    topic: str | None = None
    level: int | None = None
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """My answer to a practice question. `draft`: still being put together from several letters."""

    question: str
    choice: str
    topic: str | None = None
    level: int | None = None
    draft: bool = False


@dataclass(frozen=True, slots=True)
class Write:
    """Let me answer an open question in my own words."""

    question: str


@dataclass(frozen=True, slots=True)
class Compare:
    """My own words on an open question, beside its key points."""

    question: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Hint:
    """A hint for a practice question."""

    question: str
    topic: str | None = None
    level: int | None = None


@dataclass(frozen=True, slots=True)
class Explain:
    """The explanation of one question, with its code, output and SQL; `twin`: its program with `AsyncSession`.

    `version` is the one it was asked on, where that matters; else the workspace's.
    """

    question: str
    twin: bool = False
    version: str | None = None


@dataclass(frozen=True, slots=True)
class Lookup:
    """The explanation of the question that a message of ours is about. `message` is the platform's id of it."""

    message: str
