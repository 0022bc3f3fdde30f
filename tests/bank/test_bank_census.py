"""The bank as a whole: what it holds, names that must lead somewhere, and fences for more than one version."""

import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bot.bank import CONTENT
from bot.bank.accepting import accepted
from bot.bank.bankwide import bankwide, positions
from bot.bank.census import census
from bot.bank.checking import Report, check, read_all, told_once
from bot.bank.findings import Finding
from bot.bank.folder import questions, seeds, topics
from bot.bank.reading import read
from bot.bank.running import Run, Trouble
from bot.bank.source import Source
from bot.errors import ContentError

NewBank = Callable[..., Path]
Written = Callable[[str], str]

SEEDS = {6: "commit()", 8: "rollback()", 29: "Savepoints"}


def found(folder: Path) -> list[tuple[str, int, str, str]]:
    """What is wrong with a bank as a whole."""
    return [
        (Path(finding.file).stem, finding.line, finding.rule, finding.why)
        for finding in bankwide(questions(folder), read_all(folder)[0], SEEDS)
    ]


def with_front(text: str, line: str) -> str:
    """A question with another line in its front matter, as its line 6."""
    lines = text.split("\n")
    kept = [old for old in lines if not old.startswith(line.split(" = ", 1)[0])]
    return "\n".join([*kept[:5], line, *kept[5:]])


def test_the_census_counts_what_there_is(new_bank: NewBank, written: Written) -> None:
    folder = new_bank(
        sess_0006=with_front(written("sess-0006"), "seed = [6]"),
        sess_0029=with_front(written("sess-0029"), "seed = [8]"),
    )
    sources, _ = read_all(folder)
    second = replace(sources[1], hint=sources[1].stem, twin=sources[1].code)
    counted = census([sources[0], second], topics(folder), SEEDS)
    assert counted.questions == 2
    assert {area: n for area, n in counted.areas.items() if n} == {"persistence": 1, "transactions": 1}
    assert len(counted.areas) == len(topics(folder))
    assert {kind: n for kind, n in counted.kinds.items() if n} == {"choice": 1, "output": 1}
    assert sum(counted.levels.values()) == 2
    assert counted.versions == {"2.0": 2, "2.1": 2}
    assert (counted.founding, counted.missing) == ({6: True, 8: True, 29: False}, [29])
    assert (counted.differing, counted.hints, counted.twins, counted.traces, counted.read_twice) == (0, 1, 1, 0, 0)
    assert counted.single == 2
    assert sum(counted.letters.values()) == 2
    assert list(counted.letters) == list("ABCDE")


def test_the_shipped_bank_lists_its_founding_topics(new_bank: NewBank) -> None:
    assert list(seeds(CONTENT)) == list(range(1, 51))
    folder = new_bank()
    (folder / "topics.toml").write_text("[topics]\n", "utf-8")
    assert seeds(folder) == {}
    for wrong in ("seeds = 3\n", "[seeds]\none = 'One'\n", "[seeds]\n1 = 1\n"):
        (folder / "topics.toml").write_text(wrong, "utf-8")
        with pytest.raises(ContentError, match=r"content/topics.toml:1: \[seeds\] must list lines such as"):
            seeds(folder)


@pytest.mark.parametrize(
    ("line", "rule", "why"),
    [
        ('docs = ["api:Session.comit"]', "anchor", "api:Session.comit is not in the documentation of 2.0 and 2.1"),
        ('docs = ["20:api:Session.close_all"]', "", ""),
        ('docs = ["api:Session.close_all"]', "anchor", "documentation of 2.1: write 20:api:Session.close_all if"),
        ("seed = [6, 7]", "seed", "topics.toml has no founding topic 7: its [seeds] are 6 to 29"),
        ('related = ["sess-0001"]', "related", "there is no question sess-0001: mend `related`"),
        ('related = ["sess-0006"]', "related", "a question is not related to itself"),
        ('related = ["sess-0029"]', "related", 'sess-0029 does not name this one back: add "sess-0006"'),
    ],
)
def test_names_must_lead_somewhere(line: str, rule: str, why: str, new_bank: NewBank, written: Written) -> None:
    folder = new_bank(sess_0006=with_front(written("sess-0006"), line), sess_0029=written("sess-0029"))
    wrong = [(slug, number, broken) for slug, number, broken, _ in found(folder)]
    assert wrong == ([("sess-0006", 6, rule)] if rule else [])
    assert all(why in told for _, _, _, told in found(folder))


def test_related_questions_name_each_other(new_bank: NewBank, written: Written) -> None:
    folder = new_bank(
        sess_0006=with_front(written("sess-0006"), 'related = ["sess-0029"]'),
        sess_0029=with_front(written("sess-0029"), 'related = ["sess-0006"]'),
    )
    assert found(folder) == []


def test_the_line_is_that_of_the_anchor(new_bank: NewBank, written: Written) -> None:
    docs = 'docs = [\n  "api:Session",\n  "api:Sessions",\n]'
    folder = new_bank(sess_0029=with_front(written("sess-0029"), docs))
    [(_, line, rule, _)] = found(folder)
    assert (line, rule) == (8, "anchor")


def test_ids_differ_by_more_than_capitals(new_bank: NewBank, written: Written) -> None:
    folder = new_bank(sess_0029=written("sess-0029"))
    shutil.copy(folder / "questions" / "sess-0029.md", folder / "questions" / "SESS-0029.md")
    wrong = [(rule, why) for _, _, rule, why in found(folder)]
    if len(questions(folder)) == 2:  # not on a disk that keeps no capitals apart
        assert [rule for rule, _ in wrong] == ["id"]
        assert "in capitals only" in wrong[0][1]


def spread(source: Source, rights: str) -> list[Source]:
    """Copies of a question of four options, each with its right option under the next of some letters."""
    return [
        replace(
            source,
            options=tuple(
                replace(option, right_on=frozenset({"2.1"} if option.letter == right else ()))
                for option in source.options
            ),
        )
        for right in rights
    ]


@pytest.mark.parametrize(
    ("rights", "why"),
    [
        ("ABCD" * 5, ""),
        ("AAAAAAAABBBBBCCCDDDD", ""),
        ("A" * 11 + "BBBCCCDDD", "A is right in 11 of 20 questions, B in 3 (chi-square 9.6)"),
        ("ABD" * 7, ""),  # chi-square 7.0, below what chance exceeds once in twenty times
        ("ABD" * 8, "A is right in 8 of 24 questions, C in 0 (chi-square 8.0)"),
        ("A" * 9, ""),  # too few to tell
        ("A" * 10, "A or B is right in 10 of 10 questions, C or D in 0 (chi-square 10.0)"),
    ],
)
def test_right_options_stand_where_chance_would_have_them(rights: str, why: str) -> None:
    source = read(CONTENT / "questions" / "sess-0006.md", topics(CONTENT))
    assert len(source.options) == 4
    told = [finding.why for finding in positions(spread(source, rights), "2.1")]
    assert [text.split(": move")[0] for text in told] == ([why] if why else [])


def test_a_letter_that_few_questions_have_is_taken_with_its_neighbour() -> None:
    source = read(CONTENT / "questions" / "sess-0006.md", topics(CONTENT))
    five = replace(source, options=(*source.options, replace(source.options[0], letter="E")))
    assert list(positions([*spread(source, "ABCD" * 5), *spread(five, "E")], "2.1")) == []


def a_run(output: str, sql: str = "BEGIN", error: Trouble | None = None) -> Run:
    return Run(output=output, sql=sql, trace="", warnings=(), error=error, values={})


def test_versions_that_differ_get_fences_of_their_own(new_bank: NewBank, written: Written) -> None:
    [source], _ = read_all(new_bank(sess_0029=written("sess-0029")))
    text = source.path.read_text("utf-8")
    once = accepted(source, text, {"2.0": a_run("old"), "2.1": a_run("new")})
    assert "```text output 2.0\nold\n```\n\n```text output\nnew\n```" in once
    assert once.count("```sql emitted\nBEGIN\n```") == 1
    source.path.write_text(once, "utf-8")
    again = read(source.path, topics(CONTENT))
    assert (again.output["2.0"].text, again.output["2.1"].text) == ("old", "new")
    assert accepted(again, once, {"2.0": a_run("old"), "2.1": a_run("new")}) == once
    assert accepted(again, once, {"2.0": a_run("older"), "2.1": a_run("new")}) == once.replace("\nold\n", "\nolder\n")
    failed = a_run("", error=Trouble(1, "no"))
    assert accepted(again, once, {"2.0": failed, "2.1": a_run("newer")}) == once.replace("\nnew\n", "\nnewer\n")
    named = once.replace("```text output 2.0\nold\n```\n\n", "").replace("text output", "text output 2.0 2.1")
    source.path.write_text(named, "utf-8")
    both = {"2.0": a_run("old"), "2.1": a_run("new")}
    assert "```text output 2.0\nold\n```\n\n```text output 2.1\nnew\n" in accepted(
        read(source.path, topics(CONTENT)), named, both
    )


def test_a_finding_of_several_versions_is_told_once() -> None:
    both, old = Finding("a.md", 3, "proof", "both"), Finding("a.md", 2, "sql", "the run says BEGIN")
    reports = [Report("2.0", "2.0.58", 2, (old, both), ()), Report("2.1", "2.1.9", 2, (both,), ())]
    assert told_once(reports) == [replace(old, why="on 2.0: the run says BEGIN"), both]
    assert told_once(reports[:1]) == [old, both]


async def test_a_check_finds_what_is_wrong_with_the_bank_as_a_whole(new_bank: NewBank, written: Written) -> None:
    text = re.sub(r"docs = \[.*?\]", 'docs = ["api:Sessions"]', written("sess-0029"), flags=re.DOTALL)
    report = await check(new_bank(sess_0029=text))
    assert [finding.rule for finding in report.findings] == ["anchor"]
    assert (report.version, report.release.startswith("2.1.")) == ("2.1", True)
