"""A question file as it was written: every part with its line, for every version that it speaks about."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from bot.bank.docs import addresses
from bot.bank.front import Front
from bot.bank.trace import steps
from bot.domain.question import Kind, Option, Question


@dataclass(frozen=True, slots=True)
class Passage:
    """A text and the line of the file on which it begins, counted from 1."""

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class OptionSource:
    """One option with its reason, its proof (where its kind has one) and the versions on which it is right.

    `place` is the step's number, from 1, in a question that asks for an order, else 0.
    """

    letter: str
    text: Passage
    right_on: frozenset[str]
    place: int
    reason: Passage
    proof: Passage | None


@dataclass(frozen=True, slots=True)
class Source:
    """One question file. `output`, `sql` and `trace` are keyed by version and hold every version of the front matter,
    `trace` only where the question has one.
    """

    path: Path
    front: Front
    stem: Passage
    setup: Passage | None
    code: Passage
    output: Mapping[str, Passage]
    sql: Mapping[str, Passage]
    trace: Mapping[str, Passage]
    options: tuple[OptionSource, ...]
    hint: Passage | None
    explanation: Passage
    twin: Passage | None

    @property
    def file(self) -> str:
        """The file's name as findings and tracebacks give it: `content/questions/sess-0001.md`."""
        return shown(self.path)

    def right(self, version: str) -> tuple[OptionSource, ...]:
        """The options that are right on a version of the front matter: one, unless the kind has several."""
        return tuple(option for option in self.options if version in option.right_on)

    def wrong(self, version: str) -> tuple[OptionSource, ...]:
        """The distractors on a version."""
        return tuple(option for option in self.options if version not in option.right_on)

    def key(self, version: str) -> str:
        """The letters of the right answer; of an order all of them, the first step first."""
        if self.front.kind is Kind.ORDER:
            return "".join(option.letter for option in sorted(self.options, key=lambda option: option.place))
        return "".join(option.letter for option in self.right(version))

    def question(self, version: str, release: str) -> Question:
        """The question as the quiz asks it on a version of the front matter, proved on that release of it."""
        return Question(
            slug=self.front.id,
            revision=self._revision(version),
            kind=self.front.kind,
            level=self.front.level,
            topics=self.front.topics,
            version=version,
            release=release,
            stem=self.stem.text,
            code=self.code.text,
            output=self.output[version].text,
            sql=self.sql[version].text,
            options=tuple(Option(option.letter, option.text.text, option.reason.text) for option in self.options),
            key=self.key(version),
            explanation=self.explanation.text,
            docs=addresses(self.front.docs, version),
            trace=steps(self.trace[version].text) if self.trace else (),
            hint=self.hint.text if self.hint else "",
            twin=self.twin.text if self.twin else "",
            fix=self._fix(version),
            elsewhere=tuple(
                (other, self.key(other)) for other in self.front.versions if self._told(other) != self._told(version)
            ),
        )

    @property
    def differs(self) -> bool:
        """Whether the answer, the output or the SQL depends on the version."""
        return len({self._told(version) for version in self.front.versions}) > 1

    def told(self, version: str) -> Iterator[str]:
        """Every text that the reveal of a version shows."""
        yield from (self.stem.text, self.code.text, self.output[version].text, self.explanation.text)
        yield (self.trace or self.sql)[version].text
        yield self._fix(version)
        for option in self.options:
            yield from (option.text.text, option.reason.text)

    def _fix(self, version: str) -> str:
        [fix] = [option.proof for option in self.right(version)] if self.front.kind is Kind.BUG else [None]
        return fix.text if fix else ""

    def _told(self, version: str) -> tuple[str, str, str]:
        """What can differ between versions."""
        return self.key(version), self.output[version].text, self.sql[version].text

    def _revision(self, version: str) -> str:
        # Level, topics, docs and hint are left out: they change neither a verdict nor its explanation.
        told = [self.front.kind, self.key(version), *self.told(version)]
        return sha256(json.dumps(told).encode()).hexdigest()[:12]


def shown(path: Path) -> str:
    """A question file's path from its bank's own folder on: short, and clickable from the repository."""
    return "/".join(path.parts[-3:])
