"""JSON: all that the quiz knows, and what a client of Open Trivia DB finds in it."""

import json
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from bot.domain.question import ONE_LETTER, Kind, Question
from bot.exchange import plain
from tests.exchange.examples import LARGEST, bank, shelf

ALL = (*bank("2.0"), *LARGEST)


class Trivia(BaseModel):
    """A question as https://opentdb.com/api_config.php answers; the format is described nowhere else."""

    model_config = ConfigDict(strict=True)

    category: str
    type: Literal["multiple"]
    difficulty: Literal["easy", "medium", "hard"]
    question: str
    correct_answer: str
    incorrect_answers: list[str]


def document(*questions: Question) -> Any:
    return json.loads(plain.export(shelf(*questions)).data)


def test_a_client_of_open_trivia_db_finds_its_way() -> None:
    single = [question for question in ALL if question.kind in ONE_LETTER]
    found = document(*single)
    assert found["response_code"] == 0
    for result, question in zip(found["results"], single, strict=True):
        trivia = Trivia.model_validate(result)
        texts = {option.letter: option.text for option in question.options}
        assert trivia.correct_answer == texts[question.key]
        assert sorted([trivia.correct_answer, *trivia.incorrect_answers]) == sorted(texts.values())


def test_everything_is_there() -> None:
    found = document(*ALL)
    assert found["schema_version"] == plain.SCHEMA_VERSION
    for result, question in zip(found["results"], ALL, strict=True):
        assert (result["id"], result["revision"], result["key"]) == (question.slug, question.revision, question.key)
        assert result["program"] == question.code
        assert [option["text"] for option in result["options"]] == [option.text for option in question.options]
        assert "\n\n".join(result["explanation"]) == question.explanation


def test_an_order_numbers_its_steps() -> None:
    [order] = [question for question in LARGEST if question.kind is Kind.ORDER]
    [result] = document(order)["results"]
    assert [option["place"] for option in result["options"]] == [5, 4, 3, 2, 1]


def test_kinds_that_others_do_not_know_are_told() -> None:
    [loss] = plain.export(shelf(*LARGEST)).losses
    assert loss.slugs == tuple(question.slug for question in LARGEST if question.kind not in ONE_LETTER)
