"""How often a bot may ask: Discord's limit over everything, and the buckets of channels where a test wants them."""

import json
import re
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from aiohttp import web

_FREE = ("/gateway", "/api/v10/interactions/", "/api/v10/webhooks/")
_CHANNEL = re.compile(r"/channels/(\d+)/")


@dataclass(slots=True)
class Rates:
    """Fifty requests in any second, answers to interactions apart; with `buckets`, also five in five seconds of each
    method in each channel. Discord does not say how it counts its second: any second at all is the strictest way.
    """

    clock: Callable[[], float] = time.monotonic
    most: int = 50
    buckets: bool = False
    refused_globally: int = 0
    refused_in_channels: int = 0
    _lately: deque[float] = field(default_factory=deque)
    _windows: dict[str, tuple[float, int]] = field(default_factory=dict)

    def refuse(self, request: web.Request) -> web.Response | None:
        """The 429 of a request that comes too soon; one that does not is counted."""
        if request.path.startswith(_FREE):
            return None
        now = self.clock()
        while self._lately and self._lately[0] <= now - 1:
            self._lately.popleft()
        if len(self._lately) >= self.most:
            self.refused_globally += 1
            return limited(self._lately[0] + 1 - now, everywhere=True)
        if (bucket := self._bucket(request)) is not None:
            start, used = self._windows.get(bucket, (now, 0))
            start, used = (now, 0) if now - start >= 5 else (start, used)
            if used >= 5:
                self.refused_in_channels += 1
                return limited(start + 5 - now, headers=self.headers(request))
            self._windows[bucket] = (start, used + 1)
        self._lately.append(now)
        return None

    def headers(self, request: web.Request) -> dict[str, str]:
        """What an answer says of the bucket it was counted in."""
        bucket = self._bucket(request)
        if bucket is None or bucket not in self._windows:
            return {}
        start, used = self._windows[bucket]
        about = {"Bucket": request.method.lower(), "Limit": "5", "Remaining": str(5 - used)}
        left = max(0.0, start + 5 - self.clock())
        about |= {"Reset-After": f"{left:.3f}", "Reset": f"{time.time() + left:.3f}"}
        return {f"X-RateLimit-{name}": value for name, value in about.items()}

    def _bucket(self, request: web.Request) -> str | None:
        channel = _CHANNEL.search(request.path) if self.buckets else None
        return f"{request.method} {channel[1]}" if channel else None


def limited(
    retry_after: float, *, everywhere: bool = False, via: bool = True, headers: dict[str, str] | None = None
) -> web.Response:
    """A 429 as Discord words it. Without `via` it is from whoever stands in front of Discord."""
    body = {"message": "You are being rate limited.", "retry_after": round(retry_after, 3), "global": everywhere}
    said = {"Content-Type": "application/json", "Retry-After": f"{retry_after:.3f}", **(headers or {})}
    if via:
        said["Via"] = "1.1 google"
    if everywhere:
        said |= {"X-RateLimit-Global": "true", "X-RateLimit-Scope": "global"}
    return web.Response(body=json.dumps(body).encode(), status=429, headers=said)
