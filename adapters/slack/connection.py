"""One connection of Socket Mode that always finds its way back, and loses nothing where it can help it."""

import asyncio
import json
import logging
from contextlib import suppress
from typing import Any

from aiohttp import ClientWebSocketResponse, WSMsgType
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.web.async_client import AsyncWebClient

TRY_FOR = 9.0  # seconds; shorter than the library's pause between two tries
_NORMAL_CLOSURE = (1000).to_bytes(2, "big")
_OPEN = (WSMsgType.TEXT, WSMsgType.PING, WSMsgType.PONG)
_ASKED = ("interactive", "slash_commands", "events_api")
LINGER = 10.0  # seconds on a connection that has been replaced


class Connection(SocketModeClient):
    """The library's client, with three habits changed.

    An address from Slack is good for one connection, soon; the library would go on trying the same one for ever. It
    would close the old connection before it opens the new one, and with it lose what Slack had sent by then. And it
    would give up an acknowledgement where it finds the connection broken.
    """

    _old: ClientWebSocketResponse | None = None

    def __init__(self, app_token: str, logger: logging.Logger, web: AsyncWebClient, ping_every: float) -> None:
        """Nothing is opened yet. `ping_every` is in seconds."""
        super().__init__(app_token, logger, web, ping_interval=ping_every)
        self._leaving: set[asyncio.Task[None]] = set()
        self._in_hand = 0
        self._idle = asyncio.Event()
        self._idle.set()

    async def connect(self) -> None:
        """Connect, asking for a new address whenever one did not work."""
        old, receiver = self.current_session, self.message_receiver
        self._old, self.current_session = old, None  # so that the library does not close it
        while not self.closed:
            with suppress(TimeoutError):
                async with asyncio.timeout(TRY_FOR):
                    await super().connect()  # type: ignore[no-untyped-call]  # the library leaves it untyped
                    break
            self.wss_uri = None
        if old is not None and receiver is not None:
            leaving = asyncio.create_task(self._leave(old, receiver))
            self._leaving.add(leaving)
            leaving.add_done_callback(self._leaving.discard)

    async def _leave(self, old: ClientWebSocketResponse, receiver: "asyncio.Future[Any]") -> None:
        """Take what Slack still sends there. It hangs up by itself; where it does not, we do."""
        with suppress(TimeoutError):
            async with asyncio.timeout(LINGER):
                await asyncio.wait([receiver])
                async for frame in old:
                    # That it is about to go need not be told twice.
                    if frame.type is WSMsgType.TEXT and json.loads(frame.data).get("type") != "disconnect":
                        await self.enqueue_message(frame.data)
        await old.close()

    async def enqueue_message(self, message: str) -> None:
        """Take one frame: from now on it is in hand."""
        self._in_hand += 1
        self._idle.clear()
        await super().enqueue_message(message)

    async def run_message_listeners(self, message: dict[str, Any], raw_message: str) -> None:
        """Hear one frame."""
        try:
            if message.get("reason") == "too_many_websockets" and self.current_session is not None:
                await self.current_session.close()  # there is no room for a new one before the old has gone
            await super().run_message_listeners(message, raw_message)
        finally:
            self._in_hand -= 1
            if not self._in_hand:
                self._idle.set()

    async def hang_up(self) -> None:
        """Disconnect at a moment in which nothing is in hand, and lose nothing that Slack sends meanwhile.

        What was on its way when we hung up can only be acknowledged by another connection: it is opened for that, and
        left in the same way.
        """
        while self.current_session is not None or not self._idle.is_set():
            await self._idle.wait()
            if late := await self._part():
                await self.connect_to_new_endpoint(force=True)
                for frame in late:
                    await self.enqueue_message(frame)

    async def _part(self) -> list[str]:
        """Say that we hang up, and hear what was sent before that was heard: only Slack's answer is the end."""
        session, self.current_session, self._old = self.current_session, None, None
        self.auto_reconnect_enabled = False
        ended = {task for task in (self.current_session_monitor, self.message_receiver) if task is not None}
        for task in ended:
            task.cancel()
        await asyncio.wait(ended)
        if session is None or session.closed:
            return []
        late = []
        with suppress(ConnectionError):
            await session.send_frame(_NORMAL_CLOSURE, WSMsgType.CLOSE)
            while (frame := await session.receive()).type in _OPEN:
                if frame.type is WSMsgType.TEXT and json.loads(frame.data).get("type") in _ASKED:
                    late.append(str(frame.data))
        return late

    async def send_message(self, message: str) -> None:
        """By the connection there is, by the old one while it is being replaced, by a new one where it has broken."""
        session = self.current_session or self._old
        if session is not None:
            with suppress(ConnectionError):
                await session.send_str(message)
                return
        await self.connect_to_new_endpoint()
        await super().send_message(message)

    def is_there(self) -> bool:
        """Whether anything can come by it."""
        return self.current_session is not None and not self.current_session.closed

    async def close(self) -> None:
        """Disconnect for good."""
        await super().close()  # type: ignore[no-untyped-call]  # the library leaves it untyped
        for leaving in self._leaving:
            leaving.cancel()
        await asyncio.gather(*self._leaving, return_exceptions=True)
