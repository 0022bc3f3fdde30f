"""Fixtures of the whole suite: a database of one's own on SQLite and on PostgreSQL, the shipped bank, a time to set."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from bot.bank import Bank, load
from bot.store.database import Database
from bot.store.migrations import migrate
from tests.house import Time
from tests.postgres import Server, postgres

# How long an example takes says something of the machine, and nothing of the quiz.
settings.register_profile("quiz", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("quiz")


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
def sqlite_url(migrated: Path, tmp_path: Path) -> str:
    """The address of a SQLite database of this test's own, for what is about SQLite."""
    return f"sqlite+aiosqlite:///{shutil.copy(migrated, tmp_path / 'quiz.sqlite3')}"


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A PostgreSQL server. Where there is none, tests fail: a quiz that was not tried on it does not run on it."""
    with postgres() as server:
        yield server


@pytest.fixture
def postgresql_url(server: Server) -> Iterator[str]:
    """The address of a PostgreSQL database of this test's own, for what is about PostgreSQL."""
    url = server.fresh()
    yield url
    server.drop(url)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Whatever uses a database runs on both, unless it is marked."""
    if "database_url" in metafunc.fixturenames:
        marked = metafunc.definition.get_closest_marker("sqlite_only")
        metafunc.parametrize("database_url", ["sqlite"] if marked else ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of a database of this test's own."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


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
