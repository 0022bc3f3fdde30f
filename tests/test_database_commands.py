"""`python -m bot backup`, `restore` and `copy-db` as an operator types them: what they print and what they end with."""

import os
import re
import resource
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot import database_commands
from bot.__main__ import cli
from bot.store.backups import make
from bot.store.models import Base
from tests.consulting import plain
from tests.postgres import Server

pytestmark = pytest.mark.sqlite_only("backups are files")

ROOT = Path(__file__).parent.parent
SERVER = "postgresql://ada:open-sesame@db.example.org/quiz"

Done = subprocess.CompletedProcess[str]
Program = Callable[..., Done]


@pytest.fixture
def quiz(database_url: str) -> Program:
    """Runs the program on this test's database."""

    def run(*words: str, url: str = database_url, largest: int | None = None) -> Done:
        limit = partial(resource.setrlimit, resource.RLIMIT_FSIZE, (largest, largest)) if largest else None
        return subprocess.run(
            [sys.executable, "-m", "bot", *words],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], "DATABASE_URL": plain(url)},
            capture_output=True,
            text=True,
            check=False,
            preexec_fn=limit,  # the test has no threads
        )

    return run


def test_a_backup_is_made_verified_and_put_back(quiz: Program, tmp_path: Path) -> None:
    done = quiz("backup", "--keep", "3")
    assert (done.returncode, done.stderr) == (0, "")
    [kept] = (tmp_path / "backups").iterdir()
    first, second = done.stdout.splitlines()
    assert re.fullmatch(rf"Backed up to {kept}: 0\.\d MB, \d+ tables, rows in all: 1 in \d+\.\d s\.", first)
    assert second == "It is whole, and every table has as many rows as in the database."
    done = quiz("restore", str(kept), "--verify", url=SERVER)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"{kept}: ")
    assert done.stdout.endswith("It is whole and can be restored with this release. Nothing was changed.\n")
    with closing(sqlite3.connect(tmp_path / "quiz.sqlite3", isolation_level=None)) as connection:
        connection.execute("INSERT INTO workspace (platform, external_id) VALUES ('memory', 'since')")
    done = quiz("restore", str(kept))
    assert (done.returncode, done.stderr) == (0, "")
    first, second = done.stdout.splitlines()
    assert first.startswith(f"Restored {tmp_path}/quiz.sqlite3: ")
    aside = second.removeprefix("The file that was there is kept: ")
    for file, count in ((tmp_path / "quiz.sqlite3", 0), (aside, 1)):
        with closing(sqlite3.connect(file)) as connection:
            assert connection.execute("SELECT count(*) FROM workspace").fetchone() == (count,)


def test_what_cannot_be_done_is_one_line_and_status_1(quiz: Program, tmp_path: Path) -> None:
    (tmp_path / "letter.sqlite3").write_text("Dear Ada")
    before = sorted(tmp_path.iterdir())
    for words in (("backup", "--to", str(tmp_path / "letter.sqlite3")), ("restore", str(tmp_path / "letter.sqlite3"))):
        done = quiz(*words)
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
        assert done.stderr.startswith("sqla-quiz: ")
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize("word", ["backup", "restore"])
def test_a_disk_that_takes_no_more_leaves_everything_as_it_was(quiz: Program, tmp_path: Path, word: str) -> None:
    kept, file = tmp_path / "kept.sqlite3", tmp_path / "quiz.sqlite3"
    make(file, kept, datetime.now(UTC))
    before = file.read_bytes()
    done = quiz(*((word, str(kept)) if word == "restore" else (word,)), largest=40_960)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert re.match(f"sqla-quiz: {tmp_path}.* cannot be ", done.stderr)
    assert file.read_bytes() == before
    assert {path.name for path in tmp_path.rglob("*") if path.is_file()} == {"kept.sqlite3", "quiz.sqlite3"}


@pytest.mark.parametrize(("words", "tool"), [(["backup"], "pg_dump"), (["restore", "quiz.dump"], "pg_restore")])
def test_of_a_server_it_says_which_command_does_it(quiz: Program, words: list[str], tool: str) -> None:
    done = quiz(*words, url=SERVER)
    assert (done.returncode, done.stdout) == (2, "")
    assert re.search(rf"^  {tool} .*--dbname=\"postgresql://ada@db\.example\.org/quiz\"", done.stderr, re.MULTILINE)
    assert "sesame" not in done.stderr


def test_words_that_do_not_go_together_are_refused(quiz: Program) -> None:
    done = quiz("backup", "--to", "one.sqlite3", "--keep", "2")
    assert (done.returncode, "--keep is for a folder" in done.stderr) == (2, True)
    assert quiz("backup", url="mysql://ada:open-sesame@db/quiz").stderr.startswith("sqla-quiz: DATABASE_URL: ")


def test_a_house_is_copied_to_a_server_and_told_table_by_table(quiz: Program, server: Server, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "quiz.sqlite3", isolation_level=None)) as connection:
        connection.execute("INSERT INTO workspace (platform, external_id) VALUES ('memory', 'one')")
    target = server.empty()
    done = quiz("copy-db", "--to", plain(target))
    assert done.returncode == 0, done.stderr  # where it says how far it is if the machine is slow
    *tables, last = done.stdout.splitlines()
    told = {line.split()[0]: line.split()[1:] for line in tables}
    assert {*told} == {*Base.metadata.tables}
    assert {name for name, (rows, _) in told.items() if rows != "0"} == {"workspace"}
    assert re.fullmatch(r"[0-9a-f]{32}", told["workspace"][1])
    summary = rf"Copied 1 row of {len(told)} tables to .+/quiz_\w+ in \d+\.\d s, and read all of it again\."
    assert re.fullmatch(summary, last)
    again = quiz("copy-db", "--to", plain(target))
    assert (again.returncode, again.stdout, again.stderr.count("\n")) == (1, "", 1)
    assert "is not empty, its table workspace has rows" in again.stderr
    server.drop(target)


@pytest.mark.parametrize(
    ("words", "status", "why"),
    [
        (["--to", "mysql://ada:open-sesame@db/quiz"], 2, "--to: must start with postgresql:// or sqlite:///"),
        (["--from", "open-sesame", "--to", "sqlite:///new.sqlite3"], 2, "--from: must start with"),
        ([], 1, "cannot be copied to itself: name two databases"),
        (["--to", "postgresql://ada:open-sesame@127.0.0.1:1/quiz"], 1, "127.0.0.1/quiz: the database cannot be opened"),
    ],
)
def test_what_cannot_be_copied_is_one_line(quiz: Program, words: list[str], status: int, why: str) -> None:
    done = quiz("copy-db", *words)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (status, "", 1)
    assert why in done.stderr
    assert "sesame" not in done.stderr


def test_a_long_copy_says_how_far_it_is(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database_commands, "_EVERY", -1.0)
    with closing(sqlite3.connect(tmp_path / "quiz.sqlite3", isolation_level=None)) as connection:
        connection.execute("INSERT INTO workspace (platform, external_id) VALUES ('memory', 'one')")
    words = ["copy-db", "--from", plain(sqlite_url), "--to", f"sqlite:///{tmp_path}/new/other.sqlite3"]
    done = CliRunner().invoke(cli, words)
    assert (done.exit_code, done.stderr) == (0, "workspace: 1 of 1 rows\n")
