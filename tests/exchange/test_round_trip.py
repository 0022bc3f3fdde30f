"""Out and in again: a question comes back from every format that can be read as it went out."""

from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.cards.model import Span, spans
from bot.domain.question import Kind, Question
from bot.exchange import gift, gift_reading, mdbook, mdbook_reading
from bot.exchange.draft import Draft, Imported
from bot.exchange.markdown import joined, read, written
from bot.exchange.parcel import Parcel, Shelf
from tests.exchange.examples import LARGEST, bank, hostile, shelf, texts

Export = Callable[[Shelf], Parcel]
Read = Callable[[str], Imported]

BOTH = pytest.mark.parametrize(
    ("export", "reader"),
    [(gift.export, gift_reading.read), (mdbook.export, mdbook_reading.read)],
    ids=["gift", "mdbook"],
)


def back(export: Export, reader: Read, question: Question) -> Draft:
    """A question that went out and came in."""
    found = reader(export(shelf(question)).data.decode())
    assert found.remarks == ()
    [draft] = found.drafts
    return draft


def meant(*inline: str) -> list[tuple[Span, ...]]:
    """What texts say: a piece of code is the same between one back-tick and between two."""
    return [spans(text) for text in inline]


def same(draft: Draft, question: Question) -> None:
    """The draft says what the question says."""
    assert draft.name == question.slug
    assert meant(draft.stem) == meant(question.stem)
    assert meant(*(o.text for o in draft.options)) == meant(*(o.text for o in question.options))
    assert meant(*(o.reason for o in draft.options)) == meant(*(o.reason for o in question.options))
    assert draft.key == question.key
    assert meant(*draft.explanation.split("\n\n")) == meant(*question.explanation.split("\n\n"))
    assert draft.program == question.code


@BOTH
@given(question=hostile())
@settings(max_examples=150)
def test_hostile_texts_come_back(export: Export, reader: Read, question: Question) -> None:
    same(back(export, reader, question), question)


@BOTH
@pytest.mark.parametrize("question", LARGEST, ids=lambda question: question.kind)
def test_the_largest_question_of_each_kind_comes_back(export: Export, reader: Read, question: Question) -> None:
    same(back(export, reader, question), question)


@BOTH
@pytest.mark.whole_bank
@pytest.mark.parametrize("version", ["2.0", "2.1"])
def test_the_whole_bank_comes_back(export: Export, reader: Read, version: str) -> None:
    questions = {question.slug: question for question in bank(version)}
    found = reader(export(shelf(*questions.values())).data.decode())
    assert found.remarks == ()
    assert sorted(draft.name for draft in found.drafts) == sorted(questions)
    for draft in found.drafts:
        same(draft, questions[draft.name])


@pytest.mark.parametrize("question", LARGEST, ids=lambda question: question.kind)
def test_gift_also_keeps_kind_level_topics_and_hint(question: Question) -> None:
    draft = back(gift.export, gift_reading.read, question)
    assert (draft.kind, draft.level, draft.topics) == (question.kind, question.level, question.topics)
    assert draft.hint == question.hint


@pytest.mark.parametrize("question", LARGEST, ids=lambda question: question.kind)
def test_mdbook_keeps_the_way_of_answering(question: Question) -> None:
    draft = back(mdbook.export, mdbook_reading.read, question)
    shown_as_choice = {Kind.OUTPUT, Kind.COUNT, Kind.BUG}
    assert draft.kind == (Kind.CHOICE if question.kind in shown_as_choice else question.kind)


@given(text=texts)
@settings(max_examples=500)
@example("** **")
@example("``a``")
@example("`a``b`")
@example("```~``````")
@example(r"\``a`")
@example("` `")
@example("# a")
@example("1. a")
@example("- a")
@example("> a")
@example("~~~")
@example(r"\`a` \\ \n &amp; <b>")
@example("**a `b** c`")
@example("a -> b, __init__ and *args")
def test_inline_text_comes_back_from_commonmark(text: str) -> None:
    lost: list[str] = []
    assert spans(joined(read(written(text), lost), lost)) == spans(text)
    assert lost == []


@BOTH
@given(text=st.text())
def test_no_text_at_all_can_break_a_reader(export: Export, reader: Read, text: str) -> None:
    del export
    found = reader(text)
    assert all(remark.line <= len(text.splitlines()) + 1 for remark in found.remarks)
