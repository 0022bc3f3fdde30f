"""A bank as it was last read, kept beside its files as Python keeps the bytecode of a module.

Reading Markdown took a fifth of every start (decision 0011). What is kept is taken only if it was read from the very
same files, by the very same code; where nothing can be written, the bank is read anew each time.
"""

import os
import pickle
import sys
from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256
from importlib.metadata import version
from importlib.util import cache_from_source
from pathlib import Path

from bot.bank.folder import CONTENT
from bot.domain import question
from bot.errors import ContentError

_READERS = (*sorted(Path(__file__).parent.glob("*.py")), Path(question.__file__))
_LIBRARIES = ("markdown-it-py", "pydantic")
_SEAL = sha256().digest_size


def origin(folder: Path) -> bytes:
    """What a bank is made of, as a digest: every file of its folder, the anchors, and whatever reads them.

    Raises `ContentError` for a file that cannot be read.
    """
    digest = sha256(" ".join((sys.version, *map(version, _LIBRARIES))).encode())
    for path in (*_files(folder), *_files(CONTENT / "anchors"), *_READERS):
        try:
            text = path.read_bytes()
        except OSError as error:
            raise ContentError(f"{path.parent.name}/{path.name}", 1, f"cannot be read: {error}") from None
        digest.update(f"\0{path}\0{len(text)}\0".encode())
        digest.update(text)
    return digest.digest()


def kept(folder: Path, origin: bytes) -> object:
    """What was kept of that origin; `None` where that is nothing, something else, or damaged."""
    try:
        whole = _place(folder).read_bytes()
    except OSError:
        return None
    seal, pickled = whole[:_SEAL], whole[_SEAL:]
    # Nothing is unpickled that is not as `keep` wrote it. Who can forge that can as well rewrite our bytecode, which
    # lies in folders of the same kind.
    return pickle.loads(pickled) if seal == _seal(origin, pickled) else None  # noqa: S301  # see above


def keep(folder: Path, origin: bytes, bank: object) -> None:
    """Keep what was read for the next start, unless Python is told to write no bytecode, or nothing can be written."""
    if sys.dont_write_bytecode:
        return
    place, pickled = _place(folder), pickle.dumps(bank, pickle.HIGHEST_PROTOCOL)
    new = place.with_suffix(f".{os.getpid()}")  # whoever reads meanwhile finds all of it or nothing
    with suppress(OSError):  # a folder that cannot be written to costs time, and nothing else
        place.parent.mkdir(parents=True, exist_ok=True)
        try:
            new.write_bytes(_seal(origin, pickled) + pickled)
            new.replace(place)
        finally:
            new.unlink(missing_ok=True)


def _place(folder: Path) -> Path:
    return Path(cache_from_source(str(folder / "bank.py"))).with_suffix(".pickle")


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file() and path.parent.name != "__pycache__")


def _seal(origin: bytes, pickled: bytes) -> bytes:
    return sha256(origin + pickled).digest()
