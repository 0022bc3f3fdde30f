"""The TOML of mdbook-quiz: what is written, what is read, what is refused.

There is no validator of it for Python. Its schema, https://docs.rs/mdbook-quiz-schema, stands in our own models in
`mdbook_reading`, which refuse a field or a type that it does not have.
"""

import tomllib

import pytest

from bot.domain.question import Kind
from bot.exchange import mdbook, mdbook_reading
from tests.exchange.examples import LARGEST, bank, shelf

ALL = (*bank("2.1"), *LARGEST)


def test_every_question_is_as_the_schema_has_it() -> None:
    text = mdbook.export(shelf(*ALL)).data.decode()
    tables = tomllib.loads(text)["questions"]
    assert [table["id"] for table in tables] == [question.slug for question in ALL]
    for table, question in zip(tables, ALL, strict=True):
        found = mdbook_reading.QUESTION.validate_python(table)
        typed = question.kind in {Kind.ORDER, Kind.OPEN}
        assert isinstance(found, mdbook_reading.ShortAnswer if typed else mdbook_reading.MultipleChoice)
        assert found.context
    assert mdbook_reading.read(text).remarks == ()


def test_an_order_is_typed_and_every_way_of_typing_it_counts() -> None:
    [order] = [question for question in LARGEST if question.kind is Kind.ORDER]
    [table] = tomllib.loads(mdbook.export(shelf(order)).data.decode())["questions"]
    assert table["answer"]["answer"] == "EDCBA"
    assert {"E D C B A", "E, D, C, B, A", "E,D,C,B,A", "E-D-C-B-A"} <= set(table["answer"]["alternatives"])
    assert "* **A** " in table["prompt"]["prompt"]


def test_a_right_option_keeps_its_place() -> None:
    for question in LARGEST:
        [table] = tomllib.loads(mdbook.export(shelf(question)).data.decode())["questions"]
        if "answerIndex" in table["prompt"]:
            assert question.key == "ABCDE"[table["prompt"]["answerIndex"]]


def test_what_is_lost_is_told() -> None:
    told = [str(loss) for loss in mdbook.export(shelf(*LARGEST)).losses]
    assert [line.partition(":")[2].strip() for line in told] == ["all of them", "all of them", "sess-9004", "sess-9006"]


def quiz(*questions: str) -> str:
    return "\n".join(f"[[questions]]\n{question}\n" for question in questions)


GOOD = 'type = "MultipleChoice"\nprompt.prompt = "A?"\nprompt.distractors = ["b", "c"]\nanswer.answer = "a"'


def test_an_option_stands_where_its_index_says() -> None:
    [draft] = mdbook_reading.read(quiz(GOOD.replace("answer.answer", "prompt.answerIndex = 1\nanswer.answer"))).drafts
    assert [option.text for option in draft.options] == ["b", "a", "c"]
    assert draft.key == "B"


def test_shared_context_is_part_of_each_question() -> None:
    text = quiz(f'multipart = "p"\n{GOOD}') + '[multipart]\np = "Given `x`:"\n'
    [draft] = mdbook_reading.read(text).drafts
    assert draft.stem == "Given `x`: A?"


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ("[[questions]\n", 1, "this is not TOML"),
        (f"{quiz(GOOD)}x = \n", 6, "this is not TOML"),
        ('title = "x"\n', 1, "no [[questions]]"),
        (quiz(GOOD, GOOD.replace('"A?"', "3")), 7, "MultipleChoice.prompt.prompt: Input should be a valid string"),
        (quiz(GOOD, GOOD.replace('"a"', "[]")), 7, "answer"),
        (quiz('type = "Essay"'), 1, "question: Input tag 'Essay'"),
        (quiz(f"{GOOD}\nreasons = []"), 1, "reasons: Extra inputs are not permitted"),
    ],
)
def test_what_is_malformed_is_told_by_its_line(text: str, line: int, why: str) -> None:
    faults = [remark for remark in mdbook_reading.read(text).remarks if remark.fault]
    assert [fault.line for fault in faults] == [line]
    assert why in faults[0].why


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('type = "Tracing"\nprompt.program = "fn main() {}"\nanswer.doesCompile = true', "traces a Rust program"),
        ('type = "ShortAnswer"\nprompt.prompt = "A?"\nanswer.answer = "let"', "that one types"),
        (f"{GOOD}\npromptExplanation = true", "nobody is asked why"),
        (f'{GOOD}\ncontext = "See:\\n\\n```rust\\nx\\n```"', "code in the explanation"),
    ],
)
def test_what_cannot_be_carried_over_is_told(text: str, why: str) -> None:
    remarks = mdbook_reading.read(quiz(text)).remarks
    assert any(why in remark.why for remark in remarks)
    assert not any(remark.fault for remark in remarks)
