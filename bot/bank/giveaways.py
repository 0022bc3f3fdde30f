"""Can the right option be told without knowing anything? In one question, and over the whole bank."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations

from bot.bank.findings import Finding
from bot.bank.source import OptionSource, Source
from bot.domain.question import Kind

LONGER = 1.3
"""How many times the longest distractor's length the right option may have."""

ENOUGH = 20
"""From how many questions on a bank's habits are more than chance."""

HABIT = 0.4
"""The share of questions from which on a habit of the right option is one that people learn."""

ALIKE = 0.75
"""From which share of common words on two stems ask the same."""

_ABSOLUTE = re.compile(r"\b(?:always|never|every|everything|nothing|impossible|completely)\b", re.IGNORECASE)
_CODE = re.compile(r"`+.+?`+")


def giveaways(source: Source, version: str) -> Iterator[Finding]:
    """What gives the right option of one question away."""
    right, wrong = source.right(version), source.wrong(version)
    longest = max(_length(option) for option in wrong)
    if source.front.kind is Kind.CHOICE and _length(right) > LONGER * longest:
        why = f"the right option has {_length(right)} characters, the longest other {longest}: shorten it or feed one"
        yield _about(source, right, why)
    if "`" in right.text.text and not any("`" in option.text.text for option in wrong):
        yield _about(source, right, "only the right option holds `code`: put some into another, or none into any")
    absolute = [option for option in wrong if _ABSOLUTE.search(_CODE.sub("", option.text.text))]
    if absolute and not _ABSOLUTE.search(_CODE.sub("", right.text.text)):
        why = f"only wrong options are absolute, such as {absolute[0].letter}: say the same without always or never"
        yield _about(source, absolute[0], why)


def habits(sources: Sequence[Source], version: str) -> Iterator[Finding]:
    """What gives the right options of a bank away, and questions that are asked twice."""
    yield from _asked_twice(sources)
    if len(sources) < ENOUGH:
        return
    letter, times = Counter(source.right(version).letter for source in sources).most_common(1)[0]
    if times > HABIT * len(sources):
        last = next(source for source in reversed(sources) if source.right(version).letter == letter)
        why = f"{letter} is right in {times} of {len(sources)} questions: move the right option of some, such as this"
        yield Finding(last.file, last.right(version).text.line, "habit", why)
    long = [source for source in sources if _is_longest(source, version)]
    if len(long) > HABIT * len(sources):
        why = f"the right option is the longest in {len(long)} of {len(sources)} questions: shorten some, such as this"
        yield Finding(long[-1].file, long[-1].right(version).text.line, "habit", why)


def _asked_twice(sources: Sequence[Source]) -> Iterator[Finding]:
    for first, second in combinations(sources, 2):
        known = first.front.id in second.front.related or second.front.id in first.front.related
        if not known and _likeness(first.stem.text, second.stem.text) >= ALIKE:
            why = f"nearly the stem of {first.front.id}: say what differs, or list it under `related` if both are meant"
            yield Finding(second.file, second.stem.line, "twice", why)


def _likeness(one: str, other: str) -> float:
    words, others = (set(re.findall(r"\w+", stem.lower())) for stem in (one, other))
    return len(words & others) / len(words | others)


def _is_longest(source: Source, version: str) -> bool:
    return all(_length(source.right(version)) > _length(option) for option in source.wrong(version))


def _length(option: OptionSource) -> int:
    return len(option.text.text.replace("`", "").replace("**", ""))


def _about(source: Source, option: OptionSource, why: str) -> Finding:
    return Finding(source.file, option.text.line, "giveaway", why)
