"""Banks on disk: the shipped one's topics and prelude, with questions of the test's choosing.

`written/` keeps two questions that tests quote and spoil: the shipped ones may be reworded at any time.
"""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.bank import CONTENT

NewBank = Callable[..., Path]


@pytest.fixture(scope="session")
def new_bank(tmp_path_factory: pytest.TempPathFactory) -> NewBank:
    """Makes a bank of question texts by slug."""

    def make(**texts: str) -> Path:
        folder = tmp_path_factory.mktemp("bank") / "content"
        (folder / "questions").mkdir(parents=True)
        for name in ("topics.toml", "prelude.py"):
            shutil.copy(CONTENT / name, folder)
        for name in ("anchors", "sqlalchemy"):
            shutil.copytree(CONTENT / name, folder / name)
        for slug, text in texts.items():
            (folder / "questions" / f"{slug.replace('_', '-')}.md").write_text(text, encoding="utf-8")
        return folder

    return make


@pytest.fixture(scope="session")
def written() -> Callable[[str], str]:
    """The text of a question that is kept for tests."""
    return lambda slug: (Path(__file__).parent / "written" / f"{slug}.md").read_text(encoding="utf-8")
