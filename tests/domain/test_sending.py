"""Every state of a posting and every event: what comes next, or the name of why nothing does."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain import sending
from bot.domain.rounds import PostingKind, PostingState
from bot.domain.sending import BACKOFF, LEASE, PATIENCE, POSTPONED, SECOND_LOOK, SETTLE, SWEEPS, Progress, Void

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
DUE, SENDING, SENT, HELD, FAILED = PostingState
QUESTION = Progress(PostingKind.QUESTION, NOW, attempt=1)
OF = {
    DUE: QUESTION,
    SENDING: replace(QUESTION, state=SENDING, lease_until=NOW),
    SENT: replace(QUESTION, state=SENT, message="m", sweep_at=NOW),
    HELD: replace(QUESTION, state=HELD, doubted=True),
    FAILED: replace(QUESTION, state=FAILED),
}
Event = Callable[[Progress], Progress | Void]
EVENTS: dict[str, Event] = {
    "take": lambda it: sending.take(it, NOW),
    "postponed": lambda it: sending.postponed(it, NOW),
    "sent": lambda it: sending.sent(it, 1, "m", NOW),
    "refused": lambda it: sending.refused(it, 1, "no", lasting=False, wait=MINUTE, now=NOW),
    "refused for good": lambda it: sending.refused(it, 1, "no", lasting=True, wait=MINUTE, now=NOW),
    "unclear": lambda it: sending.unclear(it, 1, "lost", NOW),
    "look": lambda it: sending.look(it, NOW),
    "absent": lambda it: sending.absent(it, 1, NOW),
    "absent again": lambda it: sending.absent(replace(it, looked_at=NOW - SECOND_LOOK), 1, NOW),
    "unknown": lambda it: sending.unknown(it, 1, "no answer", lasting=False, now=NOW),
    "unknown for good": lambda it: sending.unknown(it, 1, "no right", lasting=True, now=NOW),
    "pressed": lambda it: sending.pressed(it, "m", NOW),
    "pressed elsewhere": lambda it: sending.pressed(it, "n", NOW),
    "decided there": lambda it: sending.decided_there(it, "m", NOW),
    "decided again": lambda it: sending.decided_again(it, NOW),
    "renewed": lambda it: sending.renewed(it, NOW),
    "swept": lambda it: sending.swept(it, NOW),
    "given up": lambda it: sending.given_up(it, "too late"),
}
COLUMNS = (DUE, SENDING, SENT, HELD, FAILED)
NEXT: dict[str, tuple[PostingState | Void, ...]] = {
    "take": (SENDING, *[Void.NOT_DUE] * 4),
    "postponed": (DUE, *[Void.NOT_DUE] * 4),
    "sent": (SENT, SENT, Void.STANDS, SENT, SENT),
    "refused": (Void.NOT_SENDING, DUE, *[Void.NOT_SENDING] * 3),
    "refused for good": (Void.NOT_SENDING, FAILED, *[Void.NOT_SENDING] * 3),
    "unclear": (Void.NOT_SENDING, SENDING, *[Void.NOT_SENDING] * 3),
    "look": (Void.NOT_SENDING, SENDING, *[Void.NOT_SENDING] * 3),
    "absent": (Void.NOT_SENDING, SENDING, *[Void.NOT_SENDING] * 3),
    "absent again": (Void.NOT_SENDING, DUE, *[Void.NOT_SENDING] * 3),
    "unknown": (Void.NOT_SENDING, SENDING, *[Void.NOT_SENDING] * 3),
    "unknown for good": (Void.NOT_SENDING, HELD, *[Void.NOT_SENDING] * 3),
    "pressed": (SENT, SENT, Void.STANDS, SENT, SENT),
    "pressed elsewhere": (SENT, SENT, SENT, SENT, SENT),
    "decided there": (Void.NOT_HELD, Void.NOT_HELD, Void.STANDS, SENT, Void.NOT_HELD),
    "decided again": (DUE, Void.ON_ITS_WAY, Void.STANDS, DUE, DUE),
    "renewed": (DUE, SENDING, DUE, HELD, DUE),
    "swept": (Void.NOT_DUE, Void.NOT_DUE, SENT, Void.NOT_DUE, Void.NOT_DUE),
}


@pytest.mark.parametrize("event", NEXT)
@pytest.mark.parametrize("state", COLUMNS)
def test_every_state_and_event(state: PostingState, event: str) -> None:
    it = EVENTS[event](OF[state])
    assert (it if isinstance(it, Void) else it.state) is NEXT[event][COLUMNS.index(state)]


def test_the_table_is_whole() -> None:
    assert {*NEXT, "given up"} == {*EVENTS}
    assert {*COLUMNS} == {*PostingState}


@pytest.mark.parametrize("event", ["refused", "refused for good", "unclear", "absent", "absent again", "unknown"])
def test_an_older_attempt_has_nothing_to_say(event: str) -> None:
    assert EVENTS[event](replace(OF[SENDING], attempt=2)) is Void.FENCED


def test_that_a_message_stands_is_believed_of_an_older_attempt_too() -> None:
    it = sending.sent(replace(OF[SENDING], attempt=5), 1, "m", NOW)
    assert isinstance(it, Progress)
    assert (it.state, it.message, it.sweep_at) == (SENT, "m", NOW + SWEEPS[0])


@pytest.mark.parametrize("kind", [PostingKind.TALLY, PostingKind.CLOSING, PostingKind.DISCUSSION])
def test_an_older_attempt_at_what_may_be_done_twice_is_not_heard(kind: PostingKind) -> None:
    assert sending.sent(replace(OF[SENDING], kind=kind, attempt=5), 1, "m", NOW) is Void.FENCED


def test_nothing_is_taken_or_looked_into_before_its_time() -> None:
    assert sending.take(replace(QUESTION, due_at=NOW + MINUTE), NOW) is Void.NOT_DUE
    assert sending.look(replace(OF[SENDING], lease_until=NOW + MINUTE), NOW) is Void.LEASED
    assert sending.swept(replace(OF[SENT], sweep_at=NOW + MINUTE), NOW) is Void.NOT_DUE
    assert sending.pressed(replace(QUESTION, attempt=0), "forged", NOW) is Void.NEVER_SENT


def test_taking_begins_a_lease_and_forgets_what_was_seen_before() -> None:
    it = sending.take(replace(QUESTION, looked_at=NOW - MINUTE), NOW)
    assert it == replace(QUESTION, state=SENDING, attempt=2, lease_until=NOW + LEASE)
    assert isinstance(it, Progress)
    assert it.looked_at is None, "else one look would do after a crash"
    assert NOW < sending.begin_by(it) < NOW + LEASE


@pytest.mark.parametrize("state", [DUE, SENDING, HELD])
def test_what_may_stand_is_held_and_never_failed(state: PostingState) -> None:
    it = replace(OF[state], doubted=state is not SENDING)
    given_up = sending.given_up(it, "too late")
    assert (given_up.state, given_up.doubted, given_up.trouble) == (HELD, True, "too late")
    assert sending.given_up(QUESTION).state is FAILED


def test_a_refusal_says_nothing_of_an_earlier_attempt_in_doubt() -> None:
    it = replace(OF[SENDING], doubted=True)
    for event, state in (("refused", DUE), ("refused for good", HELD)):
        refused = EVENTS[event](it)
        assert isinstance(refused, Progress)
        assert (refused.state, refused.doubted) == (state, True)


def test_two_looks_some_time_apart_end_the_doubt() -> None:
    lost = sending.unclear(OF[SENDING], 1, "lost", NOW)
    assert isinstance(lost, Progress)
    assert lost.lease_until == NOW + SETTLE
    once = sending.absent(lost, 1, NOW + SETTLE)
    assert isinstance(once, Progress)
    assert (once.state, once.lease_until) == (SENDING, NOW + SETTLE + SECOND_LOOK)
    early = sending.absent(once, 1, NOW + SETTLE + SECOND_LOOK - timedelta(seconds=1))
    assert isinstance(early, Progress)
    assert early.state is SENDING, "too soon to count as another look"
    twice = sending.absent(once, 1, NOW + SETTLE + SECOND_LOOK)
    assert isinstance(twice, Progress)
    assert (twice.state, twice.doubted, twice.sweep_at is None) == (DUE, False, False)


@pytest.mark.parametrize("event", ["absent again", "unknown"])
def test_what_is_never_clear_is_left_to_a_keeper(event: str) -> None:
    it = sending.look(replace(OF[SENDING], attempt=PATIENCE - 1), NOW)
    assert isinstance(it, Progress)
    waited = EVENTS[event](replace(it, attempt=PATIENCE))
    assert waited is Void.FENCED
    again = replace(it, looked_at=NOW - SECOND_LOOK)
    held = (
        sending.absent(again, PATIENCE, NOW)
        if event == "absent again"
        else sending.unknown(again, PATIENCE, "no answer", lasting=False, now=NOW)
    )
    assert isinstance(held, Progress)
    assert (held.state, held.doubted) == (HELD, True)


@pytest.mark.parametrize("kind", [PostingKind.CLOSING, PostingKind.DISCUSSION])
def test_what_may_be_done_twice_is_done_again_without_a_look(kind: PostingKind) -> None:
    it = sending.look(replace(OF[SENDING], kind=kind), NOW)
    assert isinstance(it, Progress)
    assert (it.state, it.sweep_at) == (DUE, None)
    given_up = sending.look(replace(OF[SENDING], kind=kind, attempt=PATIENCE), NOW)
    assert isinstance(given_up, Progress)
    assert given_up.state is FAILED


@pytest.mark.parametrize("state", [SENDING, HELD])
def test_what_changed_while_it_may_stand_is_edited_once_that_is_known(state: PostingState) -> None:
    renewed = sending.renewed(OF[state], NOW)
    assert renewed == replace(OF[state], stale=True)
    found = sending.pressed(renewed, "m", NOW)
    assert isinstance(found, Progress)
    assert (found.state, found.message, found.stale) == (DUE, "m", False)
    assert sending.pressed(found, "m", NOW) is Void.STANDS, "or the edit would be lost"
    taken = sending.take(found, NOW)
    assert isinstance(taken, Progress)
    edited = sending.sent(taken, taken.attempt, "m", NOW)
    assert isinstance(edited, Progress)
    assert edited.state is SENT


def test_an_edit_whose_sender_died_is_made_again_and_nobody_looks_for_it() -> None:
    it = sending.look(replace(OF[SENDING], message="m"), NOW)
    assert isinstance(it, Progress)
    assert (it.state, it.sweep_at) == (DUE, None)
    elsewhere = sending.pressed(it, "a copy", NOW)
    assert isinstance(elsewhere, Progress)
    assert (elsewhere.state, elsewhere.message, elsewhere.sweep_at) == (DUE, "m", NOW)


def test_copies_are_looked_for_a_few_times_and_only_after_a_doubt() -> None:
    sure = sending.sent(OF[SENDING], 1, "m", NOW)
    assert isinstance(sure, Progress)
    assert sure.sweep_at is None
    lost = sending.unclear(OF[SENDING], 1, "lost", NOW)
    assert isinstance(lost, Progress)
    it = sending.sent(lost, 1, "m", NOW)
    at = NOW
    for wait in SWEEPS:
        assert isinstance(it, Progress)
        at += wait
        assert it.sweep_at == at
        it = sending.swept(it, at)
    assert isinstance(it, Progress)
    assert (it.state, it.sweep_at, it.sweeps) == (SENT, None, len(SWEEPS))
    pressed = sending.pressed(it, "a copy", at)
    assert isinstance(pressed, Progress)
    assert (pressed.message, pressed.sweep_at) == ("m", at), "one more look, at once"
    looked = sending.swept(pressed, at)
    assert isinstance(looked, Progress)
    assert looked.sweep_at == at + SWEEPS[1], "and again later: there surely was a copy, and a look may fail"


def test_a_keeper_need_not_know_which_message_it_is() -> None:
    there = sending.decided_there(replace(OF[HELD], sweep_at=NOW), None, NOW)
    assert isinstance(there, Progress)
    assert (there.state, there.message) == (SENT, None)
    assert there.sweep_at is None, "what looks like a copy could be the one that is meant to stay"
    known = sending.pressed(there, "m", NOW)
    assert isinstance(known, Progress)
    assert (known.message, known.sweep_at) == ("m", NOW + SWEEPS[0])


def test_waits_grow_unless_the_platform_names_one() -> None:
    waits = []
    for attempt in (1, 2, 9):
        it = replace(OF[SENDING], attempt=attempt)
        refused = sending.refused(it, attempt, "no", lasting=False, wait=timedelta(0), now=NOW)
        assert isinstance(refused, Progress)
        waits.append(refused.due_at - NOW)
    assert waits == [2 * BACKOFF, 4 * BACKOFF, sending.LONGEST_BACKOFF]
    named = EVENTS["refused"](replace(OF[SENDING]))
    assert isinstance(named, Progress)
    assert named.due_at == NOW + MINUTE


def test_what_cannot_be_prepared_waits_and_at_last_fails() -> None:
    later = sending.postponed(QUESTION, NOW)
    assert isinstance(later, Progress)
    assert (later.state, later.due_at, later.attempt) == (DUE, NOW + POSTPONED, 2)
    last = sending.postponed(replace(QUESTION, attempt=PATIENCE - 1), NOW)
    assert isinstance(last, Progress)
    assert last.state is FAILED
