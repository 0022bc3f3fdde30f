"""The manifest of the Slack app: inside Slack's limits, and the same as what the code listens to and calls."""

import json
import re
from collections import defaultdict
from collections.abc import Callable
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from click.testing import CliRunner, Result
from slack_bolt.async_app import AsyncApp

from adapters.slack import app as listening
from adapters.slack.app import Listener
from adapters.slack.manifest import link, manifest
from adapters.slack.rights import Rights
from adapters.slack.scopes import NEEDED, OPTIONAL
from adapters.slack.tenants import One, Tenant
from adapters.slack.web import open_web
from bot import __main__ as program
from bot.grammar import ANYWHERE, SHORTCUTS
from bot.plugs import plugs
from bot.ports import Reply
from tests import gallery
from tests.fakes.slack import manifests
from tests.fakes.slack.door import ScriptedDoor

URL = "https://quiz.example.org"
ADAPTER = Path(__file__).parent.parent.parent / "adapters" / "slack"
CALLS = {
    "apps_connections_open": "",  # needs connections:write of the app-level token
    "auth_test": "",
    "chat_delete": "chat:write",
    "chat_deleteScheduledMessage": "chat:write",
    "chat_postEphemeral": "chat:write",
    "chat_postMessage": "chat:write",
    "chat_scheduleMessage": "chat:write",
    "chat_scheduledMessages_list": "",
    "chat_update": "chat:write",
    "conversations_history": "channels:history",
    "oauth_v2_access": "",
    "users_info": "users:read",
    "views_open": "",
    "views_publish": "",
    "views_update": "",
}
"""The methods of Slack that may be called, and the scope that each needs."""


def run(*words: str) -> Result:
    return CliRunner().invoke(program.cli, ["slack", "manifest", *words])


def pointed(described: Any, pointer: str) -> Any:
    for step in pointer.strip("/").split("/"):
        described = described[int(step) if isinstance(described, list) else step]
    return described


@pytest.mark.parametrize("url", [None, URL])
@pytest.mark.parametrize("also", [(), tuple(OPTIONAL)])
@pytest.mark.parametrize("org", [False, True])
def test_slack_takes_it(url: str | None, also: tuple[str, ...], org: bool) -> None:
    described = manifest(url, also=also, rotate=url is not None, org=org)
    assert manifests.manifest(described) == []
    assert pointed(described, "settings/org_deploy_enabled") is org
    assert pointed(described, "settings/socket_mode_enabled") is (url is None)
    assert pointed(described, "settings/token_rotation_enabled") is (url is not None)


def test_it_asks_for_no_more_than_is_needed() -> None:
    assert pointed(manifest(), "oauth_config/scopes") == {"bot": ["commands", "chat:write"]}
    assert pointed(manifest(also=["users:read"]), "oauth_config/scopes") == {
        "bot": ["commands", "chat:write", "users:read"],
        "bot_optional": ["users:read"],
    }


def test_what_is_typed_names_people_by_their_ids() -> None:
    (command,) = pointed(manifest(), "features/slash_commands")
    assert command["should_escape"] is True
    assert "| board |" in command["usage_hint"]


def test_over_http_slack_finds_every_address() -> None:
    described = manifest(URL)
    assert pointed(described, "settings/event_subscriptions/request_url") == f"{URL}/slack/events"
    assert pointed(described, "settings/interactivity/request_url") == f"{URL}/slack/events"
    assert pointed(described, "features/slash_commands/0/url") == f"{URL}/slack/events"
    assert pointed(described, "oauth_config/redirect_urls") == [f"{URL}/slack/oauth/callback"]
    assert "http" not in json.dumps(manifest())


@pytest.mark.parametrize(
    ("at", "value"),
    [
        ("display_information/name", "x" * 36),
        ("display_information/description", "x" * 141),
        ("display_information/long_description", "x" * 173),
        ("features/bot_user/display_name", "SQLA quiz"),
        ("features/shortcuts/0/name", "x" * 25),
        ("features/shortcuts/0/description", "x" * 151),
        ("features/shortcuts/0/type", "channel"),
        ("features/shortcuts", [{}] * 11),
        ("features/slash_commands/0/command", "sqla-quiz"),
        ("features/slash_commands/0/command", "/" + "x" * 32),
        ("features/slash_commands/0/usage_hint", "x" * 1001),
        ("oauth_config/scopes/bot", ["chat:write"]),
        ("oauth_config/scopes/bot", ["commands", "chat:wirte"]),
        ("oauth_config/scopes/bot_optional", ["users:read"]),
        ("settings/event_subscriptions/bot_events", ["app_home_open"]),
        ("settings/event_subscriptions/request_url", "http://quiz.example.org/slack/events"),
        ("settings/socket_mode_enabled", True),
        ("settings/socket_mode", True),
    ],
)
def test_the_rules_see_what_slack_would_refuse(at: str, value: object) -> None:
    described = json.loads(json.dumps(manifest(URL)))
    above, _, name = at.rpartition("/")
    pointed(described, above)[name] = value
    assert manifests.manifest(described) != []


class Recording(AsyncApp):
    """The library's own app, which also remembers what it is to listen to."""

    heard: defaultdict[str, list[Any]]

    def __init__(self, **given: Any) -> None:
        self.heard = defaultdict(list)
        super().__init__(**given)

    def command(self, command: Any, *rest: Any, **more: Any) -> Any:
        self.heard["command"].append(command)
        return super().command(command, *rest, **more)

    def event(self, event: Any, *rest: Any, **more: Any) -> Any:
        self.heard["event"].append(event)
        return super().event(event, *rest, **more)

    def shortcut(self, constraints: Any, *rest: Any, **more: Any) -> Any:
        self.heard["shortcut"].append(constraints)
        return super().shortcut(constraints, *rest, **more)

    def global_shortcut(self, callback_id: Any, *rest: Any, **more: Any) -> Any:
        self.heard["shortcut"].append(callback_id)
        return super().global_shortcut(callback_id, *rest, **more)

    def message_shortcut(self, callback_id: Any, *rest: Any, **more: Any) -> Any:
        self.heard["shortcut"].append(callback_id)
        return super().message_shortcut(callback_id, *rest, **more)


async def heard(monkeypatch: pytest.MonkeyPatch, kind: str) -> list[Any]:
    """The constraints of our listeners of a kind."""
    monkeypatch.setattr(listening, "AsyncApp", Recording)
    web = open_web("http://127.0.0.1:1/api")
    try:
        tenants, door = One("T0QUIZ", Tenant(web, "U0BOT")), ScriptedDoor(Reply(gallery.personal()))
        made = Listener(door, tenants, web, Rights()).app()
    finally:
        await web.session.close()
    assert isinstance(made, Recording)
    return made.heard[kind]


def fits(constraint: Any, name: str) -> bool:
    if isinstance(constraint, dict):
        constraint = constraint.get("callback_id", constraint.get("type"))
    return bool(constraint.fullmatch(name)) if isinstance(constraint, re.Pattern) else constraint == name


def agree(listeners: list[Any], described: list[str]) -> None:
    """Each thing in the manifest is listened to, and each thing listened to is in the manifest."""
    assert [name for name in described if not any(fits(one, name) for one in listeners)] == []
    assert [one for one in listeners if not any(fits(one, name) for name in described)] == []


async def test_the_command_is_the_one_listened_to(monkeypatch: pytest.MonkeyPatch) -> None:
    described = pointed(manifest(), "features/slash_commands")
    agree(await heard(monkeypatch, "command"), [one["command"] for one in described])


async def test_the_shortcuts_are_those_listened_to(monkeypatch: pytest.MonkeyPatch) -> None:
    described = pointed(manifest(), "features/shortcuts")
    agree(await heard(monkeypatch, "shortcut"), [one["callback_id"] for one in described])


async def test_the_events_are_those_listened_to(monkeypatch: pytest.MonkeyPatch) -> None:
    described = pointed(manifest(), "settings/event_subscriptions/bot_events")
    agree(await heard(monkeypatch, "event"), described)


def test_no_two_shortcuts_are_taken_for_each_other() -> None:
    names = [one["callback_id"] for one in pointed(manifest(), "features/shortcuts")]
    assert len({*names}) == len(names)
    assert names == [*(one.id for one in SHORTCUTS), *(one.id for one in ANYWHERE)]


def test_whatever_is_called_has_its_scope() -> None:
    source = "\n".join(path.read_text("utf-8") for path in ADAPTER.glob("*.py"))
    called = {*re.findall(r"\bapi\.(\w+_\w+)\(", source)} - {"api_call"}
    assert {"auth_test", "chat_postMessage", "views_open"} <= called
    assert {*called} - {*CALLS} == set(), "say in CALLS which scope it needs"
    assert {CALLS[one] for one in called} - {""} <= {*NEEDED, *OPTIONAL}


def test_no_scope_is_offered_that_no_call_needs() -> None:
    source = "\n".join(path.read_text("utf-8") for path in ADAPTER.glob("*.py"))
    used = {CALLS[one] for one in re.findall(r"\bapi\.(\w+_\w+)\(", source) if one in CALLS}
    without_a_call = {"commands", "chat:write.public", "groups:history"}
    assert {*NEEDED, *OPTIONAL} - used == without_a_call


def test_the_link_holds_all_of_it() -> None:
    described = manifest(URL, also=[*OPTIONAL], rotate=True, org=True)
    address = urlsplit(link(described))
    assert (address.scheme, address.netloc, address.path) == ("https", "api.slack.com", "/apps")
    asked = parse_qs(address.query)
    assert (asked["new_app"], json.loads(asked["manifest_json"][0])) == (["1"], described)
    assert len(link(described)) < 8000, "longer addresses are cut off on their way"


def test_it_is_printed_ready_to_paste() -> None:
    assert json.loads(run().stdout) == manifest()
    done = run(
        "--mode", "http", "--url", f"{URL}/", "--scope", "users:read", "--scope", "chat:write.public", "--rotate"
    )
    assert json.loads(done.stdout) == manifest(URL, also=["users:read", "chat:write.public"], rotate=True)
    assert run("--link").stdout == f"{link(manifest())}\n"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--mode", "http"], "--url https://quiz.example.org"),
        (["--mode", "http", "--url", "http://quiz.example.org"], "Slack calls https alone"),
        (["--mode", "http", "--url", "https://ada:sesame@quiz.example.org"], "must be like"),
        (["--mode", "http", "--url", "https://quiz.example.org/?a=b"], "must be like"),
        (["--url", URL], "--url is for --mode http"),
        (["--scope", "admin"], "is not one of"),
    ],
)
def test_what_does_not_fit_is_refused_with_what_would(words: list[str], told: str) -> None:
    done = run(*words)
    assert (done.exit_code, done.stdout) == (2, "")
    assert told in done.stderr


NOT_A_COMMAND = 7


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("adapters.of_yesterday:word", "No module named 'adapters.of_yesterday'"),
        ("adapters.slack.commands:nothing", "has no attribute 'nothing'"),
        (f"{__name__}:NOT_A_COMMAND", "it is no click command"),
    ],
)
def test_a_word_that_cannot_be_had_says_why_and_leaves_the_others(
    monkeypatch: pytest.MonkeyPatch, value: str, why: str
) -> None:
    broken = EntryPoint("broken", value, "sqla_quiz.commands")
    added: Callable[[str], list[EntryPoint]] = lambda group: [broken, *plugs(group)]  # noqa: E731  # typed in place
    monkeypatch.setattr(program, "plugs", added)
    done = CliRunner().invoke(program.cli, ["broken", "--loudly", "now"])
    assert done.exit_code == 1
    assert why in done.stderr
    assert "Install sqla-quiz anew" in done.stderr
    listed = CliRunner().invoke(program.cli, ["--help"]).stdout
    assert re.findall(r"^  (broken|run|slack) ", listed, re.MULTILINE) == ["broken", "run", "slack"]


def test_a_word_of_ours_is_never_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    thief = EntryPoint("check", "adapters.slack.commands:slack", "sqla_quiz.commands")
    monkeypatch.setattr(program, "plugs", lambda _: [thief])
    assert "prove that its answer is right" in " ".join(
        CliRunner().invoke(program.cli, ["check", "--help"]).stdout.split()
    )
