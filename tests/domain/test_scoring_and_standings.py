"""What an answer is worth, who stands where, and which days a board covers."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.grading import credit
from bot.domain.question import ONE_LETTER, Kind
from bot.domain.scoring import parts, points
from bot.domain.standings import SEASON_WEEKS, Span, Total, days_of, rank, season_of


def total(name: str, points: int, right: int = 0, hardness: int = 0, hints: int = 0) -> Total:
    """A total; who it belongs to does not matter to its rank."""
    return Total(person=0, name=name, points=points, right=right, rounds=10, hardness=hardness, hints=hints)


def expected(chance: Fraction, *, sure: bool) -> Fraction:
    """What an answer is worth on average to somebody who is right with this chance."""
    right, wrong = (points(Fraction(credit), sure=sure, hinted=False) for credit in (1, 0))
    return chance * right + (1 - chance) * wrong


@given(st.fractions(0, 1) | st.just(Fraction(2, 3)))
def test_sure_pays_for_whoever_is_right_more_than_two_times_in_three_and_only_then(chance: Fraction) -> None:
    gain = expected(chance, sure=True) - expected(chance, sure=False)
    assert (gain > 0, gain == 0) == (chance > Fraction(2, 3), chance == Fraction(2, 3))


@given(st.booleans(), st.booleans())
def test_being_right_is_always_worth_more_than_being_wrong(one: bool, other: bool) -> None:
    assert points(Fraction(1), sure=one, hinted=True) > points(Fraction(0), sure=other, hinted=False) >= 0


@pytest.mark.parametrize(
    ("kind", "key", "choice", "worth"),
    [  # neither sure nor with the hint, sure, with the hint, both
        *((kind, "B", "B", (10, 11, 8, 9)) for kind in sorted(ONE_LETTER)),
        *((kind, "B", "A", (2, 0, 0, 0)) for kind in sorted(ONE_LETTER)),
        (Kind.SEVERAL, "ABD", "ABD", (10, 11, 8, 9)),
        (Kind.SEVERAL, "ABD", "AB", (7, 7, 5, 5)),
        (Kind.SEVERAL, "ABD", "A", (4, 3, 2, 1)),
        (Kind.SEVERAL, "ABD", "AC", (2, 0, 0, 0)),
        (Kind.ORDER, "CAB", "CAB", (10, 11, 8, 9)),
        (Kind.ORDER, "CAB", "CBA", (4, 3, 2, 1)),
        (Kind.ORDER, "CAB", "BAC", (2, 0, 0, 0)),
        (Kind.OPEN, "ABCD", "4", (10, 11, 8, 9)),
        (Kind.OPEN, "ABCD", "2", (6, 5, 4, 3)),
        (Kind.OPEN, "ABCD", "0", (2, 0, 0, 0)),
    ],
)
def test_every_kind_of_answer_is_worth_what_the_table_says(
    kind: Kind, key: str, choice: str, worth: tuple[int, ...]
) -> None:
    earned = credit(kind, key, choice)
    ways = ((False, False), (True, False), (False, True), (True, True))
    assert tuple(points(earned, sure=sure, hinted=hinted) for sure, hinted in ways) == worth


@given(st.fractions(0, 1), st.booleans(), st.booleans())
def test_the_parts_of_points_add_up_to_them(earned: Fraction, sure: bool, hinted: bool) -> None:
    made_of = parts(earned, sure=sure, hinted=hinted)
    assert sum(made_of) == points(earned, sure=sure, hinted=hinted) >= 0
    assert -2 <= made_of.hint <= 0
    assert sure or made_of.sure == 0
    assert hinted or made_of.hint == 0


def test_equal_people_share_a_rank_and_the_next_rank_is_skipped() -> None:
    standings = rank([total("Dan", 5), total("Bea", 20), total("ann", 30), total("Cy", 20)])
    assert [(standing.rank, standing.total.name) for standing in standings] == [
        (1, "ann"),
        (2, "Bea"),
        (2, "Cy"),
        (4, "Dan"),
    ]


def test_equal_points_are_told_apart_by_right_answers_and_then_by_hard_ones() -> None:
    standings = rank(
        [
            total("fewer right", 20, right=1, hardness=4),
            total("harder", 20, right=2, hardness=6),
            total("easier", 20, right=2, hardness=3),
            total("more points", 21, hints=9),
            total("easier, with a hint", 20, right=2, hardness=3, hints=1),
        ]
    )
    assert [(standing.rank, standing.total.name) for standing in standings] == [
        (1, "more points"),
        (2, "harder"),
        (3, "easier"),
        (4, "easier, with a hint"),
        (5, "fewer right"),
    ]


def test_fewer_hints_decide_last_and_whoever_is_equal_in_those_too_shares_the_rank() -> None:
    standings = rank(
        [
            total("Two hints", 20, right=2, hardness=3, hints=2),
            total("Another", 20, right=2, hardness=3, hints=1),
            total("One", 20, right=2, hardness=3, hints=1),
            total("None, but easier", 20, right=2, hardness=2),
        ]
    )
    assert [(standing.rank, standing.total.name) for standing in standings] == [
        (1, "Another"),
        (1, "One"),
        (3, "Two hints"),
        (4, "None, but easier"),
    ]


def test_nobody_is_ranked_where_nobody_played() -> None:
    assert rank([]) == []


few = st.integers(0, 3)  # so that ties are common


@given(st.lists(st.builds(total, st.text(max_size=3), few, few, few, few), max_size=12))
def test_a_rank_is_one_more_than_the_number_of_those_who_did_better(totals: list[Total]) -> None:
    def merit(each: Total) -> tuple[int, int, int, int]:
        return each.points, each.right, each.hardness, -each.hints

    standings = rank(totals)
    assert sorted(map(id, totals)) == sorted(id(standing.total) for standing in standings)
    for standing in standings:
        assert standing.rank == 1 + sum(merit(other) > merit(standing.total) for other in totals)
    assert [standing.rank for standing in standings] == sorted(standing.rank for standing in standings)


@pytest.mark.parametrize(
    ("span", "today", "first"),
    [
        (Span.DAY, "2026-11-25", "2026-11-25"),
        (Span.WEEK, "2026-11-25", "2026-11-23"),  # a Wednesday
        (Span.WEEK, "2026-11-23", "2026-11-23"),
        (Span.WEEK, "2026-11-29", "2026-11-23"),
        (Span.WEEK, "2027-01-01", "2026-12-28"),
        (Span.SEASON, "2024-01-01", "2024-01-01"),
        (Span.SEASON, "2024-01-28", "2024-01-01"),
        (Span.SEASON, "2024-01-29", "2024-01-29"),
        (Span.SEASON, "2023-12-31", "2023-12-04"),
        (Span.SEASON, "2026-11-29", "2026-11-02"),
    ],
)
def test_a_span_begins_on_its_first_day(span: Span, today: str, first: str) -> None:
    assert days_of(span, date.fromisoformat(today))[0] == date.fromisoformat(first)


@pytest.mark.parametrize(
    ("span", "last"),
    [(Span.DAY, "2026-11-25"), (Span.WEEK, "2026-11-29"), (Span.SEASON, "2026-11-29"), (Span.ALL, "9999-12-31")],
)
def test_a_span_ends_with_its_last_day(span: Span, last: str) -> None:
    assert days_of(span, date(2026, 11, 25))[1] == date.fromisoformat(last)


def test_all_time_begins_with_the_first_day_there_is() -> None:
    assert days_of(Span.ALL, date(2026, 11, 25)) == (date.min, date.max)


@given(st.lists(st.builds(total, st.text(max_size=3), few, few, few, few), min_size=1, max_size=12), st.data())
def test_a_piece_out_of_a_board_has_the_ranks_it_has_there(totals: list[Total], data: st.DataObject) -> None:
    whole = rank(replace(each, person=number) for number, each in enumerate(totals))
    first = data.draw(st.integers(0, len(whole) - 1))
    piece = [each.total for each in whole[first : first + 5]]
    assert rank(piece, better=whole[first].rank - 1, before=first) == whole[first : first + 5]


def test_seasons_have_numbers_and_names_and_whole_weeks() -> None:
    season = season_of(date(2026, 11, 25))
    assert (season.first, season.last) == (date(2026, 11, 2), date(2026, 11, 29))
    following = season_of(season.last + timedelta(days=1))
    assert (following.number, following.first) == (season.number + 1, season.last + timedelta(days=1))
    assert season_of(date(2024, 1, 1)).number == 1
    year = [season_of(season.first + timedelta(weeks=4 * n)).name for n in range(13)]
    assert len({*year}) == 13


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_seasons_of_four_whole_weeks_follow_one_another_without_a_gap(start: date) -> None:
    days = [start + timedelta(days=n) for n in range(SEASON_WEEKS * 7 * 3)]
    seasons = [[*of] for _, of in groupby(days, key=lambda day: days_of(Span.SEASON, day)[0])]
    assert [len(season) for season in seasons[1:-1]] == [28] * len(seasons[1:-1])
    assert len(seasons) >= 3
    for season in seasons[1:]:
        assert days_of(Span.SEASON, season[0])[0] == season[0]
        assert season[0].weekday() == 0
