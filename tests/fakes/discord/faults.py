"""What goes wrong between a bot and Discord, on order."""

import json
import re
from dataclasses import dataclass

from aiohttp import web


@dataclass(slots=True)
class Fault:
    """What happens to the next requests that match. `status` 0 drops the connection; `after` does the work first."""

    method: str
    path: str
    status: int = 0
    after: bool = False
    retry_after: float | None = None
    via: bool = True
    times: int = 1

    def takes(self, request: web.Request) -> bool:
        """Whether this request is one of them; counts it if so."""
        if self.times < 1 or request.method != self.method or not re.search(self.path, request.path):
            return False
        self.times -= 1
        return True

    def answer(self, request: web.Request) -> web.Response:
        """The response in place of the true one. A dropped connection has none, whatever is returned."""
        if not self.status:
            if request.transport is not None:
                request.transport.abort()
            return web.Response()
        body = {"message": "out of order", "code": 0, "retry_after": self.retry_after, "global": False}
        headers = {"Content-Type": "application/json"} | ({"Via": "1.1 google"} if self.via else {})
        if self.retry_after is not None:
            headers["Retry-After"] = str(self.retry_after)
        return web.Response(body=json.dumps(body).encode(), status=self.status, headers=headers)
