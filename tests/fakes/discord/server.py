"""A Discord on this machine: REST and gateway, refusing what Discord refuses and remembering each refusal."""

import asyncio
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Self

from aiohttp import web

from tests.fakes.discord import commands
from tests.fakes.discord.callbacks import Callbacks
from tests.fakes.discord.directory import Directory
from tests.fakes.discord.faults import Fault
from tests.fakes.discord.gateway import Gateway
from tests.fakes.discord.messages import Messages
from tests.fakes.discord.private import Private
from tests.fakes.discord.rates import Rates
from tests.fakes.discord.refusals import Breach, RefusalError, answer, refuse
from tests.fakes.discord.rules import Json
from tests.fakes.discord.world import APPLICATION, BOT, World

TOKEN = "a-token-that-is-good"
_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Server:
    """Starts and stops with `async with`. What it holds is `world`; what was wrong is in `breaches`, what came too
    soon is counted by `rates`. `shards` and `concurrency` are what it advises a bot.
    """

    def __init__(self) -> None:
        self.world = World()
        self.directory = Directory(self.world)
        self.gateway = Gateway(TOKEN, self.world)
        self.breaches: list[Breach] = []
        self.faults: list[Fault] = []
        self.rates = Rates()
        self.shards, self.concurrency = 1, 1
        self.requests: list[str] = []
        self.latency = 0.0
        self._runner: web.AppRunner | None = None
        self.url = ""

    async def __aenter__(self) -> Self:
        app = web.Application(middlewares=[self._guard])
        app.router.add_get("/gateway", self.gateway.connect)
        app.router.add_get("/api/v10/users/@me", self._me)
        app.router.add_get("/api/v10/oauth2/applications/@me", self._application)
        app.router.add_get("/api/v10/gateway/bot", self._advice)
        app.router.add_get(f"/api/v10/applications/{APPLICATION}/commands", self._commands)
        app.router.add_put(f"/api/v10/applications/{APPLICATION}/commands", self._register)
        self.directory.add_to(app)
        Messages(self.world).add_to(app.router)
        Callbacks(self.world).add_to(app.router)
        Private(self.world).add_to(app.router)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0, backlog=4096)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}/api/v10"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.gateway.close()
        if self._runner is not None:
            await self._runner.cleanup()

    @web.middleware
    async def _guard(self, request: web.Request, handler: _Handler) -> web.StreamResponse:
        """Orders things to go wrong, keeps strangers out, and turns refusals into errors."""
        self.requests.append(f"{request.method} {request.path}")
        if (soon := self.rates.refuse(request)) is not None:
            return soon
        fault = self.fault_of(request)
        if fault is not None and fault.late is not None:
            await fault.outlast(request)
        elif fault is not None and not fault.after:
            return await fault.answer(request)
        try:
            self._authorise(request)
            if self.latency:
                await asyncio.sleep(self.latency)
            done = await handler(request)
            if not done.prepared:
                done.headers.update(self.rates.headers(request))
        except RefusalError as refusal:
            return self._refused(refusal)
        except web.HTTPException as unknown:  # no route: nothing we know to be part of Discord
            return self._refused(RefusalError(unknown.status, 0, str(unknown)))
        return await fault.answer(request) if fault is not None else done

    def fault_of(self, request: web.Request) -> Fault | None:
        """What is to go wrong with a request."""
        return next((fault for fault in self.faults if fault.takes(request)), None)

    def _refused(self, refusal: RefusalError) -> web.Response:
        self.breaches.append(Breach(refusal.code, refusal.why))
        body: Json = {"message": refusal.why, "code": refusal.code}
        if refusal.code == 50035:
            body["errors"] = {"body": {"_errors": [{"code": "INVALID", "message": refusal.why}]}}
        return answer(body, refusal.status)

    def _authorise(self, request: web.Request) -> None:
        """Answers to interactions carry a token of their own in the address; everything else needs the bot's."""
        free = ("/gateway", "/api/v10/interactions/", "/api/v10/webhooks/")
        if request.headers.get("Authorization") != f"Bot {TOKEN}" and not (
            request.path == free[0] or request.path.startswith(free[1:])
        ):
            raise RefusalError(401, 0, "401: Unauthorized")

    async def _me(self, _request: web.Request) -> web.Response:
        return answer({**BOT.user(), "bot": True, "verified": True, "mfa_enabled": True, "locale": "en-US"})

    async def _application(self, _request: web.Request) -> web.Response:
        owner = {"id": "1", "username": "owner", "discriminator": "0", "avatar": None}
        about: Json = {"id": str(APPLICATION), "name": "sqla-quiz", "owner": owner, "description": "", "icon": None}
        rest = {"rpc_origins": [], "verify_key": "", "flags": 0, "bot_public": True, "bot_require_code_grant": False}
        return answer(about | rest | self.directory.application)

    async def _advice(self, request: web.Request) -> web.Response:
        starts = {"total": 1000, "remaining": 999, "reset_after": 14_400_000, "max_concurrency": self.concurrency}
        starts |= self.directory.starts
        return answer({"url": f"ws://{request.host}/gateway", "shards": self.shards, "session_start_limit": starts})

    async def _commands(self, _request: web.Request) -> web.Response:
        return answer(self.world.commands)

    async def _register(self, request: web.Request) -> web.Response:
        body = await request.json()
        refuse(commands.registered(body))
        same = {"application_id": str(APPLICATION), "version": "1", "description": ""}
        self.world.commands = [{**same, **command, "id": str(next(self.world.ids))} for command in body]
        return answer(self.world.commands)
