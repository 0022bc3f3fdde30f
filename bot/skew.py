"""How far this machine's clock is from a platform's, read off the responses that come anyway."""

from collections.abc import Callable
from email.utils import parsedate_to_datetime
from types import SimpleNamespace

import aiohttp

from bot.findings import Finding, Level

_BAD = 2.0  # seconds


class Skew:
    """Hears every response of a session. `clock` says what this machine takes for the time, `platform` is whose they
    are, and more than `most` seconds apart the bot cannot work.
    """

    def __init__(self, clock: Callable[[], float], platform: str, most: float) -> None:
        self._clock, self._platform, self._most = clock, platform, most
        self.heard = False
        self._read: list[tuple[float, float]] = []  # how long a response took, and how far ahead we surely are

    def trace(self) -> aiohttp.TraceConfig:
        """What has to be given to the session."""
        config = aiohttp.TraceConfig()
        config.on_request_start.append(self._begin)
        config.on_request_end.append(self._end)
        return config

    def finding(self) -> Finding:
        """What the quickest response showed: it leaves the least to doubt."""
        if not self._read:
            seen = f"{self._platform}'s responses tell no time"
            return Finding(Level.WARN, "Clock", seen, "Look at the proxy in between.")
        ahead = min(self._read)[1]
        if abs(ahead) <= _BAD:
            return Finding(Level.OK, "Clock", f"within two seconds of {self._platform}'s")
        way = "ahead of" if ahead > 0 else "behind"
        seen = f"this machine is {abs(ahead):,.0f} s {way} {self._platform}, and posts by it"
        fix = "Have it set from the network, on Linux: timedatectl set-ntp true"
        return Finding(Level.WARN if abs(ahead) <= self._most else Level.FAIL, "Clock", seen, fix)

    async def _begin(
        self, _session: aiohttp.ClientSession, context: SimpleNamespace, _request: aiohttp.TraceRequestStartParams
    ) -> None:
        context.begun = self._clock()

    async def _end(
        self, _session: aiohttp.ClientSession, context: SimpleNamespace, done: aiohttp.TraceRequestEndParams
    ) -> None:
        begun, ended, self.heard = context.begun, self._clock(), True
        if said := done.response.headers.get("Date"):
            self._read.append((ended - begun, _ahead(begun, ended, parsedate_to_datetime(said).timestamp())))


def _ahead(begun: float, ended: float, said: float) -> float:
    """How far we are ahead at least, less than zero for behind: the header names a second, and the way takes time."""
    return max(0.0, begun - (said + 1)) + min(0.0, ended - said)
