"""What goes wrong between a bot and Discord, on order."""

import asyncio
import json
import re
from dataclasses import dataclass

from aiohttp import web

from tests.fakes.discord.rates import limited


@dataclass(slots=True)
class Fault:
    """What happens to the next requests that match.

    `status` 0 drops the connection, or with `hangs` never answers; `after` does the work first. `code` is Discord's own
    for an error, `everywhere` makes a 429 the one over all routes. `late`: the work is done so many seconds after the
    client has given up.
    """

    method: str
    path: str
    status: int = 0
    after: bool = False
    retry_after: float | None = None
    via: bool = True
    times: int = 1
    hangs: bool = False
    code: int = 0
    everywhere: bool = False
    late: float | None = None

    def takes(self, request: web.Request) -> bool:
        """Whether this request is one of them; counts it if so."""
        if self.times < 1 or request.method != self.method or not re.search(self.path, request.path):
            return False
        self.times -= 1
        return True

    async def outlast(self, request: web.Request) -> None:
        """Returns some time after the client has given up, with all that it said."""
        await request.read()
        while request.transport is not None:  # noqa: ASYNC110  # a client that gives up sets no event of ours
            await asyncio.sleep(0.01)
        await asyncio.sleep(self.late or 0.0)

    async def answer(self, request: web.Request) -> web.Response:
        """The response in place of the true one. A dropped connection has none, whatever is returned."""
        if self.hangs:
            while request.transport is not None:  # noqa: ASYNC110  # a client that gives up sets no event of ours
                await asyncio.sleep(0.01)
        if not self.status:
            if request.transport is not None:
                request.transport.abort()
            return web.Response()
        if self.status == 429:
            return limited(self.retry_after or 0.0, everywhere=self.everywhere, via=self.via)
        body = {"message": "out of order", "code": self.code}
        headers = {"Content-Type": "application/json"}
        if self.retry_after is not None:
            headers["Retry-After"] = str(self.retry_after)
        return web.Response(body=json.dumps(body).encode(), status=self.status, headers=headers)
