"""The loopback Slack: starts and stops, takes calls, plants faults, and lets people do things."""

import asyncio
import json
import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from email.utils import formatdate
from typing import Any, Self

from aiohttp import web

from tests.fakes.slack import answers, methods
from tests.fakes.slack.http import Requests
from tests.fakes.slack.methods import SlackError
from tests.fakes.slack.oauth import Oauth
from tests.fakes.slack.people import APP_TOKEN, BOT_TOKEN, SIGNING_SECRET, TEAM
from tests.fakes.slack.rates import Rates
from tests.fakes.slack.socket import Sockets
from tests.fakes.slack.state import Interaction, Workspace

Payload = dict[str, Any]


@dataclass(frozen=True)
class Fault:
    """Something that goes wrong with one call, after its work is done (`works`) or instead of it.

    Either the connection breaks (`drops`), or nothing ever comes (`hangs`), or what comes is `answer`, or an `error`
    with a `status`, or a page in HTML. `late`: the work is done so many seconds after the client has given up.
    """

    status: int = 200
    error: str = ""
    retry_after: int | None = None
    works: bool = False
    drops: bool = False
    hangs: bool = False
    answer: Payload | None = None
    late: float | None = None


DROPPED = Fault(works=True, drops=True)
"""The work is done, but the connection breaks before the answer."""


class FakeSlack:
    """One workspace behind real HTTP and a real WebSocket. `breaches` is everything it had to refuse."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, *, http: bool = False) -> None:
        """With `http`, what people do is brought by signed requests, and else over Socket Mode."""
        self.http = http
        self.workspace = Workspace(clock)
        self.sockets = Sockets(self.workspace)
        self.requests = Requests(self.workspace)
        self.scopes = {"commands", "chat:write"}
        self.rates = Rates(clock, self.workspace.breach)
        self.latency = 0.0
        self.teams = {TEAM: self.workspace}
        self.oauth = Oauth(self.team)
        self.calls: list[str] = []
        self._delivered: list[tuple[Interaction, Payload]] = []
        self.ahead = 0.0  # seconds by which our clock is before that of this machine
        self.silent: set[str] = set()  # methods that take a call and never answer
        self._ended = asyncio.Event()
        self._faults: defaultdict[str, deque[Fault]] = defaultdict(deque)
        self.responds = asyncio.Event()  # as long as it is not set, no `response_url` answers
        self.responds.set()
        self._runner: web.AppRunner | None = None

    def team(self, team: str, enterprise: str = "") -> Workspace:
        """A workspace, opened now if there was none."""
        if team not in self.teams:
            self.teams[team] = self.workspace.beside(team, enterprise)
        return self.teams[team]

    @property
    def breaches(self) -> list[str]:
        return self.workspace.breaches

    @property
    def environment(self) -> dict[str, str]:
        """The variables that bring a bot here. Which port it serves on is up to the test."""
        by = {"SLACK_SIGNING_SECRET": SIGNING_SECRET, "PORT": "8080"} if self.http else {"SLACK_APP_TOKEN": APP_TOKEN}
        return {"SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_API_URL": f"{self.workspace.url}/api"} | by

    async def deliver(self, interaction: Interaction, payload: Payload) -> None:
        """Bring an interaction to the bot. Raises `UnheardError` where none is connected by Socket Mode."""
        self._delivered.append((interaction, payload))
        await (self.requests if self.http else self.sockets).deliver(interaction, payload)

    async def repeat(self, back: int = 1) -> None:
        """Bring an interaction once more, the latest or one before it, as if nobody had acknowledged it."""
        interaction, payload = self._delivered[-back]
        await self.deliver(replace(interaction, acknowledged=False), payload)

    async def hang_up(self) -> None:
        """Wait for no acknowledgement any longer. Those that never came are breaches."""
        await self.requests.close()
        await self.sockets.close()

    def forgive(self, *codes: str) -> None:
        """Strike breaches that a test provokes. Raises `AssertionError` where one of them did not happen."""
        for code in codes:
            found = next((one for one in self.breaches if code in one), None)
            assert found is not None, f"no breach says {code!r}: {self.breaches}"
            self.breaches.remove(found)

    def fail(self, method: str, fault: Fault) -> None:
        """Let the next call of a method go wrong."""
        self._faults[method].append(fault)

    def fault_of(self, method: str) -> Fault | None:
        """What is to go wrong with a call."""
        return self._faults[method].popleft() if self._faults[method] else None

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.add_routes(
            [
                web.route("*", "/api/{method}", self._call),
                web.post("/respond/{id}", self._respond),
                web.get("/link", self.sockets.link),
            ]
        )
        self._runner = web.AppRunner(app, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.workspace.url = f"http://{host}:{port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._ended.set()
        await self.hang_up()
        if self._runner is not None:
            await self._runner.cleanup()

    async def _call(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["method"]
        self.calls.append(name)
        arguments = await _arguments(request)
        token = request.headers.get("Authorization", "").removeprefix("Bearer ") or str(arguments.get("token", ""))
        arguments.pop("token", None)
        if name in self.silent:
            await self._ended.wait()
        fault = self.fault_of(name)
        if self.latency:
            await asyncio.sleep(self.latency)
        early = self.rates.wait(self._tenant(token), name, str(arguments.get("channel", "")))
        if early is not None:
            return _broken(Fault(429, "ratelimited", early))
        if fault is None:
            answer = self._answer(name, arguments, token)
            return web.json_response(answer, headers=self._headers(answer))
        if fault.late is not None:
            while request.transport is not None:  # noqa: ASYNC110  # a client that gives up sets no event of ours
                await asyncio.sleep(0.01)
            await asyncio.sleep(fault.late)
        if fault.works:
            self._answer(name, arguments, token)
        return await self._spoil(request, self._tenant(token), name, fault)

    def _answer(self, name: str, arguments: Payload, token: str) -> Payload:
        try:
            if name == "oauth.v2.access":
                return self.oauth.access(arguments)
            workspace, token = self._home(arguments, token)
            return methods.call(workspace, name, arguments, token, self.scopes)
        except SlackError as refusal:
            self.workspace.breach(f"{name}: {refusal}")
            answer = refusal.answer()
            if name == "blocks.validate":
                answer["errors"] = [{"pointer": "", "code": "invalid", "message": one} for one in refusal.details]
            return answer

    async def _spoil(self, request: web.Request, tenant: str, name: str, fault: Fault) -> web.StreamResponse:
        if fault.retry_after is not None:
            self.rates.tell(tenant, name, fault.retry_after)
        if fault.hangs:
            await self._ended.wait()
        if fault.drops and request.transport is not None:
            request.transport.abort()
        return _broken(fault)

    def _headers(self, answer: Payload) -> dict[str, str]:
        told = {"X-OAuth-Scopes": ",".join(sorted(self.scopes))} if answer["ok"] and self.scopes else {}
        return {"Date": formatdate(time.time() + self.ahead, usegmt=True), **told}

    def _tenant(self, token: str) -> str:
        """Whom a token speaks for."""
        grant = self.oauth.tokens.get(token)
        return grant.tenant if grant else TEAM

    def _home(self, arguments: Payload, token: str) -> tuple[Workspace, str]:
        """The workspace that a token speaks in, and the bot's token of the only one there is usually."""
        if token in self.oauth.revoked:
            raise SlackError("token_revoked")
        grant = self.oauth.tokens.get(token)
        if grant is None:
            return self.workspace, token
        if not grant.whole:
            return self.team(grant.team, grant.enterprise), BOT_TOKEN
        teams = [one for one in self.teams.values() if one.enterprise == grant.enterprise]
        return next((one for one in teams if one.knows(arguments)), teams[0]), BOT_TOKEN

    async def _respond(self, request: web.Request) -> web.Response:
        await self.responds.wait()
        number = request.match_info["id"]
        interaction = next(
            (one.interactions[number] for one in self.teams.values() if number in one.interactions), None
        )
        if interaction is None:
            return self._gone(SlackError("invalid_url"))
        try:
            answers.respond(interaction.workspace, interaction, await request.json())
        except SlackError as refusal:
            return self._gone(refusal)
        return web.Response(text="ok")

    def _gone(self, refusal: SlackError) -> web.Response:
        self.workspace.breach(f"response_url: {refusal}")
        return web.json_response({"ok": False, "error": refusal.code}, status=404)


async def _arguments(request: web.Request) -> Payload:
    """The arguments of a call: the library sends some in the query, some as a form and some as JSON."""
    given: Payload = dict(request.query)
    if request.content_type == "application/json":
        given |= await request.json()
    else:
        given |= {name: _read(str(value)) for name, value in (await request.post()).items()}
    return given


def _read(text: str) -> object:
    return json.loads(text) if text[:1] in ("[", "{") else text


def _broken(fault: Fault) -> web.Response:
    if fault.answer is not None:
        return web.json_response(fault.answer)
    headers = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
    if fault.error:
        return web.json_response({"ok": False, "error": fault.error}, status=fault.status, headers=headers)
    page = "<html>upstream trouble</html>"
    return web.Response(status=fault.status, text=page, content_type="text/html", headers=headers)


async def until(condition: Callable[[], bool], within: float = 10.0) -> None:
    """Wait for a condition. Raises `TimeoutError`."""
    async with asyncio.timeout(within):
        while not condition():  # noqa: ASYNC110  # what is waited for has no event of its own
            await asyncio.sleep(0.002)
