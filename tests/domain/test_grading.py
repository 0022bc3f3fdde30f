"""What an answer earns, by the kind of its question."""

from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.grading import Verdict, credit, judge
from bot.domain.question import LETTERS, ONE_LETTER, Kind, Option
from bot.domain.scoring import points
from tests import spoken

some_letters = st.sets(st.sampled_from(LETTERS), min_size=1).map(lambda letters: "".join(sorted(letters)))
steps = st.permutations(LETTERS).map("".join)


@pytest.mark.parametrize("kind", sorted(ONE_LETTER))
def test_one_letter_is_right_or_wrong(kind: Kind) -> None:
    assert {letter: credit(kind, "B", letter) for letter in "ABC"} == {"A": 0, "B": 1, "C": 0}


@pytest.mark.parametrize(
    ("key", "choice", "earned"),
    [
        ("AC", "AC", "1"),
        ("AC", "A", "1/2"),
        ("AC", "ABC", "1/2"),
        ("AC", "AB", "0"),
        ("AC", "B", "0"),
        ("AC", "ABCD", "0"),
        ("ABD", "ABCD", "2/3"),
        ("ABD", "A", "1/3"),
    ],
)
def test_of_several_right_ones_each_wrong_letter_takes_away_a_hit(key: str, choice: str, earned: str) -> None:
    assert credit(Kind.SEVERAL, key, choice) == Fraction(earned)


@given(some_letters, some_letters)
def test_the_credit_of_several_is_the_formula(key: str, choice: str) -> None:
    hits = len([letter for letter in choice if letter in key])
    false = len(choice) - hits
    assert credit(Kind.SEVERAL, key, choice) == Fraction(max(0, hits - false), len(key))


@pytest.mark.parametrize(
    ("choice", "earned"),
    [("CAB", "1"), ("ACB", "1/3"), ("CBA", "1/3"), ("BCA", "0"), ("BAC", "0"), ("C", "0"), ("CA", "1/3"), ("AC", "0")],
)
def test_an_order_earns_its_right_pairs_less_the_others(choice: str, earned: str) -> None:
    assert credit(Kind.ORDER, "CAB", choice) == Fraction(earned)


@given(steps, steps)
def test_only_the_whole_order_is_right_and_its_reverse_is_worth_nothing(key: str, choice: str) -> None:
    assert (credit(Kind.ORDER, key, choice) == 1) == (key == choice)
    assert credit(Kind.ORDER, key, key[::-1]) == 0


def test_a_random_order_earns_little() -> None:
    earned = [credit(Kind.ORDER, "ABCD", "".join(choice)) for choice in permutations("ABCD")]
    assert sum(earned) / len(earned) < Fraction(1, 4)


def test_of_an_open_question_one_says_how_many_points_one_had() -> None:
    assert [credit(Kind.OPEN, "ABCD", str(number)) for number in range(5)] == [Fraction(n, 4) for n in range(5)]


def test_the_verdict_says_whether_all_some_or_none_was_right() -> None:
    assert [judge(Fraction(part, 2)) for part in range(3)] == [Verdict.WRONG, Verdict.PARTLY, Verdict.RIGHT]


@given(st.fractions(0, 1), st.booleans())
def test_partly_right_pays_in_proportion(earned: Fraction, sure: bool) -> None:
    least, most = (points(Fraction(n), sure=sure, hinted=False) for n in (0, 1))
    assert 0 <= least + earned * (most - least) - points(earned, sure=sure, hinted=False) < 1


@pytest.mark.parametrize(
    ("kind", "said", "choice"),
    [
        (Kind.CHOICE, "b", "B"),
        (Kind.CHOICE, " B ", "B"),
        (Kind.CHOICE, "AB", None),
        (Kind.CHOICE, "Z", None),
        (Kind.CHOICE, "", None),
        (Kind.SEVERAL, "c, a", "AC"),
        (Kind.SEVERAL, "A+A", "A"),
        (Kind.SEVERAL, "AF", None),
        (Kind.ORDER, "c > a > b", "CAB"),
        (Kind.ORDER, "ca", "CA"),
        (Kind.ORDER, "CAC", None),
        (Kind.OPEN, "3", "3"),
        (Kind.OPEN, "6", None),
        (Kind.OPEN, "A", None),
        (Kind.OPEN, "-1", None),
    ],
)
def test_an_answer_has_one_form_however_it_is_said(kind: Kind, said: str, choice: str | None) -> None:
    assert spoken.largest(kind).choice(said) == choice


@given(st.sampled_from(sorted(Kind)), st.text(max_size=12))
def test_whatever_is_said_is_an_answer_or_none(kind: Kind, said: str) -> None:
    question = spoken.largest(kind)
    choice = question.choice(said)
    if choice is not None:
        assert question.choice(choice) == choice
        assert 0 <= credit(kind, question.key, choice) <= 1


def test_a_letter_that_is_not_there_has_no_option() -> None:
    question = spoken.largest(Kind.CHOICE)
    assert question.option("Z") is None
    assert isinstance(question.option("A"), Option)
