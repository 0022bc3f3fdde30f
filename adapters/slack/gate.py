"""Slack over HTTP: it calls us. Nothing that it has not signed is read, and nothing is told to whoever sent it.

Bolt has its own way of taking requests, which reads them before it looks at their signature, answers 500 to headers it
does not expect, and loses a command in whose text or channel the word "payload" stands. So it is handed what was read
here, as Socket Mode does.
"""

import json
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl

from pydantic import SecretStr
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from yarl import URL

from adapters.slack.signatures import Signatures, Verdict, said
from bot.ports import Hearing, Request, Response, Route

log = logging.getLogger(__name__)

_UNHEARD = 404  # what Bolt says where none of our listeners knows what it is
EVENTS = "/slack/events"
LARGEST = 256 * 1024  # bytes
_FIELDS = 100  # of a form; a slash command has about fifteen
_UNDECODED = "\N{REPLACEMENT CHARACTER}"
_JSON, _FORM = "application/json", "application/x-www-form-urlencoded"
_RETRY = ("x-slack-retry-num", "x-slack-retry-reason")

Payload = dict[str, Any]


def _refusal(status: int, why: str) -> Response:
    return Response(status, f"{why}\n".encode())


_CLOSED = _refusal(503, "Not open.")
_TOO_LARGE = _refusal(413, "Too large.")
_UNKNOWN_TYPE = _refusal(400, "Neither JSON nor a form.")
_UNREADABLE = _refusal(400, "The body cannot be read.")
_REFUSALS = {
    Verdict.REPEATED: _refusal(401, "This was here before."),
    Verdict.UNSIGNED: _refusal(401, "Not signed."),
    Verdict.MALFORMED: _refusal(400, "The signature cannot be read."),
    Verdict.STALE: _refusal(401, "Not of these minutes."),
    Verdict.FORGED: _refusal(401, "Signed by somebody else."),
}


class Gate:
    """The transport of HTTP: one address for commands, buttons, forms and events."""

    hearing = Hearing.SERVED

    def __init__(self, signing_secret: SecretStr, now: Callable[[], float] = time.time) -> None:
        """`now` is in seconds since 1970."""
        self._signatures = Signatures(signing_secret, now)
        self._app: AsyncApp | None = None
        self.routes: Sequence[Route] = (Route("POST", EVENTS, self._handle),)

    async def open(self, app: AsyncApp) -> None:
        """Let in what Slack sends. Whether it can reach us is seen once it does."""
        self._app = app

    def trouble(self) -> str | None:
        """None that could be seen from here."""
        return None

    async def hush(self) -> None:
        """Let nobody in any more. Slack tells whoever pressed something, and brings an event again."""
        self._app = None

    async def close(self) -> None:
        """Nothing is left to let go of: the server answers whom it has let in."""

    async def _handle(self, request: Request) -> Response:
        app = self._app
        if app is None:
            return _CLOSED
        if len(request.body) > LARGEST:
            return _TOO_LARGE
        kind = _kind(request.headers)
        retry = {name: value for name in _RETRY for value in said(request.headers, name)[:1]}
        verdict = self._signatures.judge(request.headers, request.body)
        # Slack brings an event again, perhaps within the same second, and nothing else: a repeated command or button is
        # somebody else's doing, whatever unsigned headers it carries.
        again = verdict is Verdict.REPEATED and kind == _JSON and retry
        if verdict is not Verdict.GENUINE and not again:
            return _REFUSALS[verdict]
        if kind not in (_JSON, _FORM):
            return _UNKNOWN_TYPE
        payload = _read(kind, request.body)
        return await _dispatch(app, payload, retry) if payload else _UNREADABLE


async def _dispatch(app: AsyncApp, payload: Payload, retry: Mapping[str, str]) -> Response:
    """What the listeners make of it, or our own answer to what Slack asks of the address itself."""
    match payload:
        case {"type": "url_verification", "challenge": str(challenge)}:
            return Response(200, challenge.encode(errors="replace"))
        case {"ssl_check": _}:
            return Response(200)
    try:
        answer = await app.async_dispatch(AsyncBoltRequest(body=payload, mode="socket_mode", headers={**retry}))
    except Exception:  # Bolt looks into a payload, and where that fails does so again to tell our listener
        log.exception("a payload of type %r is none that Slack documents", payload.get("type"))
        return _UNREADABLE
    if answer.status == _UNHEARD:
        return _UNREADABLE
    return Response(answer.status, answer.body.encode(), answer.headers["content-type"][0])


def _kind(headers: Mapping[str, str]) -> str:
    """The media type, without parameters; nothing where it is missing or said twice."""
    kinds = said(headers, "content-type")
    return kinds[0].partition(";")[0].strip().lower() if len(kinds) == 1 else ""


def _read(kind: str, body: bytes) -> Payload | None:
    """The payload; `None` where there is none to be found."""
    try:
        text = body.decode()
        read = json.loads(text) if kind == _JSON else _fields(text)
        if kind == _FORM and not ("command" in read or "ssl_check" in read):
            read = json.loads(read["payload"])
    except (ValueError, KeyError, RecursionError):
        return None
    return read if isinstance(read, dict) else None


def _fields(text: str) -> Payload:
    """The fields of a form. Decoded by yarl, in C: to do so in Python took as long as all else for a click."""
    if text.count("&") >= _FIELDS or not all("=" in field for field in text.split("&")):
        raise ValueError("no form, or one of too many fields")
    fields = URL.build(path="/", query_string=text, encoded=True).query
    if any(_UNDECODED in said for pair in fields.items() for said in pair):
        parse_qsl(text, errors="strict")  # it says so where that was not what was written
    if len({*fields}) < len(fields):
        raise ValueError("a field stands there twice")
    return dict(fields)
