"""Socket Mode that always finds its way back."""

import asyncio
from contextlib import suppress

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.socket_mode.aiohttp import SocketModeClient

from adapters.slack.web import LIBRARY

TRY_FOR = 9.0  # seconds; shorter than the library's pause between two tries
_PING_EVERY = 10.0


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


class Socket(AsyncSocketModeHandler):
    """The connection of an app."""

    def __init__(self, app: AsyncApp, app_token: str, proxy: str | None) -> None:
        """Does what the library's own does, but with our client."""
        self.app = app
        self.app_token = app_token
        self.client = _Client(app_token, LIBRARY, app.client, ping_interval=_PING_EVERY)
        self.client.proxy = proxy
        self.client.socket_mode_request_listeners.append(self.handle)  # type: ignore[arg-type]  # as the library does

    async def open(self, address: str) -> None:
        """Connect to an address that `apps.connections.open` gave."""
        self.client.wss_uri = address
        await self.connect_async()  # type: ignore[no-untyped-call]  # the library leaves it untyped

    async def close(self) -> None:
        """Disconnect for good."""
        await self.close_async()  # type: ignore[no-untyped-call]  # the library leaves it untyped
