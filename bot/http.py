"""The web server on `PORT`: a sign of life, and whatever routes the platforms want served."""

from collections.abc import Iterable

from aiohttp import web
from aiohttp.typedefs import Handler

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
        answer = await route.handle(Request(request.headers, request.query, await request.read()))
        headers = {**answer.headers, "Content-Type": answer.content_type}
        return web.Response(status=answer.status, body=answer.body, headers=headers)

    return handle
