"""`/metrics` in the text format of Prometheus, for whoever has the token: what was counted, and what the rows say."""

import asyncio
import hmac
import logging
import platform
import time
from collections.abc import Callable
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version

from prometheus_client import CONTENT_TYPE_LATEST, Gauge, Info, ProcessCollector, generate_latest
from pydantic import SecretStr

from bot.metrics import PREFIX, Metrics
from bot.ports import Request, Response, Route
from bot.store.database import Database, size
from bot.store.postings import unsettled

log = logging.getLogger(__name__)

LASTS = 5.0  # seconds that a look at the rows is good for
WITHIN = 5.0  # seconds for it; without an answer what was counted is told all the same
_NO_TOKEN = Response(401, b"Send the METRICS_TOKEN as a bearer token.\n", headers={"WWW-Authenticate": "Bearer"})


class Scraping:
    """The page. `database` is looked at when somebody asks, and then not for a while."""

    def __init__(
        self,
        metrics: Metrics,
        database: Database,
        token: SecretStr,
        now: Callable[[], datetime],
        elapsed: Callable[[], float] = time.monotonic,
    ) -> None:
        """Adds to the registry of `metrics`."""
        self._registry, self._database, self._elapsed = metrics.registry, database, elapsed
        self._now = now
        self._expected = f"Bearer {token.get_secret_value()}".encode()
        self._one_at_a_time, self._looked_at = asyncio.Lock(), float("-inf")

        def gauge(name: str, of: str, *labels: str) -> Gauge:
            return Gauge(name, of, labels, namespace=PREFIX, registry=self._registry)

        self._postings = gauge("postings", "Postings that are not sent, by state; waiting are those due now.", "state")
        self._size = gauge("database_size_bytes", "The SQLite file and its log; 0 for a server.")
        self._reached = gauge("database_up", "Whether the rows could be looked at.")
        ProcessCollector(registry=self._registry)
        Info("build", "What runs.", namespace=PREFIX, registry=self._registry).info(_build())

    async def _answer(self, request: Request) -> Response:
        given = request.headers.get("Authorization", "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(given, self._expected):
            return _NO_TOKEN
        async with self._one_at_a_time:
            if self._elapsed() - self._looked_at >= LASTS:
                await self._look()
                self._looked_at = self._elapsed()
        return Response(200, generate_latest(self._registry), CONTENT_TYPE_LATEST, {"Cache-Control": "no-store"})

    async def _look(self) -> None:
        try:
            async with asyncio.timeout(WITHIN), self._database.reading() as session:
                found = await unsettled(session, self._now())
        except Exception:  # what was counted is told all the same
            log.exception("the postings could not be counted")
            self._reached.set(0)
            self._postings.clear()
            return
        self._reached.set(1)
        for state, count in found.items():
            self._postings.labels(state).set(count)
        self._size.set(size(self._database.url) or 0)

    @property
    def route(self) -> Route:
        """Where it is asked."""
        return Route("GET", "/metrics", self._answer)


def _build() -> dict[str, str]:
    return {
        "version": _version("sqla-quiz"),
        "python": platform.python_version(),
        "sqlalchemy": _version("sqlalchemy"),
        "tzdata": _version("tzdata"),
    }


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:  # a checkout that is not installed
        return "unknown"
