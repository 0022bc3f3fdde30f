"""What Slack has signed, for how long that holds, and a gate that no bytes break."""

import asyncio
import copy
import logging
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.signature import SignatureVerifier

from adapters.slack import signatures
from adapters.slack.app import Listener
from adapters.slack.gate import Gate
from adapters.slack.rights import Rights
from adapters.slack.tenants import One, Tenant
from adapters.slack.web import open_web
from bot.ports import Reply, Request, Response
from tests import gallery
from tests.fakes.slack import people
from tests.fakes.slack.door import ScriptedDoor
from tests.fakes.slack.http import FORM, JSON, encoded, signed
from tests.fakes.slack.people import SIGNING_SECRET, TEAM

NOW = 1_764_000_000.0
DONE: dict[str, Any] = {**people.envelope(), "user": people.user("grace"), "trigger_id": "1.quiz", "response_url": ""}
BUTTON = {"type": "button", "action_id": "press:0", "block_id": "b", "value": "q1:home"}
CONTAINER = {"type": "message", "message_ts": "1.1", "channel_id": "C0QUIZ", "is_ephemeral": False}
VIEW = {"id": "V1", "callback_id": "f", "private_metadata": "C0QUIZ", "state": {"values": {"a": {"b": {"value": "x"}}}}}
EVENT = {"type": "message", "user": "U0GRACE", "channel": "C0QUIZ", "bot_id": "B0QUIZ"}
INSTALLED = [{"team_id": TEAM, "enterprise_id": None, "user_id": "U0QUIZBOT", "is_bot": True}]
DOCUMENTED = {
    "press": ({**DONE, "type": "block_actions", "container": CONTAINER, "actions": [BUTTON]}, "interactive"),
    "fill": ({**DONE, "type": "view_submission", "view": VIEW}, "interactive"),
    "event": (
        {"type": "event_callback", "team_id": TEAM, "event": EVENT, "event_id": "Ev1", "authorizations": INSTALLED},
        "events_api",
    ),
}


def paths(payload: object, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every place of a payload."""
    yield at
    inside = payload.items() if isinstance(payload, dict) else enumerate(payload if isinstance(payload, list) else ())
    for step, inner in inside:
        yield from paths(inner, (*at, step))


class Bench:
    """A gate with nothing but a Bolt app behind it, and a clock that a test moves."""

    def __init__(self) -> None:
        self.now = NOW
        self.retries: list[Mapping[str, object]] = []
        self.gate = Gate(SecretStr(SIGNING_SECRET), lambda: self.now)

    async def open(self) -> None:
        """Open it before an app that notes with which headers an event came."""

        async def authorize() -> AuthorizeResult:
            return AuthorizeResult(enterprise_id=None, team_id=TEAM)

        async def note(request: AsyncBoltRequest) -> None:
            self.retries.append(request.headers)

        app = AsyncApp(authorize=authorize, request_verification_enabled=False, process_before_response=True)
        app.event("app_home_opened")(note)
        await self.gate.open(app)

    async def ask(self, body: bytes, sent: Mapping[str, str]) -> Response:
        """Send something."""
        return await self.gate.routes[0].handle(Request(sent, {}, body))


@pytest.mark.parametrize(("age", "status"), [(0, 200), (299, 200), (300, 401), (-299, 200), (-300, 401)])
async def test_a_signature_is_good_for_five_minutes(age: int, status: int) -> None:
    bench = Bench()
    await bench.open()
    body = b'{"type": "url_verification", "challenge": "c"}'
    assert (await bench.ask(body, signed(body, JSON, NOW - age))).status == status


async def test_an_event_that_slack_brings_again_is_heard_with_its_reason() -> None:
    bench = Bench()
    await bench.open()
    event = {"type": "app_home_opened", "user": "U0GRACE", "tab": "home", "channel": "D0GRACE"}
    body, kind = encoded("events_api", {"type": "event_callback", "team_id": TEAM, "event": event, "event_id": "Ev1"})
    sent = signed(body, kind, NOW)
    assert (await bench.ask(body, sent)).status == 200
    assert (await bench.ask(body, sent)).status == 401
    again = {"X-Slack-Retry-Num": "1", "X-Slack-Retry-Reason": "http_timeout"}
    assert (await bench.ask(body, sent | again)).status == 200
    bench.now += 60
    assert (await bench.ask(body, signed(body, kind, bench.now) | again)).status == 200
    numbers = [headers.get("x-slack-retry-num") for headers in bench.retries]
    assert numbers == [None, ["1"], ["1"]]
    assert bench.retries[1]["x-slack-retry-reason"] == ["http_timeout"]


def test_signatures_are_forgotten_once_they_are_stale_or_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    now = NOW
    known = signatures.Signatures(SecretStr(SIGNING_SECRET), lambda: now)
    for _ in range(3):
        for number in range(50):
            body = b"%d" % number
            assert known.judge(signed(body, at=now), body) is signatures.Verdict.GENUINE
            assert known.judge(signed(body, at=now), body) is signatures.Verdict.REPEATED
        assert len(known._seen) == 50
        now += signatures.FRESH_FOR
    monkeypatch.setattr(signatures, "REMEMBERED", 10)
    for number in range(50):
        body = b"%d" % number
        assert known.judge(signed(body, at=now), body) is signatures.Verdict.GENUINE
    assert len(known._seen) <= 10


names = st.sampled_from(["Content-Type", "X-Slack-Signature", "X-Slack-Request-Timestamp", "X-Slack-Retry-Num", "X"])
KEYS = (
    "type command actions view user team enterprise event authorizations team_id value is_enterprise_install container "
    "message callback_id response_url trigger_id id text"
)
keys = st.text(max_size=4) | st.sampled_from(KEYS.split())
words = st.text(max_size=9) | st.sampled_from(
    ["block_actions", "view_submission", "event_callback", "/sqla-quiz", TEAM, "http://", "q1:home"]
)
jsons = st.recursive(
    st.none() | st.booleans() | st.integers() | words,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=6),
    max_leaves=20,
)


@given(body=st.binary(max_size=200), sent=st.dictionaries(names, st.text(max_size=80), max_size=6))
async def test_no_bytes_and_no_headers_break_the_gate(body: bytes, sent: dict[str, str]) -> None:
    bench = Bench()
    await bench.open()
    assert (await bench.ask(body, sent)).status in (400, 401)
    for kind in (JSON, FORM):
        assert (await bench.ask(body, signed(body, kind, NOW) | sent)).status in (200, 400, 401)


async def heard(payload: dict[str, Any], type_: str) -> int:
    """The status for a payload that Slack has signed, with the adapter's own listeners behind the gate."""
    bench, web = Bench(), open_web("http://127.0.0.1:9/api")
    door = ScriptedDoor(Reply(gallery.personal()))
    listener = Listener(door, One(TEAM, Tenant(web, "U0QUIZBOT")), web, Rights())
    await bench.gate.open(listener.app())
    body, kind = encoded(type_, payload)
    answer = await asyncio.create_task(bench.ask(body, signed(body, kind, NOW)))
    await listener.finish(within=1)
    await web.session.close()
    return answer.status


@given(payload=st.dictionaries(keys, jsons, max_size=6), type_=st.sampled_from(["interactive", "events_api"]))
async def test_no_signed_payload_breaks_what_is_behind_the_gate(payload: dict[str, object], type_: str) -> None:
    assert await heard(payload, type_) in (200, 400)


@pytest.mark.parametrize("type_", DOCUMENTED)
async def test_no_payload_with_something_else_in_one_place_breaks_it_either(
    type_: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)  # each of them is told with its traceback
    payload, envelope = DOCUMENTED[type_]
    for path in [*paths(payload)][1:]:
        others: list[Any] = [None, 0, "", "x", [], [1], [{}], {}, {"id": None}, True, "http://", "\ud800"]
        for other in others:
            changed = copy.deepcopy(payload)
            place: Any = changed
            for step in path[:-1]:
                place = place[step]
            place[path[-1]] = other
            assert await heard(changed, envelope) in (200, 400), (path, other)


def test_the_library_of_slack_signs_likewise() -> None:
    made = signed(b"text=\xc3\xa9", at=NOW)
    stamp = made["X-Slack-Request-Timestamp"]
    assert (
        SignatureVerifier(SIGNING_SECRET).generate_signature(timestamp=stamp, body=b"text=\xc3\xa9")
        == (made["X-Slack-Signature"])
    )
