"""The walls between the rooms: they stand as the code is, and fall loudly as soon as somebody plants a way through."""

import ast
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LINTER = Path(sys.executable).with_name("lint-imports")

STACK = "The core is a stack, and every room is on it"
NO_PLATFORM = "The core knows no platform"
ONLY_STORE = "Only the store speaks SQL"
CONTRACT = "Adapters see the contract and nothing behind it"
STRANGERS = "No adapter knows another"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the code to plant things in."""
    for room in ("bot", "adapters"):
        shutil.copytree(ROOT / room, tmp_path / room, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def lint(tree: Path) -> tuple[int, list[str]]:
    """The linter's exit status, and the contracts it found broken."""
    done = subprocess.run([LINTER, "--no-cache"], cwd=tree, capture_output=True, text=True, check=False)
    assert "Contracts: " in done.stdout, done.stdout + done.stderr
    return done.returncode, [
        line.removesuffix(" BROKEN") for line in done.stdout.splitlines() if line.endswith("BROKEN")
    ]


def test_the_walls_stand(tree: Path) -> None:
    assert lint(tree) == (0, [])


@pytest.mark.parametrize(
    ("file", "line", "broken"),
    [
        ("bot/utils.py", "", STACK),
        ("bot/domain/scoring.py", "import bot.store.models", STACK),
        ("bot/play/setup.py", "from bot.cards.model import Card", STACK),
        ("bot/domain/identity.py", "import discord", NO_PLATFORM),
        ("bot/cards/text.py", "from slack_sdk.models import blocks", NO_PLATFORM),
        ("bot/app.py", "from adapters.terminal import connect", NO_PLATFORM),
        ("bot/play/standings.py", "import sqlalchemy", ONLY_STORE),
        ("bot/quiz.py", "from sqlalchemy.exc import IntegrityError", ONLY_STORE),
        ("adapters/slack/words.py", "import sqlalchemy", ONLY_STORE),
        ("adapters/slack/words.py", "from bot.store import models", CONTRACT),
        ("adapters/terminal/words.py", "from bot.play.setup import Ready", CONTRACT),
        ("adapters/slack/words.py", "from adapters.terminal import words", STRANGERS),
        ("adapters/terminal/words.py", "import adapters.discord", STRANGERS),
    ],
)
def test_a_way_through_is_found(tree: Path, file: str, line: str, broken: str) -> None:
    path = tree / file
    before = path.read_text("utf-8") if path.exists() else ""
    path.write_text(f"{before}\n{line}\n", "utf-8")
    status, found = lint(tree)
    assert status == 1
    assert broken in found


def calls(tree: ast.AST) -> Iterator[tuple[ast.Call, str]]:
    """Every call, with the dotted name of what is called as far as it has one."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield node, ast.unparse(node.func)


def commits(tree: ast.Module) -> Iterator[int]:
    """Lines that end a transaction themselves."""
    yield from (call.lineno for call, name in calls(tree) if name.rpartition(".")[2] in {"commit", "rollback"})


def clocks(tree: ast.Module) -> Iterator[int]:
    """Lines that ask the machine what time it is."""
    asking = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time"}
    yield from (call.lineno for call, name in calls(tree) if ".".join(name.split(".")[-2:]) in asking)


def prints(tree: ast.Module) -> Iterator[int]:
    """Lines that write behind the back of click, of rich and of the log."""
    yield from (call.lineno for call, name in calls(tree) if name in {"print", "pprint", "pprint.pprint"})


def platforms(tree: ast.Module) -> Iterator[int]:
    """Lines whose names or texts, docstrings apart, speak of a platform."""
    unused = (node.value for node in ast.walk(tree) if isinstance(node, ast.Expr))
    docstrings = {id(value) for value in unused if isinstance(value, ast.Constant)}
    for node in ast.walk(tree):
        words = [value.lower() for _, value in ast.iter_fields(node) if isinstance(value, str)]
        if id(node) not in docstrings and any(name in word for word in words for name in ("discord", "slack")):
            yield getattr(node, "lineno", 0)


@dataclass(frozen=True)
class Rule:
    """What code may not do, where it may all the same, and examples of doing it."""

    offences: Callable[[ast.Module], Iterator[int]]
    rooms: tuple[str, ...]
    planted: tuple[str, ...]
    allowed: tuple[str, ...] = ()


RULES = {
    "only the database ends transactions": Rule(
        commits,
        ("bot", "adapters"),
        ("await session.commit()", "self.session.rollback()", "commit()"),
        allowed=("bot/store/database.py", "bot/store/sqlite_driver.py"),
    ),
    "only the clock knows the time": Rule(
        clocks,
        ("bot",),
        ("datetime.now(UTC)", "datetime.datetime.utcnow()", "x = date.today()", "time.time()"),
        allowed=("bot/clock.py",),
    ),
    "nothing prints": Rule(prints, ("bot", "adapters"), ("print('x')", "if x:\n  print(x, file=f)")),
    "the core names no platform": Rule(
        platforms,
        ("bot",),
        ("x = 'slack'", "discord_id = 1", "f'a Slack {x}'", "def to_discord(): pass", "x.slack", "def f(slack): pass"),
    ),
}


@pytest.mark.parametrize("name", RULES)
def test_the_rule_is_kept(name: str) -> None:
    rule = RULES[name]
    files = [path for room in rule.rooms for path in (ROOT / room).rglob("*.py")]
    assert len(files) > 30
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in files
        if path.relative_to(ROOT).as_posix() not in rule.allowed
        for line in rule.offences(ast.parse(path.read_text("utf-8")))
    ]
    assert found == []


@pytest.mark.parametrize(("name", "code"), [(name, code) for name, rule in RULES.items() for code in rule.planted])
def test_the_rule_sees_who_breaks_it(name: str, code: str) -> None:
    assert [*RULES[name].offences(ast.parse(f"x = 1\n{code}"))]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("only the database ends transactions", "session.flush()  # not commit()"),
        ("only the clock knows the time", "now = clock.now()"),
        ("nothing prints", "console.print('x')"),
        ("the core names no platform", '"""In Discord, and in Slack."""\n\ndef f():\n    """Not in Slack."""'),
        ("the core names no platform", "x = 1  # as on Slack"),
    ],
)
def test_the_rule_minds_nothing_else(name: str, code: str) -> None:
    assert [*RULES[name].offences(ast.parse(code))] == []
