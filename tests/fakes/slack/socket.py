"""Socket Mode: the connections of bots, the envelopes they get, and whether they say that they have heard."""

import json
from dataclasses import replace
from typing import Any

from aiohttp import WSMsgType, web

from tests.fakes.slack.answers import acknowledge
from tests.fakes.slack.state import Interaction, Workspace

Payload = dict[str, Any]
_TYPES = {"ask": "slash_commands", "press": "interactive", "fill": "interactive"}


class UnheardError(Exception):
    """Nobody is connected: Slack tells the person that the app did not respond."""


class Sockets:
    """The live connections, how many there ever were, and how many more to refuse. An envelope goes to the latest."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._open: list[web.WebSocketResponse] = []
        self._sent: dict[str, Interaction] = {}
        self._delivered: list[tuple[Interaction, Payload]] = []
        self.opened = 0
        self.refusals = 0

    async def link(self, request: web.Request) -> web.StreamResponse:
        """A bot connects, with the ticket of `apps.connections.open`."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._workspace.tickets:
            self._workspace.breach("socket: a ticket is good for one connection")
            return web.Response(status=400)
        self._workspace.tickets.remove(ticket)
        if self.refusals:
            self.refusals -= 1
            return web.Response(status=503)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self._open.append(socket)
        await socket.send_json({"type": "hello", "num_connections": len(self._open)})
        self.opened += 1
        try:
            async for frame in socket:
                if frame.type is WSMsgType.TEXT:
                    self._heard(json.loads(frame.data))
        finally:
            self._open.remove(socket)
        return socket

    async def deliver(self, interaction: Interaction, payload: Payload) -> None:
        """Send an interaction to the bot. Raises `UnheardError` where none is connected."""
        if not self._open:
            raise UnheardError(interaction.kind)
        self._delivered.append((interaction, payload))
        envelope = f"envelope-{self._workspace.number()}"
        self._sent[envelope] = interaction
        await self._open[-1].send_json(
            {
                "envelope_id": envelope,
                "type": _TYPES[interaction.kind],
                "accepts_response_payload": True,
                "payload": payload,
            }
        )

    async def repeat(self, back: int = 1) -> None:
        """Send an interaction once more, the latest or one before it, as if nobody had acknowledged it."""
        interaction, payload = self._delivered[-back]
        await self.deliver(replace(interaction, acknowledged=False), payload)

    async def refresh(self) -> None:
        """Ask every bot to come back on a new connection, as Slack does every few hours."""
        for socket in list(self._open):
            await socket.send_json({"type": "disconnect", "reason": "refresh_requested", "debug_info": {}})

    async def close(self) -> None:
        """Hang up. Whatever was never acknowledged is a breach."""
        for socket in list(self._open):
            await socket.close()
        for interaction in self._sent.values():
            self._workspace.breach(f"{interaction.kind}: never acknowledged")
        self._sent.clear()

    def _heard(self, answer: Payload) -> None:
        interaction = self._sent.pop(answer.get("envelope_id", ""), None)
        if interaction is None:
            self._workspace.breach("socket: an acknowledgement of nothing")
        else:
            acknowledge(self._workspace, interaction, answer.get("payload"))
