"""Words as people may read them."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cards.phrases import name
from bot.domain.words import isolate, visible


@given(st.text())
def test_nothing_invisible_is_left(text: str) -> None:
    left = {
        unicodedata.category(char) for char in visible(text) if char not in "\n\u200c\u200d" and char < "\U000e0020"
    }
    assert left.isdisjoint({"Cc", "Cf", "Cs", "Zl", "Zp"})


@pytest.mark.parametrize(
    "text", ["Ada", "عبد الله", "👩‍👩‍👧", "می‌خواهم", "two\nlines", "Zoë 🏴\U000e0067\U000e0062\U000e007f"]
)
def test_what_people_write_stays(text: str) -> None:
    assert visible(text) == text


def test_an_override_of_direction_is_left_out() -> None:
    assert visible("a\u202eb\u2066c\u200f") == "abc"


@pytest.mark.parametrize(("text", "isolated"), [("Ada", False), ("עברית", True), ("١٢", True)])
def test_only_words_from_right_to_left_are_isolated(text: str, isolated: bool) -> None:
    assert (isolate(text) != text) is isolated
    assert text in isolate(text)


@given(st.text(max_size=300))
def test_a_name_is_short_one_line_and_never_empty(raw: str) -> None:
    shown = name(raw).text
    assert 0 < len(shown) <= 32
    assert "\n" not in shown
    assert shown == shown.strip()


def test_a_name_of_nothing_is_someone() -> None:
    assert name("\u202e \u200b\n\u3164\u2800").text == "someone"
