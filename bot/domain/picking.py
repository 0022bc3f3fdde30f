"""Which question comes next. Orders are random to people and certain to us: a seed shuffles, nothing is stored."""

import hashlib
from collections.abc import Mapping, Sequence

from bot.domain.question import Question


def pick(questions: Sequence[Question], asked: Mapping[str, int], seed: str) -> Question | None:
    """The next question for a place: none comes again before all have come; `None` where there is none to ask.

    `asked` says how often each slug has been asked. The level climbs with the rounds: among those asked least,
    an easy one opens a cycle of four and a hard one ends it.
    """
    if not questions:
        return None
    times = [asked.get(question.slug, 0) for question in questions]
    fewest, wanted = min(times), sum(asked.values()) % 4 + 1
    fresh = [question for question, count in zip(questions, times, strict=True) if count == fewest]
    nearest = min([abs(question.level - wanted) for question in fresh])  # a list: this is asked thousands of times
    fitting = [question for question in fresh if abs(question.level - wanted) == nearest]
    return min(fitting, key=lambda question: _shuffled(question.slug, f"{seed}:{fewest}"))


def cycle(questions: Sequence[Question], after: str | None, seed: str) -> Question | None:
    """The question that follows `after` in one person's own order, round and round; `None` if there is none."""
    order = sorted(questions, key=lambda question: _shuffled(question.slug, seed))
    if after is None or not order:
        return order[0] if order else None
    key = _shuffled(after, seed)
    return next((question for question in order if _shuffled(question.slug, seed) > key), order[0])


def _shuffled(slug: str, seed: str) -> str:
    return hashlib.blake2b(f"{seed}/{slug}".encode(), digest_size=8).hexdigest()
