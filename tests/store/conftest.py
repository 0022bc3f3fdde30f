"""Databases without tables, for what makes them."""

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest


@pytest.fixture(params=["sqlite", "postgresql"])
def new(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], str]]:
    """Gives the address of another database without tables, all of one kind; on SQLite none of them is there yet."""
    numbers, made = count(1), list[str]()

    def make() -> str:
        if request.param == "sqlite":
            return f"sqlite+aiosqlite:///{tmp_path / 'new' / f'quiz{next(numbers)}.sqlite3'}"
        made.append(request.getfixturevalue("server").empty())
        return made[-1]

    yield make
    for url in made:
        request.getfixturevalue("server").drop(url)


@pytest.fixture
def fresh(new: Callable[[], str]) -> str:
    """The address of a database without tables."""
    return new()
