"""Ids for new questions. An id is never used twice, so a free one is above all that a bank has ever named."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from bot.bank.folder import questions
from bot.errors import ContentError

ID = re.compile(r"(?P<series>[a-z]+)-(?P<number>\d{4})")

_FIRST_SERIES = "sess"
_LAST = 9999


def free(folder: Path, *beside: Path) -> Iterator[str]:
    """Ids from the next free one on, in the series that most questions are in. `beside` are folders with drafts.

    Raises `ContentError` where the series is full.
    """
    paths = [*questions(folder), *(path for drafts in beside for path in sorted(drafts.glob("*.md")))]
    used = {path.stem for path in paths} | {slug for path in paths for slug in _named(path)}
    found = [match for slug in used if (match := ID.fullmatch(slug))]
    series = Counter(match["series"] for match in found).most_common(1)
    name = series[0][0] if series else _FIRST_SERIES
    last = max((int(match["number"]) for match in found if match["series"] == name), default=0)
    for number in range(last + 1, _LAST + 1):
        yield f"{name}-{number:04}"
    raise ContentError(folder.name, 1, f"the numbers of {name}-… are used up: begin another series with --id")


def _named(path: Path) -> Iterator[str]:
    """Every id in the front matter of a file, however broken the rest of it is."""
    front = path.read_text(encoding="utf-8", errors="replace").split("\n+++", 1)[0]
    yield from (match[0] for match in ID.finditer(front))
