"""Counts a bank: what there is of each kind, what is still missing, and whether right answers have a pattern."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.bank.giveaways import is_longest
from bot.bank.source import Source
from bot.domain.question import LETTERS, ONE_LETTER, Kind


@dataclass(frozen=True, slots=True)
class Census:
    """What a bank holds. A question counts for its area, its kind, its level, and each of its versions.

    `founding` tells of every founding topic whether a question asks about it. Of the `single` questions, which have one
    right letter, `longest` have the longest option right, and `letters` counts where their right options stand; both as
    they are on the newest version of each question.
    """

    questions: int
    areas: Mapping[str, int]
    kinds: Mapping[str, int]
    levels: Mapping[str, int]
    versions: Mapping[str, int]
    founding: Mapping[int, bool]
    differing: int
    hints: int
    twins: int
    traces: int
    read_twice: int
    single: int
    longest: int
    letters: Mapping[str, int]

    @property
    def missing(self) -> list[int]:
        """The founding topics that no question asks about."""
        return [number for number, asked in self.founding.items() if not asked]


def census(sources: Sequence[Source], areas: Iterable[str], seeds: Iterable[int]) -> Census:
    """Count questions, with a zero for every area, kind, level and letter that has none."""
    fronts = [source.front for source in sources]
    single = [source for source in sources if source.front.kind in ONE_LETTER]
    asked = {number for front in fronts for number in front.seed}
    return Census(
        questions=len(sources),
        areas=_counts(areas, (front.topics[0] for front in fronts)),
        kinds=_counts(Kind, (front.kind for front in fronts)),
        levels=_counts("1234", (str(front.level) for front in fronts)),
        versions=_counts((), sorted(version for front in fronts for version in front.versions)),
        founding={number: number in asked for number in sorted(seeds)},
        differing=sum(map(depends_on_the_version, sources)),
        hints=sum(map(has_hint, sources)),
        twins=sum(map(has_twin, sources)),
        traces=sum(map(has_trace, sources)),
        read_twice=sum(map(was_read_twice, sources)),
        single=len(single),
        longest=sum(is_longest(source, _newest(source)) for source in single),
        letters=_counts(LETTERS, (source.key(_newest(source)) for source in single)),
    )


def depends_on_the_version(source: Source) -> bool:
    """Whether a question tells another thing on each version, or holds on one alone."""
    return source.differs or len(source.front.versions) == 1


def has_hint(source: Source) -> bool:
    """Whether one can ask for a hint."""
    return source.hint is not None


def has_twin(source: Source) -> bool:
    """Whether the program is there once more with `AsyncSession`."""
    return source.twin is not None


def has_trace(source: Source) -> bool:
    """Whether the reveal shows how its objects went from state to state."""
    return bool(source.trace)


def was_read_twice(source: Source) -> bool:
    """Whether somebody else has tried to refute it."""
    return bool(source.front.reviewed_by)


def _counts(known: Iterable[str], found: Iterable[str]) -> Mapping[str, int]:
    counts = Counter({str(name): 0 for name in known})
    counts.update(map(str, found))
    return dict(counts)


def _newest(source: Source) -> str:
    return max(source.front.versions, key=lambda version: [int(part) for part in version.split(".")])
