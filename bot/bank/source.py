"""A question file as it was written: every part with its line, for every version that it speaks about."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from bot.bank.docs import address
from bot.bank.front import Front
from bot.domain.question import Option, Question


@dataclass(frozen=True, slots=True)
class Passage:
    """A text and the line of the file on which it begins, counted from 1."""

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class OptionSource:
    """One option with its reason, its check (of a `choice` question) and the versions on which it is right."""

    letter: str
    text: Passage
    right_on: frozenset[str]
    reason: Passage
    check: Passage | None


@dataclass(frozen=True, slots=True)
class Source:
    """One question file. `output` and `sql` are keyed by version and hold every version of the front matter."""

    path: Path
    front: Front
    stem: Passage
    code: Passage
    output: Mapping[str, Passage]
    sql: Mapping[str, Passage]
    options: tuple[OptionSource, ...]
    explanation: Passage

    @property
    def file(self) -> str:
        """The file's name as findings and tracebacks give it: `content/questions/sess-0001.md`."""
        return shown(self.path)

    def right(self, version: str) -> OptionSource:
        """The one option that is right on a version of the front matter."""
        return next(option for option in self.options if version in option.right_on)

    def wrong(self, version: str) -> tuple[OptionSource, ...]:
        """The distractors on a version."""
        return tuple(option for option in self.options if version not in option.right_on)

    def question(self, version: str) -> Question:
        """The question as the quiz asks it on a version of the front matter."""
        return Question(
            slug=self.front.id,
            revision=self._revision(version),
            kind=self.front.kind,
            level=self.front.level,
            topics=self.front.topics,
            stem=self.stem.text,
            code=self.code.text,
            output=self.output[version].text,
            sql=self.sql[version].text,
            options=tuple(Option(option.letter, option.text.text, option.reason.text) for option in self.options),
            right=frozenset({self.right(version).letter}),
            explanation=self.explanation.text,
            docs=tuple(address(anchor, version) for anchor in self.front.docs),
        )

    def _revision(self, version: str) -> str:
        # Level, topics and docs are left out: they change neither a verdict nor its explanation.
        told = [
            self.front.kind,
            self.stem.text,
            self.code.text,
            self.output[version].text,
            self.sql[version].text,
            *([option.text.text, option.reason.text] for option in self.options),
            self.right(version).letter,
            self.explanation.text,
        ]
        return sha256(json.dumps(told).encode()).hexdigest()[:12]


def shown(path: Path) -> str:
    """A question file's path from its bank's own folder on: short, and clickable from the repository."""
    return "/".join(path.parts[-3:])
