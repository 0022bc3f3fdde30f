"""Writes JSON: everything the quiz knows about a question, with the names that Open Trivia DB has for some of it.

A client of https://opentdb.com/api_config.php finds `response_code` and `results` as it knows them, and in each result
`category`, `type`, `difficulty`, `question`, `correct_answer` and `incorrect_answers`. Its `type` is `multiple` where
one option is right; the other kinds go by their own names. Texts are inline Markdown.
"""

import json
from typing import assert_never

from bot.domain.question import ONE_LETTER, SHOWS_PROGRAM, Kind, Question
from bot.exchange.parcel import Parcel, Shelf, losses
from bot.exchange.telling import mark

SCHEMA_VERSION = 1
"""Grows when a reader of the old form could no longer read the new one."""

_DIFFICULTY = {1: "easy", 2: "medium", 3: "hard", 4: "hard"}


def export(shelf: Shelf) -> Parcel:
    """The questions as one JSON document."""
    document = {
        "schema_version": SCHEMA_VERSION,
        "response_code": 0,
        "results": [_result(question, shelf.topics[question.topics[0]]) for question in shelf.questions],
    }
    lost = losses(
        shelf.questions,
        ("clients of Open Trivia DB do not know the types several, order and open", lambda q: q.kind not in ONE_LETTER),
    )
    return Parcel((json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode(), lost)


def _result(question: Question, category: str) -> dict[str, object]:
    right, wrong = _answers(question)
    return {
        "category": category,
        "type": "multiple" if question.kind in ONE_LETTER else question.kind,
        "difficulty": _DIFFICULTY[question.level],
        "question": question.stem,
        "correct_answer": right,
        "incorrect_answers": wrong,
        "id": question.slug,
        "revision": question.revision,
        "kind": question.kind,
        "level": question.level,
        "topics": question.topics,
        "sqlalchemy": {"version": question.version, "release": question.release},
        "program": question.code,
        "program_is_asked_with": question.kind in SHOWS_PROGRAM,
        "output": question.output,
        "sql": question.sql.splitlines(),
        "trace": [{"sql": step.sql, "object": step.subject, "state": step.state} for step in question.trace],
        "options": [
            {
                "letter": option.letter,
                "text": option.text,
                "right": option.letter in question.key and question.kind is not Kind.ORDER,
                "place": int(mark(question, option.letter)) if question.kind is Kind.ORDER else None,
                "reason": option.reason,
            }
            for option in question.options
        ],
        "key": question.key,
        "hint": question.hint or None,
        "explanation": question.explanation.split("\n\n"),
        "docs": question.docs,
        "fix": question.fix or None,
        "async_program": question.twin or None,
        "elsewhere": dict(question.elsewhere),
    }


def _answers(question: Question) -> tuple[str, list[str]]:
    """The right answer as one text, and the wrong ones."""
    texts = {option.letter: option.text for option in question.options}
    match question.kind:
        case Kind.CHOICE | Kind.OUTPUT | Kind.COUNT | Kind.BUG | Kind.SEVERAL:
            wrong = [text for letter, text in texts.items() if letter not in question.key]
            return "; ".join(texts[letter] for letter in question.key), wrong
        case Kind.ORDER | Kind.OPEN:
            return "; ".join(texts[letter] for letter in question.key), []
        case _:
            assert_never(question.kind)
