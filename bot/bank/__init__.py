"""The question bank: `content/` as `Question` objects.

`load` is all the quiz needs. `checking` proves a bank by running every snippet, for authors and for CI.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.bank.folder import CONTENT, questions, sqlalchemy_version, topics
from bot.bank.reading import read
from bot.domain.question import Question

__all__ = ["CONTENT", "Bank", "load"]


@dataclass(frozen=True, slots=True)
class Bank:
    """Every question that holds on one version of SQLAlchemy, in the order of their slugs, and each topic's title."""

    questions: tuple[Question, ...]
    topics: Mapping[str, str]

    def question(self, slug: str) -> Question | None:
        """The question of that slug, or `None` where the bank has none."""
        return next((question for question in self.questions if question.slug == slug), None)


def load(folder: Path = CONTENT, version: str | None = None) -> Bank:
    """The bank in a folder, for a version such as "2.1" (not said: the installed one).

    Raises `ContentError` for the first file that cannot be read. A question that does not list the version is left out.
    """
    spoken = version or sqlalchemy_version()
    titles = topics(folder)
    sources = [read(path, titles) for path in questions(folder)]
    return Bank(tuple(source.question(spoken) for source in sources if spoken in source.front.versions), titles)
