"""The metronome: it sweeps at once, again and again, never twice at a time, whatever a sweep does."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from bot import clock
from bot.clock import Clock

SOON = 10  # seconds that something may take which happens at once


class Sweeps:
    """Sweeps that take until the test lets them go, and fail where it wants them to."""

    def __init__(self) -> None:
        """The gate is shut."""
        self.begun = self.ended = self.running = self.most_running = 0
        self.failing = False
        self.gate, self._changed = asyncio.Event(), asyncio.Condition()

    async def __call__(self) -> None:
        """Sweep."""
        self.begun, self.running = self.begun + 1, self.running + 1
        self.most_running = max(self.most_running, self.running)
        async with self._changed:
            self._changed.notify_all()
        await self.gate.wait()
        self.running -= 1
        if self.failing:
            raise RuntimeError("the database is away")
        self.ended += 1

    async def have_begun(self, times: int) -> None:
        """Wait for so many sweeps to have begun."""
        async with asyncio.timeout(SOON), self._changed:
            await self._changed.wait_for(lambda: self.begun >= times)


@pytest.fixture
def sweeps() -> Sweeps:
    return Sweeps()


@pytest.fixture
async def ticking(sweeps: Sweeps) -> AsyncIterator[Clock]:
    """A clock that has not been started, and is stopped whatever happens."""
    ticking = Clock(sweeps)
    yield ticking
    sweeps.gate.set()
    await ticking.stop()


def test_now_is_the_time_and_knows_its_zone() -> None:
    assert clock.now().tzinfo is UTC
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)


async def test_the_first_tick_comes_at_once(ticking: Clock, sweeps: Sweeps) -> None:
    ticking.start()
    await sweeps.have_begun(1)


async def test_ticks_go_on_even_if_every_sweep_fails(
    ticking: Clock, sweeps: Sweeps, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(clock, "TICK_SECONDS", 0.01)
    sweeps.failing = True
    sweeps.gate.set()
    ticking.start()
    await sweeps.have_begun(4)
    assert sweeps.ended == 0
    assert "the database is away" in caplog.text


async def test_wakes_during_a_sweep_are_one_more_sweep_after_it(ticking: Clock, sweeps: Sweeps) -> None:
    ticking.wake()
    await sweeps.have_begun(1)
    for _ in range(5):
        ticking.wake()
    sweeps.gate.set()
    await ticking.idle()
    assert (sweeps.begun, sweeps.ended, sweeps.most_running) == (2, 2, 1)


async def test_wakes_before_a_sweep_begins_are_one_sweep(ticking: Clock, sweeps: Sweeps) -> None:
    for _ in range(5):
        ticking.wake()
    sweeps.gate.set()
    await ticking.idle()
    assert sweeps.ended == 1


async def test_a_wake_during_a_sweep_that_fails_is_not_forgotten(ticking: Clock, sweeps: Sweeps) -> None:
    sweeps.failing = True
    ticking.wake()
    await sweeps.have_begun(1)
    ticking.wake()
    sweeps.gate.set()
    await ticking.idle()
    assert sweeps.begun == 2


async def test_a_wake_after_a_sweep_is_a_new_sweep(ticking: Clock, sweeps: Sweeps) -> None:
    sweeps.gate.set()
    for times in (1, 2, 3):
        ticking.wake()
        await ticking.idle()
        assert sweeps.ended == times


async def test_idle_waits_for_the_sweep_under_way_and_for_no_other(ticking: Clock, sweeps: Sweeps) -> None:
    await ticking.idle()
    ticking.wake()
    await sweeps.have_begun(1)
    waiting = asyncio.create_task(ticking.idle())
    done, _ = await asyncio.wait([waiting], timeout=0.05)
    assert not done
    sweeps.gate.set()
    await asyncio.wait_for(waiting, SOON)
    assert sweeps.ended == 1


async def test_stopping_lets_the_sweep_under_way_finish_and_begins_no_other(
    ticking: Clock, sweeps: Sweeps, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "TICK_SECONDS", 0.01)
    ticking.start()
    await sweeps.have_begun(1)
    ticking.wake()
    stopping = asyncio.create_task(ticking.stop())
    done, _ = await asyncio.wait([stopping], timeout=0.05)
    assert not done
    sweeps.gate.set()
    await asyncio.wait_for(stopping, SOON)
    assert (sweeps.begun, sweeps.ended) == (1, 1)


async def test_a_stopped_clock_ticks_no_more(ticking: Clock, sweeps: Sweeps, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "TICK_SECONDS", 0.01)
    sweeps.gate.set()
    ticking.start()
    await sweeps.have_begun(3)
    await ticking.stop()
    begun = sweeps.begun
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await sweeps.have_begun(begun + 1)


async def test_stopping_does_not_wait_for_ever(ticking: Clock, sweeps: Sweeps, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "_DRAIN_SECONDS", 0.01)
    ticking.wake()
    await sweeps.have_begun(1)
    await asyncio.wait_for(ticking.stop(), SOON)
    assert sweeps.ended == 0


async def test_a_clock_that_never_started_can_be_stopped(ticking: Clock, sweeps: Sweeps) -> None:
    await ticking.stop()
    assert sweeps.begun == 0


async def test_a_wake_after_the_stop_begins_nothing(ticking: Clock, sweeps: Sweeps) -> None:
    sweeps.gate.set()
    await ticking.stop()
    begun = sweeps.begun
    ticking.wake()
    await ticking.idle()
    assert sweeps.begun == begun
