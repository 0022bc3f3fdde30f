"""What no question file can tell alone: names that have to lead somewhere, and where the right options stand."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from bot.bank.docs import missing
from bot.bank.findings import Finding
from bot.bank.front import line_of
from bot.bank.source import Source, shown
from bot.domain.question import LETTERS, ONE_LETTER

CRITICAL = {1: 3.841, 2: 5.991, 3: 7.815, 4: 9.488}
"""The chi-square that chance exceeds once in twenty times, by degrees of freedom: any table of the distribution has it,
such as NIST/SEMATECH, e-Handbook of Statistical Methods, section 1.3.6.7.4.
"""

LEAST_EXPECTED = 5.0
"""From how many expected right answers under a letter on the test means anything."""


def bankwide(paths: Iterable[Path], sources: Sequence[Source], seeds: Mapping[int, str]) -> Iterator[Finding]:
    """Ids that are too alike, and anchors, related questions and founding topics that do not exist."""
    slugs = [path.stem for path in paths]
    yield from _too_alike(paths)
    known = {source.front.id: source for source in sources}
    for source in sources:
        for anchor in source.front.docs:
            if why := missing(anchor, source.front.versions):
                yield Finding(source.file, _line(source, "docs", anchor), "anchor", why)
        for number in source.front.seed:
            if number not in seeds:
                why = f"topics.toml has no founding topic {number}: its [seeds] are {_span(seeds)}"
                yield Finding(source.file, _line(source, "seed"), "seed", why)
        yield from _related(source, slugs, known)


def _too_alike(paths: Iterable[Path]) -> Iterator[Finding]:
    first: dict[str, Path] = {}
    for path in paths:
        other = first.setdefault(path.stem.casefold(), path)
        if other != path:
            why = f"differs from {other.stem} in capitals only, which some disks cannot keep apart: rename one"
            yield Finding(shown(path), 1, "id", why)


def _related(source: Source, slugs: Collection[str], known: Mapping[str, Source]) -> Iterator[Finding]:
    own = source.front.id
    for other in source.front.related:
        if other == own:
            why = "a question is not related to itself: take it out"
        elif other not in slugs:
            why = f"there is no question {other}: mend `related`, or take it out"
        elif other in known and own not in known[other].front.related:
            why = f'{other} does not name this one back: add "{own}" to its `related`'
        else:
            continue
        yield Finding(source.file, _line(source, "related", other), "related", why)


def positions(sources: Sequence[Source], version: str) -> Iterator[Finding]:
    """Right options that stand under one letter more often, or less often, than chance would have it."""
    single = [source for source in sources if source.front.kind in ONE_LETTER]
    counts = Counter(source.key(version) for source in single)
    groups = _groups(single)
    if len(groups) < 2:
        return
    found = {letters: sum(counts[letter] for letter in letters) for letters in groups}
    chi_square = sum((found[letters] - expected) ** 2 / expected for letters, expected in groups.items())
    if chi_square > CRITICAL[len(groups) - 1]:
        often = max(groups, key=lambda letters: found[letters] - groups[letters])
        last = next(source for source in reversed(single) if source.key(version) in often)
        right = last.right(version)[0]
        seldom = min(groups, key=lambda letters: found[letters] - groups[letters])
        why = (
            f"{' or '.join(often)} is right in {found[often]} of {len(single)} questions, {' or '.join(seldom)} in "
            f"{found[seldom]} (chi-square {chi_square:.1f}): move some right options, such as this one"
        )
        yield Finding(last.file, right.text.line, "habit", why)


def _groups(single: Sequence[Source]) -> dict[str, float]:
    """How often chance would make each letter right; letters too rare for the test are taken together."""
    groups: dict[str, float] = {}
    letters, expected = "", 0.0
    for letter in LETTERS:
        letters += letter
        expected += sum(1 / len(s.options) for s in single if letter in {option.letter for option in s.options})
        if expected >= LEAST_EXPECTED:
            groups[letters] = expected
            letters, expected = "", 0.0
    if groups and expected:
        last, so_far = groups.popitem()
        groups[last + letters] = so_far + expected
    return groups


def _line(source: Source, field: str, said: str = "") -> int:
    """The line of a field of the front matter, or the one on which something stands in its list."""
    lines = source.path.read_text(encoding="utf-8").split("\n")
    top = line_of(lines, field)
    return next((number for number, line in enumerate(lines[top - 1 :], top) if f'"{said}"' in line), top)


def _span(seeds: Mapping[int, str]) -> str:
    return f"{min(seeds)} to {max(seeds)}" if seeds else "none at all"
