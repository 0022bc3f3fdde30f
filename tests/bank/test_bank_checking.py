"""The bank's claims against real runs: the shipped bank holds, and every lie planted in a question is found."""

import asyncio
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.bank import CONTENT
from bot.bank.checking import Report, check
from bot.bank.folder import questions, topics
from bot.bank.giveaways import ENOUGH, habits
from bot.bank.reading import read
from bot.errors import ContentError

NewBank = Callable[..., Path]
Written = Callable[[str], str]


@dataclass(frozen=True)
class Lie:
    """A lie planted in a question: what is changed, by which rule and in which lines it is found."""

    name: str
    changes: tuple[tuple[str, str], ...]
    rule: str
    at: tuple[str, ...]
    of: str = "sess-0006"


A = "It flushes pending changes, unless `autoflush` is off"
B = "It flushes first, and then expires the objects it holds"
C = "It flushes first, and then detaches the objects it holds"
D = "It flushes, and leaves the transaction around a savepoint open"
CHECK_C = "  <!-- check: sandy not in s -->"
NOTHING = "s.commit()  # nothing to do, and no SQL"

LIES = (
    Lie("nothing", (), "", ()),
    Lie("nothing printed", (), "", (), "sess-0029"),
    Lie("nothing but a second process", ((NOTHING, "import os\nos.fork() or os._exit(0)"),), "", ()),
    Lie(
        "nothing but a process that ends early",
        ((NOTHING, "import os\nif not os.fork():\n    raise SystemExit"),),
        "",
        (),
    ),
    Lie("other output", (("expired: True", "expired: False"),), "output", ("expired: False",)),
    Lie("less output", (("read again: sandy\n", ""),), "output", ("in a transaction",)),
    Lie("less sql", (("RELEASE SAVEPOINT\n", ""),), "sql", ("COMMIT\n```",)),
    Lie("more sql", (("COMMIT\n```", "COMMIT\nROLLBACK\n```"),), "sql", ("ROLLBACK",)),
    Lie("true distractor", ((CHECK_C, "  <!-- check: sandy in s -->"),), "proof", ("  <!-- check: sandy in",)),
    Lie(
        "other mark",
        (("[ ] It flushes first", "[x] It flushes first"), (f"[x] {B}", f"[ ] {B}")),
        "proof",
        ("  <!-- check: emitted[:3]", CHECK_C),
    ),
    Lie("check that raises", ((CHECK_C, "  <!-- check: sandie in s -->"),), "check", ("  <!-- check: sandie",)),
    Lie("check without an answer", ((CHECK_C, "  <!-- check: emitted -->"),), "check", ("  <!-- check: emitted -",)),
    Lie("check that is no code", ((CHECK_C, "  <!-- check: is it? -->"),), "check", ("  <!-- check: is it",)),
    Lie("error", ((NOTHING, "s.comit()"),), "snippet", ("s.comit()",)),
    Lie("error within a call", ((NOTHING, "def f():\n    s.comit()\nf()"),), "snippet", ("    s.comit()",)),
    Lie("no program", ((NOTHING, "s commit"),), "snippet", ("s commit",)),
    Lie("no process", ((NOTHING, "import os\nos._exit(3)"),), "snippet", ("s = Session",)),
    Lie("warning", ((NOTHING, "import warnings\nwarnings.warn('old')"),), "warning", ("warnings.warn",)),
    Lie("long", ((D, "It flushes"), (f"[x] {B}", f"[x] {B}, one after another")), "giveaway", ("- [x]",)),
    Lie(
        "code",
        (
            (A, A.replace("`", "")),
            (f"[x] {B}", "[x] It flushes, then `expire()`s all"),
        ),
        "giveaway",
        ("- [x]",),
    ),
    Lie("absolute", ((f"[ ] {C}", f"[ ] {C.replace('first', 'always')}"),), "giveaway", ("- [ ] It flushes always",)),
    Lie("printed by none", (("`['sandy', 'patrick']`", "`['patrick', 'sandy']`"),), "proof", ("- [x]",), "sess-0029"),
    Lie("printed by another", (("`['sandy']`", "``['sandy', 'patrick']``"),), "proof", ("- [ ] ``",), "sess-0029"),
)
SLUGS = {f"lie-{number:04}": lie for number, lie in enumerate(LIES)}


@pytest.fixture(scope="module")
def lies(new_bank: NewBank, written: Written) -> Report:
    """What is found in a bank of nothing but lies: one check of all costs a fraction of one check for each."""
    return asyncio.run(check(new_bank(**{slug: _told(lie, slug, written) for slug, lie in SLUGS.items()})))


@pytest.mark.parametrize("slug", SLUGS, ids=lambda slug: SLUGS[slug].name)
def test_a_planted_lie_is_found_where_it_stands(slug: str, lies: Report, written: Written) -> None:
    lie, file = SLUGS[slug], f"content/questions/{slug}.md"
    text = _told(lie, slug, written)
    # Nothing but copies of two questions: of course the bank as a whole asks twice and has habits.
    found = [finding for finding in lies.findings if finding.file == file and finding.rule not in {"twice", "habit"}]
    assert [(finding.line, finding.rule) for finding in found] == [(_line(text, at), lie.rule) for at in lie.at]


@pytest.mark.whole_bank
@pytest.mark.timeout(300)  # it runs every program of the bank
async def test_the_shipped_bank_is_clean() -> None:
    begun: list[tuple[str, int]] = []
    report = await check(progress=lambda slug, ran: begun.append((slug, ran)))
    assert [str(finding) for finding in report.findings] == []
    assert report.checked == len(questions(CONTENT))
    assert [slug for slug, _ in begun] == [path.stem for path in questions(CONTENT)]
    assert [ran for _, ran in begun] == sorted(ran for _, ran in begun)


async def test_the_example_of_the_guide_is_clean(new_bank: NewBank) -> None:
    guide = (CONTENT / "README.md").read_text(encoding="utf-8")
    example = re.search(r"````markdown\n(.+?)````", guide, re.DOTALL)
    assert example
    report = await check(new_bank(sess_9999=example[1]))
    assert (report.checked, report.findings) == (1, ())


async def test_accept_restores_what_the_run_says(new_bank: NewBank, written: Written) -> None:
    good = written("sess-0006")
    bad = re.sub(r"```sql emitted\n.*?```", "```sql emitted\n```", good, flags=re.DOTALL)
    bad = bad.replace("expired: True\n", "expired: perhaps\nor not\n")
    folder = new_bank(sess_0006=bad)
    report = await check(folder, accept=True)
    assert (report.accepted, report.findings) == (("sess-0006",), ())
    assert questions(folder)[0].read_text(encoding="utf-8") == good
    assert (await check(folder, accept=True)).accepted == ()


async def test_a_snippet_that_fails_is_not_accepted(new_bank: NewBank, written: Written) -> None:
    bad = written("sess-0006").replace(NOTHING, "s.comit()")
    folder = new_bank(sess_0006=bad)
    report = await check(folder, accept=True)
    assert (report.accepted, [finding.rule for finding in report.findings]) == ((), ["snippet"])
    assert questions(folder)[0].read_text(encoding="utf-8") == bad


async def test_a_snippet_that_does_not_end_is_stopped(new_bank: NewBank, written: Written) -> None:
    folder = new_bank(sess_0006=written("sess-0006").replace(NOTHING, "while True:\n    pass"))
    report = await check(folder, seconds=0.2)
    assert [finding.why for finding in report.findings] == ["the snippet fails: it did not end within 0.2 seconds"]


async def test_a_snippet_sees_neither_secrets_nor_files(
    new_bank: NewBank, written: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "secret")
    look = "import os\nprint(os.environ.get('DISCORD_TOKEN'), os.listdir())"
    folder = new_bank(sess_0006=written("sess-0006").replace(NOTHING, look))
    await check(folder, accept=True)
    assert "\nNone ['1.db']\n```" in questions(folder)[0].read_text(encoding="utf-8")


async def test_a_broken_prelude_is_told(new_bank: NewBank, written: Written) -> None:
    folder = new_bank(sess_0006=written("sess-0006"))
    (folder / "prelude.py").write_text("import nonsense\n", encoding="utf-8")
    (finding,) = (await check(folder)).findings
    assert finding.why == "the snippet fails: ModuleNotFoundError: No module named 'nonsense'"


async def test_an_asyncio_snippet_runs(new_bank: NewBank, written: Written) -> None:
    program = """import asyncio
from sqlalchemy.ext.asyncio import AsyncSession

async def main():
    async with AsyncSession(new_async_engine()) as session:
        session.add(User(name="sandy"))
        await session.commit()
        print(await session.scalar(select(User.name)))

asyncio.run(main())
"""
    text = re.sub(r"(```python run\n).*?(```)", rf"\g<1>{program}\2", written("sess-0029"), flags=re.DOTALL)
    folder = new_bank(sess_0029=text.replace("`['sandy']`", "`sandy`"))
    await check(folder, accept=True)
    after = questions(folder)[0].read_text(encoding="utf-8")
    assert "```text output\nsandy\n```" in after
    assert "BEGIN\nINSERT user_account\nCOMMIT\nBEGIN\nSELECT user_account\nROLLBACK\n```" in after


async def test_one_question_can_be_checked_alone(new_bank: NewBank, written: Written) -> None:
    folder = new_bank(sess_0006=written("sess-0006"), sess_0029=written("sess-0029") + "\n# Again?\n")
    alone = await check(folder, only="sess-0006")
    assert (alone.checked, alone.findings) == (1, ())
    broken = await check(folder, only="sess-0029")
    line = written("sess-0029").count("\n") + 2
    (finding,) = broken.findings
    assert str(finding).startswith(f"content/questions/sess-0029.md:{line}: format: stem comes too late or twice")


async def test_there_must_be_something_to_check(new_bank: NewBank, written: Written) -> None:
    with pytest.raises(ContentError, match="there is no questions/"):
        await check(new_bank())
    with pytest.raises(ContentError, match="no question sess-0060: perhaps sess-0006"):
        await check(new_bank(sess_0006=written("sess-0006")), only="sess-0060")
    python = shutil.which("false")
    assert python
    with pytest.raises(ContentError, match="this Python has no SQLAlchemy"):
        await check(new_bank(sess_0006=written("sess-0006")), python=python)


def test_habits_are_found_once_the_bank_is_large_enough(new_bank: NewBank, written: Written) -> None:
    good = written("sess-0006").replace(C, "It flushes").replace(D, "It flushes twice")
    texts = {
        f"sess-{number:04}": good.replace("sess-0006", f"sess-{number:04}").replace("# Besides", f"# {'x ' * number}")
        for number in range(1, ENOUGH + 1)
    }
    folder = new_bank(**texts)
    sources = [read(path, topics(folder)) for path in questions(folder)]
    found = [finding for finding in habits(sources, "2.1") if finding.rule == "habit"]
    said = f"the right option is the longest in {ENOUGH} of {ENOUGH} questions"
    assert [finding.why.split(":")[0] for finding in found] == [said]
    assert [finding for finding in habits(sources[1:], "2.1") if finding.rule == "habit"] == []


def test_a_question_asked_twice_is_found(new_bank: NewBank, written: Written) -> None:
    again = written("sess-0006").replace("sess-0006", "sess-0007").replace("Besides ending", "Besides closing")
    folder = new_bank(sess_0006=written("sess-0006"), sess_0007=again)
    (found,) = habits([read(path, topics(folder)) for path in questions(folder)], "2.1")
    assert (found.file, found.line, found.rule) == (
        "content/questions/sess-0007.md",
        _line(again, "# Besides"),
        "twice",
    )
    meant = again.replace("level = 2", 'level = 2\nrelated = ["sess-0006"]')
    folder = new_bank(sess_0006=written("sess-0006"), sess_0007=meant)
    assert list(habits([read(path, topics(folder)) for path in questions(folder)], "2.1")) == []


def _told(lie: Lie, slug: str, written: Written) -> str:
    """A question with a lie in it, under a slug of its own."""
    text = written(lie.of)
    for old, new in ((lie.of, slug), *lie.changes):
        assert old in text
        text = text.replace(old, new, 1)
    return text


def _line(text: str, start: str) -> int:
    """The first line that begins so."""
    return 1 + ("\n" + text).split("\n" + start)[0].count("\n")
