"""Documentation anchors as authors write them → the pages readers open."""

import re
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from functools import cache

from bot.bank.folder import CONTENT

_SITE = "https://docs.sqlalchemy.org/en"
_ANCHOR = re.compile(r"(?:(?P<only>\d\d):)?(?P<name>[a-z0-9_/]+\.rst#[\w.-]+|api:\w[\w.]*)")


def address(anchor: str, version: str) -> str:
    """The address of `orm/session_basics.rst#session_closing` or `api:Session.close` in a version's documentation.

    It is empty where that documentation has no such anchor, or where the anchor is kept for another: `21:api:…`. Raises
    `ValueError`, with the way to write one, for what cannot be an anchor of any.
    """
    only, name = _parts(anchor)
    place = _places(version).get(name) if only in {"", version} else None
    return f"{_SITE}/{version.replace('.', '')}/{place}" if place else ""


def addresses(anchors: Iterable[str], version: str) -> tuple[str, ...]:
    """The addresses of those anchors that a version's documentation has, in their order."""
    return tuple(filter(None, (address(anchor, version) for anchor in anchors)))


def missing(anchor: str, versions: Sequence[str]) -> str:
    """Why an anchor leads nowhere in the documentation of some versions, with the nearest that does; or nothing."""
    only, name = _parts(anchor)
    if only and only not in versions:
        return f"{anchor} is kept for {only}, which `versions` does not list: take the prefix or the anchor away"
    wanted = [only] if only else list(versions)
    if unlisted := [version for version in wanted if not _places(version)]:
        return f"there is no content/anchors/{unlisted[0]}.txt: see bot/bank/anchors.py for how to make it"
    lacking = [version for version in wanted if name not in _places(version)]
    if not lacking:
        return ""
    why = f"{name} is not in the documentation of {' and '.join(lacking)}"
    if having := [version for version in wanted if version not in lacking]:
        why += f": write {having[0].replace('.', '')}:{name} if it is meant for {having[0]} only, or another"
    near = get_close_matches(name, _places(lacking[0]), n=3, cutoff=0.0)
    return f"{why}: perhaps {' or '.join(near)}?"


def _parts(anchor: str) -> tuple[str, str]:
    """The one version that an anchor is kept for, if any, and its name in the lists."""
    if not (found := _ANCHOR.fullmatch(anchor)):
        raise ValueError(
            f"{anchor!r} is no anchor: write orm/session_basics.rst#session_closing, or api:Session.close, "
            "with 21: before it if only the documentation of 2.1 has it"
        )
    return ".".join(found["only"] or ""), found["name"]


@cache  # a list is read when the first anchor is looked up in it, and then kept
def _places(version: str) -> Mapping[str, str]:
    """The stored list of a version: anchor → page and fragment. It is empty where there is none."""
    # The lists are facts about SQLAlchemy, not about a bank: one of somebody else's is checked against them too.
    path = CONTENT / "anchors" / f"{version}.txt"
    if not path.is_file():
        return {}
    return dict(line.split("\t") for line in path.read_text(encoding="utf-8").splitlines())
