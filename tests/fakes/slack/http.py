"""Slack over HTTP: each interaction is a signed request to the bot, and the answer is the acknowledgement."""

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import aiohttp

from tests.fakes.slack.answers import acknowledge
from tests.fakes.slack.people import SIGNING_SECRET
from tests.fakes.slack.state import TYPES, Interaction, Workspace

Payload = dict[str, Any]

FORM, JSON = "application/x-www-form-urlencoded", "application/json"


def signed(body: bytes, kind: str = FORM, at: float | None = None, secret: str = SIGNING_SECRET) -> dict[str, str]:
    """The headers of a request of that media type, signed as Slack does."""
    stamp = str(int(time.time() if at is None else at))
    signature = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    return {"Content-Type": kind, "X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={signature}"}


def encoded(type_: str, payload: Payload) -> tuple[bytes, str]:
    """A payload as the body of a request, and its media type: events are JSON, everything else is a form."""
    match type_:
        case "slash_commands":
            return urlencode(payload).encode(), FORM
        case "interactive":
            return urlencode({"payload": json.dumps(payload)}).encode(), FORM
        case _:
            return json.dumps(payload).encode(), JSON


class Requests:
    """What Slack sends to `address`, and what it waits for."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._waiting: set[asyncio.Task[None]] = set()
        self._session: aiohttp.ClientSession | None = None
        self.address = ""

    async def deliver(self, interaction: Interaction, payload: Payload) -> None:
        """Send an interaction to the bot, and wait for the acknowledgement in the background."""
        task = asyncio.create_task(self._post(interaction, *encoded(TYPES[interaction.kind], payload)))
        self._waiting.add(task)
        task.add_done_callback(self._waiting.discard)

    async def post(self, body: bytes, headers: Mapping[str, str]) -> tuple[int, str]:
        """Send anything; the status and the text of the answer. Raises `aiohttp.ClientError` where there is none."""
        if self._session is None:
            self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        async with self._session.post(self.address, data=body, headers=headers) as answer:
            return answer.status, await answer.text()

    async def settled(self) -> None:
        """Returns once every request has its answer, or surely gets none."""
        while self._waiting:
            await asyncio.wait(self._waiting)

    async def close(self) -> None:
        """Hang up."""
        await self.settled()
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _post(self, interaction: Interaction, body: bytes, kind: str) -> None:
        try:
            status, text = await self.post(body, signed(body, kind))
        except aiohttp.ClientError:
            self._workspace.breach(f"{interaction.kind}: never acknowledged")
            return
        if status == 200:
            acknowledge(interaction.workspace, interaction, json.loads(text) if text else None)
        else:
            self._workspace.breach(f"{interaction.kind}: answered with {status}: {text}")
