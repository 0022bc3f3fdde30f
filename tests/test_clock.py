"""The clock, ticked by hand: each duty at once, again and again, never twice at a time, and known to be dead."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from bot import clock
from bot.clock import MISSED, STUCK, Clock, Ticks
from bot.metronome import Scheduler
from tests.fakes.duties import SOON, ByHand, Seconds, Sweeps

PLAN, SEND, RECOVER = Ticks().plan, Ticks().send, Ticks().recover


@pytest.fixture
def sweeps() -> Sweeps:
    return Sweeps()


@pytest.fixture
def metronome() -> ByHand:
    return ByHand()


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
async def ticking(metronome: ByHand, sweeps: Sweeps, seconds: Seconds) -> AsyncIterator[Clock]:
    """A clock that has not been started, and is stopped whatever happens."""
    ticking = Clock(metronome, sweeps, elapsed=seconds)
    yield ticking
    sweeps.gate.set()
    await ticking.stop()


def test_now_is_the_time_and_knows_its_zone() -> None:
    assert clock.now().tzinfo is UTC
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)


async def test_the_first_tick_of_each_sort_comes_at_once(ticking: Clock, sweeps: Sweeps) -> None:
    ticking.start()
    for name in ("plan", "send", "recover"):
        await sweeps.have_begun(name, 1)


@pytest.mark.parametrize(("seconds_between", "name"), [(PLAN, "plan"), (RECOVER, "recover")])
async def test_what_a_duty_makes_due_is_sent_after_it(
    ticking: Clock, metronome: ByHand, sweeps: Sweeps, seconds_between: float, name: str
) -> None:
    sweeps.gate.set()
    metronome.strikes[seconds_between]()
    await ticking.idle()
    assert sweeps.ended == [name, "send"]


async def test_a_tick_to_send_sends_and_nothing_else(ticking: Clock, metronome: ByHand, sweeps: Sweeps) -> None:
    sweeps.gate.set()
    metronome.strikes[SEND]()
    await ticking.idle()
    assert sweeps.ended == ["send"]


async def test_a_long_sending_keeps_nothing_from_being_planned_or_looked_into(
    ticking: Clock, metronome: ByHand, sweeps: Sweeps
) -> None:
    sweeps.shut = {"send"}
    ticking.start()
    for times in (1, 2, 3):
        metronome.strikes[PLAN]()
        metronome.strikes[RECOVER]()
        await sweeps.have_begun("plan", times)
        await sweeps.have_begun("recover", times)
    assert sweeps.running == {"send"}
    assert sweeps.begun.count("send") == 1


async def test_ticks_go_on_even_if_every_duty_fails(
    ticking: Clock, metronome: ByHand, sweeps: Sweeps, caplog: pytest.LogCaptureFixture
) -> None:
    sweeps.failing = True
    sweeps.gate.set()
    for times in (1, 2, 3):
        metronome.strikes[SEND]()
        await ticking.idle()
        assert sweeps.begun == ["send"] * times
    assert sweeps.ended == []
    assert "the database is away" in caplog.text


async def test_what_is_woken_is_planned_and_sent_and_sent_again_when_planned(ticking: Clock, sweeps: Sweeps) -> None:
    sweeps.gate.set()
    for times in (1, 2, 3):
        ticking.wake()
        await ticking.idle()
        assert sweeps.ended.count("plan") == times
        assert sweeps.ended[-1] == "send"
    assert "recover" not in sweeps.begun


async def test_ticks_during_a_duty_are_one_more_after_it(ticking: Clock, metronome: ByHand, sweeps: Sweeps) -> None:
    metronome.strikes[SEND]()
    await sweeps.have_begun("send", 1)
    for _ in range(5):
        metronome.strikes[SEND]()
    sweeps.gate.set()
    await ticking.idle()
    assert sweeps.ended == ["send", "send"]


async def test_wakes_before_anything_begins_are_one(ticking: Clock, sweeps: Sweeps) -> None:
    for _ in range(5):
        ticking.wake()
    sweeps.gate.set()
    await ticking.idle()
    assert sweeps.ended.count("plan") == 1


async def test_a_wake_during_a_duty_that_fails_is_not_forgotten(ticking: Clock, sweeps: Sweeps) -> None:
    sweeps.failing = True
    ticking.wake()
    await sweeps.have_begun("plan", 1)
    ticking.wake()
    sweeps.gate.set()
    await ticking.idle()
    assert sweeps.begun.count("plan") == 2


async def test_idle_waits_for_what_is_under_way_and_for_nothing_else(ticking: Clock, sweeps: Sweeps) -> None:
    await ticking.idle()
    ticking.wake()
    await sweeps.have_begun("send", 1)
    waiting = asyncio.create_task(ticking.idle())
    done, _ = await asyncio.wait([waiting], timeout=0.05)
    assert not done
    sweeps.gate.set()
    await asyncio.wait_for(waiting, SOON)
    assert sweeps.running == set()
    assert sweeps.ended[-1] == "send"


async def test_stopping_lets_what_is_under_way_finish_and_begins_nothing_else(
    ticking: Clock, metronome: ByHand, sweeps: Sweeps
) -> None:
    ticking.start()
    for name in ("plan", "send", "recover"):
        await sweeps.have_begun(name, 1)
    ticking.wake()
    stopping = asyncio.create_task(ticking.stop())
    done, _ = await asyncio.wait([stopping], timeout=0.05)
    assert not done
    sweeps.gate.set()
    await asyncio.wait_for(stopping, SOON)
    assert metronome.stopped
    assert sorted(sweeps.begun) == sorted(sweeps.ended) == ["plan", "recover", "send"]


async def test_stopping_does_not_wait_for_ever(ticking: Clock, sweeps: Sweeps) -> None:
    ticking.wake()
    await sweeps.have_begun("send", 1)
    await asyncio.wait_for(ticking.stop(within=0.01), SOON)
    await asyncio.wait_for(ticking.idle(), SOON)
    assert sweeps.ended == []


async def test_a_clock_that_never_started_can_be_stopped(sweeps: Sweeps) -> None:
    await Clock(Scheduler(), sweeps).stop()
    assert sweeps.begun == []


async def test_a_wake_after_the_stop_begins_nothing(ticking: Clock, sweeps: Sweeps) -> None:
    sweeps.gate.set()
    await ticking.stop()
    ticking.wake()
    await ticking.idle()
    assert sweeps.begun == []


async def test_the_real_metronome_strikes_on_until_it_is_stopped(sweeps: Sweeps) -> None:
    ticking = Clock(Scheduler(), sweeps, Ticks(send=0.01, recover=0.01, plan=0.01))
    sweeps.gate.set()
    ticking.start()
    for name in ("plan", "send", "recover"):
        await sweeps.have_begun(name, 4)
    await ticking.stop()
    begun, strikes, later = len(sweeps.begun), asyncio.Semaphore(0), Scheduler()
    later.every(0.01, strikes.release)
    later.start()
    for _ in range(10):  # of another one that is as quick
        await strikes.acquire()
    later.stop()
    assert len(sweeps.begun) == begun


async def test_it_is_ready_while_it_ticks_and_neither_before_nor_after(ticking: Clock, sweeps: Sweeps) -> None:
    sweeps.gate.set()
    assert ticking.trouble() == "the clock has not started yet"
    ticking.start()
    assert ticking.trouble() is None
    await ticking.idle()
    await ticking.stop()
    assert ticking.trouble() == "the clock has been stopped"


@pytest.mark.parametrize(("name", "every"), [("plan", PLAN), ("send", SEND), ("recover", RECOVER)])
async def test_a_clock_without_three_ticks_of_one_sort_is_dead_until_the_next(
    ticking: Clock, metronome: ByHand, sweeps: Sweeps, seconds: Seconds, name: str, every: float
) -> None:
    sweeps.gate.set()
    ticking.start()
    await ticking.idle()
    others = [strike for between, strike in metronome.strikes.items() if between != every]

    def pass_(by: float) -> None:
        seconds.now += by
        for strike in others:
            strike()

    pass_(MISSED * every)
    assert ticking.late() is None
    pass_(1)
    assert f"no tick to {name} for {MISSED * every + 1:.0f} s" in str(ticking.late())
    metronome.strikes[every]()
    assert ticking.late() is None
    await ticking.idle()


async def test_before_it_starts_and_once_it_is_stopped_nothing_is_late(
    ticking: Clock, sweeps: Sweeps, seconds: Seconds
) -> None:
    sweeps.gate.set()
    seconds.now += 10_000
    assert ticking.late() is None, "a start may take long"
    ticking.start()
    assert ticking.late() is None
    await ticking.stop()
    seconds.now += 10_000
    assert ticking.late() is None, "and so may a stop"


async def test_a_duty_that_gets_on_may_take_for_ever_and_one_that_hangs_is_dead(
    ticking: Clock, metronome: ByHand, sweeps: Sweeps, seconds: Seconds
) -> None:
    def pass_(by: float) -> None:
        seconds.now += by
        for strike in metronome.strikes.values():
            strike()

    sweeps.shut = {"send"}
    ticking.start()
    await sweeps.have_begun("send", 1)
    for _ in range(10):
        pass_(STUCK)
        await sweeps.get_on()
    assert sweeps.begun.count("send") == 1, "one sending, all the while"
    pass_(STUCK)
    assert ticking.late() is None
    pass_(1)
    assert f"what began to send has not got on for {STUCK + 1:.0f} s" in str(ticking.late())
