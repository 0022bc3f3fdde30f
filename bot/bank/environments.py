"""A Python for each version of SQLAlchemy that a bank is proved on: `sqlalchemy/2.0.txt` says what it holds.

They are made once and kept in the user's cache, apart from the quiz's own environment.
"""

import asyncio
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from bot.bank.folder import CONTENT, releases
from bot.errors import ContentError

Told = Callable[[str], object]
"""Told what is being made, before it is."""

_PREPARE = "python -m bot check --prepare"
_TOO_OLD = re.compile(r"Requires-Python|current Python version \(\S+\) does not satisfy")


async def pythons(folder: Path = CONTENT, told: Told | None = None) -> Mapping[str, str]:
    """The Python for each version of a bank, the newest last; those that are missing are made.

    Raises `ContentError` where one cannot be made, with what to do.
    """
    return {series: await _python(folder, series, release, told) for series, release in releases(folder).items()}


def home(requirements: Path) -> Path:
    """Where the environment for a requirement file belongs: another one for other pins, and for another Python."""
    cache = Path(os.environ.get("XDG_CACHE_HOME", ""))
    if not cache.is_absolute():  # also where it is not set at all
        cache = Path.home() / ".cache"
    ours = ".".join(map(str, sys.version_info[:3]))
    # An environment links to the Python that made it, so one of the same version elsewhere needs its own.
    made_from = sha256(requirements.read_bytes() + sys.base_prefix.encode()).hexdigest()[:12]
    return cache / "sqla-quiz" / f"sqlalchemy-{requirements.stem}-python-{ours}-{made_from}"


async def _python(folder: Path, series: str, release: str, told: Told | None) -> str:
    if _installed() == release:
        return sys.executable
    requirements = folder / "sqlalchemy" / f"{series}.txt"
    place = home(requirements)
    if not _interpreter(place).exists():
        if told:
            told(f"Making an environment with SQLAlchemy {release} in {place}")
        await _make(requirements, place)
    return str(_interpreter(place))


def _installed() -> str:
    try:
        return version("sqlalchemy")
    except PackageNotFoundError:
        return ""


def _interpreter(place: Path) -> Path:
    return place / "bin" / "python"


async def _make(requirements: Path, place: Path) -> None:
    """Make an environment aside, then put it in its place in one step: what stands there is always whole."""
    named = f"{requirements.parent.parent.name}/sqlalchemy/{requirements.name}"
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix="making-", dir=place.parent))
    except OSError as error:
        why = f"no environment can be made in {place.parent} ({error}): set XDG_CACHE_HOME to a folder you may write to"
        raise ContentError(named, 1, why) from None
    try:
        await _fill(aside, requirements, named)
        _put(aside, place)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


async def _fill(aside: Path, requirements: Path, named: str) -> None:
    python = str(_interpreter(aside))
    if uv := shutil.which("uv"):
        steps = (
            [uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(aside)],
            [uv, "pip", "install", "--quiet", "--python", python, "--require-hashes", "-r", str(requirements)],
        )
    else:
        pip = [python, "-m", "pip", "--quiet", "--disable-pip-version-check", "--no-input"]
        steps = (
            [sys.executable, "-m", "venv", "--clear", str(aside)],
            [*pip, "install", "--require-hashes", "-r", str(requirements)],
        )
    for step in steps:
        process = await asyncio.create_subprocess_exec(
            *step, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
        )
        said, _ = await process.communicate()
        if process.returncode != 0:
            complaint = said.decode(errors="replace").strip()
            raise ContentError(named, 1, f"{remedy(complaint)}. The installer said:\n{complaint}")


def remedy(said: str) -> str:
    """What to do about an installer's complaint."""
    if _TOO_OLD.search(said):
        running = ".".join(map(str, sys.version_info[:2]))
        return f"this Python, {running}, is too old for what it pins: run the check with a newer one"
    return (
        "what it pins could not be installed: connect to the network, which is needed once for each pin, and run "
        f"`{_PREPARE}`"
    )


def _put(aside: Path, place: Path) -> None:
    try:
        aside.rename(place)
    except OSError as error:
        # Another process may have been quicker, and what it made is as good.
        if not _interpreter(place).exists():
            raise ContentError(
                str(place), 1, f"this is no environment, and in the way of one: delete it ({error})"
            ) from None
