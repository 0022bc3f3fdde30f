"""When a round is over, and for how long one may still answer it."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.rounds import LATE, RoundState, end, may_answer_late

NINE = datetime(2026, 11, 24, 9, tzinfo=UTC)
HOUR, INSTANT = timedelta(hours=1), timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("planned", "now", "last_said", "ended"),
    [
        (NINE, NINE + HOUR, None, NINE),
        (NINE, NINE + HOUR, NINE - INSTANT, NINE),
        (NINE, NINE - HOUR, None, NINE - HOUR),
        (NINE, NINE - HOUR, NINE - 2 * HOUR, NINE - HOUR),
        (NINE, NINE - HOUR, NINE - HOUR, NINE - HOUR + INSTANT),
        (NINE, NINE - HOUR, NINE - INSTANT, NINE),
        (None, NINE, None, NINE),
    ],
)
def test_a_round_ends_after_all_that_was_said_in_it(
    planned: datetime | None, now: datetime, last_said: datetime | None, ended: datetime
) -> None:
    assert end(planned, now, last_said) == ended


@pytest.mark.parametrize("state", RoundState)
def test_only_what_has_closed_can_be_answered_late(state: RoundState) -> None:
    is_over = state in (RoundState.CLOSED, RoundState.REVEALED)
    assert may_answer_late(state, NINE, NINE) is is_over
    assert may_answer_late(state, NINE, NINE + LATE - INSTANT) is is_over
    assert not may_answer_late(state, NINE, NINE + LATE)
    assert not may_answer_late(state, None, NINE)
