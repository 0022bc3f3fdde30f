"""How good a question is: counted by hand, and against the textbook's formula."""

from statistics import StatisticsError, correlation

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.items import EASY, ENOUGH, ENOUGH_TO_DOUBT, HARD, WEAK, Flag, discrimination, health

Answers = list[tuple[bool, float]]

answers = st.lists(st.tuples(st.booleans(), st.integers(0, 11).map(float)), max_size=40)


def of(right: int, wrong: int, knows: float = 10.0, does_not: float = 2.0) -> Answers:
    """So many who were right and got `knows` elsewhere, and so many who were wrong and got `does_not`."""
    return [(True, knows)] * right + [(False, does_not)] * wrong


@given(answers)
def test_it_is_the_correlation_of_being_right_with_the_rest(given_answers: Answers) -> None:
    found = discrimination(given_answers)
    try:
        expected = correlation([float(right) for right, _ in given_answers], [rest for _, rest in given_answers])
    except StatisticsError:  # fewer than two, or one of both is constant
        assert found is None
    else:
        assert found == pytest.approx(expected, abs=1e-9)


def test_a_question_that_parts_people_perfectly_has_1_and_one_that_does_so_the_wrong_way_has_minus_1() -> None:
    assert discrimination(of(3, 5)) == pytest.approx(1)
    assert discrimination(of(3, 5, knows=2, does_not=10)) == pytest.approx(-1)


@pytest.mark.parametrize("same", [of(4, 0), of(0, 4), of(3, 3, 5, 5), []])
def test_where_all_are_alike_nothing_can_be_said(same: Answers) -> None:
    assert discrimination(same) is None


@pytest.mark.parametrize(
    ("given_answers", "pulled", "flags"),
    [
        (of(10, 10), False, ()),
        (of(10, 10, 2, 10), False, (Flag.KEY,)),
        (of(7, 7, 2, 10), False, ()),  # fewer than are enough to doubt a key
        (of(10, 10), True, (Flag.PULL,)),
        (of(7, 7), True, ()),
        (of(2, 18), False, (Flag.HARD,)),
        (of(19, 1), False, (Flag.EASY,)),
        (of(1, 13), False, ()),
        ([(True, 6.1), (False, 6.0), (False, 0.0), (True, 0.0)] * 10, False, (Flag.WEAK,)),
        ([(True, 6.1), (False, 6.0), (False, 0.0), (True, 0.0)] * 7, False, ()),  # fewer than make it weak
    ],
)
def test_what_is_conspicuous_is_told_once_enough_people_answered(
    given_answers: Answers, pulled: bool, flags: tuple[Flag, ...]
) -> None:
    assert health(given_answers, pulled).flags == flags


@given(answers, st.booleans())
def test_flags_follow_their_rules(given_answers: Answers, pulled: bool) -> None:
    found = health(given_answers, pulled)
    people = len(given_answers)
    assert (found.people, found.right) == (people, sum(right for right, _ in given_answers))
    assert (Flag.KEY in found.flags) == (people >= ENOUGH_TO_DOUBT and (found.discrimination or 0) < 0)
    assert (Flag.PULL in found.flags) == (pulled and people >= ENOUGH_TO_DOUBT)
    assert not (Flag.WEAK in found.flags and (found.discrimination or 0) >= WEAK)
    assert not (Flag.WEAK in found.flags and people < ENOUGH)
    assert not (Flag.HARD in found.flags and found.share >= HARD)
    assert not (Flag.EASY in found.flags and found.share <= EASY)
