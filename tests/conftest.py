"""Fixtures of the whole suite: a database of one's own in a copied file, the shipped bank, a time that tests set."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.bank import Bank, load
from bot.store.database import Database
from bot.store.migrations import migrate
from tests.house import Time


@pytest.fixture(scope="session")
def bank() -> Bank:
    """The shipped bank."""
    return load()


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database at this release, to be copied: migrating takes a hundred times as long as copying."""
    file = tmp_path_factory.mktemp("template") / "quiz.sqlite3"
    asyncio.run(migrate(f"sqlite+aiosqlite:///{file}"))
    return file


@pytest.fixture
def database_url(migrated: Path, tmp_path: Path) -> str:
    """The address of a database of this test's own."""
    return f"sqlite+aiosqlite:///{shutil.copy(migrated, tmp_path / 'quiz.sqlite3')}"


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A database of this test's own, with real commits and real locks."""
    database = Database(database_url)
    yield database
    await database.close()


@pytest.fixture
def time() -> Time:
    """Sunday 22 November 2026, noon in UTC, until the test says otherwise."""
    return Time()
