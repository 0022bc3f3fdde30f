"""Link codes as they are shown, typed and kept."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.links import CODES, LENGTH, LETTERS, digest, read_code, spell

numbers = st.integers(0, CODES - 1)


def test_there_are_more_of_them_than_can_be_tried() -> None:
    assert math.log2(CODES) > 40
    assert len({*LETTERS}) == len(LETTERS)


@pytest.mark.parametrize("alike", ["0O", "1IL", "2Z", "5S", "8B"])
def test_no_letter_is_taken_for_another(alike: str) -> None:
    assert not {*alike} & {*LETTERS}


@given(numbers, numbers)
def test_two_numbers_are_two_codes(one: int, other: int) -> None:
    assert (spell(one) == spell(other)) == (one == other)


@given(numbers)
def test_a_code_is_read_however_it_is_typed(number: int) -> None:
    shown = spell(number)
    code = read_code(shown)
    assert code is not None
    assert len(code) == LENGTH
    assert read_code(f" {shown.lower().replace('-', ' ')} ") == read_code(shown.replace("-", "–")) == code
    assert code not in digest(code)
    assert len(digest(code)) == 64


@pytest.mark.parametrize(
    "said", ["", "off", "ACDEF-GHJK", "ACDEF-GHJKMM", "ACDEF-GHJK0", "ACDEF-GHJKÄ", "١" * 10, "-" * 10]
)
def test_what_is_no_code_is_told_from_one(said: str) -> None:
    assert read_code(said) is None
