"""Socket Mode that always finds its way back."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress

from pydantic import SecretStr
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient

from adapters.slack.outcomes import refused
from adapters.slack.web import LIBRARY
from bot.ports import Route

TRY_FOR = 9.0  # seconds; shorter than the library's pause between two tries
_PING_EVERY = 10.0
_CONNECT_WITHIN = 30.0  # seconds
CONNECTIONS = 2


class _Client(SocketModeClient):
    """An address from Slack is good for one connection, soon; the library would go on trying the same one for ever."""

    async def connect(self) -> None:
        """Connect, asking for a new address whenever one did not work."""
        while not self.closed:
            with suppress(TimeoutError):
                async with asyncio.timeout(TRY_FOR):
                    await super().connect()  # type: ignore[no-untyped-call]  # the library leaves it untyped
                    return
            self.wss_uri = None


class _Handler(AsyncSocketModeHandler):
    """One connection of an app: does what the library's own does, but with our client."""

    def __init__(self, app: AsyncApp, app_token: str, proxy: str | None) -> None:
        self.app = app
        self.app_token = app_token
        self.client = _Client(app_token, LIBRARY, app.client, ping_interval=_PING_EVERY)
        self.client.proxy = proxy
        self.client.socket_mode_request_listeners.append(self.handle)  # type: ignore[arg-type]  # as the library does


class Socket:
    """The transport of Socket Mode: `CONNECTIONS` of them, so that one is there while Slack renews the other."""

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
        """Slack goes on sending as long as we are connected, and what it sends is acknowledged."""

    async def close(self) -> None:
        """Disconnect for good."""
        for handler in self._handlers:
            await handler.close_async()  # type: ignore[no-untyped-call]  # the library leaves it untyped
        self._handlers.clear()
