"""Judging an answer against a question."""

from collections.abc import Collection
from enum import StrEnum


class Verdict(StrEnum):
    """What an answer turned out to be."""

    RIGHT = "right"
    WRONG = "wrong"


def judge(right: Collection[str], choice: str) -> Verdict:
    """The verdict on one chosen letter, given the right ones."""
    return Verdict.RIGHT if choice in right else Verdict.WRONG
