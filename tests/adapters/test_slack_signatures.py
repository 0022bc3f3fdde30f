"""What Slack has signed, for how long that holds, and a gate that no bytes break."""

from collections.abc import Mapping

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
from tests.fakes.slack.door import ScriptedDoor
from tests.fakes.slack.http import FORM, JSON, encoded, signed
from tests.fakes.slack.people import SIGNING_SECRET, TEAM

NOW = 1_764_000_000.0


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
        assert (await bench.ask(body, signed(body, kind, NOW) | sent)).status in (200, 400, 401, 415)


@given(payload=st.dictionaries(keys, jsons, max_size=6), type_=st.sampled_from(["interactive", "events_api"]))
async def test_no_signed_payload_breaks_what_is_behind_the_gate(payload: dict[str, object], type_: str) -> None:
    bench, web = Bench(), open_web("http://127.0.0.1:9/api")
    door = ScriptedDoor(Reply(gallery.personal()))
    listener = Listener(door, One(TEAM, Tenant(web, "U0QUIZBOT")), web, Rights())
    await bench.gate.open(listener.app())
    body, kind = encoded(type_, payload)
    assert (await bench.ask(body, signed(body, kind, NOW))).status in (200, 400)
    await listener.finish(within=1)
    await web.session.close()


def test_the_library_of_slack_signs_likewise() -> None:
    made = signed(b"text=\xc3\xa9", at=NOW)
    stamp = made["X-Slack-Request-Timestamp"]
    assert (
        SignatureVerifier(SIGNING_SECRET).generate_signature(timestamp=stamp, body=b"text=\xc3\xa9")
        == (made["X-Slack-Signature"])
    )
