"""The web server on `PORT`: a sign of life, and whatever routes the platforms want served."""

from collections.abc import Iterable

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.typedefs import Handler
from aiohttp.web_protocol import RequestPayloadError

from bot.ports import Request, Route

_LARGEST_BODY = 256 * 1024


async def serve(port: int, routes: Iterable[Route]) -> web.AppRunner:
    """Serve until the runner is cleaned up. Raises `OSError` where the port is taken."""
    app = web.Application(client_max_size=_LARGEST_BODY)
    app.router.add_get("/healthz", _alive)
    for route in routes:
        app.router.add_route(route.method, route.path, _handler(route))
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, port=port).start()
    return runner


async def _alive(_: web.Request) -> web.Response:
    return web.Response(text="alive\n")


def _handler(route: Route) -> Handler:
    async def handle(request: web.Request) -> web.Response:
        if (request.content_length or 0) > _LARGEST_BODY:
            return _too_large()
        try:
            body = await request.read()
        except web.HTTPRequestEntityTooLarge:
            return _too_large()
        except (HttpProcessingError, RequestPayloadError):
            return web.Response(status=400, text="The body cannot be read.\n")
        answer = await route.handle(Request(request.headers, request.query, body))
        headers = {**answer.headers, "Content-Type": answer.content_type}
        return web.Response(status=answer.status, body=answer.body, headers=headers)

    return handle


def _too_large() -> web.Response:
    return web.Response(status=413, text=f"A body may have {_LARGEST_BODY} bytes at most.\n")
