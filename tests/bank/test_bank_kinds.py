"""The kinds of questions beyond a choice: each is read, proved, and caught when it lies."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.bank import load
from bot.bank.checking import check
from bot.domain.question import Step
from bot.errors import ContentError

NewBank = Callable[..., Path]

FRONT = """\
+++
id = "sess-0001"
kind = "{kind}"
level = 2
topics = ["states"]
versions = ["2.0", "2.1"]
docs = ["api:Session.add"]
{more}+++

# {stem}

"""
END = "\n## Explanation\n\nSo it is.\n"
SAVED = """\
```python run
s = Session(engine)
sandy = User(name="sandy")
s.add(sandy)
s.commit()
print(sandy.name)
```

```text output
sandy
```

```sql emitted
BEGIN
INSERT user_account
COMMIT
BEGIN
SELECT user_account
```
"""
LOST = SAVED.replace("s.commit()\nprint(sandy.name)", "s.flush()\ns.rollback()\nprint(s.get(User, 1))").replace(
    "```text output\nsandy", "```text output\nNone"
)
LOST = LOST.replace("COMMIT", "ROLLBACK")
TRACE = """\

```text trace
sandy: transient
sandy: pending
BEGIN
INSERT user_account
sandy: persistent
COMMIT
sandy: expired
BEGIN
SELECT user_account
sandy: refreshed
```
"""
TWIN = """\

## Async

```python async
async def main() -> None:
    async with AsyncSession(new_async_engine(), expire_on_commit=False) as s:
        sandy = User(name="sandy")
        s.add(sandy)
        await s.commit()
        print(sandy.name)


asyncio.run(main())
```
"""


def options(*lines: tuple[str, str, str]) -> str:
    """Options by their mark, text and proof."""
    proofs = {proof: f"  <!-- {proof} -->\n" if proof else "" for _, _, proof in lines}
    return "\n" + "".join(f"- [{mark}] {text}\n  > Why.\n{proofs[proof]}" for mark, text, proof in lines)


SEVERAL = (
    FRONT.format(kind="several", more="", stem="What is true?")
    + SAVED
    + options(
        ("x", "It begins", 'check: "BEGIN" in emitted'),
        ("x", "It inserts", 'check: "INSERT user_account" in emitted'),
        (" ", "It deletes", 'check: "DELETE user_account" in emitted'),
    )
    + END
)
COUNT = (
    FRONT.format(kind="count", more='counts = "SELECT"\n', stem="How many SELECTs?")
    + "```python setup\nwith Session(engine) as other:\n    other.scalar(select(1))\nprint('not kept')\n```\n\n"
    + SAVED
    + options((" ", "0", ""), ("x", "1", ""), (" ", "2", ""))
    + END
)
ORDER = (
    FRONT.format(kind="order", more='trace = ["sandy"]\n', stem="In which order?")
    + SAVED
    + TRACE
    + options(
        ("2", "INSERT", 'at: emitted.index("INSERT user_account")'),
        ("1", "BEGIN", 'at: emitted.index("BEGIN")'),
        ("3", "COMMIT", 'at: emitted.index("COMMIT")'),
    )
    + "\n## Hint\n\nThe transaction is around it.\n"
    + END
    + TWIN
)
BUG = (
    FRONT.format(kind="bug", more='goal = "s.get(User, 1) is not None"\n', stem="Sandy is lost. Why?")
    + LOST
    + options(("x", "line 5", "fix: s.commit()"), (" ", "line 4", "fix: pass"), (" ", "line 3", "fix: s.merge(sandy)"))
    + END
)
OPEN = (
    FRONT.format(kind="open", more="", stem="What does saving take?")
    + SAVED
    + options(
        ("x", "It begins a transaction", 'check: emitted[0] == "BEGIN"'),
        ("x", "It inserts a row", 'check: emitted[1] == "INSERT user_account"'),
        ("x", "It commits", 'check: emitted[2] == "COMMIT"'),
    )
    + END
)
KINDS = {"several": SEVERAL, "count": COUNT, "order": ORDER, "bug": BUG, "open": OPEN}


@dataclass(frozen=True)
class Lie:
    """A lie planted in a question of a kind, the rule that finds it, and a piece of what is said."""

    of: str
    old: str
    new: str
    rule: str
    why: str


LIES = (
    Lie("several", "[ ] It deletes", "[x] It deletes", "format", "leave at least one [ ]"),
    Lie("several", "[x] It inserts", "[ ] It inserts", "format", "mark two or more [x]"),
    Lie("several", '"DELETE user_account" in', '"INSERT user_account" in', "proof", "option C is marked wrong"),
    Lie("several", 'check: "BEGIN" in emitted', 'check: "END" in emitted', "proof", "option A is marked right"),
    Lie("count", "[x] 1", "[x] one", "format", "must be a bare number"),
    Lie("count", 'counts = "SELECT"', 'counts = "INSERT address"', "proof", "0 statements are INSERT address"),
    Lie("count", 'counts = "SELECT"\n', "", "format", "`counts` belongs to a question of kind count"),
    Lie("count", "scalar(select(1))", "scalar(selekt(1))", "snippet", "name 'selekt' is not defined"),
    Lie("count", "[ ] 0\n  > Why.\n", "[ ] 0\n  > Why.\n  <!-- check: True -->\n", "format", "remove `<!-- check"),
    Lie("order", "[3] COMMIT", "[2] COMMIT", "format", "give every number from 1 to 3"),
    Lie("order", "[3] COMMIT", "[x] COMMIT", "format", "must begin with [1], [2]"),
    Lie("order", 'at: emitted.index("COMMIT")', "at: 0", "proof", "step 3 (C) is at 0, step 2 (A) at 1"),
    Lie("order", 'at: emitted.index("COMMIT")', "at: True", "check", "its value is True, not a number"),
    Lie("several", 'check: "BEGIN" in emitted', "check: True", "check", "would hold for any program"),
    Lie("order", 'at: emitted.index("COMMIT")', "at: 3", "check", "would hold for any program"),
    Lie("order", 'at: emitted.index("COMMIT")', "check: True", "format", "and `<!-- at: expression -->`"),
    Lie("order", "sandy: expired\n", "", "trace", "the run says `sandy: expired`"),
    Lie("order", 'trace = ["sandy"]', 'trace = ["patrick"]', "snippet", "KeyError"),
    Lie("order", "expire_on_commit=False", "expire_on_commit=True", "twin", "the program under `## Async` fails"),
    Lie("order", "        print(sandy.name)", "        print(sandy.id)", "twin", "it prints `1`"),
    Lie("bug", 'goal = "s.get', 'goal = "not s.get', "proof", "the goal must be False while the bug is there"),
    Lie("bug", "fix: s.commit()", "fix: s.rollback()", "proof", "the goal is not reached with its fix"),
    Lie("bug", "fix: s.merge(sandy)", "fix: s.add(sandy); s.commit()", "proof", "the goal is reached with its fix"),
    Lie("bug", "fix: s.merge(sandy)", "fix: s.merge(nobody)", "check", "the fix of option C fails: NameError"),
    Lie("bug", "line 3", "line 30", "format", "must name a line of the program"),
    Lie("bug", "line 3", "s.add(sandy)", "format", "must name a line of the program"),
    Lie("open", "[x] It commits\n  > Why.", "[x] It commits\n  > TODO", "todo", "write this: TODO"),
    Lie("open", "So it is.", "TODO say why", "todo", "write this: TODO say why"),
    Lie("open", "[x] It commits", "[ ] It commits", "format", "must begin with [x], being a key point"),
    Lie("open", 'emitted[2] == "COMMIT"', 'emitted[2] == "ROLLBACK"', "proof", "option C is marked right"),
)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_question_of_each_kind_is_proved(kind: str, new_bank: NewBank) -> None:
    assert (await check(new_bank(sess_0001=KINDS[kind]), only="sess-0001")).findings == ()


@pytest.mark.parametrize("lie", LIES, ids=lambda lie: f"{lie.of}: {lie.new[:30]!r}")
async def test_a_lie_of_each_kind_is_found(lie: Lie, new_bank: NewBank) -> None:
    good = KINDS[lie.of]
    assert lie.old in good
    report = await check(new_bank(sess_0001=good.replace(lie.old, lie.new, 1)), only="sess-0001")
    assert lie.rule in {finding.rule for finding in report.findings}
    assert any(lie.why in finding.why for finding in report.findings), report.findings


def test_what_each_kind_is_asked_with(new_bank: NewBank) -> None:
    keys = {kind: load(new_bank(sess_0001=text)).edition("2.1")[0].key for kind, text in KINDS.items()}
    assert keys == {"several": "AB", "count": "B", "order": "BAC", "bug": "A", "open": "ABC"}


def test_a_buggy_line_is_quoted_from_the_program(new_bank: NewBank) -> None:
    [question] = load(new_bank(sess_0001=BUG)).edition("2.1")
    assert [option.text for option in question.options] == [
        "line 5: `s.rollback()`",
        "line 4: `s.flush()`",
        "line 3: `s.add(sandy)`",
    ]
    assert question.fix == "s.commit()"


def test_a_trace_becomes_steps_with_the_sql_before_each(new_bank: NewBank) -> None:
    [question] = load(new_bank(sess_0001=ORDER)).edition("2.1")
    assert question.hint == "The transaction is around it."
    assert question.twin.startswith("async def main()")
    assert question.trace == (
        Step((), "sandy", "transient"),
        Step((), "sandy", "pending"),
        Step(("BEGIN", "INSERT user_account"), "sandy", "persistent"),
        Step(("COMMIT",), "sandy", "expired"),
        Step(("BEGIN", "SELECT user_account"), "sandy", "refreshed"),
    )


def test_all_that_is_told_has_a_limit_of_its_own(new_bank: NewBank) -> None:
    options_at_their_longest = options(
        *(("x" if n == 0 else " ", f"{n} " + "w " * 38, "check: True") for n in range(5))
    )
    longest = options_at_their_longest.replace("Why.", "Why. " * 25)
    text = FRONT.format(kind="choice", more="", stem="What?" * 27) + SAVED.replace("print(", "#" * 600 + "\nprint(")
    text = text.replace("output\nsandy", "output\n" + "sandy " * 39).replace("emitted\n", "emitted\n" + "BEGIN\n" * 30)
    with pytest.raises(ContentError, match="shorten any part of it, to 2700 in all"):
        load(new_bank(sess_0001=text + longest + END.replace("So it is.", "So it is. " * 50)))


@pytest.mark.parametrize("opening", ["```text output", "~~~text output", "````text output"])
async def test_what_a_program_prints_is_written_whole_whatever_it_is(opening: str, new_bank: NewBank) -> None:
    program = 'print("```", "~~~~", sep="\\n")\nprint("\\ud83d lone")'
    fence = opening.removesuffix("text output")
    text = SEVERAL.replace("print(sandy.name)", program).replace(
        "```text output\nsandy\n```", f"{opening}\nold\n{fence}"
    )
    folder = new_bank(sess_0001=text)
    await check(folder, only="sess-0001", accept=True)
    assert [finding for finding in (await check(folder, only="sess-0001")).findings if finding.rule != "sql"] == []
    [question] = load(folder).edition("2.1")
    assert question.output == "```\n~~~~\n\\ud83d lone"
