"""Files → questions: what is read, and that each thing an author can get wrong is refused where it stands."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.bank import CONTENT, Bank, load
from bot.bank.docs import address
from bot.domain.question import CODE, EXPLANATION, HINT, OPTION, OUTPUT, REASON, SQL, STEM, Kind
from bot.errors import ContentError

NewBank = Callable[..., Path]
Written = Callable[[str], str]


@dataclass(frozen=True)
class Slip:
    """A slip of the pen in sess-0006: what is changed, in which line it is then found, and a piece of what is said."""

    name: str
    old: str
    new: str
    at: str
    why: str


FIRST = "- [ ] It flushes pending changes, unless `autoflush` is off"
SECOND = "- [x] It flushes first, and then expires the objects it holds"
REASON_B = "  > Expired objects are read again on their next use, in a new transaction."
CHECK_C = "  <!-- check: sandy not in s -->"

SLIPS = (
    Slip("no front matter", "+++\nid", "id", "id =", "must begin with a line +++"),
    Slip("open front matter", "]\n+++\n", "]\n", "+++", "close it with a line +++"),
    Slip("no TOML", "level = 2", "level 2", "level 2", "not TOML"),
    Slip("no level", "level = 2\n", "", "+++", "level: Field required"),
    Slip("level out of range", "level = 2", "level = 5", "level = 5", "less than or equal to 4"),
    Slip("unknown field", "level = 2", "level = 2\nlevle = 2", "levle", "levle: Extra inputs"),
    Slip("unknown kind", '"choice"', '"quiz"', "kind =", "kind: Input should be 'choice', 'several'"),
    Slip("no trace", "level = 2", 'level = 2\ntrace = ["sandy"]', "trace =", "go together"),
    Slip(
        "goal of a choice",
        "level = 2",
        'level = 2\ngoal = "True"',
        "kind =",
        "`goal` belongs to a question of kind bug",
    ),
    Slip("empty hint", "## Explanation", "## Hint\n\n## Explanation", "## Explanation", "no hint before this line"),
    Slip("long hint", "## Expl", "## Hint\n\n" + "Look. " * 40 + "\n\n## Expl", "Look.", f"shorten it to {HINT}"),
    Slip("other id", "sess-0006", "sess-0007", "id =", "rename the file to sess-0007.md"),
    Slip("unknown topic", '"persistence"', '"persistance"', "topics =", "no topic 'persistance'"),
    Slip("version as number", '"2.0", "2.1"', "2.0, 2.1", "versions =", "versions: Input should be a valid string"),
    Slip("no anchor", "#session_committing", "", "docs =", "is no anchor: write"),
    Slip("no stem", "# Besides", "Besides", "Besides", "no stem before this line"),
    Slip("link in stem", "`session.commit()`", "[commit](x)", "# Besides", "plain words, `code` and **strong** only"),
    Slip("long stem", "# Besides", "# " + "Besides " * 20, "# Besides", f"shorten it to {STEM}"),
    Slip("second stem", "## Explanation", "# Explanation", "# Explanation", "stem comes too late or twice"),
    Slip("other heading", "## Explanation", "## Why", "## Why", "has no place here"),
    Slip("no output fence", "```text output", "```text", "```text", "has no place here"),
    Slip("no sql", "```sql emitted", "```text output 2.0", FIRST, "no sql before this line"),
    Slip("long code", "sandy = User", "#" * CODE + "\nsandy = User", "s = Session", f"shorten it to {CODE}"),
    Slip("unlisted version", "```text output", "```text output 2.2", "```text output 2.2", "'2.2' is not in"),
    Slip(
        "silent version", "```text output", "```text output 2.1", "```text output 2.1", "0 output fences speak for 2.0"
    ),
    Slip("no box", "- [ ] It flushes pending", "- It flushes pending", "- It flushes pending", "must begin with [x]"),
    Slip(
        "two right", FIRST, FIRST.replace("[ ]", "[x]"), "- [x] It flushes pending", "2 options are right on 2.0 (A, B)"
    ),
    Slip("none right", SECOND, SECOND.replace("[x]", "[ ]"), FIRST, "0 options are right on 2.0"),
    Slip("right on one", SECOND, SECOND.replace("[x]", "[x 2.1]"), FIRST, "0 options are right on 2.0"),
    Slip(
        "no words", "# Besides ending the transaction, what does `session.commit()` do?", "#", "#", "the stem is empty"
    ),
    Slip("code as reason", REASON_B, "  > ```\n  > s\n  > ```", "  > ```", "must be one paragraph"),
    Slip("no reason", REASON_B + "\n", "", SECOND, "option B has no reason"),
    Slip("long reason", REASON_B, REASON_B + " So it is." * 10, REASON_B, f"shorten it to {REASON}"),
    Slip(
        "no check",
        CHECK_C + "\n",
        "",
        "- [ ] It flushes first",
        "option C needs one proof: `<!-- check: expression -->`",
    ),
    Slip("other comment", CHECK_C, "  <!-- chekc: True -->", "  <!-- chekc", "holds only its text"),
    Slip("long option", "pending changes", "pending " * 10 + "changes", "- [ ] It flushes pending", f"to {OPTION}"),
    Slip("catch-all", FIRST, "- [ ] All of the above", "- [ ] All of", "options may be shown alone"),
    Slip("same twice", FIRST, SECOND.replace("[x]", "[ ]"), SECOND.replace("[x]", "[ ]"), "two options say the same"),
    Slip(
        "sixth option", FIRST, ("- [ ] More\n  > No.\n  <!-- check: False -->\n" * 2) + FIRST, "- [ ] More", "6 options"
    ),
    Slip("list explained", '"It commits" is', '* "It commits" is', '* "It commits"', "options comes too late or twice"),
    Slip("long explanation", '"It commits" is', "Words. " * 50 + '"It commits" is', "Words.", f"to {EXPLANATION}"),
)


@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: slip.name)
def test_a_slip_is_refused_where_it_stands(slip: Slip, new_bank: NewBank, written: Written) -> None:
    good = written("sess-0006")
    assert slip.old in good
    text = good.replace(slip.old, slip.new, 1)
    line = next(number for number, line in enumerate(text.split("\n"), 1) if line.startswith(slip.at))
    with pytest.raises(ContentError) as refused:
        load(new_bank(sess_0006=text))
    assert refused.value.file == "content/questions/sess-0006.md"
    assert refused.value.line == line
    assert slip.why in refused.value.why


def test_a_fence_that_is_not_closed_is_told_from_a_missing_part(new_bank: NewBank, written: Written) -> None:
    text = written("sess-0006")
    sql = text.index("```sql emitted")
    options = text.index("- [ ]")
    with pytest.raises(ContentError, match="no options before this line"):
        load(new_bank(sess_0006=text[:options]))
    with pytest.raises(ContentError, match="this fence is not closed: end it with ```"):
        load(new_bank(sess_0006=text[:sql] + text[sql:].replace("\n```\n", "\n")))


def test_an_output_question_has_no_proofs(new_bank: NewBank, written: Written) -> None:
    text = written("sess-0029").replace("\n\n## Expl", "\n  <!-- check: True -->\n\n## Expl", 1)
    with pytest.raises(ContentError, match="proved by what the program does"):
        load(new_bank(sess_0029=text))


def test_what_is_read_is_what_is_written(new_bank: NewBank, written: Written) -> None:
    question = load(new_bank(sess_0006=written("sess-0006"))).question("sess-0006")
    assert question is not None
    assert (question.kind, question.level) == (Kind.CHOICE, 2)
    assert question.topics == ("persistence", "transactions")
    assert question.stem == "Besides ending the transaction, what does `session.commit()` do?"
    assert question.code.startswith("s = Session(engine, autoflush=False)\n")
    assert question.output.split("\n") == ["expired: True", "read again: sandy", "in a transaction: False"]
    assert question.sql.startswith("BEGIN\nINSERT user_account\nCOMMIT\n")
    assert [option.letter for option in question.options] == ["A", "B", "C", "D"]
    assert (question.key, question.version) == ("B", "2.1")
    second = question.option("B")
    assert second is not None
    assert (f"- [x] {second.text}", f"  > {second.reason}") == (SECOND, REASON_B)
    assert question.explanation.count("\n\n") == 1
    assert "\n" not in question.explanation.replace("\n\n", "")
    assert question.docs[0] == "https://docs.sqlalchemy.org/en/21/orm/session_basics.html#session-committing"


def test_each_version_gets_its_own_answer(new_bank: NewBank, written: Written) -> None:
    text = written("sess-0006").replace("- [x] ", "- [x 2.1] ").replace(FIRST, FIRST.replace("[ ]", "[x 2.0]"))
    text = text.replace("```sql emitted", "```text output 2.0\nnothing\n```\n\n```sql emitted")
    folder = new_bank(sess_0006=text)
    bank = load(folder)
    [old], [new] = bank.edition("2.0"), bank.edition("2.1")
    assert (old.key, old.output, old.elsewhere) == ("A", "nothing", (("2.1", "B"),))
    assert (new.key, new.output.split("\n")[0], new.elsewhere) == ("B", "expired: True", (("2.0", "A"),))
    assert (old.differs, new.differs) == (True, True)
    assert bank.question("sess-0006", "2.0") is old
    assert bank.question("sess-0006") is bank.question("sess-0006", "9.9") is new
    assert old.revision != new.revision
    assert old.docs[0].startswith("https://docs.sqlalchemy.org/en/20/")


@pytest.mark.parametrize(
    ("old", "new", "changes"),
    [
        ("Besides ending", "Apart from ending", True),
        ("expires the objects", "expires all objects", True),
        (REASON_B, "  > They are read again.", True),
        ("read again: sandy", "read again: Sandy", True),
        ("The\nsession stays open", "The\nsession remains open", True),
        ("level = 2", "level = 3", False),
        ("\n\nThe session stays open", "\n\nThe\nsession stays open", False),
    ],
)
def test_the_revision_follows_what_a_verdict_rests_on(
    old: str, new: str, changes: bool, new_bank: NewBank, written: Written
) -> None:
    good = written("sess-0006")
    before, after = (load(new_bank(sess_0006=text)).edition("2.1")[0] for text in (good, good.replace(old, new)))
    assert (before.revision != after.revision) is (changes and old in good)


def test_the_shipped_bank_fits_the_limits() -> None:
    bank = load()
    assert bank.versions == ("2.0", "2.1")
    for version in bank.versions:
        questions = bank.edition(version)
        assert [question.slug for question in questions] == sorted({question.slug for question in questions})
        for question in questions:
            sizes = (question.stem, question.code, question.output, question.sql, question.explanation)
            limits = (STEM, CODE, OUTPUT, SQL, EXPLANATION)
            assert all(len(text) <= limit for text, limit in zip(sizes, limits, strict=True)), question.slug
            assert set(question.topics) <= set(bank.topics)
            assert bank.question(question.slug, version) is question


def test_a_question_nobody_wrote_is_none() -> None:
    assert Bank({"2.1": {}}, {}).question("sess-0006") is None


@pytest.mark.parametrize(
    ("toml", "why"),
    [
        ("[topics", "cannot be read"),
        ('[topics]\nbasics = "Basics"\n', r"\[kinds\] must list exactly choice, several"),
        ("[topics]\n[kinds]\n" + "".join(f'{kind} = "k"\n' for kind in Kind), r"\[topics\] must list lines"),
    ],
)
def test_the_closed_lists_are_checked(toml: str, why: str, new_bank: NewBank) -> None:
    folder = new_bank()
    (folder / "topics.toml").write_text(toml, encoding="utf-8")
    with pytest.raises(ContentError, match=f"content/topics.toml:1: {why}"):
        load(folder)


@pytest.mark.parametrize(
    ("anchor", "page"),
    [
        ("api:Session.params.binds", "orm/session_api.html#sqlalchemy.orm.Session.params.binds"),
        ("api:AsyncSession", "orm/extensions/asyncio.html#sqlalchemy.ext.asyncio.AsyncSession"),
    ],
)
def test_an_anchor_becomes_a_page(anchor: str, page: str) -> None:
    assert address(anchor, "2.1") == f"https://docs.sqlalchemy.org/en/21/{page}"


def test_the_bank_is_found_from_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert CONTENT.is_absolute()
    assert load().edition("")
