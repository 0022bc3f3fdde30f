"""The deck as Anki itself takes it, and as it lies on disk."""

import sqlite3
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest
from anki.notes import Note

from bot.domain.question import Kind, Question
from bot.exchange import anki
from bot.exchange.parcel import Shelf
from tests.exchange.examples import LARGEST, bank, shelf

ALL = (*bank("2.1"), *LARGEST)


def imported(folder: Path, *shelves: Shelf) -> Collection:
    """A new collection into which decks were imported one after the other, as Anki does."""
    collection = Collection(str(folder / "collection.anki2"))
    for number, each in enumerate(shelves):
        package = folder / f"{number}.apkg"
        package.write_bytes(anki.export(each).data)
        options = ImportAnkiPackageOptions(merge_notetypes=True)
        collection.import_anki_package(ImportAnkiPackageRequest(package_path=str(package), options=options))
    return collection


def notes(collection: Collection) -> dict[str, Note]:
    """The notes by the id of their question."""
    found = [collection.get_note(number) for number in collection.find_notes("")]
    return {note["Id"]: note for note in found}


def test_anki_takes_every_question(tmp_path: Path) -> None:
    collection = imported(tmp_path, shelf(*ALL))
    found = notes(collection)
    assert sorted(found) == sorted(question.slug for question in ALL)
    assert {name.name for name in collection.decks.all_names_and_ids()} == {"Default", anki.DECK}
    for question in ALL:
        note = found[question.slug]
        [card] = note.cards()
        assert f"sqla-quiz::topic::{question.topics[0]}" in note.tags
        assert f"sqla-quiz::level::{question.level}" in note.tags
        front, back = card.question(), card.answer()
        assert ('<p class="hint">' in front) is bool(question.hint)
        assert "Ran on SQLAlchemy" not in front
        assert "Ran on SQLAlchemy" in back
    collection.close()


@pytest.mark.parametrize("question", LARGEST, ids=lambda question: question.kind)
def test_the_front_asks_and_the_back_tells(question: Question, tmp_path: Path) -> None:
    collection = imported(tmp_path, shelf(question))
    [card] = notes(collection)[question.slug].cards()
    front, back = (side.partition("</style>")[2] for side in (card.question(), card.answer()))
    collection.close()
    options = front.count("<li>")
    assert options == (0 if question.kind is Kind.OPEN else len(question.options))
    assert ("<pre>" in front) is (question.kind in {Kind.OUTPUT, Kind.COUNT, Kind.BUG})
    assert back.count("<small>") == len(question.options) + 1
    assert not any(mark in front for mark in "✓✗")
    assert all(url in back for url in question.docs)


def test_a_newer_deck_changes_notes_and_makes_none(tmp_path: Path) -> None:
    first = LARGEST[0]
    newer = replace(shelf(replace(first, stem="Is it new?")), changed=shelf().changed + 60)
    collection = imported(tmp_path, shelf(first), newer)
    assert collection.note_count() == 1
    assert "Is it new?" in notes(collection)[first.slug]["Question"]
    collection.close()


def test_what_anki_would_take_for_its_own_is_only_text(tmp_path: Path) -> None:
    text = r"{{Answer}} [sound:x.mp3] [latex]x[/latex] \(x\) [$]y[/$] <script>alert(1)</script> `{{c1::x}}`"
    question = replace(LARGEST[0], stem=text)
    collection = imported(tmp_path, shelf(question))
    [card] = notes(collection)[question.slug].cards()
    front = card.question().partition("</style>")[2]
    collection.close()
    assert "<script>" not in front
    assert not card.question_av_tags()
    for raw in ("[sound:", "[latex]", "[$]", r"\(", "{{"):
        assert raw not in front


def test_the_same_questions_make_the_same_bytes() -> None:
    assert anki.export(shelf(*LARGEST)).data == anki.export(shelf(*LARGEST)).data


def test_it_is_a_zip_with_a_database(tmp_path: Path) -> None:
    package = tmp_path / "deck.apkg"
    package.write_bytes(anki.export(shelf(*LARGEST)).data)
    with zipfile.ZipFile(package) as files:
        assert files.testzip() is None
        files.extract("collection.anki2", tmp_path)
    with sqlite3.connect(tmp_path / "collection.anki2") as database:
        found = database.execute("SELECT guid, flds FROM notes").fetchall()
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    database.close()
    assert len({guid for guid, _ in found}) == len(LARGEST)
    assert all(fields.count("\x1f") == len(anki.FIELDS) - 1 for _, fields in found)
