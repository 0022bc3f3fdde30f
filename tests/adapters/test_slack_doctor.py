"""`python -m bot doctor` on Slack: the real command line and the real library against the loopback server."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from adapters.slack.doctor import examine
from adapters.slack.scopes import NEEDED, OPTIONAL
from adapters.slack.surroundings import surroundings
from adapters.slack.variables import Given
from bot.findings import Known, Level
from bot.store.database import Database
from tests.fakes.slack.clinic import Clinic
from tests.fakes.slack.clinic import clinic as opened
from tests.fakes.slack.people import APP_TOKEN, BOT_TOKEN
from tests.fakes.slack.server import Fault

pytestmark = pytest.mark.sqlite_only("the platform is asked, and no row")

APPS = "https://api.slack.com/apps"
PASTE = "python -m bot slack manifest"
GUIDE = Path(__file__).parent.parent.parent / "docs" / "slack.md"
SECRET = "0123456789abcdef0123456789abcdef"  # no secret of anybody's


@pytest.fixture
async def clinic(database: Database) -> AsyncIterator[Clinic]:
    async with opened(database) as clinic:
        yield clinic


async def test_all_is_well(clinic: Clinic) -> None:
    await clinic.drill()
    done = await clinic.ask("--json")
    assert [each["title"] for each in done.found if each["part"] == "slack"] == [
        "Bot token",
        "Scopes",
        "Optional scopes",
        "Channel C0QUIZ",
        "App token",
        "Clock",
    ]
    assert {each["level"] for each in done.found} == {"ok"}
    assert done.status == 0
    assert done.of("Bot token")["seen"] == "accepted, for the bot @sqla-quiz in Quiz, T0QUIZ"
    assert clinic.slack.calls.count("apps.connections.open") == 1
    assert (clinic.slack.sockets.opened, clinic.slack.breaches) == (0, [])
    assert (clinic.slack.workspace.messages, clinic.slack.workspace.scheduled) == ({}, {}), "nobody was shown anything"


@pytest.mark.parametrize(
    ("bot", "app", "title", "seen"),
    [
        (APP_TOKEN, BOT_TOKEN, "SLACK_BOT_TOKEN", "this one belongs in SLACK_APP_TOKEN"),
        (BOT_TOKEN, BOT_TOKEN, "SLACK_APP_TOKEN", "this one belongs in SLACK_BOT_TOKEN"),
        ("xoxp-open-sesame", APP_TOKEN, "SLACK_BOT_TOKEN", "must start with xoxb-"),
        ("", APP_TOKEN, "SLACK_BOT_TOKEN", "is needed beside SLACK_APP_TOKEN"),
    ],
)
async def test_a_token_in_the_wrong_place_is_told_by_its_look(
    clinic: Clinic, bot: str, app: str, title: str, seen: str
) -> None:
    done = await clinic.ask(SLACK_BOT_TOKEN=bot, SLACK_APP_TOKEN=app)
    assert (done.status, len(done.found), done.of(title)["level"]) == (1, 1, "fail")
    assert seen in done.of(title)["seen"]
    assert title in done.of(title)["fix"]
    assert clinic.slack.calls == [], "nobody has to be asked"


async def test_a_bot_token_that_is_refused_is_to_be_had_anew(clinic: Clinic) -> None:
    await clinic.drill()
    done = await clinic.ask(SLACK_BOT_TOKEN="xoxb-open-sesame")
    assert [(each["title"], each["level"]) for each in done.found] == [
        ("Bot token", "fail"),
        ("App token", "ok"),
        ("Clock", "ok"),
    ]
    assert done.status == 1
    assert done.of("Bot token")["seen"] == "Slack does not accept SLACK_BOT_TOKEN: invalid_auth"
    assert done.of("Bot token")["fix"].startswith(f"{APPS} → the app → Install App")


async def test_an_app_token_that_is_refused_ends_at_once(clinic: Clinic) -> None:
    async with asyncio.timeout(5):
        done = await clinic.ask(SLACK_APP_TOKEN="xapp-1-open-sesame")
    found = done.of("App token")
    assert (done.status, found["level"]) == (1, "fail")
    assert found["seen"] == "Slack does not accept SLACK_APP_TOKEN: invalid_auth"
    assert "App-Level Tokens: generate one with connections:write" in found["fix"]
    assert clinic.slack.calls.count("apps.connections.open") == 1


async def test_tokens_of_two_apps_are_told(clinic: Clinic) -> None:
    answer = {"ok": True, "team_id": "T0QUIZ", "user": "quiz", "bot_id": "B0", "app_id": "A0OURS"}

    async def call(_request: web.Request) -> web.Response:
        return web.json_response(answer)

    app = web.Application()
    app.router.add_route("*", "/api/{method}", call)
    async with TestServer(app) as other:
        url = str(other.make_url("/api"))
        done = await clinic.ask(SLACK_API_URL=url, SLACK_APP_TOKEN="xapp-1-A0THEIRS-1-open-sesame")
        assert done.of("Two apps")["seen"] == "SLACK_APP_TOKEN is of the app A0THEIRS, SLACK_BOT_TOKEN of A0OURS"
        assert f"{APPS}/A0OURS" in done.of("Two apps")["fix"]
        assert done.of("Scopes")["seen"] == "Slack does not say which are granted"
        del answer["bot_id"]
        assert "that of the user quiz" in (await clinic.ask(SLACK_API_URL=url)).of("Bot token")["seen"]


@pytest.mark.parametrize(
    ("scopes", "level", "seen"),
    [
        ({"commands"}, "fail", "chat:write is missing, for posting the question"),
        ({"chat:write"}, "fail", "commands is missing, for the slash command"),
        ({*NEEDED, "files:read"}, "warn", "granted, and not used by this release: files:read"),
        ({*NEEDED, *OPTIONAL}, "ok", "commands, chat:write"),
    ],
)
async def test_scopes_are_held_against_those_of_this_release(
    clinic: Clinic, scopes: set[str], level: str, seen: str
) -> None:
    clinic.slack.scopes = scopes
    done = await clinic.ask()
    found = done.of("Scopes")
    assert (found["level"], done.status) == (level, level == "fail")
    assert seen in found["seen"]
    assert (PASTE in found["fix"] and "Reinstall to Workspace" in found["fix"]) == (level != "ok")
    optional = done.of("Optional scopes")["seen"].split("; ")
    every = ", ".join(OPTIONAL)
    assert optional[:2] == (
        [f"granted: {every}", "not granted: none"]
        if {*OPTIONAL} <= scopes
        else ["granted: none", f"not granted: {every}"]
    )


@pytest.mark.parametrize(
    ("ahead", "level"),
    [(0.0, "ok"), (-1.5, "ok"), (8.0, "warn"), (-200.0, "warn"), (400.0, "fail"), (-3600.0, "fail")],
)
async def test_a_wrong_clock_is_told(clinic: Clinic, ahead: float, level: str) -> None:
    clinic.slack.ahead = ahead
    done = await clinic.ask()
    found = done.of("Clock")
    assert (found["level"], done.status) == (level, level == "fail")
    if level != "ok":
        told = re.match(r"this machine is ([\d,]+) s (behind|ahead of) Slack", found["seen"])
        assert told is not None
        assert abs(int(told[1].replace(",", "")) - abs(ahead)) <= 2
        assert "timedatectl set-ntp true" in found["fix"]


@pytest.mark.parametrize(
    ("fault", "seen"),
    [
        (Fault(503), "Slack does not say: HTTP 503"),
        (Fault(error="internal_error"), "Slack does not say: internal_error"),
        (Fault(429, "ratelimited", retry_after=30), "Slack does not say: Slack wants 30 s of rest (ratelimited)"),
    ],
)
async def test_an_outage_is_not_the_tokens_fault(clinic: Clinic, fault: Fault, seen: str) -> None:
    for method in ("auth.test", "apps.connections.open"):
        clinic.slack.fail(method, fault)
    done = await clinic.ask()
    for title in ("Bot token", "App token"):
        assert (done.of(title)["level"], done.of(title)["seen"]) == ("fail", seen)
        assert "https://slack-status.com" in done.of(title)["fix"]


@pytest.mark.parametrize(
    ("kind", "body"), [("text/html", "<p>Sign in</p>"), ("application/json", "{no"), ("application/json", "[]")]
)
async def test_something_else_that_answers_says_nothing_against_the_tokens(
    clinic: Clinic, kind: str, body: str
) -> None:
    async def somebody_else(_request: web.Request) -> web.Response:
        return web.Response(text=body, content_type=kind)

    app = web.Application()
    app.router.add_route("*", "/api/{method}", somebody_else)
    async with TestServer(app) as other:
        done = await clinic.ask(SLACK_API_URL=str(other.make_url("/api")))
    assert (done.status, done.of("Bot token")["level"]) == (1, "fail")
    assert done.of("Bot token")["seen"].startswith("Slack does not say: ")
    assert "Reinstall" not in done.said


async def test_a_server_that_takes_the_connection_and_says_nothing_is_given_up(clinic: Clinic) -> None:
    clinic.slack.silent = {"auth.test", "apps.connections.open"}
    async with asyncio.timeout(20):
        done = await clinic.ask("--json", "--only", "slack", "--within", "0.2")
    assert [(each["title"], each["seen"]) for each in done.found] == [
        ("Bot token", "Slack does not say: no answer within 0.2 s"),
        ("App token", "Slack does not say: no answer within 0.2 s"),
    ]
    assert done.status == 1


async def test_nobody_at_the_address_is_told(clinic: Clinic) -> None:
    done = await clinic.ask(SLACK_API_URL="http://127.0.0.1:1/api")
    assert (done.status, [each["title"] for each in done.found]) == (1, ["Bot token", "App token"])
    assert "SLACK_API_URL" in done.of("Bot token")["fix"]


async def test_where_each_workspace_has_its_own_token_slack_is_asked_without_one(clinic: Clinic) -> None:
    environment = {
        "SLACK_API_URL": clinic.slack.environment["SLACK_API_URL"],
        "SLACK_CLIENT_ID": "1.2",
        "SLACK_SIGNING_SECRET": SECRET,
        "PUBLIC_URL": "https://quiz.example.org",
    }
    found = {each.title: each for each in await examine(environment, Known((), within=10))}
    assert {each.level for each in found.values()} == {Level.OK}
    assert [*found] == ["Signing secret", "Public address", "Slack", "Clock"]
    assert found["Public address"].seen == "install at https://quiz.example.org/slack/install"
    clinic.slack.fail("api.test", Fault(503))
    found = {each.title: each for each in await examine(environment, Known((), within=10))}
    assert (found["Slack"].level, found["Slack"].seen) == (Level.FAIL, "Slack does not say: HTTP 503")
    clinic.slack.fail("api.test", Fault(error="team_access_not_granted"))
    found = {each.title: each for each in await examine(environment, Known((), within=10))}
    assert found["Slack"].level is Level.FAIL


@pytest.mark.parametrize(
    ("environment", "title", "level", "seen"),
    [
        ({"SLACK_SIGNING_SECRET": "open-sesame"}, "Signing secret", Level.WARN, "32 letters"),
        ({"SLACK_SIGNING_SECRET": SECRET}, "Signing secret", Level.OK, "looks like one"),
        ({"SLACK_CLIENT_ID": "1.2", "PUBLIC_URL": "http://quiz"}, "Public address", Level.FAIL, "is not https"),
    ],
)
def test_what_is_set_is_held_together(environment: dict[str, str], title: str, level: Level, seen: str) -> None:
    (found,) = [each for each in surroundings(Given.read(environment)) if each.title == title]
    assert found.level is level
    assert seen in found.seen
    assert bool(found.fix) == (level is not Level.OK)
    assert "sesame" not in found.seen + found.fix


def test_a_proxy_is_told_without_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    given = Given.read({"SLACK_APP_TOKEN": APP_TOKEN})
    assert [*surroundings(given)] == []
    monkeypatch.setenv("https_proxy", "http://ada:open-sesame@proxy:3128")
    (found,) = surroundings(given)
    assert (found.level, found.title) == (Level.OK, "Proxy")
    assert found.seen.startswith("slack.com is reached through proxy:3128, and so is Socket Mode")
    monkeypatch.setenv("no_proxy", "slack.com")
    assert [*surroundings(given)] == []


async def test_live_every_card_and_form_is_laid_before_slack(clinic: Clinic) -> None:
    done = await clinic.ask("--json", "--only", "slack", "--live")
    tried = clinic.slack.calls.count("blocks.validate")
    assert tried > 40
    assert done.of("Cards")["seen"] == f"Slack takes all {tried} that were tried"
    assert (clinic.slack.breaches, clinic.slack.workspace.messages) == ([], {})
    before = len(clinic.slack.calls)
    assert "Cards" not in {each["title"] for each in (await clinic.ask()).found}, "not unless it is asked for"
    assert "blocks.validate" not in clinic.slack.calls[before:]


async def test_the_guide_knows_whatever_may_be_said(clinic: Clinic) -> None:
    rows = [line.strip("| ").split(" | ") for line in GUIDE.read_text("utf-8").splitlines() if line.startswith("| ")]
    explained = {cell for row in rows for cell in re.split(r"[:,] ?", row[0])}
    titles = {
        title
        for path in (GUIDE.parent.parent / "adapters" / "slack").glob("*.py")
        for title in re.findall(r'Finding\(\s*Level\.\w+,\s*"([^"]+)"', path.read_text("utf-8"))
    }
    assert {"Bot token", "Public address"} <= titles
    assert titles - explained == set()
    assert {each["title"] for each in (await clinic.ask()).found} - explained - {"Channels"} == set()
    assert {"Channel …", "Channels", "Signing secret", "Cards"} <= explained
