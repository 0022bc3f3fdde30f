"""The program as an operator meets it: what it prints, what it exits with, and one line for whatever they can mend."""

import contextlib
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path

import pytest

from bot.bank import CONTENT
from bot.bank.environments import home
from bot.bank.folder import releases, topics

ROOT = Path(__file__).parent.parent
OURS = re.compile("DISCORD_|SLACK_|DATABASE_URL|PORT|LOG_LEVEL|SQLA_QUIZ_|XDG_")

Done = subprocess.CompletedProcess[str]
Program = Callable[..., Done]


@pytest.fixture
def quiz(tmp_path: Path) -> Program:
    """Runs the program in an environment that says nothing but what the test says."""
    silent = {name: value for name, value in os.environ.items() if not OURS.match(name)}

    def run(*arguments: str, **environment: str) -> Done:
        return subprocess.run(
            [sys.executable, "-m", "bot", *arguments],
            cwd=ROOT,
            env={**silent, "HOME": str(tmp_path), **environment},
            capture_output=True,
            text=True,
            timeout=50,
            check=False,
        )

    return run


def test_help_lists_every_command(quiz: Program) -> None:
    done = quiz("--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert re.findall(r"^  ([\w-]+)  +[A-Z]", done.stdout, re.MULTILINE) == [
        "backup",
        "check",
        "copy-db",
        "doctor",
        "migrate",
        "play",
        "question",
        "rebuild",
        "restore",
        "run",
        "secrets",
        "slack",
    ]
    assert "python -m bot play" in done.stdout


def test_a_command_that_does_not_exist_is_refused(quiz: Program) -> None:
    done = quiz("dance")
    assert done.returncode == 2
    assert "No such command 'dance'" in done.stderr


def test_run_without_tokens_names_every_variable_and_the_way_to_play_without_any(quiz: Program, tmp_path: Path) -> None:
    done = quiz("run")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    for word in ("DISCORD_TOKEN", "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "python -m bot play"):
        assert word in done.stderr
    assert [*tmp_path.iterdir()] == [], "nothing was begun"


@pytest.mark.parametrize(
    ("command", "name", "value"),
    [
        ("run", "PORT", "eighty"),
        ("run", "PORT", "70000"),
        ("run", "LOG_LEVEL", "loud"),
        ("run", "DATABASE_URL", "mysql://ada:open-sesame@db/quiz"),
        ("run", "SLACK_BOT_TOKEN", "open-sesame"),
        ("migrate", "DATABASE_URL", "mysql://ada:open-sesame@db/quiz"),
        ("migrate", "DATABASE_URL", "postgresql:open-sesame"),
        ("migrate", "DATABASE_URL", "postgresql://ada:open-sesame@db:port/quiz"),
        ("migrate", "DATABASE_URL", "postgresql://ada:open-sesame@127.0.0.1:1/quiz"),
        ("migrate", "DATABASE_URL", f"sqlite:///{__file__}/quiz.sqlite3"),
        ("migrate", "DATABASE_URL", f"sqlite:///{__file__}"),
        ("play", "DATABASE_URL", "open-sesame"),
    ],
)
def test_a_wrong_variable_is_one_line_that_names_it_and_no_secret(
    quiz: Program, command: str, name: str, value: str
) -> None:
    done = quiz(command, **{name: value})
    assert done.stderr.startswith(f"sqla-quiz: {name}: ")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "sesame" not in done.stderr


def test_migrate_makes_the_database_and_may_be_repeated(quiz: Program, tmp_path: Path) -> None:
    file = tmp_path / "new folder" / "quiz.sqlite3"
    for _ in range(2):
        done = quiz("migrate", DATABASE_URL=f"sqlite:///{file}")
        assert (done.returncode, done.stdout, done.stderr) == (0, "The database is up to date.\n", "")
        with sqlite3.connect(file) as connection:
            tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            connection.execute("INSERT INTO workspace (platform, external_id) VALUES ('x', hex(randomblob(8)))")
        connection.close()
        assert {"workspace", "round", "answer", "score"} <= tables


def test_without_an_address_the_database_is_a_file_of_the_user(quiz: Program, tmp_path: Path) -> None:
    assert quiz("migrate").returncode == 0
    assert len([*tmp_path.rglob("sqla-quiz/quiz.sqlite3")]) == 1


def test_check_proves_a_bank_and_counts_it(quiz: Program, tmp_path: Path) -> None:
    folder = shutil.copytree(CONTENT, tmp_path / "content")
    first, second, *others = sorted((folder / "questions").glob("*.md"))
    for file in others:
        file.unlink()
    for file in (first, second):  # what they are related to is gone
        file.write_text(re.sub(r"^related = .*\n", "", file.read_text("utf-8"), flags=re.MULTILINE), "utf-8")
    done = quiz("check", "--content", str(folder))
    count, release = 2, version("sqlalchemy")
    *table, founding, extras, longest, verdict = done.stdout.splitlines()
    assert table[0].split() == ["area", "kind", "level", "version", "right", "option"]
    assert [line.split()[0] for line in table[1:]] == list(topics(CONTENT))
    assert re.match(r"\d+ of 50 founding topics covered", founding)
    assert extras.startswith("depending on the version: ")
    assert longest.startswith("of ")
    assert verdict == f"{count} questions on SQLAlchemy {release}: all proved"
    assert (done.returncode, done.stderr) == (0, f"Running {count} questions on SQLAlchemy {release}\n")


@pytest.fixture
def bank(tmp_path: Path) -> Path:
    """A copy of the bank with one lie in it: an output that the program does not print."""
    folder = tmp_path / "content"
    shutil.copytree(CONTENT, folder)
    file = folder / "questions" / "sess-0006.md"
    file.write_text(file.read_text("utf-8").replace("\nexpired: True\n", "\nexpired: False\n"), "utf-8")
    return folder


def test_check_says_where_a_lie_stands(quiz: Program, bank: Path) -> None:
    lines = (bank / "questions" / "sess-0006.md").read_text("utf-8").splitlines()
    done = quiz("check", "--content", str(bank), "--question", "sess-0006")
    found, verdict = done.stdout.splitlines()
    assert found.startswith(f"content/questions/sess-0006.md:{lines.index('expired: False') + 1}: ")
    assert verdict == f"1 question on SQLAlchemy {version('sqlalchemy')}: 1 to mend"
    assert done.returncode == 1


def test_check_on_all_versions_tells_a_lie_once(quiz: Program, bank: Path) -> None:
    cache = home(CONTENT / "sqlalchemy" / "2.0.txt").parent.parent
    command = ("check", "--content", str(bank), "--question", "sess-0006", "--all-versions")
    done = quiz(*command, XDG_CACHE_HOME=str(cache))
    pinned = releases(CONTENT).values()
    found, *verdicts = done.stdout.splitlines()
    assert found.startswith("content/questions/sess-0006.md:")
    assert verdicts == [f"1 question on SQLAlchemy {release}: 1 to mend" for release in pinned]
    assert done.returncode == 1
    mended = quiz(*command, "--accept", XDG_CACHE_HOME=str(cache))
    assert mended.stdout.splitlines() == [
        "sess-0006: accepted what its program did",
        *(f"1 question on SQLAlchemy {release}: all proved" for release in pinned),
    ]
    assert mended.returncode == 0


def test_check_draws_its_table_in_a_terminal(bank: Path) -> None:
    for file in (bank / "questions").glob("*.md"):
        if file.stem != "sess-0006":
            file.unlink()
    master, slave = os.openpty()
    command = [sys.executable, "-m", "bot", "check", "--content", str(bank)]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=slave, stderr=slave, env={**os.environ, "COLUMNS": "100"}
    ) as process:
        os.close(slave)
        shown = "".join(_lines_of(master))
    os.close(master)
    assert "Running 1 question on SQLAlchemy" in shown, "the bar tells what is done"
    assert "───" in shown
    assert re.search("area.*kind.*level", shown)
    assert process.returncode == 1


def _lines_of(terminal: int) -> Iterator[str]:
    """What a program writes to its terminal, until it ends."""
    with contextlib.suppress(OSError):  # Linux's way to say that nobody holds the other end any more
        while said := os.read(terminal, 4096):
            yield said.decode(errors="replace")


def test_prepare_only_prepares(quiz: Program, bank: Path) -> None:
    done = quiz("check", "--prepare", XDG_CACHE_HOME=str(home(CONTENT / "sqlalchemy" / "2.0.txt").parent.parent))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    (bank / "sqlalchemy" / "2.1.txt").unlink()
    (bank / "sqlalchemy" / "2.0.txt").unlink()
    done = quiz("check", "--prepare", "--content", str(bank))
    assert done.stderr.startswith("Error: content:1: there is no sqlalchemy/2.1.txt")
    assert (done.returncode, done.stdout) == (1, "")


def test_an_older_python_is_told_so() -> None:
    found = filter(None, (shutil.which(f"python3.{minor}") for minor in (10, 9, 8)))
    older = next((python for python in found if subprocess.run([python, "-c", ""], check=False).returncode == 0), None)
    if older is None:
        pytest.skip("there is no older Python here")
    done = subprocess.run([older, "-m", "bot"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stderr.startswith("sqla-quiz needs Python 3.11 or newer, and this is 3.")


def test_check_says_which_file_it_cannot_read(quiz: Program, bank: Path) -> None:
    (bank / "questions" / "sess-0006.md").write_text("no question at all\n", "utf-8")
    done = quiz("check", "--content", str(bank), "--question", "sess-0006")
    assert done.stdout.startswith("content/questions/sess-0006.md:1: ")
    assert done.returncode == 1
    (bank / "topics.toml").write_text("no = topics", "utf-8")
    done = quiz("check", "--content", str(bank), "--question", "sess-0006")
    assert done.stderr.strip().startswith("Error: content/topics.toml:1: ")
    assert (done.returncode, done.stdout) == (1, "")


def test_check_refuses_a_bank_that_is_not_there(quiz: Program, tmp_path: Path) -> None:
    done = quiz("check", "--content", str(tmp_path / "nowhere"))
    assert done.returncode == 2
    assert "nowhere' does not exist" in done.stderr


def test_keys_are_made_and_changed(quiz: Program, tmp_path: Path) -> None:
    old, new = (quiz("secrets", "new").stdout.strip() for _ in range(2))
    assert old != new
    without = quiz("secrets", "rotate")
    assert (without.returncode, "SECRET_KEYS: is needed" in without.stderr) == (2, True)
    environment = {"DATABASE_URL": f"sqlite:///{tmp_path / 'quiz.sqlite3'}", "SECRET_KEYS": f"{new},{old}"}
    quiz("migrate", **environment)
    done = quiz("secrets", "rotate", **environment)
    assert (done.returncode, done.stdout) == (
        0,
        "Of 0 secrets 0 were sealed anew; 0 had the newest key already.\n",
    )


@pytest.mark.parametrize(
    ("words", "given", "said"),
    [
        (["--only", "web"], {"DISCORD_TOKEN": "a"}, "--only web has nothing to do: nothing reaches discord over HTTP"),
        (["--only", "web"], {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "a"}, "PORT: must be set"),
        ([], {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "a"}, "people reach slack at /slack/events"),
    ],
)
def test_a_part_with_nothing_to_do_is_told_so(
    quiz: Program, tmp_path: Path, words: list[str], given: dict[str, str], said: str
) -> None:
    done = quiz("run", *words, **given)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert said in done.stderr
    assert [*tmp_path.iterdir()] == [], "nothing was begun"


def test_the_help_says_which_part_to_run_when(quiz: Program) -> None:
    shown = " ".join(quiz("run", "--help").stdout.split())
    assert "--only [web|worker]" in shown
    assert "One process is enough for most" in shown
