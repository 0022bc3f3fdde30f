"""GIFT as others read it, and others' GIFT as we read it.

pygiftparser is from 2017 and takes an escaped brace for the end of the answers, so it judges the questions without one.
The reader's own refusals are proved here; that nothing is changed on the way out and in, in `test_round_trip`.
"""

import io
import re
import warnings
from typing import Any

import pytest

from bot.domain.question import ONE_LETTER, Kind, Question
from bot.exchange import gift, gift_reading
from bot.exchange.draft import Draft, Remark
from tests.exchange.examples import LARGEST, bank, shelf

WITHOUT_BRACES = [
    question
    for question in (*bank("2.1"), *LARGEST)
    if not any(set("{}") & set(option.text + option.reason) for option in question.options)
]


def parsed(text: str) -> list[Any]:
    """The questions that pygiftparser finds. It has no types, and speaks of what newer Pythons deprecate."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pygiftparser.parser import parseFile  # noqa: PLC0415  # importing it warns

        return list(parseFile(io.StringIO(text)))


def test_another_parser_finds_every_question_with_its_answers() -> None:
    assert len(WITHOUT_BRACES) > 0.9 * len(bank("2.1"))
    found = parsed(gift.export(shelf(*WITHOUT_BRACES)).data.decode())
    by_slug = {question.slug: question for question in WITHOUT_BRACES}
    assert sorted(one.title for one in found) == sorted(by_slug)
    for one in found:
        question = by_slug[one.title]
        assert one.valid
        assert one.markup == "markdown"
        assert type(one.answers).__name__ == expected(question)
        if question.kind in ONE_LETTER:
            assert [a.fraction == 100 for a in one.answers.answers] == [
                o.letter in question.key for o in question.options
            ]
        elif question.kind is Kind.SEVERAL:
            assert [a.fraction > 0 for a in one.answers.answers] == [o.letter in question.key for o in question.options]
            assert sum(a.fraction for a in one.answers.answers if a.fraction > 0) == pytest.approx(100, abs=0.001)


def expected(question: Question) -> str:
    """What pygiftparser calls the answers of a kind."""
    kinds = {Kind.SEVERAL: "MultipleChoicesSet", Kind.ORDER: "MatchingSet", Kind.OPEN: "Essay"}
    return kinds.get(question.kind, "SelectSet")


def test_no_question_holds_a_blank_line_and_every_brace_is_escaped() -> None:
    text = gift.export(shelf(*bank("2.1"), *LARGEST)).data.decode()
    for part in text.split("\n\n"):
        bare = re.sub(r"\\.", "", "\n".join(line for line in part.splitlines() if not line.startswith("//")))
        assert bare.count("{") == bare.count("}") == bool(bare and not bare.startswith("$CATEGORY"))


def test_weights_are_fractions_that_moodle_knows() -> None:
    known = "100 90 83.33333 80 75 70 66.66667 60 50 40 33.33333 30 25 20 16.66667 14.28571 12.5 11.11111 10 5"
    text = gift.export(shelf(*bank("2.1"), *LARGEST)).data.decode()
    weights = set(re.findall(r"^\t~%-?([\d.]+)%", text, re.MULTILINE))
    assert weights
    assert weights <= set(known.split())


def test_what_is_lost_is_told_with_the_ids() -> None:
    hints, essays = (str(loss) for loss in gift.export(shelf(*LARGEST)).losses)
    assert hints == "GIFT has no hints, so they are comments only: all of them"
    assert essays == "GIFT cannot judge own words, so these are essays: sess-9006"


def only(text: str) -> Draft:
    [draft] = gift_reading.read(text).drafts
    return draft


def options(text: str) -> list[tuple[str, bool, str]]:
    return [(option.text, option.right, option.reason) for option in only(text).options]


def test_the_examples_of_the_documentation_are_read() -> None:
    grant = "Who's buried in Grant's tomb?{~Grant#no ~Jefferson\n=no one #  He is entombed}"
    assert options(grant) == [("Grant", False, "no"), ("Jefferson", False, ""), ("no one", True, "He is entombed")]
    assert only("Grant is {~buried =entombed ~living} in it.").stem == "Grant is _____ in it."
    assert options("1+1\\=2{T#really?#yes}") == [("True", True, "yes"), ("False", False, "really?")]
    assert options("1+1\\=3{FALSE}") == [("True", False, ""), ("False", True, "")]
    two = only("Which two?{~%50%a ~%50%b ~%-100%c}")
    assert (two.kind, two.key) == (Kind.SEVERAL, "AB")
    steps = only("In order!{=second -> 2 =first -> 1 =third -> 3}")
    assert (steps.kind, steps.key) == (Kind.ORDER, "BAC")
    essay = only("::Q::Say why.{####Because.}")
    assert (essay.kind, essay.name, essay.explanation) == (Kind.OPEN, "Q", "Because.")


def test_html_becomes_words_and_code() -> None:
    draft = only(
        "[html]<p>What does <code>x &lt\\; y</code> <b>do</b>?</p><pre>x \\= 1\\ny \\= 2</pre>{=a ~b<br>c}".replace(
            "\\;", ";"
        )
    )
    assert draft.stem == "What does `x < y` **do**?"
    assert draft.program == "x = 1\ny = 2"
    assert [option.text for option in draft.options] == ["a", "b c"]


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ("\n\n::a::b{=c ~d", 3, "the answers have no end"),
        ("a } b", 1, "a } without a {"),
        ("::a b{=c ~d}", 1, "the title has no end"),
        ("a{b =c ~d}", 1, "text before the first = or ~"),
        ("a{b}", 1, "begin with neither = nor ~"),
        ("a{~b ~c}", 1, "no answer is right"),
        ("a{#about three}", 1, "needs one behind the #"),
        ("{=a ~b}", 1, "no question before the answers"),
    ],
)
def test_a_malformed_question_is_told_by_its_line_and_keeps_no_other(text: str, line: int, why: str) -> None:
    found = gift_reading.read(f"{text}\n\n::good::Fine?{{=yes ~no}}\n")
    assert [draft.name for draft in found.drafts] == ["good"]
    [remark] = found.remarks
    assert (remark.line, remark.fault) == (line, True)
    assert why in remark.why


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Only words.", "asks nothing"),
        ("Match{=Canada -> Ottawa =Italy -> Rome}", "pairs are left out"),
        ("When?{#1822:5}", "only 1822 is kept"),
        ("Two and two?{=four =%50%for}", "that one types"),
        ("Partly?{=a ~%50%b ~c}", "partly right"),
        ('[html]See <img src\\="a.png">?{=a ~b}', "the picture a.png"),
        ("[html]A<script>b</script>{=a ~b}", "the tag <script>"),
        ("[markdown]A\\n\\n* b\\n* c{=a ~b}", "a list"),
    ],
)
def test_what_cannot_be_carried_over_is_told(text: str, why: str) -> None:
    remarks = gift_reading.read(text).remarks
    assert any(why in remark.why for remark in remarks)
    assert not any(remark.fault for remark in remarks)


def test_what_a_hint_says_names_nothing() -> None:
    found = gift_reading.read("// [id:mine]\n// hint: look at [id:other] and [tag:states]\nQ?{=a ~b}")
    [draft] = found.drafts
    assert (draft.name, draft.hint, draft.topics) == ("mine", "look at [id:other] and [tag:states]", ())


def test_windows_lines_a_mark_at_the_beginning_and_a_category_without_a_gap() -> None:
    found = gift_reading.read("\ufeff// c\r\n$CATEGORY: x\r\n::n::Q?{=a\r\n~b}\r\n\r\nbroken{\r\n")
    assert [draft.stem for draft in found.drafts] == ["Q?"]
    assert found.remarks == (Remark(6, found.remarks[0].why, fault=True),)
