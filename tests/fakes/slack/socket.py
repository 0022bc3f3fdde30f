"""Socket Mode: the connections of bots, the envelopes they get, and whether they say that they have heard."""

import json
from typing import Any

from aiohttp import WSMsgType, web

from tests.fakes.slack.answers import acknowledge
from tests.fakes.slack.state import TYPES, Interaction, Workspace

Payload = dict[str, Any]


class UnheardError(Exception):
    """Nobody is connected: Slack tells the person that the app did not respond."""


class Sockets:
    """The live connections, how many there ever were, and how many more to refuse. Envelopes go to them in turn, and
    to one that was asked to come back anew only where there is no other.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._open: list[web.WebSocketResponse] = []
        self._requests: dict[web.WebSocketResponse, web.Request] = {}
        self._replaced: list[web.WebSocketResponse] = []
        self._sent: dict[str, tuple[Interaction, web.WebSocketResponse]] = {}
        self.opened = 0
        self.refusals = 0
        self.hangs_up = True  # on a connection that has been replaced

    @property
    def connections(self) -> int:
        """How many are open."""
        return len(self._open)

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
        self._requests[socket] = request
        await socket.send_json({"type": "hello", "num_connections": len(self._open)})
        self.opened += 1
        try:
            await self._part()
            async for frame in socket:
                if frame.type is WSMsgType.TEXT:
                    self._heard(json.loads(frame.data))
                    await self._part()
        finally:
            self._open.remove(socket)
            del self._requests[socket]
            self._replaced = [each for each in self._replaced if each is not socket]
        return socket

    async def deliver(self, interaction: Interaction, payload: Payload) -> None:
        """Send an interaction to the bot. Raises `UnheardError` where none is connected."""
        live = [socket for socket in self._open if not socket.closed]
        standing = [socket for socket in live if socket not in self._replaced] or live
        if not standing:
            raise UnheardError(interaction.kind)
        number = self._workspace.number()
        socket = standing[number % len(standing)]
        self._sent[f"envelope-{number}"] = interaction, socket
        await socket.send_json(
            {
                "envelope_id": f"envelope-{number}",
                "type": TYPES[interaction.kind],
                "accepts_response_payload": interaction.kind != "open",
                "payload": payload,
            }
        )

    async def refresh(self, reason: str = "refresh_requested") -> None:
        """Ask every bot to come back on a new connection, as Slack does every few hours."""
        for socket in list(self._open):
            self._replaced.append(socket)
            await socket.send_json({"type": "disconnect", "reason": reason, "debug_info": {}})

    def drop(self) -> None:
        """Break the oldest connection, without a word."""
        request = self._requests[self._open[0]]
        assert request.transport is not None
        request.transport.abort()

    def forget(self, interaction: Interaction) -> None:
        """Wait for its acknowledgement no longer: it comes again some other time."""
        self._sent = {number: sent for number, sent in self._sent.items() if sent[0] is not interaction}

    async def close(self) -> None:
        """Hang up. Whatever was never acknowledged is a breach."""
        for socket in list(self._open):
            await socket.close()
        for interaction, _ in self._sent.values():
            self._workspace.breach(f"{interaction.kind}: never acknowledged")
        self._sent.clear()

    def _heard(self, answer: Payload) -> None:
        sent = self._sent.pop(answer.get("envelope_id", ""), None)
        if sent is None:
            self._workspace.breach("socket: an acknowledgement of nothing")
        else:
            acknowledge(sent[0].workspace, sent[0], answer.get("payload"))

    async def _part(self) -> None:
        """Hang up on connections that have been replaced, once nothing that was sent there is waited for."""
        waiting = [socket for _, socket in self._sent.values()]
        if self.hangs_up and len(self._open) > len(self._replaced):
            done = [socket for socket in self._replaced if socket not in waiting]
            self._replaced = [socket for socket in self._replaced if socket in waiting]
            for socket in done:
                await socket.close()
