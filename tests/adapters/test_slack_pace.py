"""The policy of a call to Slack, by a clock that does not wait: when it may leave, and whether it is made again."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import pytest

from adapters.slack.pace import HISTORY, PATIENCE, PAUSES, POST, UPDATE, Call, Method, Pace
from bot.ports import Refused, Unclear
from tests.fakes.slack.passing import Passing

Result = str | Refused | Unclear
LIMITED = Refused("ratelimited", lasting=False, retry_after=30)
BRIEFLY = Refused("ratelimited", lasting=False, retry_after=2)


class Timeline:
    """A clock for many: those who sleep by it are woken in the order of their times, and it never waits."""

    def __init__(self) -> None:
        self.now = 0.0
        self._sleepers: list[tuple[float, int, asyncio.Event]] = []
        self._numbers = iter(range(10**9))

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        woken = asyncio.Event()
        self._sleepers.append((self.now + seconds, next(self._numbers), woken))
        await woken.wait()

    async def run(self, *coroutines: Awaitable[Result]) -> Sequence[Result]:
        """Everything that these come to."""
        together = asyncio.ensure_future(asyncio.gather(*coroutines))
        while not together.done():
            for _ in range(5):  # whoever was woken gets to where they sleep again, or end
                await asyncio.sleep(0)
            if self._sleepers and not together.done():
                first = min(self._sleepers)
                self._sleepers.remove(first)
                self.now = max(self.now, first[0])
                first[2].set()
        return together.result()


class Slack:
    """Answers with what it is given, and notes when it was called."""

    def __init__(self, clock: Callable[[], float], *results: Result) -> None:
        self.called: list[float] = []
        self._clock = clock
        self._results = [*results]

    async def __call__(self) -> Result:
        self.called.append(self._clock())
        return self._results.pop(0) if self._results else "done"


def post(workspace: str = "T1", channel: str = "C1") -> Call:
    return Call(POST, workspace, channel)


async def test_after_a_429_nothing_of_that_method_leaves_in_that_workspace() -> None:
    clock = Passing()
    pace, slack = Pace(clock, clock.sleep), Slack(clock, LIMITED)
    assert await pace.keep(post(), slack) == LIMITED
    clock.slept += 10
    again = await pace.keep(post(channel="C2"), slack)
    assert again == Refused("ratelimited", lasting=False, retry_after=20)
    assert slack.called == [0]
    assert await pace.keep(post("T2"), slack) == "done"
    assert await pace.keep(Call(UPDATE, "T1", "C1"), slack) == "done"
    assert await pace.keep(Call(HISTORY, "T1", "C1"), slack) == "done"
    clock.slept += 16  # four seconds are left, which can be waited for
    assert await pace.keep(post(), slack) == "done"
    assert slack.called[-1] == pytest.approx(30)


async def test_a_short_429_is_waited_for() -> None:
    clock = Passing()
    pace, slack = Pace(clock, clock.sleep), Slack(clock, BRIEFLY)
    assert await pace.keep(post(), slack) == "done"
    assert slack.called == [0, pytest.approx(2)]


async def test_a_429_again_and_again_is_waited_for_no_longer_than_a_few_seconds() -> None:
    clock = Passing()
    pace, slack = Pace(clock, clock.sleep), Slack(clock, *[BRIEFLY] * 9)
    assert await pace.keep(post(), slack) == BRIEFLY
    assert len(slack.called) <= 1 + len(PAUSES)
    assert clock() <= PATIENCE


@pytest.mark.parametrize("method", [POST, UPDATE, HISTORY])
async def test_only_what_does_no_harm_twice_is_made_again_where_nobody_knows(method: Method) -> None:
    clock = Passing()
    pace, slack = Pace(clock, clock.sleep), Slack(clock, *[Unclear("reset")] * 9)
    assert await pace.keep(Call(method, "T1", "C1"), slack) == Unclear("reset")
    assert len(slack.called) == (1 if method is POST else 3)


async def test_what_surely_did_not_happen_is_made_again() -> None:
    clock = Passing()
    unreachable = Refused("unreachable", lasting=False)
    pace, slack = Pace(clock, clock.sleep), Slack(clock, unreachable, unreachable)
    assert await pace.keep(post(), slack) == "done"
    pace, slack = Pace(clock, clock.sleep), Slack(clock, unreachable, Unclear("reset"))
    assert await pace.keep(post(), slack) == Unclear("reset")
    pace, slack = Pace(clock, clock.sleep), Slack(clock, Refused("token_revoked", lasting=True))
    assert await pace.keep(post(), slack) == Refused("token_revoked", lasting=True)
    assert len(slack.called) == 1


async def test_a_channel_gets_a_message_a_second_and_others_do_not_wait() -> None:
    clock = Timeline()
    pace, slack, others = Pace(clock, clock.sleep), Slack(clock), Slack(clock)
    calls = [pace.keep(post(), slack) for _ in range(9)]
    results = await clock.run(*calls, *(pace.keep(post(channel=f"C{n}"), others) for n in range(2, 9)))
    gaps = [after - before for before, after in zip(slack.called, slack.called[1:], strict=False)]
    assert slack.called[0] == 0
    assert min(gaps) >= 1
    assert max(others.called) == 0
    refused = [one for one in results if isinstance(one, Refused)]
    assert len(slack.called) == 5
    assert len(refused) == 4
    assert all(one.retry_after > PATIENCE for one in refused)


async def test_a_workspace_gets_a_burst_and_then_several_a_second_in_the_order_they_came() -> None:
    clock = Timeline()
    pace, done = Pace(clock, clock.sleep), list[tuple[float, int]]()

    async def one(number: int) -> Result:
        async def make() -> Result:
            done.append((clock(), number))
            return "done"

        return await pace.keep(post(channel=f"C{number}"), make)

    assert set(await clock.run(*map(one, range(50)))) == {"done"}
    assert [number for _, number in done] == [*range(50)]
    assert [when for when, _ in done[:30]] == [0] * 30
    assert done[-1][0] == pytest.approx(20 / POST.rate.a_second)


async def test_workspaces_do_not_wait_for_each_other() -> None:
    clock = Timeline()
    pace, slack = Pace(clock, clock.sleep), Slack(clock)
    calls = [pace.keep(post(f"T{n % 60}", f"C{n}"), slack) for n in range(1200)]
    assert set(await clock.run(*calls)) == {"done"}
    assert max(slack.called) == 0


async def test_what_is_over_is_forgotten() -> None:
    clock = Passing()
    pace, slack = Pace(clock, clock.sleep), Slack(clock, LIMITED)
    for number in range(5000):
        await pace.keep(post(f"T{number}"), slack)
        clock.slept += 0.5
    assert pace.remembered() < 500
    clock.slept += 100
    assert await pace.keep(post(), slack) == "done"
    assert pace.remembered() == 2
