"""Can the right option be told without knowing anything? In one question, and over the whole bank."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

from bot.bank.findings import Finding
from bot.bank.source import OptionSource, Source
from bot.domain.question import ONE_LETTER, Kind

LONGER = 1.3
"""How many times the longest distractor's length the right option may have."""

ENOUGH = 20
"""From how many questions on a bank's habits are more than chance."""

LENIENCE = 0.05
"""By how much more often than by chance the right option may be the longest."""

ALIKE = 0.75
"""From which share of common words on two stems ask the same."""

_ABSOLUTE = re.compile(r"\b(?:always|never|every|everything|nothing|impossible|completely)\b", re.IGNORECASE)
_CODE = re.compile(r"`+.+?`+")


def giveaways(source: Source, version: str) -> Iterator[Finding]:
    """What gives the right options of one question away. Steps and key points have nothing to give away."""
    if source.front.kind in {Kind.ORDER, Kind.OPEN}:
        return
    right, wrong = source.right(version), source.wrong(version)
    shortest, longest = min(map(_length, right)), max(map(_length, wrong))
    if source.front.kind in {Kind.CHOICE, Kind.SEVERAL} and shortest > LONGER * longest:
        why = f"the right option has {shortest} characters, the longest other {longest}: shorten it or feed one"
        yield _about(source, right[0], why)
    if _all_hold_code(right) and not any("`" in option.text.text for option in wrong):
        yield _about(source, right[0], "only the right option holds `code`: put some into another, or none into any")
    absolute = [option for option in wrong if _is_absolute(option)]
    if absolute and not any(map(_is_absolute, right)):
        why = f"only wrong options are absolute, such as {absolute[0].letter}: say the same without always or never"
        yield _about(source, absolute[0], why)


def _all_hold_code(options: Iterable[OptionSource]) -> bool:
    return all("`" in option.text.text for option in options)


def _is_absolute(option: OptionSource) -> bool:
    return bool(_ABSOLUTE.search(_CODE.sub("", option.text.text)))


def habits(sources: Sequence[Source], version: str) -> Iterator[Finding]:
    """What gives the right options of a bank away, and questions that are asked twice."""
    yield from _asked_twice(sources)
    single = [source for source in sources if source.front.kind in ONE_LETTER]
    if len(single) < ENOUGH:
        return
    long = [source for source in single if is_longest(source, version)]
    chance = sum(1 / len(source.options) for source in single) / len(single)
    if len(long) > (chance + LENIENCE) * len(single):
        [right] = long[-1].right(version)
        why = f"the right option is the longest in {len(long)} of {len(single)} questions: shorten some, such as this"
        yield Finding(long[-1].file, right.text.line, "habit", why)


def is_longest(source: Source, version: str) -> bool:
    """Whether the one right option is longer than each other."""
    [right] = source.right(version)
    return all(_length(right) > _length(option) for option in source.wrong(version))


def _asked_twice(sources: Sequence[Source]) -> Iterator[Finding]:
    for first, second in combinations(sources, 2):
        known = first.front.id in second.front.related or second.front.id in first.front.related
        if not known and _likeness(first.stem.text, second.stem.text) >= ALIKE:
            why = f"nearly the stem of {first.front.id}: say what differs, or list it under `related` if both are meant"
            yield Finding(second.file, second.stem.line, "twice", why)


def _likeness(one: str, other: str) -> float:
    words, others = (set(re.findall(r"\w+", stem.lower())) for stem in (one, other))
    return len(words & others) / len(words | others)


def _length(option: OptionSource) -> int:
    return len(option.text.text.replace("`", "").replace("**", ""))


def _about(source: Source, option: OptionSource, why: str) -> Finding:
    return Finding(source.file, option.text.line, "giveaway", why)
