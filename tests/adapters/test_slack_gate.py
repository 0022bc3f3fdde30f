"""The gate before Slack's requests: what Slack has not signed reaches nothing, and nothing breaks it."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

import pytest

from adapters.slack.gate import LARGEST
from bot import grammar
from bot.ports import Reply
from tests import gallery
from tests.fakes.slack.door import ScriptedDoor
from tests.fakes.slack.http import FORM, JSON, signed
from tests.fakes.slack.people import SIGNING_SECRET, TEAM
from tests.fakes.slack.stage import SlackStage

COMMAND = {"command": "/sqla-quiz", "text": "me", "team_id": TEAM, "user_id": "U0GRACE", "user_name": "grace"}
COMMAND |= {"channel_id": "C0QUIZ", "channel_name": "payload-team", "trigger_id": "1.quiz", "response_url": ""}
BODY = urlencode(COMMAND).encode()
HEADERS = {"kind": "Content-Type", "stamp": "X-Slack-Request-Timestamp", "signature": "X-Slack-Signature"}


@dataclass(frozen=True)
class Case:
    """A request that is wrong, and the status it gets. `changed` are headers that are not as signed: `None` is none."""

    name: str
    status: int
    body: bytes = BODY
    kind: str = FORM
    age: float = 0.0
    secret: str = SIGNING_SECRET
    signed_for: bytes | None = None
    changed: Mapping[str, str | None] = field(default_factory=dict)

    def headers(self) -> dict[str, str]:
        """Made at the time of the test."""
        body = self.body if self.signed_for is None else self.signed_for
        made = signed(body, self.kind, time.time() - self.age, self.secret)
        for name, value in self.changed.items():
            made.pop(HEADERS[name])
            made |= {} if value is None else {HEADERS[name]: value}
        return made


STAMPS = ("", "soon", "1e9", "-1", "١٢٣", "9" * 400, "nan", "0x1", " ")
SIGNATURES = ("", "v0=", "v1=" + "0" * 64, "v0=" + "g" * 64, "v0=" + "0" * 63, "v0=ü" + "0" * 63)
BROKEN = (b"{", b"[]", b"[1]", b"null", b'"text"', b"", b"{}", b'{"a": 1', b"\xff\xfe", b"[" * 100_000, b"9" * 5000)
FORMS: tuple[bytes, ...] = (
    b"",
    b"&&",
    b"payload",
    b"payload=",
    b"payload=%7B",
    b"payload=[]",
    b"a=1&a=2&command=x",
    b"x=1",
)
FORMS += (b"\xff=1", b"payload=%ff", b"command=%ff", b"&".join(b"f%d=1" % n for n in range(200)))
CASES = [
    Case("no headers", 401, changed=dict.fromkeys(HEADERS)),
    Case("unsigned", 401, changed={"signature": None}),
    Case("no time", 401, changed={"stamp": None}),
    Case("another secret", 401, secret="another"),
    Case("more than was signed", 401, BODY + b"&text=stop", signed_for=BODY),
    Case("truncated", 401, BODY[:-20], signed_for=BODY),
    Case("another time", 401, changed={"stamp": str(int(time.time()) + 30)}),
    Case("five minutes old", 401, age=300),
    Case("a year old", 401, age=3e7),
    Case("of the future", 401, age=-302),
    *(Case(f"time {stamp[:9]!r}", 400, changed={"stamp": stamp}) for stamp in STAMPS),
    *(Case(f"signature {value[:9]!r}", 400, changed={"signature": value}) for value in SIGNATURES),
    *(Case(f"type {kind!r}", 400, kind=kind) for kind in ("", "text/plain", "multipart/form-data; boundary=x", "json")),
    Case("a form called JSON", 400, kind=JSON),
    *(Case(f"JSON {body[:9]!r}", 400, body, JSON) for body in BROKEN),
    *(Case(f"form {body[:12]!r}", 400, body) for body in FORMS),
    Case("256 kB and one byte", 413, b"x" * (LARGEST + 1)),
    Case("a megabyte", 413, b"x" * 1_000_000),
    Case("an unsigned megabyte", 413, b"x" * 1_000_000, changed=dict.fromkeys(HEADERS)),
]


@pytest.fixture
def door() -> ScriptedDoor:
    return ScriptedDoor(Reply(gallery.personal()))


@pytest.fixture
async def stage(door: ScriptedDoor) -> AsyncIterator[SlackStage]:
    async with SlackStage(http=True) as stage:
        await stage.connect(door)
        yield stage


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
async def test_what_is_wrong_is_refused_and_reaches_nothing(
    stage: SlackStage, door: ScriptedDoor, caplog: pytest.LogCaptureFixture, case: Case
) -> None:
    calls = [*stage.slack.calls]
    status, text = await stage.slack.requests.post(case.body, case.headers())
    assert status == case.status
    assert is_short(text)
    assert (door.asked, stage.slack.calls) == ([], calls)
    assert caplog.records == []


def is_short(text: str) -> bool:
    """One short sentence that gives nothing away."""
    return text.count("\n") <= 1 and len(text) <= 60 and "Traceback" not in text and "Error" not in text


async def raw(stage: SlackStage, *parts: bytes) -> bytes:
    """What comes back for bytes that no client of ours would send."""
    host, _, port = stage.slack.requests.address.split("/")[2].partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(b"\r\n".join((b"POST /slack/events HTTP/1.1", b"Host: quiz", b"Connection: close", *parts)))
    await writer.drain()
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return answer


async def test_headers_said_twice_are_refused(stage: SlackStage, door: ScriptedDoor) -> None:
    once = [f"{name}: {value}".encode() for name, value in signed(BODY).items()]
    length = b"Content-Length: %d" % len(BODY)
    for twice in once:
        answer = await raw(stage, *once, twice, length, b"", BODY)
        assert answer.split()[1] == b"400"
        assert is_short(answer.partition(b"\r\n\r\n")[2].decode())
    assert door.asked == []


@pytest.mark.parametrize(
    "parts",
    [
        (b"Transfer-Encoding: chunked", b"", b"zz\r\nbody\r\n0\r\n\r\n"),
        (b"Content-Encoding: gzip", b"Content-Length: 4", b"", b"nope"),
        (b"Content-Length: nine", b"", b"body"),
        (b"Content-Length: 1", b"Transfer-Encoding: chunked", b"", b"0\r\n\r\n"),
        (b"X-Slack-Signature: \x00", b"Content-Length: 0", b"", b""),
        (b"X" * 20_000 + b": 1", b"Content-Length: 0", b"", b""),
    ],
    ids=["chunks", "gzip", "length", "lengths", "nul", "long header"],
)
async def test_what_is_no_proper_request_is_refused(
    stage: SlackStage, door: ScriptedDoor, parts: tuple[bytes, ...]
) -> None:
    answer = await raw(stage, *parts)
    assert answer.split()[1] == b"400"
    assert b"Traceback" not in answer
    assert door.asked == []


async def test_a_body_that_breaks_off_is_answered_to_nobody(stage: SlackStage, door: ScriptedDoor) -> None:
    once = [f"{name}: {value}".encode() for name, value in signed(BODY).items()]
    host, _, port = stage.slack.requests.address.split("/")[2].partition(":")
    _, writer = await asyncio.open_connection(host, int(port))
    start = (b"POST /slack/events HTTP/1.1", b"Host: quiz", *once, b"Content-Length: %d" % (len(BODY) + 1), b"", BODY)
    writer.write(b"\r\n".join(start))
    await writer.drain()
    writer.close()
    await writer.wait_closed()
    assert (await stage.ask("grace", "me")).text.startswith("Your numbers")
    assert len(door.asked) == 1


async def test_what_is_repeated_is_refused(stage: SlackStage, door: ScriptedDoor) -> None:
    sent = signed(BODY)
    assert (await stage.slack.requests.post(BODY, sent))[0] == 200
    again = {"X-Slack-Retry-Num": "1", "X-Slack-Retry-Reason": "http_timeout"}  # unsigned, so anybody can add it
    for repeated in (sent, sent | again):
        assert (await stage.slack.requests.post(BODY, repeated))[0] == 401
    assert len(door.asked) == 1


@pytest.mark.parametrize("text", ["what is a payload?", "payload=1", "me & payload", "ünï ☃ 🦆 %00 + = &amp;"])
async def test_a_command_may_say_anything(stage: SlackStage, door: ScriptedDoor, text: str) -> None:
    await stage.ask("grace", text)
    assert door.asked[0].command == grammar.parse(text.replace("&amp;", "&"))  # which is how Slack sends it


async def test_a_channel_may_have_any_name(stage: SlackStage, door: ScriptedDoor) -> None:
    status, text = await stage.slack.requests.post(BODY, signed(BODY))
    assert (status, json.loads(text)["response_type"]) == (200, "ephemeral")
    assert door.asked[0].place == stage.place


async def test_slack_s_questions_about_the_address_itself_are_answered(stage: SlackStage, door: ScriptedDoor) -> None:
    body = json.dumps({"type": "url_verification", "token": "t", "challenge": "3eZbrw1a"}).encode()
    assert await stage.slack.requests.post(body, signed(body, "application/json; charset=utf-8")) == (200, "3eZbrw1a")
    check = b"ssl_check=1&token=t"
    assert await stage.slack.requests.post(check, signed(check)) == (200, "")
    assert (await stage.slack.requests.post(body, {"Content-Type": JSON}))[0] == 401
    assert door.asked == []


async def test_it_is_closed_before_the_start_and_after_the_end(door: ScriptedDoor) -> None:
    async with SlackStage(http=True) as stage:
        await stage._serve()
        assert await stage.slack.requests.post(BODY, signed(BODY)) == (503, "Not open.\n")
        await stage.connect(door)
        assert (await stage.slack.requests.post(BODY, signed(BODY)))[0] == 200
        await stage.platform.stop()
        assert await stage.slack.requests.post(BODY, signed(BODY)) == (503, "Not open.\n")
    assert len(door.asked) == 1
