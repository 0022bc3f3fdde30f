"""Where a bank lies on disk: `topics.toml`, `prelude.py` and `questions/`."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

from bot.domain.question import Kind
from bot.errors import ContentError

CONTENT = Path(__file__).parents[2] / "content"
"""The bank that the quiz ships with."""

_PIN = re.compile(r"^sqlalchemy(?:\[\w+\])?==(?P<release>[\w.]+)", re.MULTILINE)


def questions(folder: Path) -> list[Path]:
    """The question files of a bank, in the order of their names."""
    return sorted((folder / "questions").glob("*.md"))


def topics(folder: Path) -> Mapping[str, str]:
    """The closed list of topics: slug → title. Raises `ContentError` where `topics.toml` cannot serve as one."""
    path = folder / "topics.toml"
    named = f"{folder.name}/{path.name}"
    try:
        lists = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise ContentError(named, 1, f"cannot be read: {error}") from None
    titles = lists.get("topics")
    if set(lists.get("kinds", ())) != set(Kind):
        raise ContentError(named, 1, f"[kinds] must list exactly {', '.join(Kind)}")
    if not isinstance(titles, dict) or not titles or not all(isinstance(title, str) for title in titles.values()):
        raise ContentError(named, 1, '[topics] must list lines such as: states = "Object states"')
    return dict(titles)


def seeds(folder: Path) -> Mapping[int, str]:
    """The founding topics: number → title, or nothing where a bank has none. Raises `ContentError` for other lists."""
    path = folder / "topics.toml"
    listed = tomllib.loads(path.read_text(encoding="utf-8")).get("seeds", {})
    if not isinstance(listed, dict) or not all(
        number.isdecimal() and isinstance(title, str) for number, title in listed.items()
    ):
        raise ContentError(f"{folder.name}/{path.name}", 1, '[seeds] must list lines such as: 1 = "What a Session is"')
    return {int(number): title for number, title in listed.items()}


def releases(folder: Path) -> Mapping[str, str]:
    """The versions a bank is proved on: series → release, as `sqlalchemy/2.1.txt` pins it; the newest last.

    Raises `ContentError` where there is none.
    """
    pinned: dict[str, str] = {}
    for path in (folder / "sqlalchemy").glob("*.txt"):
        found = _PIN.search(path.read_text(encoding="utf-8"))
        if not found:
            raise ContentError(f"{folder.name}/sqlalchemy/{path.name}", 1, "pins no sqlalchemy: run `make lock`")
        pinned[path.stem] = found["release"]
    if not pinned:
        raise ContentError(folder.name, 1, "there is no sqlalchemy/2.1.txt that says what to prove the bank on")
    return dict(sorted(pinned.items(), key=lambda pair: [int(part) for part in pair[0].split(".")]))
