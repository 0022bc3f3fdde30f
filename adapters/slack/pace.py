"""When a call to Slack may leave, and whether it may be made again: https://docs.slack.dev/apis/web-api/rate-limits.

Slack counts by method and workspace, and messages by channel too. A call waits here for a few seconds at most; what
would have to wait longer is refused at once, with the time after which it may be tried again.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, TypeVar

from bot.ports import Refused, Unclear

PATIENCE = 5.0  # seconds that a call may wait for its turn: twenty in one line get theirs within it
AT_ONCE = 360  # posts under way, in all workspaces: each takes Slack some 150 ms, and no limit counts them together
PAUSES = (0.5, 2.0)  # seconds before a call is made again that did no harm, or does none twice
_NOTHING = 1e-6  # of a second: how floats count, and no time to sleep
_TIDY_EVERY = 60.0  # seconds

_Answer = TypeVar("_Answer")


@dataclass(frozen=True, slots=True)
class Rate:
    """So many calls at once, and then so many a second."""

    burst: int
    a_second: float


@dataclass(frozen=True, slots=True)
class Method:
    """A method of Slack's API: how often one workspace may call it, whether twice does no harm, and what it takes."""

    name: str
    rate: Rate
    repeatable: bool
    scope: str


# Slack says "several hundred messages a minute" of a workspace, and 50 or more calls a minute of its third tier. A
# burst and what follows it in the same minute stay below 300 and 50, with room for calls that are held up on the way.
POST: Final = Method("chat.postMessage", Rate(30, 4.4), repeatable=False, scope="chat:write")
UPDATE: Final = Method("chat.update", Rate(20, 0.45), repeatable=True, scope="chat:write")
DELETE: Final = Method("chat.delete", Rate(20, 0.45), repeatable=True, scope="chat:write")
HISTORY: Final = Method("conversations.history", Rate(20, 0.45), repeatable=True, scope="channels:history")
IN_A_CHANNEL: Final = Rate(1, 1 / 1.2)  # Slack says one message a second, counted when they arrive


@dataclass(frozen=True, slots=True)
class Call:
    """One call to be made: what, in which workspace, and where in it."""

    method: Method
    workspace: str
    channel: str = ""


class _Line:
    """Those who wait for one rate, in the order they came."""

    def __init__(self, rate: Rate, now: float) -> None:
        self.waiting: list[object] = []
        self._rate, self._tokens, self._counted_at = rate, float(rate.burst), now

    def lacks(self, now: float, ahead: int) -> float:
        """Seconds until it is the turn of whoever has so many others before them."""
        return max(0.0, (1 + ahead - self._count(now)) / self._rate.a_second)

    def take(self, now: float) -> None:
        """One leaves. Tokens are taken on leaving, not promised on coming: after a pause of the whole process, all
        whose time came meanwhile would otherwise leave together.
        """
        self._tokens, self._counted_at = self._count(now) - 1, now

    def is_over(self, now: float) -> bool:
        """Whether it is as if nobody had ever come."""
        return not self.waiting and self._count(now) >= self._rate.burst

    def _count(self, now: float) -> float:
        return min(float(self._rate.burst), self._tokens + (now - self._counted_at) * self._rate.a_second)


class Pace:
    """The policy of every call that the core asks for. Remembers nothing that is over."""

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """`clock` and `sleep` count in seconds."""
        self._clock = clock
        self._sleep = sleep
        self._lines: dict[tuple[str, ...], _Line] = {}
        self._held: dict[tuple[str, str], float] = {}
        self._tidied_at = clock()

    async def keep(
        self, call: Call, make: Callable[[], Awaitable[_Answer | Refused | Unclear]]
    ) -> _Answer | Refused | Unclear:
        """Make a call when it may leave, and again where that can help and surely does no harm.

        A post of which nobody knows what became is never made again here: the core's row is in doubt, and `find` or a
        keeper decides.
        """
        until = self._clock() + PATIENCE
        for pause in (*PAUSES, None):
            if wait := await self._turn(call, until):
                return Refused("ratelimited", lasting=False, retry_after=wait)
            result = await make()
            match result:
                case Refused(lasting=False, retry_after=wait) if wait > 0:
                    self._hold(call, wait)
                    if pause is None or self._clock() + wait > until:
                        return result
                case Refused(lasting=False) | Unclear():
                    if pause is None or not (call.method.repeatable or isinstance(result, Refused)):
                        return result
                    await self._sleep(pause)
                case _:
                    return result
        raise AssertionError("the last try always returns")

    def remembered(self) -> int:
        """How many workspaces, methods and channels are remembered."""
        return len(self._lines) + len(self._held)

    async def _turn(self, call: Call, until: float) -> float:
        """Returns zero when it is this call's turn; before `until`, else at once the seconds it would have to wait."""
        self._tidy()
        lines, me = self._lines_of(call), object()
        for line in lines:
            line.waiting.append(me)
        try:
            while (wait := self._wait(call, lines, me)) > _NOTHING:
                if self._clock() + wait > until:
                    return wait
                await self._sleep(wait)
        finally:
            for line in lines:
                line.waiting.remove(me)
        now = self._clock()
        for line in lines:
            line.take(now)
        return 0.0

    def _wait(self, call: Call, lines: list[_Line], me: object) -> float:
        now = self._clock()
        held = self._held.get((call.workspace, call.method.name), now) - now
        return max(held, *(line.lacks(now, line.waiting.index(me)) for line in lines))

    def _lines_of(self, call: Call) -> list[_Line]:
        lines = [self._line((call.workspace, call.method.name), call.method.rate)]
        if call.method is POST:
            lines.append(self._line((call.workspace, call.method.name, call.channel), IN_A_CHANNEL))
        return lines

    def _line(self, key: tuple[str, ...], rate: Rate) -> _Line:
        return self._lines.setdefault(key, _Line(rate, self._clock()))

    def _hold(self, call: Call, seconds: float) -> None:
        """Slack has had enough of a method in a workspace, for so many seconds."""
        key = (call.workspace, call.method.name)
        self._held[key] = max(self._held.get(key, 0.0), self._clock() + seconds)

    def _tidy(self) -> None:
        now = self._clock()
        if now - self._tidied_at >= _TIDY_EVERY:
            self._tidied_at = now
            self._lines = {key: line for key, line in self._lines.items() if not line.is_over(now)}
            self._held = {key: until for key, until in self._held.items() if until > now}
