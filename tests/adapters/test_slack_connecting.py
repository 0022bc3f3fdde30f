"""Tokens, environment and the loopback Slack's own clockwork."""

import asyncio

import pytest
from slack_sdk.errors import SlackApiError

from adapters.slack import connect
from adapters.slack.oauth import BEGIN, CALLBACK, LANDING
from adapters.slack.render import modal
from adapters.slack.replies import response
from adapters.slack.web import open_web, proxy_to
from bot.commands import Home
from bot.errors import SettingsError, UnreachableError
from bot.ports import Audience, Off, Platform, Reply
from tests import gallery
from tests.fakes.slack import answers, methods
from tests.fakes.slack.door import ScriptedDoor
from tests.fakes.slack.methods import SlackError
from tests.fakes.slack.people import APP_TOKEN, BOT_TOKEN, SIGNING_SECRET
from tests.fakes.slack.server import FakeSlack, Fault, until
from tests.fakes.slack.socket import UnheardError
from tests.fakes.slack.stage import SlackStage
from tests.fakes.slack.state import Workspace

PERSONAL = Reply(gallery.personal())


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_without_tokens_slack_is_off() -> None:
    assert connect({}) == Off("slack", ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"))


@pytest.mark.parametrize(
    ("bot", "app", "variable", "hint"),
    [
        ("", APP_TOKEN, "SLACK_BOT_TOKEN", "xoxb-"),
        (BOT_TOKEN, "", "SLACK_APP_TOKEN", "xapp-"),
        (APP_TOKEN, BOT_TOKEN, "SLACK_BOT_TOKEN", "belongs in SLACK_APP_TOKEN"),
        (BOT_TOKEN, BOT_TOKEN, "SLACK_APP_TOKEN", "belongs in SLACK_BOT_TOKEN"),
        ("xoxp-secret", APP_TOKEN, "SLACK_BOT_TOKEN", "must start with xoxb-"),
        (BOT_TOKEN, "", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"),
    ],
)
def test_wrong_tokens_are_named_and_not_shown(bot: str, app: str, variable: str, hint: str) -> None:
    with pytest.raises(SettingsError) as caught:
        connect({"SLACK_BOT_TOKEN": bot, "SLACK_APP_TOKEN": app})
    assert caught.value.variable == variable
    assert hint in caught.value.why
    assert "secret" not in str(caught.value)
    assert "quiz" not in str(caught.value)


@pytest.mark.parametrize(
    ("given", "variable", "hint"),
    [
        ({"SLACK_SIGNING_SECRET": SIGNING_SECRET}, "SLACK_BOT_TOKEN", "beside SLACK_SIGNING_SECRET"),
        ({"SLACK_SIGNING_SECRET": BOT_TOKEN}, "SLACK_SIGNING_SECRET", "belongs in SLACK_BOT_TOKEN"),
    ],
)
def test_what_http_needs_is_named(given: dict[str, str], variable: str, hint: str) -> None:
    with pytest.raises(SettingsError) as caught:
        connect(given)
    assert caught.value.variable == variable
    assert hint in caught.value.why
    assert "quiz" not in str(caught.value)


@pytest.mark.parametrize(
    ("others", "served"),
    [
        ({"SLACK_SIGNING_SECRET": SIGNING_SECRET}, ["/slack/events"]),
        ({"SLACK_APP_TOKEN": APP_TOKEN}, []),
        ({"SLACK_APP_TOKEN": APP_TOKEN, "SLACK_SIGNING_SECRET": SIGNING_SECRET}, []),
    ],
)
def test_an_app_level_token_means_socket_mode_and_a_signing_secret_alone_http(
    others: dict[str, str], served: list[str]
) -> None:
    platform = connect({"SLACK_BOT_TOKEN": BOT_TOKEN} | others)
    assert not isinstance(platform, Off)
    assert [route.path for route in platform.routes] == served


async def connected(platform: Platform, door: ScriptedDoor) -> None:
    await platform.start(door)
    await platform.listen()


@pytest.mark.parametrize("variable", ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"])
async def test_refused_tokens_fail_at_once(variable: str) -> None:
    async with FakeSlack() as slack:
        environment = slack.environment
        platform = connect(environment | {variable: f"{environment[variable]}-revoked"})
        assert not isinstance(platform, Off)
        with pytest.raises(SettingsError, match="invalid_auth") as caught:
            await asyncio.wait_for(connected(platform, ScriptedDoor(PERSONAL)), 5)
        assert caught.value.variable == variable
        await platform.stop()
        slack.forgive("invalid_auth")


async def test_trouble_at_the_start_is_not_the_token() -> None:
    async with SlackStage() as stage:
        stage.slack.fail("auth.test", Fault(500))
        with pytest.raises(Exception, match="500"):
            await stage.connect(ScriptedDoor(PERSONAL))
        await stage.connect(ScriptedDoor(PERSONAL))


async def test_other_variables_of_slack_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CLIENT_ID", "CLIENT_SECRET", "SIGNING_SECRET", "BOT_TOKEN", "APP_TOKEN"):
        monkeypatch.setenv(f"SLACK_{name}", "of-something-else")
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    async with SlackStage() as stage:
        await stage.connect(ScriptedDoor(PERSONAL))
        seen = await stage.ask("grace", "")
        await stage.press("grace", seen, "Me")
        await stage.slack.sockets.refresh()
        await until(lambda: stage.slack.sockets.opened == 4)
        assert stage.slack.calls == ["auth.test", *["apps.connections.open"] * 4]


def test_a_proxy_is_used_where_the_environment_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("https_proxy", "http://proxy:3128")
    assert proxy_to("https://slack.com/api") == "http://proxy:3128"
    assert proxy_to("https://localhost/api") is None
    assert proxy_to("https://127.0.0.1:80/api") is None
    monkeypatch.setenv("no_proxy", "slack.com")
    assert proxy_to("https://slack.com/api") is None


async def test_the_fake_times_acknowledgements() -> None:
    clock, gate = Clock(), asyncio.Event()

    async def slow() -> Reply:
        await gate.wait()
        return PERSONAL

    async with SlackStage(clock) as stage:
        door = ScriptedDoor(PERSONAL, {Home: slow})
        await stage.connect(door)
        interaction = await stage.hands.ask("grace", "")
        await until(lambda: len(door.asked) == 1)
        clock.now = 3.5
        gate.set()
        await until(lambda: interaction.acknowledged)
        stage.slack.forgive("acknowledged after 3.5 s")
        assert not interaction.answers


def test_the_fake_lets_a_trigger_open_one_modal_within_three_seconds() -> None:
    clock = Clock()
    work = Workspace(clock)

    def open_modal(trigger: str) -> None:
        view = modal(gallery.setup(), "C0QUIZ")
        methods.call(work, "views.open", {"trigger_id": trigger, "view": view}, BOT_TOKEN, set())

    first, second = work.begin("ask", "grace", "C0QUIZ"), work.begin("ask", "grace", "C0QUIZ")
    open_modal(first.id)
    with pytest.raises(SlackError, match="exchanged_trigger_id"):
        open_modal(first.id)
    with pytest.raises(SlackError, match="invalid_trigger_id"):
        open_modal("made up")
    clock.now = 3.1
    with pytest.raises(SlackError, match="expired_trigger_id"):
        open_modal(second.id)


def test_the_fake_lets_a_response_url_be_used_five_times_within_half_an_hour() -> None:
    clock = Clock()
    work = Workspace(clock)
    first, second = work.begin("ask", "grace", "C0QUIZ"), work.begin("ask", "grace", "C0QUIZ")
    body = response(gallery.question(), Audience.ASKER)
    for _ in range(5):
        answers.respond(work, first, body)
    assert "ask: answered 5 times" in work.breaches
    with pytest.raises(SlackError, match="used_url"):
        answers.respond(work, first, body)
    with pytest.raises(SlackError, match="invalid_blocks"):
        answers.respond(work, second, {"blocks": []})
    clock.now = 30 * 60 + 1
    with pytest.raises(SlackError, match="expired_url"):
        answers.respond(work, second, body)


async def test_the_fake_delivers_to_nobody() -> None:
    async with FakeSlack() as slack:
        with pytest.raises(UnheardError):
            await slack.sockets.deliver(slack.workspace.begin("ask", "grace", "C0QUIZ"), {})


async def test_a_stage_fails_on_what_slack_refused() -> None:
    stage = await SlackStage().__aenter__()
    web = open_web(f"{stage.slack.workspace.url}/api", BOT_TOKEN)
    with pytest.raises(SlackApiError, match="unknown_method"):
        await web.api.api_call("chat.shout")
    await web.session.close()
    with pytest.raises(AssertionError, match="unknown_method"):
        await stage.__aexit__(None)


async def test_a_start_that_never_connects_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.slack.socket._CONNECT_WITHIN", 0.1)
    async with SlackStage() as stage:
        stage.slack.sockets.refusals = 1
        with pytest.raises(UnreachableError):
            await stage.connect(ScriptedDoor(PERSONAL))
        await stage.connect(ScriptedDoor(PERSONAL))


MANY = {
    "SLACK_CLIENT_ID": "1.2",
    "SLACK_CLIENT_SECRET": "open-sesame",
    "SLACK_SIGNING_SECRET": "0123",
    "PUBLIC_URL": "https://quiz.example.org",
    "SECRET_KEYS": "a:b",
}


@pytest.mark.parametrize("app_token", ["", APP_TOKEN])
def test_many_workspaces_come_by_either_way(app_token: str) -> None:
    platform = connect(MANY | {"SLACK_APP_TOKEN": app_token, "SLACK_SCOPES": "users:read, channels:history"})
    assert not isinstance(platform, Off)
    paths = [route.path for route in platform.routes]
    assert paths == [*([] if app_token else ["/slack/events"]), LANDING, BEGIN, CALLBACK]


@pytest.mark.parametrize(
    ("changed", "variable", "hint"),
    [
        ({"SLACK_CLIENT_ID": ""}, "SLACK_CLIENT_ID", "beside the other one"),
        ({"SLACK_CLIENT_SECRET": ""}, "SLACK_CLIENT_SECRET", "beside the other one"),
        ({"SLACK_BOT_TOKEN": BOT_TOKEN}, "SLACK_BOT_TOKEN", "leave out the one or the other"),
        ({"PUBLIC_URL": ""}, "PUBLIC_URL", "browsers reach us"),
        ({"PUBLIC_URL": "https://quiz.example.org/base"}, "PUBLIC_URL", "without a path"),
        ({"SECRET_KEYS": ""}, "SECRET_KEYS", "python -m bot secrets new"),
        ({"SLACK_SIGNING_SECRET": ""}, "SLACK_APP_TOKEN", "or SLACK_SIGNING_SECRET and PORT"),
        ({"SLACK_SCOPES": "chat:write files:read"}, "SLACK_SCOPES", "has chat:write, which nothing here needs"),
    ],
)
def test_what_many_workspaces_need_is_asked_for(changed: dict[str, str], variable: str, hint: str) -> None:
    with pytest.raises(SettingsError) as caught:
        connect(MANY | changed)
    assert caught.value.variable == variable
    assert hint in caught.value.why
    assert "sesame" not in str(caught.value)
