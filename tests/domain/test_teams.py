"""Teams: names that read the same are the same, and no team is better off for its size or the order of its people."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench import teams as bench
from bot.domain.teams import (
    FEWEST,
    Pick,
    TeamTotal,
    mean,
    mixed,
    rank_teams,
    snake,
    team_name,
    tenths,
    window,
    worth,
)

sizes, sums = st.integers(0, 40), st.integers(0, 5_000)
averages = st.fractions(0, 500, max_denominator=1_000)
totals = st.lists(st.tuples(sums, sizes), max_size=12).map(
    lambda drawn: [
        TeamTotal(number, "x", points if people else 0, people) for number, (points, people) in enumerate(drawn)
    ]
)


@given(averages, sums, st.integers(1, 40), st.integers(1, 100))
def test_a_team_is_worth_more_for_every_point_of_anybody(average: Fraction, points: int, n: int, more: int) -> None:
    assert worth(average, points + more, n) > worth(average, points, n)
    assert worth(average, points, n + 1) <= worth(average, points, n), "and never for somebody who adds nothing"


@given(averages, st.integers(1, 40))
def test_a_team_of_average_people_is_worth_the_average_whatever_its_size(average: Fraction, n: int) -> None:
    assert worth(average, 0, 0) == average
    assert (5 * average + n * average) / (5 + n) == average
    assert worth(Fraction(7), 7 * n, n) == 7


@given(totals, averages, st.randoms(use_true_random=False))
def test_ranks_do_not_depend_on_the_order_that_teams_come_in(
    drawn: list[TeamTotal], average: Fraction, random: object
) -> None:
    shuffled = [*drawn]
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # a Random
    assert rank_teams(shuffled, average) == rank_teams(drawn, average)


@given(totals, averages)
def test_ranks_are_one_more_than_the_number_of_better_teams_and_equal_teams_are_equal(
    drawn: list[TeamTotal], average: Fraction
) -> None:
    ranked = rank_teams(drawn, average)
    assert {each.total.team for each in ranked} == {each.team for each in drawn}
    with_rank = [each for each in ranked if each.total.people >= FEWEST]
    assert ranked[: len(with_rank)] == with_rank
    for each in with_rank:
        assert each.rank == 1 + sum(other.worth > each.worth for other in with_rank)
        assert each.worth == (5 * average + each.total.points) / (5 + each.total.people)
    assert all(each.rank is None for each in ranked[len(with_rank) :])


@given(averages, st.integers(0, 500), st.integers(FEWEST, 20))
def test_equal_teams_share_a_rank(average: Fraction, points: int, people: int) -> None:
    same = [TeamTotal(number, "x", points, people) for number in range(3)]
    better = TeamTotal(9, "x", points + 1, people)
    worse = TeamTotal(8, "x", points, people + 1)
    ranks = [each.rank for each in rank_teams([*same, better], average)]
    assert ranks == [1, 2, 2, 2]
    if points and average:
        assert [each.rank for each in rank_teams([*same, worse], average)][:3] == [1, 1, 1]


def test_the_mean_of_nobody_is_nothing() -> None:
    assert mean(0, 0) == 0
    assert mean(10, 4) == Fraction(5, 2)


@pytest.mark.parametrize(
    ("number", "shown", "exactly"),
    [
        (Fraction(0), "0.0", "0"),
        (Fraction(7), "7.0", "7"),
        (Fraction(185, 3), "61.7", "61 2/3"),
        (Fraction(1, 20), "0.1", "0 1/20"),
        (Fraction(199, 200), "1.0", "0 199/200"),
        (Fraction(249, 1000), "0.2", "0 249/1000"),
    ],
)
def test_numbers_are_shown_with_one_decimal_and_to_the_last_bit(number: Fraction, shown: str, exactly: str) -> None:
    assert (tenths(number), mixed(number)) == (shown, exactly)


@given(st.fractions(0, 10_000, max_denominator=10_000))
def test_what_is_shown_is_off_by_half_a_tenth_at_most(number: Fraction) -> None:
    assert abs(Fraction(tenths(number)) - number) <= Fraction(1, 20)
    whole, _, rest = mixed(number).partition(" ")
    assert int(whole) + (Fraction(rest) if rest else 0) == number


@pytest.mark.parametrize(
    ("said", "shown", "key"),
    [
        ("Night Owls", "Night Owls", "night owls"),
        ("  NIGHT\towls ", "NIGHT owls", "night owls"),
        ("Ｎｉｇｈｔ　Ｏｗｌｓ", "Ｎｉｇｈｔ Ｏｗｌｓ", "night owls"),
        ("Ni\u200bght\u202e Owls", "Night Owls", "night owls"),
        ("Stra\u00dfe", "Stra\u00dfe", "strasse"),
        ("E\u0301quipe", "\u00c9quipe", "\u00e9quipe"),
        ("42", "42", "42"),
        ("x" * 32, "x" * 32, "x" * 32),
    ],
)
def test_a_name_is_kept_as_it_reads_and_known_without_its_case_and_width(said: str, shown: str, key: str) -> None:
    name = team_name(said)
    assert name is not None
    assert (name.shown, name.key) == (shown, key)


@pytest.mark.parametrize(
    "said", ["", " ", "x", "x" * 33, "\u200b\u200b\u200b", "\u200d\u200d", " \u3164\u3164 ", "\ufdfa" * 32]
)
def test_what_cannot_be_read_or_is_too_short_or_long_is_no_name(said: str) -> None:
    assert team_name(said) is None


@given(st.text(max_size=40))
def test_a_name_is_as_good_as_what_is_kept_of_it(said: str) -> None:
    name = team_name(said)
    if name is not None:
        assert team_name(name.shown) == name
        assert 2 <= len(name.shown) <= 32


picks = st.lists(st.integers(0, 500), max_size=60).map(
    lambda drawn: [Pick(number, "x", points) for number, points in enumerate(drawn)]
)


@given(picks, st.integers(2, 8), st.randoms(use_true_random=False))
def test_a_draft_puts_everybody_into_one_team_of_about_the_same_size_and_strength(
    people: list[Pick], teams: int, random: object
) -> None:
    drafted = snake(people, teams)
    assert sorted(pick.person for each in drafted for pick in each) == sorted(pick.person for pick in people)
    numbers = [len(each) for each in drafted]
    assert max(numbers) - min(numbers) <= 1
    shuffled = [*people]
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # a Random
    assert snake(shuffled, teams) == drafted
    best = max((pick.points for pick in people), default=0)
    if len(people) % (2 * teams) == 0:
        strength = [sum(pick.points for pick in each) for each in drafted]
        assert max(strength) - min(strength) <= best


def test_a_draft_turns_round_each_time() -> None:
    drafted = snake([Pick(number, "x", 100 - number) for number in range(7)], 3)
    assert [[pick.person for pick in each] for each in drafted] == [[0, 5, 6], [1, 4], [2, 3]]


def test_the_best_are_shown_and_oneself_with_two_on_either_side() -> None:
    numbers = [*range(20)]
    assert window(numbers, None, 5, 2) == ([0, 1, 2, 3, 4], [])
    assert window(numbers, 10, 5, 2) == ([0, 1, 2, 3, 4], [8, 9, 10, 11, 12])
    assert window(numbers, 0, 5, 2)[1] == [0, 1, 2]
    assert window(numbers, 19, 5, 2)[1] == [17, 18, 19]


def test_the_size_of_a_team_hardly_decides_who_wins() -> None:
    """In short; `python -m bench.teams` plays for longer."""
    assert bench.unfair(bench.shares(300), least=24.0, most=43.0) == []


def test_a_game_that_is_not_fair_is_found_out() -> None:
    assert len(bench.unfair({3: 27.9, 8: 33.0, 25: 39.1})) == 2
