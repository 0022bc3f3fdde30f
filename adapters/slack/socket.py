"""Socket Mode: we call Slack, and it brings us everything over the connections we keep."""

import asyncio
import logging
from collections.abc import Sequence

from pydantic import SecretStr
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from adapters.slack.connection import Connection
from adapters.slack.outcomes import refused
from adapters.slack.web import LIBRARY
from bot.ports import Hearing, Route

log = logging.getLogger(__name__)

PING_EVERY = 10.0  # seconds
_CONNECT_WITHIN = 30.0  # seconds
LEAVE_WITHIN = 4.0  # seconds for what is in hand on a connection that is to be left
CONNECTIONS = 2


class _Handler(AsyncSocketModeHandler):
    """One connection of an app: does what the library's own does, but with our client, and only until it is hushed."""

    client: Connection

    def __init__(self, app: AsyncApp, app_token: str, proxy: str | None) -> None:
        self.app = app
        self.app_token = app_token
        self.client = Connection(app_token, LIBRARY, app.client, PING_EVERY)
        self.client.proxy = proxy
        self.client.socket_mode_request_listeners.append(self.handle)  # type: ignore[arg-type]  # as the library does
        self._hushed = False

    async def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override]  # as the library does
        """Answer one envelope."""
        if not self._hushed:
            await super().handle(client, req)

    async def hush(self) -> None:
        """Close as soon as nothing is in hand; where that takes too long, hear no new envelope any more."""
        try:
            async with asyncio.timeout(LEAVE_WITHIN):
                await self.client.hang_up()
        except TimeoutError:
            log.warning("a connection is left with something in hand: what comes by it is heard no more")
            self._hushed = True
        else:
            await self.close_async()  # type: ignore[no-untyped-call]  # the library leaves it untyped


class Socket:
    """The transport of Socket Mode: `CONNECTIONS` of them, so that one is there while Slack renews the other."""

    hearing = Hearing.SHARED
    routes: Sequence[Route] = ()

    def __init__(self, app_token: SecretStr, proxy: str | None) -> None:
        """Nothing is opened yet."""
        self._app_token = app_token.get_secret_value()
        self._proxy = proxy
        self._handlers: list[_Handler] = []

    async def open(self, app: AsyncApp) -> None:
        """Connect. The first address is asked for here, because Bolt would go on asking for ever with a wrong token."""
        try:
            async with asyncio.timeout(_CONNECT_WITHIN):
                for _ in range(CONNECTIONS):
                    await self._connect(app)
        except BaseException:
            await self.close()
            raise

    def trouble(self) -> str | None:
        """Whether every connection has been lost."""
        if self._handlers and not any(handler.client.is_there() for handler in self._handlers):
            return "every Socket Mode connection is lost"
        return None

    async def _connect(self, app: AsyncApp) -> None:
        try:
            opened = await app.client.apps_connections_open(app_token=self._app_token)
        except SlackApiError as error:
            raise refused("SLACK_APP_TOKEN", error) from error
        handler = _Handler(app, self._app_token, self._proxy)
        self._handlers.append(handler)
        handler.client.wss_uri = str(opened["url"])
        await handler.connect_async()  # type: ignore[no-untyped-call]  # the library leaves it untyped

    async def hush(self) -> None:
        """Close each connection once it has nothing in hand: Slack no longer chooses it while another process has one.

        Where something is in hand for long, what comes after it is left unheard. To acknowledge is to promise an
        answer, which a process that ends may no longer give. What nobody acknowledges, Slack tells the person at once,
        who presses again; an event it brings again, to whoever is connected by then.
        """
        await asyncio.gather(*(handler.hush() for handler in self._handlers))

    async def close(self) -> None:
        """Disconnect for good."""
        for handler in self._handlers:
            await handler.close_async()  # type: ignore[no-untyped-call]  # the library leaves it untyped
        self._handlers.clear()
