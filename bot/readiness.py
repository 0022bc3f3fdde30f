"""Whether this process is ready, at `/readyz`: one entry for each thing it needs, with the reason and what mends it."""

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from functools import partial
from typing import Protocol

from bot.clock import Clock
from bot.ports import Request, Response, Route
from bot.store.database import Database, free_space, is_outage, told
from bot.store.migrations import is_current

log = logging.getLogger(__name__)

WITHIN = 2.0  # seconds for one check to answer
LASTS = 1.0  # seconds that an answer is good for, so that probes cost nothing however many there are
LEAST_SPACE = 200_000_000  # bytes that a SQLite file needs around it: its log grows as large as a busy hour

Check = Callable[[], Awaitable[str | None]]
"""`None`, or what is wrong and what mends it. What it raises, or takes too long for, is wrong as well."""


class Readiness:
    """The checks by name, made at most once in `LASTS` seconds, all at once."""

    def __init__(self, checks: Mapping[str, Check], elapsed: Callable[[], float] = time.monotonic) -> None:
        """Nothing is looked at before somebody asks."""
        self._checks = dict(checks)
        self._elapsed = elapsed
        self._one_at_a_time = asyncio.Lock()
        self._found: Mapping[str, str | None] = {}
        self._looked_at = float("-inf")

    async def look(self) -> Mapping[str, str | None]:
        """What is wrong with each; `None` where nothing is."""
        async with self._one_at_a_time:
            if self._elapsed() - self._looked_at >= LASTS:
                found = await asyncio.gather(*(_made(name, check) for name, check in self._checks.items()))
                self._found = dict(zip(self._checks, found, strict=True))
                self._looked_at = self._elapsed()
            return self._found

    async def _answer(self, _: Request) -> Response:
        found = await self.look()
        ready = not any(found.values())
        checks = {name: {"ok": why is None, **({"why": why} if why else {})} for name, why in found.items()}
        body = json.dumps({"ready": ready, "checks": checks}, indent=1).encode() + b"\n"
        return Response(200 if ready else 503, body, "application/json", {"Cache-Control": "no-store"})

    @property
    def route(self) -> Route:
        """Where it is asked."""
        return Route("GET", "/readyz", self._answer)


async def _made(name: str, check: Check) -> str | None:
    try:
        async with asyncio.timeout(WITHIN):
            return await check()
    except TimeoutError:
        return f"does not answer within {WITHIN:g} s"
    except Exception as error:  # a check that breaks is one that fails, and no probe is told what strangers wrote
        log.exception("the check of %s failed", name)
        return f"fails with {type(error).__name__}; the log says more"


class Part(Protocol):
    """A part of a process that knows whether it is well: a platform, or its ears."""

    name: str

    def trouble(self) -> str | None:
        """Why it is not."""


def checks(
    database: Database, ticking: Clock | None, parts: Iterable[Part], least: int = LEAST_SPACE
) -> Mapping[str, Check]:
    """What a process needs, with its clock if it sweeps, and what it hears people by.

    `least` is how many bytes have to be free around a SQLite file.
    """
    return {
        "database": partial(_database, database),
        "schema": partial(_schema, database),
        "disk": partial(_disk, database.url, least),
        **({"clock": partial(_told, ticking.trouble)} if ticking else {}),
        **{part.name: partial(_told, part.trouble) for part in parts},
    }


async def _database(database: Database) -> str | None:
    try:
        await database.ping()
    except Exception as error:  # noqa: BLE001  # whatever it is, it is this that is told
        where, what = told(database.url), type(error).__name__
        return f"{where} does not answer ({what}): see that it runs, and that DATABASE_URL leads there"
    return None


async def _schema(database: Database) -> str | None:
    try:
        current = await is_current(database)
    except Exception as error:
        if not is_outage(error):
            raise
        return "nobody knows while the database does not answer"
    return None if current else "the tables are not those of this release: run `python -m bot migrate`"


async def _disk(url: str, least: int) -> str | None:
    free = await asyncio.to_thread(free_space, url)
    if free is None or free >= least:
        return None
    return f"{free // 1_000_000} MB are free around the database, where {least // 1_000_000} MB are needed: make room"


async def _told(trouble: Callable[[], str | None]) -> str | None:
    return trouble()
