"""PRIVACY.md says what the tables say."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot.cards.privacy import FORMAT, exported
from bot.commands import Wish
from bot.grammar import NAME
from bot.play.leaving import KEPT
from bot.play.privacy import MyData
from bot.store.database import Database
from bot.store.models import Base
from tests.spoken import CLOSES
from tests.spoken_privacy import IDENTITY
from tests.store.test_privacy import about_people

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "PRIVACY.md").read_text("utf-8")
ROWS = dict(re.findall(r"^\| `(\w+)` \| (.*?) \|", PAGE, re.MULTILINE))


def test_every_table_is_named() -> None:
    named = {*re.findall(r"`(\w+)`", PAGE)}
    assert {*Base.metadata.tables} <= named


@pytest.mark.parametrize("table", ["person", *sorted(about_people())])
def test_every_column_about_a_person_is_named_with_its_table(table: str) -> None:
    named = re.findall(r"`(\w+)`", ROWS[table].partition(":")[0])
    assert named == [column.name for column in Base.metadata.tables[table].columns]


def test_no_table_is_said_to_be_about_people_that_is_not() -> None:
    assert {*ROWS} == {"person"} | about_people()


def test_every_wish_is_told_and_no_other() -> None:
    said = re.findall(rf"^\| `/{NAME} privacy(?: (\w+))?`(?:, `(\w+)`)?", PAGE, re.MULTILINE)
    assert [word for words in said for word in words if word] == [*Wish]


def test_the_days_that_things_are_kept_are_those() -> None:
    assert f"**{KEPT.days} days after it has left**" in PAGE


def _shape(value: Any) -> Any:
    """The names and kinds of what a JSON document holds."""
    match value:
        case dict():
            return {name: _shape(each) for name, each in value.items()}
        case list():
            return [_shape(value[0])]
        case None:
            return "str"
        case _:
            return type(value).__name__


def test_an_export_looks_as_it_is_told() -> None:
    [told] = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    made = exported(MyData(CLOSES, (IDENTITY,), 1))
    assert _shape(json.loads(told)) == _shape(json.loads(made))
    assert json.loads(told)["format"] == FORMAT
    assert told == json.dumps(json.loads(told), indent=1) + "\n", "its indentation is that of an export"


async def test_no_name_is_in_what_an_error_says(database: Database) -> None:
    """Errors are logged with what they say."""
    with pytest.raises(DBAPIError) as caught:
        async with database.writing() as session:
            await session.execute(text("SELECT nothing FROM person WHERE name = :name"), {"name": "Zephyrine"})
    assert "Zephyrine" not in str(caught.value)
