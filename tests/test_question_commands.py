"""`python -m bot question`: begin, look at, export and import questions, as an author meets it."""

import asyncio
import json
import re
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.__main__ import cli
from bot.bank import CONTENT
from bot.bank.checking import check, read_all
from bot.domain.question import Kind

Ask = Callable[..., Result]

STEMS = dict(
    zip(
        Kind,
        ("Which one?", "Which of them?", "What is it?", "How many?", "In which order?", "Where?", "Why?"),
        strict=True,
    )
)


@pytest.fixture
def bank(tmp_path: Path) -> Path:
    """A bank of two questions of its own, of which one names an id that is not there any more."""
    folder = tmp_path / "content"
    (folder / "questions").mkdir(parents=True)
    (folder / "sqlalchemy").mkdir()
    for name in ("topics.toml", "prelude.py", "sqlalchemy/2.0.txt", "sqlalchemy/2.1.txt"):
        (folder / name).write_bytes((CONTENT / name).read_bytes())
    for slug in ("sess-0006", "sess-0024"):
        text = (CONTENT / "questions" / f"{slug}.md").read_text("utf-8")
        text = re.sub(r"^related = .*\n", "", text, flags=re.MULTILINE)
        if slug == "sess-0006":
            text = text.replace("\nlevel =", '\nrelated = ["sess-0100"]\nlevel =', 1)
        (folder / "questions" / f"{slug}.md").write_text(text, "utf-8")
    return folder


@pytest.fixture
def ask(bank: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Says something to `question`, about that bank."""
    monkeypatch.chdir(tmp_path)

    def say(*words: str, typed: str = "") -> Result:
        return CliRunner().invoke(cli, ["question", *words, "--content", str(bank)], input=typed)

    return say


def begin(ask: Ask, kind: str, **more: str) -> Result:
    said = {"kind": kind, "level": "2", "topics": "states,basics", "versions": "2.1", "stem": STEMS[Kind(kind)]} | more
    return ask("new", *(word for name, value in said.items() for word in (f"--{name}", value)))


@pytest.mark.parametrize("kind", list(Kind))
async def test_a_new_question_is_read_and_refused_only_for_what_its_author_owes(
    kind: Kind, ask: Ask, bank: Path
) -> None:
    done = await asyncio.to_thread(begin, ask, kind.value)
    assert done.exit_code == 0, done.output
    assert "sess-0101.md" in done.output, "0100 stands in `related`, so it was used once"
    assert "check --question sess-0101 --accept" in done.output
    _, unreadable = read_all(bank)
    assert unreadable == []
    report = await check(bank, only="sess-0101", accept=True)
    assert report.accepted == ("sess-0101",), "its program runs"
    assert report.findings
    expected = {Kind.OUTPUT: "is not what the snippet prints", Kind.BUG: "the goal"}.get(kind, "TODO")
    assert any(expected in finding.why for finding in report.findings)


def test_it_asks_for_what_it_was_not_told(ask: Ask, bank: Path) -> None:
    done = ask("new", typed="order\n3\nstates, dml\n2.1\nIn which order?\n")
    assert done.exit_code == 0, done.output
    for help_ in ("Put the steps in order", "Object states", "3 debug it", "one sentence"):
        assert help_ in done.output
    text = (bank / "questions" / "sess-0101.md").read_text("utf-8")
    front = tomllib.loads(text.split("+++")[1])
    assert (front["kind"], front["level"], front["topics"]) == ("order", 3, ["states", "dml"])
    assert front["versions"] == ["2.1"]
    assert "# In which order?" in text


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"topics": "stats"}, "'stats' is not one of basics, states"),
        ({"topics": " "}, "say at least one"),
        ({"versions": "1.4"}, "'1.4' is not one of 2.0, 2.1"),
        ({"docs": "api:Session.clos"}, "perhaps api:Session.close"),
        ({"docs": "close"}, "is no anchor"),
        ({"id": "sess-0006"}, "an id is never used twice"),
        ({"id": "../x"}, "is not like sess-0051"),
        ({"stem": "See [this](x)?"}, "nothing was written: the stem holds link"),
        ({"stem": "Why? " * 60}, "nothing was written: the stem has"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(more: dict[str, str], why: str, ask: Ask, bank: Path) -> None:
    before = {path: path.read_bytes() for path in bank.rglob("*.md")}
    done = begin(ask, "choice", **more)
    assert done.exit_code != 0
    assert why in " ".join(done.output.split())
    assert {path: path.read_bytes() for path in bank.rglob("*.md")} == before


def test_ids_run_on_past_drafts_and_broken_files(ask: Ask, bank: Path, tmp_path: Path) -> None:
    (tmp_path / "drafts").mkdir()
    (tmp_path / "drafts" / "sess-0200.md").write_text("no question at all", "utf-8")
    (bank / "questions" / "sess-0150.md").write_text('+++\nrelated = ["sess-0300"\n', "utf-8")
    assert "sess-0301.md" in begin(ask, "choice").output


def test_a_question_is_shown_as_each_platform_would(ask: Ask) -> None:
    done = ask("show", "sess-0024", "--answer")
    assert done.exit_code == 0, done.output
    heads = re.findall(r"^── (\w+): (.*?) ─", done.output, re.MULTILINE)
    assert [name for name, _ in heads] == [name for name in ("discord", "slack", "terminal", "text") for _ in range(2)]
    assert re.search(r"[\d,]+ of 4,000 characters, \d+ of 40 components · question", heads[0][1])
    assert heads[2][1].endswith("of 50 blocks · question")
    assert done.output.count("sess-0024: the answer is A") == 4


def test_one_platform_and_version_can_be_asked_for(ask: Ask) -> None:
    done = ask("show", "sess-0024", "--on", "text", "--version", "2.0", "--answer")
    assert done.output.count("── ") == 2
    assert "ran on SQLAlchemy 2.0." in done.output


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("sess-0025",), "there is no question sess-0025: perhaps sess-0024"),
        (("sess-0024", "--on", "irc"), "'irc' is not one of discord, slack, terminal, text"),
        (("sess-0024", "--version", "1.4"), "'1.4' is not one of 2.0, 2.1"),
    ],
)
def test_what_cannot_be_shown_is_told(words: tuple[str, ...], why: str, ask: Ask) -> None:
    done = ask("show", *words)
    assert done.exit_code != 0
    assert why in done.output


def test_one_question_is_shown_while_another_is_broken(ask: Ask, bank: Path) -> None:
    (bank / "questions" / "sess-0150.md").write_text("half", "utf-8")
    assert ask("show", "sess-0024").exit_code == 0
    refused = ask("export", "gift")
    assert refused.exit_code == 1
    assert "sess-0150.md:1: format: the file must begin with a line +++" in refused.output


@pytest.mark.parametrize("format_", ["gift", "mdbook", "anki", "json"])
def test_a_bank_is_exported_to_a_file(format_: str, ask: Ask, tmp_path: Path) -> None:
    target = tmp_path / "out"
    done = ask("export", format_, "--to", str(target))
    assert done.exit_code == 0, done.output
    assert f"2 questions as {format_}, on SQLAlchemy 2.1" in done.stderr
    assert done.stdout == ""
    assert target.stat().st_size > 1000


def test_only_some_are_exported_to_standard_output(ask: Ask) -> None:
    def slugs(*words: str) -> list[str]:
        return [result["id"] for result in json.loads(ask("export", "json", *words).stdout)["results"]]

    assert slugs() == ["sess-0006", "sess-0024"]
    assert slugs("--topic", "states") == ["sess-0024"]
    assert slugs("--level", "2", "--kind", "choice", "--topic", "persistence", "--topic", "states") == slugs()
    for words in (("--level", "4"), ("--kind", "open")):
        assert "no question fits" in ask("export", "json", *words).output
    assert "'stats' is not one of" in ask("export", "json", "--topic", "stats").output


def test_what_does_not_hold_on_a_version_is_left_out_and_told(ask: Ask, bank: Path) -> None:
    path = bank / "questions" / "sess-0024.md"
    path.write_text(path.read_text("utf-8").replace('["2.0", "2.1"]', '["2.1"]'), "utf-8")
    done = ask("export", "json", "--version", "2.0")
    assert [result["id"] for result in json.loads(done.stdout)["results"]] == ["sess-0006"]
    assert "these do not hold on 2.0 and are left out: sess-0024" in done.stderr


def test_an_export_comes_back_as_drafts_that_can_be_read(ask: Ask, bank: Path, tmp_path: Path) -> None:
    target = tmp_path / "bank.gift"
    ask("export", "gift", "--to", str(target))
    done = ask("import", str(target))
    assert done.exit_code == 0, done.output
    assert sorted(path.name for path in (tmp_path / "drafts").iterdir()) == ["sess-0101.md", "sess-0102.md"]
    assert "2 drafts written, 0 not read" in done.stderr
    for slug, draft in (("sess-0024", "sess-0101"), ("sess-0006", "sess-0102")):  # by area, basics first
        lines = (bank / "questions" / f"{slug}.md").read_text("utf-8").split("\n")
        text = (tmp_path / "drafts" / f"{draft}.md").read_text("utf-8")
        kept = [
            line for line in lines if line.startswith(("# ", "- [", "  > ", "topics", "level", "kind", "s = Session"))
        ]
        assert len(kept) > 10
        assert [line for line in kept if line not in text.split("\n")] == []


def test_without_genanki_the_way_to_it_is_told(ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "genanki", None)
    done = ask("export", "anki", "--to", str(tmp_path / "out.apkg"))
    assert (done.exit_code, done.output.count("\n")) == (1, 1)
    assert "run `make test`, which brings it, or install the extra `anki`" in done.output
    assert not (tmp_path / "out.apkg").exists()


def test_a_file_that_cannot_be_written_is_told(ask: Ask, tmp_path: Path) -> None:
    done = ask("export", "json", "--to", str(tmp_path / "none" / "out.json"))
    assert done.exit_code == 1
    assert "out.json: No such file or directory" in done.output


def test_a_foreign_file_is_told_about_by_file_and_line(ask: Ask, tmp_path: Path) -> None:
    file = tmp_path / "old.txt"
    file.write_text("::one::Fine?{=a ~b ~c}\n\n::two::Broken{=a ~b\n", "utf-8")
    done = ask("import", str(file), "--to", str(tmp_path / "mine"), "--level", "1", "--topic", "dml")
    assert done.exit_code == 1
    assert f"{file}:3: not read: the answers have no end" in done.stderr
    assert "1 draft written, 1 not read" in done.stderr
    text = (tmp_path / "mine" / "sess-0101.md").read_text("utf-8")
    assert 'level = 1\ntopics = ["dml"]' in text


def test_a_draft_without_level_and_topic_says_so(ask: Ask, tmp_path: Path) -> None:
    (tmp_path / "old.gift").write_text("Fine?{=a ~b ~c}", "utf-8")
    done = ask("import", str(tmp_path / "old.gift"))
    assert "line 4: level: Input should be greater than or equal to 1" in done.stdout
    assert 'topics = ["TODO"]' in (tmp_path / "drafts" / "sess-0101.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("old.xml", b"<quiz/>", "what is old.xml written in? Say --format gift or --format mdbook"),
        ("old.gift", b"a{=b\n~\xff}", ":2: this is not UTF-8"),
        ("old.gift", b"", "0 drafts written, 0 not read"),
        ("old.toml", b"[[questions]", ":1: not read: this is not TOML"),
        ("old.toml", b"", ":1: not read: there is no [[questions]]"),
    ],
)
def test_what_cannot_be_imported_is_told(name: str, data: bytes, why: str, ask: Ask, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(data)
    done = ask("import", str(tmp_path / name))
    assert done.exit_code != 0
    assert why in done.output
    assert not list(tmp_path.glob("drafts/*"))


def test_what_a_file_says_moves_no_terminal(ask: Ask, tmp_path: Path) -> None:
    (tmp_path / "quiz.gift").write_text("::a\x1b]0;owned\x07b::Q?{=a ~b}", "utf-8")
    told = ask("import", "quiz.gift")
    assert "a ]0;owned b" in told.output
    assert "\x1b" not in told.output
