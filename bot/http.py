"""The web server on `PORT`: a sign of life, and whatever routes the platforms want served."""

import asyncio
import logging
from collections.abc import Iterable

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.typedefs import Handler
from aiohttp.web_protocol import RequestPayloadError

from bot.ports import Request, Route

log = logging.getLogger(__name__)

_LARGEST_BODY = 256 * 1024
_SLOWEST_BODY = 5.0  # seconds
_LAST_REQUESTS = 2.5  # seconds for those under way at the end

# What the library has to say is of requests that are none, with all that strangers, or browsers, wrote in them.
_UNSAID = logging.getLogger("bot.http.library")
_UNSAID.disabled = True


async def serve(port: int, routes: Iterable[Route]) -> web.AppRunner:
    """Serve until the runner is cleaned up. Raises `OSError` where the port is taken."""
    app = web.Application(client_max_size=_LARGEST_BODY)
    app.router.add_get("/healthz", _alive)
    for route in routes:
        app.router.add_route(route.method, route.path, _handler(route))
    runner = web.AppRunner(app, access_log=None, logger=_UNSAID, shutdown_timeout=_LAST_REQUESTS)
    await runner.setup()
    await web.TCPSite(runner, port=port).start()
    return runner


async def _alive(_: web.Request) -> web.Response:
    return web.Response(text="alive\n")


def _handler(route: Route) -> Handler:
    async def handle(request: web.Request) -> web.Response:
        body = await _body(request)
        if not isinstance(body, bytes):
            return body
        try:
            answer = await route.handle(Request(request.headers, request.query, body))
        except Exception:  # the last boundary of a request: whatever broke is logged, and told to nobody
            log.exception("a request to %s failed", route.path)
            return web.Response(status=500, text="Something went wrong.\n")
        headers = {**answer.headers, "Content-Type": answer.content_type}
        return web.Response(status=answer.status, body=answer.body, headers=headers)

    return handle


async def _body(request: web.Request) -> bytes | web.Response:
    """What was sent, or why it is not taken: too much of it, too slow, or unreadable."""
    if (request.content_length or 0) > _LARGEST_BODY:
        return _too_large()
    try:
        async with asyncio.timeout(_SLOWEST_BODY):
            return await request.read()
    except web.HTTPRequestEntityTooLarge:
        return _too_large()
    except TimeoutError:
        return web.Response(status=408, text="The body took too long.\n")
    except (HttpProcessingError, RequestPayloadError, ConnectionError):
        return web.Response(status=400, text="The body cannot be read.\n")


def _too_large() -> web.Response:
    return web.Response(status=413, text=f"A body may have {_LARGEST_BODY} bytes at most.\n")
