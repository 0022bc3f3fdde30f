"""The question bank: `content/` as `Question` objects.

`load` is all the quiz needs. `checking` proves a bank by running every program, for authors and for CI.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.bank.compiled import keep, kept, origin
from bot.bank.folder import CONTENT, questions, releases, topics
from bot.domain.question import Question

__all__ = ["CONTENT", "Bank", "load"]


@dataclass(frozen=True, slots=True)
class Bank:
    """Every question by version of SQLAlchemy, in the order of their slugs, and each topic's title.

    A question that holds on several versions is in several editions, with what it tells there.
    """

    editions: Mapping[str, Mapping[str, Question]]
    topics: Mapping[str, str]

    @property
    def versions(self) -> tuple[str, ...]:
        """The versions there are questions for, the newest last."""
        return tuple(self.editions)

    def edition(self, version: str) -> tuple[Question, ...]:
        """The questions that hold on a version, or on the newest one where there is no such version."""
        return tuple(self.editions.get(version, self.editions[self.versions[-1]]).values())

    def question(self, slug: str, version: str = "") -> Question | None:
        """The question of that slug as it is on a version, else on the newest that has it; `None` if none has."""
        editions = [self.editions.get(version, {}), *(self.editions[known] for known in reversed(self.versions))]
        return next((edition[slug] for edition in editions if slug in edition), None)


def load(folder: Path = CONTENT) -> Bank:
    """The bank in a folder, as it was kept or else read. Raises `ContentError` for the first file that is wrong."""
    files = origin(folder)
    bank = kept(folder, files)
    if not isinstance(bank, Bank):
        bank = _read(folder)
        keep(folder, files, bank)
    return bank


def _read(folder: Path) -> Bank:
    from bot.bank.reading import read  # noqa: PLC0415  # what reads Markdown costs a start that finds the bank kept

    titles = topics(folder)
    sources = [read(path, titles) for path in questions(folder)]
    return Bank(
        {
            version: {
                source.front.id: source.question(version, release)
                for source in sources
                if version in source.front.versions
            }
            for version, release in releases(folder).items()
        },
        titles,
    )
