"""Days in a row: what counts, what a freeze forgives, what breaks, and what neither counts nor breaks."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.streaks import FREEZES, WINDOW, Day, Streak, is_late, streak

DRAWN = {
    "x": Day(answered=True),
    "-": Day(answered=False),
    "o": Day(answered=False, is_open=True),
    "O": Day(answered=True, is_open=True),
    "l": Day(answered=False, is_late=True),
    "L": Day(answered=True, is_late=True),
    "a": Day(answered=False, on_leave=True),
    "A": Day(answered=True, on_leave=True),
}
ANSWERED, PLAYED, EXCUSED = "xOLA", "x-OLA", "ola"
drawings = st.text([*DRAWN], max_size=80)
scarce = st.lists(st.sampled_from("xxxxxxxxx-"), max_size=90).map("".join)  # in which freezes come and go


def of(drawing: str) -> Streak:
    """The streak of days from a drawing of them, without its blanks."""
    return streak(DRAWN[mark] for mark in drawing.replace(" ", ""))


@pytest.mark.parametrize(
    ("drawing", "current", "longest", "freezes"),
    [
        # Turning up is what counts.
        ("", 0, 0, 2),
        ("x", 1, 1, 2),
        ("xxx", 3, 3, 2),
        # Two misses are forgiven: the run goes on and does not grow.
        ("xxx-", 3, 3, 1),
        ("xxx-x", 4, 4, 1),
        ("xxx--", 3, 3, 0),
        ("xxx--xx", 5, 5, 0),
        ("x-x-x", 3, 3, 0),
        # A third one breaks it, near or far.
        ("xxx---", 0, 3, 0),
        ("xxx--x-", 0, 4, 0),
        ("xxx---x", 1, 3, 0),
        ("x-x-xxxxxxxxxxxxxx-", 0, 16, 0),
        # The one that breaks uses no freeze, nor does one that finds no run.
        ("-", 0, 0, 2),
        ("-----", 0, 0, 2),
        ("---x", 1, 1, 2),
        ("---x-", 1, 1, 1),
        ("xxx--- xxxxxxxxxxxxxxxxx -x", 18, 18, 1),
        # Twenty days that end with the miss: what was used on the first of them still counts, the day before does not.
        ("xx-- xxxxxxxxxxxxxxxx -", 0, 18, 0),
        ("xx-- xxxxxxxxxxxxxxxxx -", 0, 19, 1),
        ("xx-- xxxxxxxxxxxxxxxxxx -", 20, 20, 1),
        ("xx-- xxxxxxxxxxxxxxxxxx --", 20, 20, 0),
        ("xx-- xxxxxxxxxxxxxxxxxxx -", 21, 21, 1),
        # Freezes come back one by one, as they were used.
        ("x-xxxxxxxxxxxxxxxxxx", 19, 19, 1),
        ("x-xxxxxxxxxxxxxxxxxxx", 20, 20, 2),
        # A new run has what the old one left.
        ("x--- xxx", 3, 3, 0),
        ("x--- xxx-", 0, 3, 0),
        # Leave and late questions: not missed when not answered, and counted when answered.
        ("xxx aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa x", 4, 4, 2),
        ("xxx-- aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa -", 0, 3, 0),
        ("xx aAa x", 4, 4, 2),
        ("xx lll x", 3, 3, 2),
        ("xx lLl x", 4, 4, 2),
        ("lalal", 0, 0, 2),
        # A question that is still open is not missed yet, wherever it stands, and counts as soon as it is answered.
        ("xx o", 2, 2, 2),
        ("xx-- o", 2, 2, 0),
        ("xx O", 3, 3, 2),
        ("xx o x", 3, 3, 2),
        ("o", 0, 0, 2),
        # The longest stays.
        ("xxxxxx--- xx", 2, 6, 0),
        ("x--- xxxxxx", 6, 6, 0),
    ],
)
def test_a_streak_counts_the_days_that_somebody_answered(
    drawing: str, current: int, longest: int, freezes: int
) -> None:
    assert of(drawing) == Streak(current, longest, freezes)


@pytest.mark.parametrize(
    ("after", "late"), [(None, False), (-3600, False), (0, False), (3600, False), (3601, True), (3 * 3600, True)]
)
def test_a_question_is_late_when_it_comes_more_than_an_hour_after_its_time(after: int | None, *, late: bool) -> None:
    due_at = datetime(2026, 11, 23, 9, tzinfo=UTC)
    assert is_late(due_at, None if after is None else due_at + timedelta(seconds=after)) is late


def _plainly(drawing: str) -> Streak:
    """The same as a sentence says it: each day looks back over the twenty that end with it."""
    days = [mark for mark in drawing if mark in PLAYED]
    frozen: set[int] = set()
    runs = [0]
    for today, mark in enumerate(days):
        spent = len(frozen & {*range(today - WINDOW + 1, today)})
        if mark != "-":
            runs.append(runs[-1] + 1)
        elif runs[-1] > 0 and spent < FREEZES:
            frozen.add(today)
            runs.append(runs[-1])
        else:
            runs.append(0)
    left = FREEZES - len(frozen & {*range(len(days) - WINDOW + 1, len(days))})
    return Streak(runs[-1], max(runs), left)


@given(drawings | scarce)
def test_the_rule_is_what_its_sentence_says(drawing: str) -> None:
    assert of(drawing) == _plainly(drawing)


@given(drawings | scarce, st.sampled_from([*DRAWN]))
def test_a_streak_grows_by_answered_days_alone(drawing: str, coming: str) -> None:
    before, after = of(drawing), of(drawing + coming)
    grown = int(coming in ANSWERED)
    assert after.current <= before.current + grown
    assert before.longest <= after.longest <= before.longest + grown
    assert after.current <= after.longest <= sum(mark in ANSWERED for mark in drawing + coming)


@given(drawings | scarce, st.sampled_from(ANSWERED))
def test_one_more_answered_day_never_shortens_a_streak(drawing: str, coming: str) -> None:
    before, after = of(drawing), of(drawing + coming)
    assert after.current == before.current + 1
    assert after.longest >= before.longest
    assert after.freezes >= before.freezes


@given(drawings | scarce, st.text("xoOlLaA", max_size=6))
def test_a_day_that_was_missed_and_is_made_up_for_before_another_is_missed_never_shortens_a_streak(
    drawing: str, since: str
) -> None:
    missed, made_up_for = of(f"{drawing}-{since}"), of(f"{drawing}x{since}")
    assert made_up_for.current > missed.current
    assert made_up_for.longest >= missed.longest
    assert made_up_for.freezes >= missed.freezes


@given(st.lists(st.tuples(st.sampled_from([*DRAWN]), st.text(EXCUSED, max_size=3)), max_size=60), st.text(EXCUSED))
def test_days_away_and_late_questions_change_nothing_wherever_they_come(
    days: list[tuple[str, str]], before: str
) -> None:
    without = "".join(mark for mark, _ in days)
    assert of(before + "".join(mark + excused for mark, excused in days)) == of(without)


@given(drawings | scarce)
def test_no_twenty_days_have_more_than_two_freezes(drawing: str) -> None:
    days = [mark for mark in drawing if mark in PLAYED]
    frozen = [
        day
        for day, mark in enumerate(days)
        if mark == "-" and of("".join(days[:day])).current and of("".join(days[: day + 1])).current
    ]
    assert all(third - first >= WINDOW for first, third in zip(frozen, frozen[FREEZES:], strict=False))
