"""Where a bank lies on disk: `topics.toml`, `prelude.py` and `questions/`."""

import tomllib
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

from bot.domain.question import Kind
from bot.errors import ContentError

CONTENT = Path(__file__).parents[2] / "content"
"""The bank that the quiz ships with."""


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


def sqlalchemy_version() -> str:
    """The installed SQLAlchemy's series: "2.1" for 2.1.9."""
    return ".".join(version("sqlalchemy").split(".")[:2])
