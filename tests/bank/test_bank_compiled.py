"""What is kept of a bank: taken when it is the same bank still, and read anew whenever it is not."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.bank import Bank, load
from bot.bank.compiled import keep, kept, origin
from bot.errors import ContentError
from tests.bank.conftest import NewBank

OTHER = Bank({"2.1": {}}, {"kept": "Kept"})


@pytest.fixture(autouse=True)
def writes_bytecode(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)


@pytest.fixture
def folder(new_bank: NewBank, written: Callable[[str], str]) -> Path:
    return new_bank(sess_0006=written("sess-0006"))


def place(folder: Path) -> Path:
    [pickled] = (folder / "__pycache__").iterdir()
    return pickled


def test_what_was_read_is_kept_and_the_same(folder: Path) -> None:
    bank = load(folder)
    assert bank.question("sess-0006")
    assert kept(folder, origin(folder)) == bank == load(folder)


def test_what_is_kept_is_taken(folder: Path) -> None:
    keep(folder, origin(folder), OTHER)
    assert load(folder) == OTHER


@pytest.mark.parametrize("name", ["questions/sess-0006.md", "topics.toml", "anchors/2.1.txt", "sqlalchemy/2.0.txt"])
def test_a_file_that_changed_is_read_anew(name: str, folder: Path) -> None:
    keep(folder, origin(folder), OTHER)
    (folder / name).write_text((folder / name).read_text("utf-8") + "\n", encoding="utf-8")
    assert load(folder).question("sess-0006")


def test_a_new_file_is_read(folder: Path) -> None:
    keep(folder, origin(folder), OTHER)
    (folder / "questions" / "sess-0007.md").write_text("nothing", encoding="utf-8")
    with pytest.raises(ContentError, match=r"sess-0007\.md:1"):
        load(folder)


@pytest.mark.parametrize("length", [0, 10, 32, 100])
def test_what_is_damaged_is_read_anew_and_mended(length: int, folder: Path) -> None:
    bank = load(folder)
    whole = place(folder).read_bytes()
    place(folder).write_bytes(whole[:length])
    assert kept(folder, origin(folder)) is None
    assert load(folder) == bank
    assert place(folder).read_bytes() == whole


def test_a_pickle_that_is_no_bank_is_not_taken_for_one(folder: Path) -> None:
    keep(folder, origin(folder), "a bank")
    assert load(folder).question("sess-0006")


def test_a_folder_that_cannot_be_written_to_is_read_each_time(folder: Path) -> None:
    (folder / "__pycache__").write_text("in the way", encoding="utf-8")
    assert load(folder) == load(folder)


def test_nothing_is_left_half_written(folder: Path) -> None:
    load(folder)
    taken = place(folder)
    taken.unlink()
    taken.mkdir()  # nothing can take its place
    assert load(folder).question("sess-0006")
    assert [*taken.parent.iterdir()] == [taken]


def test_nothing_is_kept_where_python_writes_no_bytecode(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    load(folder)
    assert not (folder / "__pycache__").exists()


@pytest.mark.parametrize(
    "spoil", [lambda path: path.mkdir(), lambda path: path.write_bytes(b"\xff")], ids=["a folder", "no UTF-8"]
)
def test_a_file_that_cannot_be_read_is_named(spoil: Callable[[Path], object], folder: Path) -> None:
    spoil(folder / "questions" / "sess-0007.md")
    with pytest.raises(ContentError, match=r"sess-0007\.md:1: cannot be read"):
        load(folder)


def test_a_start_that_finds_the_bank_kept_does_without_markdown(folder: Path) -> None:
    load(folder)
    program = (
        "import sys; from pathlib import Path; from bot.bank import load; "
        "assert load(Path(sys.argv[1])).question('sess-0006'); "
        "print([name for name in ('markdown_it', 'bot.bank.reading') if name in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", program, folder], check=True, capture_output=True, text=True)
    assert ran.stdout == "[]\n"
