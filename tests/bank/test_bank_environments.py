"""Environments, really made: by uv and by pip, from a wheel on this disk that calls itself SQLAlchemy."""

import asyncio
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

import pytest

from bot.bank import CONTENT
from bot.bank.environments import home, pythons, remedy
from bot.bank.folder import releases
from bot.errors import ContentError

RELEASE = "2.0.999"
INFO = f"sqlalchemy-{RELEASE}.dist-info"
Pinned = Callable[..., Path]


@pytest.fixture
def wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one wheel, the only place from which anything is installed; and a cache of this test's own."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    with zipfile.ZipFile(folder / f"sqlalchemy-{RELEASE}-py3-none-any.whl", "w") as wheel:
        wheel.writestr("sqlalchemy.py", f"__version__ = {RELEASE!r}\n")
        wheel.writestr(f"{INFO}/METADATA", f"Metadata-Version: 2.1\nName: sqlalchemy\nVersion: {RELEASE}\n")
        wheel.writestr(f"{INFO}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{INFO}/RECORD", f"sqlalchemy.py,,\n{INFO}/METADATA,,\n{INFO}/WHEEL,,\n{INFO}/RECORD,,\n")
    for name in ("PIP_FIND_LINKS", "UV_FIND_LINKS"):
        monkeypatch.setenv(name, str(folder))
    for name in ("PIP_NO_INDEX", "UV_OFFLINE", "UV_NO_CACHE"):
        monkeypatch.setenv(name, "1")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return folder


@pytest.fixture
def pinned(tmp_path: Path, wheels: Path) -> Pinned:
    """Makes a bank that pins a release of that wheel, by its right hash or another."""

    def make(release: str = RELEASE, digest: str = "") -> Path:
        [wheel] = wheels.iterdir()
        digest = digest or sha256(wheel.read_bytes()).hexdigest()
        folder = tmp_path / "content"
        (folder / "sqlalchemy").mkdir(parents=True, exist_ok=True)
        (folder / "sqlalchemy" / "2.0.txt").write_text(f"sqlalchemy=={release} --hash=sha256:{digest}\n", "utf-8")
        return folder

    return make


def without_uv(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Let the PATH lead to nothing."""
    monkeypatch.setenv("PATH", str(tmp_path))


def says(python: str) -> str:
    """The release that is imported by a Python."""
    code = "import sqlalchemy; print(sqlalchemy.__version__)"
    return subprocess.run([python, "-I", "-c", code], capture_output=True, text=True, check=True).stdout.strip()


def kept(tmp_path: Path) -> list[str]:
    """What the cache holds."""
    return sorted(path.name for path in (tmp_path / "cache" / "sqla-quiz").iterdir())


@pytest.mark.parametrize("installer", ["uv", "pip"])
async def test_an_environment_is_made_once(
    installer: str, pinned: Pinned, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if installer == "pip":
        without_uv(monkeypatch, tmp_path)
    elif not shutil.which("uv"):
        pytest.skip("there is no uv on the PATH")
    folder, told = pinned(), list[str]()
    python = (await pythons(folder, told.append))["2.0"]
    assert says(python) == RELEASE
    place = home(folder / "sqlalchemy" / "2.0.txt")
    assert (Path(python), kept(tmp_path)) == (place / "bin" / "python", [place.name])
    assert told == [f"Making an environment with SQLAlchemy {RELEASE} in {place}"]
    assert await pythons(folder, told.append) == {"2.0": python}
    assert len(told) == 1


async def test_two_at_once_make_one_that_works(pinned: Pinned, tmp_path: Path) -> None:
    if not shutil.which("uv"):
        pytest.skip("there is no uv on the PATH: by pip this takes too long")
    folder = pinned()
    command = [sys.executable, "-m", "bot", "check", "--prepare", "--content", str(folder)]
    both = [await asyncio.create_subprocess_exec(*command, cwd=CONTENT.parent) for _ in range(2)]
    assert [await process.wait() for process in both] == [0, 0]
    python = (await pythons(folder, pytest.fail))["2.0"]
    assert says(python) == RELEASE
    assert kept(tmp_path) == [home(folder / "sqlalchemy" / "2.0.txt").name]


@pytest.mark.parametrize(("release", "digest"), [(RELEASE, "0" * 64), ("2.0.998", "")], ids=["hash", "release"])
async def test_what_cannot_be_installed_is_told_and_leaves_nothing(
    release: str, digest: str, pinned: Pinned, tmp_path: Path
) -> None:
    folder = pinned(release, digest)
    with pytest.raises(ContentError) as refused:
        await pythons(folder)
    assert (refused.value.file, refused.value.line) == ("content/sqlalchemy/2.0.txt", 1)
    assert "connect to the network" in refused.value.why
    assert "python -m bot check --prepare" in refused.value.why
    assert kept(tmp_path) == []


async def test_a_half_made_environment_is_not_taken_for_a_whole_one(
    pinned: Pinned, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installer = tmp_path / "bin" / "uv"
    installer.parent.mkdir()
    # It makes the environment, and dies before it has installed anything.
    installer.write_text(
        f'#!/bin/sh\n[ "$1" = venv ] && exec {sys.executable} -m venv --without-pip "${{6:?}}"\nkill -9 $$\n'
    )
    installer.chmod(0o755)
    monkeypatch.setenv("PATH", f"{installer.parent}:{os.environ['PATH']}")
    folder = pinned()
    assert [*installer.parent.iterdir()] == [installer]
    with pytest.raises(ContentError):
        await pythons(folder)
    assert not home(folder / "sqlalchemy" / "2.0.txt").exists()


async def test_a_cache_that_cannot_be_written_to_is_told(pinned: Pinned, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = pinned()
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder / "sqlalchemy" / "2.0.txt"))
    with pytest.raises(ContentError, match="set XDG_CACHE_HOME to a folder you may write to"):
        await pythons(folder)


async def test_what_is_in_the_way_is_told(pinned: Pinned) -> None:
    folder = pinned()
    place = home(folder / "sqlalchemy" / "2.0.txt")
    (place / "something").mkdir(parents=True)
    with pytest.raises(ContentError, match="in the way of one: delete it"):
        await pythons(folder)


async def test_the_running_python_is_used_where_it_has_the_release(pinned: Pinned, tmp_path: Path) -> None:
    assert await pythons(pinned(version("sqlalchemy"))) == {"2.0": sys.executable}
    assert not (tmp_path / "cache").exists()


def test_another_pin_has_another_place(pinned: Pinned, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    requirements = pinned() / "sqlalchemy" / "2.0.txt"
    first = home(requirements)
    assert first.parent == tmp_path / "cache" / "sqla-quiz"
    assert first.name.startswith(f"sqlalchemy-2.0-python-{sys.version.split()[0]}-")
    pinned("2.0.1")
    assert home(requirements) != first
    for nothing in ("", "relative/cache"):
        monkeypatch.setenv("XDG_CACHE_HOME", nothing)
        assert home(requirements).parent == Path.home() / ".cache" / "sqla-quiz"


async def test_a_bank_must_say_what_it_is_proved_on(pinned: Pinned) -> None:
    file = pinned() / "sqlalchemy" / "2.0.txt"
    file.write_text("aiosqlite==0.22.1\n", "utf-8")
    with pytest.raises(ContentError, match=r"content/sqlalchemy/2\.0\.txt:1: pins no sqlalchemy: run `make lock`"):
        await pythons(file.parent.parent)
    file.unlink()
    with pytest.raises(ContentError, match=r"there is no sqlalchemy/2\.1\.txt"):
        await pythons(file.parent.parent)


@pytest.mark.parametrize(
    "said",
    [
        "ERROR: Ignored the following versions that require a different python version: 2.2.0 Requires-Python >=3.14",
        "Because the current Python version (3.11.7) does not satisfy Python>=3.14 and sqlalchemy==2.2.0 depends on …",
    ],
)
def test_a_python_that_is_too_old_is_told_from_a_missing_network(said: str) -> None:
    assert "is too old for what it pins: run the check with a newer one" in remedy(said)
    assert "connect to the network" in remedy("ERROR: No matching distribution found for sqlalchemy==2.0.58")


async def test_the_shipped_bank_is_proved_on_what_it_pins() -> None:
    for series, python in (await pythons()).items():
        assert says(python) == releases(CONTENT)[series]
