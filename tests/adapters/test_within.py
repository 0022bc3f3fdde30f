"""How long platforms wait for an answer, against how long a posting may be under way."""

from adapters.discord import platform as discord
from adapters.slack import pace, web
from bot.domain.sending import CALL, LEASE, SECOND_LOOK, SETTLE


def test_platforms_give_up_before_their_calls_are_ended_for_them() -> None:
    slack = web.WITHIN + pace.PATIENCE
    assert max(slack, discord._WITHIN) < CALL.total_seconds()


def test_a_lease_is_longer_than_a_call_and_what_it_leaves_behind() -> None:
    assert LEASE > CALL + SETTLE > SETTLE > SECOND_LOOK
