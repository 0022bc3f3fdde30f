"""How good a question is: counted by hand, and against the textbook's formula."""

from statistics import StatisticsError, correlation

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.items import EASY, ENOUGH, ENOUGH_TO_DOUBT, HARD, WEAK, Flag, Health, Moments, discrimination, health

Answers = list[tuple[bool, float]]

answers = st.lists(st.tuples(st.booleans(), st.integers(0, 11).map(float)), max_size=40)


def parted(said: Answers) -> float | None:
    """How well a question parts these people: whether they were right, and what they got elsewhere."""
    return discrimination(
        *(moments([rest for was_right, rest in said if was_right is right]) for right in (True, False))
    )


def moments(points: list[float]) -> Moments:
    """What these people got elsewhere."""
    return Moments(len(points), sum(points), sum(each * each for each in points))


def judged(said: Answers, *, pulled: bool = False) -> Health:
    """How a question did of which everybody answered others, too."""
    return health(len(said), sum(right for right, _ in said), parted(said), len(said), pulled=pulled)


def of(right: int, wrong: int, knows: float = 10.0, does_not: float = 2.0) -> Answers:
    """So many who were right and got `knows` elsewhere, and so many who were wrong and got `does_not`."""
    return [(True, knows)] * right + [(False, does_not)] * wrong


HARDLY = [(True, 6.1), (False, 6.0), (False, 0.0), (True, 0.0)]


@given(answers)
def test_it_is_the_correlation_of_being_right_with_the_rest(said: Answers) -> None:
    found = parted(said)
    try:
        expected = correlation([float(right) for right, _ in said], [rest for _, rest in said])
    except StatisticsError:  # fewer than two, or one of both is constant
        assert found is None
    else:
        assert found == pytest.approx(expected, abs=1e-6)


def test_a_question_that_parts_people_perfectly_has_1_and_one_that_does_so_the_wrong_way_has_minus_1() -> None:
    assert parted(of(3, 5)) == pytest.approx(1)
    assert parted(of(3, 5, knows=2, does_not=10)) == pytest.approx(-1)


@pytest.mark.parametrize("same", [of(4, 0), of(0, 4), of(3, 3, 5, 5), []])
def test_where_all_are_alike_nothing_can_be_said(same: Answers) -> None:
    assert parted(same) is None


@pytest.mark.parametrize(
    ("said", "pulled", "flags"),
    [
        (of(10, 10), False, ()),
        (of(10, 10, 2, 10), False, (Flag.KEY,)),
        (of(7, 7, 2, 10), False, ()),  # fewer than are enough to doubt a key
        (of(10, 10), True, (Flag.PULL,)),
        (of(7, 7), True, ()),
        (of(2, 18), False, (Flag.HARD,)),
        (of(19, 1), False, (Flag.EASY,)),
        (of(1, 13), False, ()),
        (HARDLY * 10, False, (Flag.WEAK,)),
        (HARDLY * 7, False, ()),  # fewer than make it weak
    ],
)
def test_what_is_conspicuous_is_told_once_enough_people_answered(
    said: Answers, pulled: bool, flags: tuple[Flag, ...]
) -> None:
    assert judged(said, pulled=pulled).flags == flags


def test_whoever_answered_nothing_else_counts_for_how_hard_it_is_and_not_for_how_well_it_parts() -> None:
    found = health(25, 13, -0.2, 14, pulled=False)
    assert (found.share, found.flags) == (0.52, ())
    assert health(25, 13, -0.2, 15, pulled=False).flags == (Flag.KEY,)


@given(answers, st.booleans())
def test_flags_follow_their_rules(said: Answers, pulled: bool) -> None:
    found = judged(said, pulled=pulled)
    people = len(said)
    assert (found.people, found.right) == (people, sum(right for right, _ in said))
    assert (Flag.KEY in found.flags) == (people >= ENOUGH_TO_DOUBT and (found.discrimination or 0) < 0)
    assert (Flag.PULL in found.flags) == (pulled and people >= ENOUGH_TO_DOUBT)
    assert not (Flag.WEAK in found.flags and (found.discrimination or 0) >= WEAK)
    assert not (Flag.WEAK in found.flags and people < ENOUGH)
    assert not (Flag.HARD in found.flags and found.share >= HARD)
    assert not (Flag.EASY in found.flags and found.share <= EASY)
