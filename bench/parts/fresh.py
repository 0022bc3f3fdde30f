"""An empty database to measure in."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.store.migrations import migrate
from tests.postgres import postgres


@contextmanager
def fresh(database: str) -> Iterator[str]:
    """The address of one on `sqlite` or `postgresql`, whose server writes as durably as in earnest."""
    if database == "postgresql":
        with postgres(durable=True) as server:
            yield server.fresh()
        return
    with TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{Path(folder) / 'quiz.sqlite3'}"
        asyncio.run(migrate(url))
        yield url
