"""Judging an answer against a question."""

from enum import StrEnum

from bot.domain.question import Question


class Verdict(StrEnum):
    """What an answer turned out to be."""

    RIGHT = "right"
    WRONG = "wrong"


def judge(question: Question, choice: str) -> Verdict:
    """The verdict on one chosen letter."""
    return Verdict.RIGHT if choice in question.right else Verdict.WRONG
