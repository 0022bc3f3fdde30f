"""`python -m bot doctor` on Discord: the real command line and the real discord.py against the loopback server."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from adapters.discord.permissions import DISCUSSION, NEEDED
from bot.store.database import Database
from tests.fakes.discord.clinic import Clinic
from tests.fakes.discord.clinic import clinic as opened
from tests.fakes.discord.faults import Fault
from tests.fakes.discord.world import APPLICATION

pytestmark = pytest.mark.sqlite_only("the platform is asked, and no row")

PORTAL = f"https://discord.com/developers/applications/{APPLICATION}"
GUIDE = Path(__file__).parent.parent.parent / "docs" / "discord.md"


@pytest.fixture
async def clinic(database: Database) -> AsyncIterator[Clinic]:
    async with opened(database) as clinic:
        yield clinic


async def test_all_is_well(clinic: Clinic) -> None:
    await clinic.drill()
    before = len(clinic.server.requests)
    done = await clinic.ask("--json")
    found = done.found
    assert done.status == 0
    assert {each["level"] for each in found} == {"ok"}
    assert [each["title"] for each in found if each["part"] == "discord"] == [
        "Token",
        "Application",
        "Interactions endpoint",
        "Privileged intents",
        "Commands",
        "Session starts",
        "#quiz in a server",
        "Clock",
        "Invitation",
    ]
    core = [each["title"] for each in found if each["part"] == "core"]
    assert (core[:2], core[-1]) == (["Settings", "Database"], "Question bank")
    assert {tuple(each) for each in found} == {("part", "level", "title", "seen", "fix")}
    assert {request.split()[0] for request in clinic.server.requests[before:]} == {"GET"}, "nothing is changed"
    assert clinic.server.breaches == []


async def test_in_words_each_finding_is_a_line_and_its_fix_stands_below(clinic: Clinic) -> None:
    clinic.directory.application = {"interactions_endpoint_url": "https://example.org/hook"}
    done = await clinic.ask()
    found = done.found
    words = (await clinic.ask("--only", "discord")).said.splitlines()
    signs = {"ok": "✓ ok  ", "warn": "! warn", "fail": "✗ fail"}
    expected = []
    for each in found:
        expected.append(f"{signs[each['level']]}  discord: {each['title']}: {each['seen']}")
        expected += [f"          {each['fix']}"] * bool(each["fix"])
    assert words == expected
    assert {each["level"] for each in found} == {"ok", "fail"}


async def test_a_token_that_is_refused_is_to_be_reset(clinic: Clinic) -> None:
    for wrong in ("a-token-that-is-wrong", "a-token-that\nis-broken"):
        done = await clinic.ask(DISCORD_TOKEN=wrong)
        assert (done.status, len(done.found)) == (1, 1)
        assert done.of("Token") == {
            "part": "discord",
            "level": "fail",
            "title": "Token",
            "seen": "Discord does not accept DISCORD_TOKEN",
            "fix": "https://discord.com/developers/applications → the application → Bot → Reset Token, "
            "and set DISCORD_TOKEN to the new one.",
        }
    assert [breach.code for breach in clinic.server.breaches] == [0]


@pytest.mark.parametrize(
    ("kind", "body"), [("text/html", "<p>Sign in</p>"), ("application/json", "{no"), ("application/json", "{}")]
)
async def test_something_else_that_answers_says_nothing_against_the_token(clinic: Clinic, kind: str, body: str) -> None:
    async def somebody_else(_request: web.Request) -> web.Response:
        return web.Response(text=body, content_type=kind)

    app = web.Application()
    app.router.add_get("/users/@me", somebody_else)
    async with TestServer(app) as other:
        done = await clinic.ask(DISCORD_API_URL=str(other.make_url("")).rstrip("/"))
    assert (done.status, len(done.found)) == (1, 1)
    assert done.of("Token")["seen"] == "what answers is not Discord"
    assert "Reset Token" not in done.said


async def test_a_password_in_the_address_is_not_the_tokens_fault(clinic: Clinic) -> None:
    done = await clinic.ask(DISCORD_API_URL=clinic.server.url.replace("://", "://ada:open-sesame@"))
    assert (done.status, done.of("Token")["seen"]) == (1, "what answers is not Discord")
    assert "no password" in done.of("Token")["fix"]
    assert "sesame" not in done.said + done.complaint


@pytest.mark.parametrize(
    ("application", "title", "level", "seen", "fix"),
    [
        ({"bot_public": False}, "Application", "ok", "only its owner may invite it", ""),
        ({"bot_require_code_grant": True}, "OAuth2 code grant", "fail", "no invitation works", f"{PORTAL}/bot → "),
        (
            {"interactions_endpoint_url": "https://example.org/hook"},
            "Interactions endpoint",
            "fail",
            "a URL is set",
            f"{PORTAL}/information → empty Interactions Endpoint URL → Save Changes",
        ),
        (
            {"flags": 1 << 12 | 1 << 15 | 1 << 18},
            "Privileged intents",
            "warn",
            "Presence, Server Members, Message Content: on",
            f"{PORTAL}/bot → Privileged Gateway Intents → switch off Presence, Server Members, Message Content",
        ),
        ({"flags": 1 << 19}, "Privileged intents", "warn", "Message Content: on, and none is used", f"{PORTAL}/bot → "),
    ],
)
async def test_what_was_set_in_the_portal_is_told(
    clinic: Clinic, application: dict[str, object], title: str, level: str, seen: str, fix: str
) -> None:
    clinic.directory.application = application
    done = await clinic.ask()
    found = done.of(title)
    assert (found["level"], done.status) == (level, level == "fail")
    assert seen in found["seen"]
    assert found["fix"].startswith(fix)


async def test_commands_of_another_release_are_told_at_the_next_start(clinic: Clinic) -> None:
    clinic.server.world.commands[0]["options"][0]["description"] = "of another release"
    done = await clinic.ask()
    assert done.status == 0, "a warning is allowed"
    assert done.of("Commands")["level"] == "warn"
    assert "they are told at the next start" in done.of("Commands")["seen"]
    assert "python -m bot run" in done.of("Commands")["fix"]


@pytest.mark.parametrize(
    ("left", "shards", "level", "seen"),
    [
        (50, 1, "ok", "50 of 1000 left today; Discord advises 1 shard, which takes one"),
        (49, 3, "warn", "49 of 1000 left today; Discord advises 3 shards, each of which takes one"),
        (2, 3, "fail", "the bot cannot start"),
        (0, 1, "fail", "the bot cannot start"),
    ],
)
async def test_session_starts_are_counted(clinic: Clinic, left: int, shards: int, level: str, seen: str) -> None:
    clinic.server.shards, clinic.directory.starts = shards, {"remaining": left, "reset_after": 3 * 3_600_000 + 61_000}
    done = await clinic.ask()
    found = done.of("Session starts")
    assert (found["level"], done.status) == (level, level == "fail")
    assert seen in found["seen"]
    assert ("Discord gives new ones in 3 h 2 min" in found["fix"]) == (level != "ok")


@pytest.mark.parametrize(
    ("ahead", "level"), [(0.0, "ok"), (-1.5, "ok"), (8.0, "warn"), (-8.0, "warn"), (60.0, "fail"), (-3600.0, "fail")]
)
async def test_a_wrong_clock_is_told(clinic: Clinic, ahead: float, level: str) -> None:
    clinic.directory.ahead = ahead
    done = await clinic.ask()
    found = done.of("Clock")
    assert (found["level"], done.status) == (level, level == "fail")
    if level != "ok":
        told = re.match(r"this machine is ([\d,]+) s (behind|ahead of) Discord", found["seen"])
        assert told is not None
        assert abs(int(told[1].replace(",", "")) - abs(ahead)) <= 2
        assert told[2] == ("behind" if ahead > 0 else "ahead of")
        assert "timedatectl set-ntp true" in found["fix"]


async def test_a_server_that_takes_the_connection_and_says_nothing_is_given_up(clinic: Clinic) -> None:
    writers: list[asyncio.StreamWriter] = []
    silent = await asyncio.start_server(lambda _, writer: writers.append(writer), "127.0.0.1", 0)
    url = f"http://127.0.0.1:{silent.sockets[0].getsockname()[1]}/api/v10"
    async with silent, asyncio.timeout(20):
        done = await clinic.ask("--json", "--only", "discord", "--within", "0.2", DISCORD_API_URL=url)
        for writer in writers:
            writer.close()
            await writer.wait_closed()
    assert len(writers) == 1
    assert (done.status, len(done.found)) == (1, 1)
    assert done.of("Token")["seen"] == "Discord does not say: no answer within 0.2 s"


@pytest.mark.parametrize("status", [0, 503])
async def test_an_outage_in_the_middle_is_told_and_the_rest_looked_at(clinic: Clinic, status: int) -> None:
    clinic.server.faults.append(Fault("GET", "/(commands|gateway/bot)$", status=status, times=9))
    done = await clinic.ask()
    assert done.status == 1
    for title in ("Commands", "Session starts"):
        assert done.of(title)["level"] == "fail"
        assert done.of(title)["seen"].startswith("Discord does not say: ")
    assert done.of("Invitation")["level"] == "ok"


async def test_nobody_at_the_address_is_told(clinic: Clinic) -> None:
    done = await clinic.ask(DISCORD_API_URL="http://127.0.0.1:1/api/v10")
    assert (done.status, done.of("Token")["level"]) == (1, "fail")
    assert "DISCORD_API_URL" in done.of("Token")["fix"]


async def test_the_guide_knows_whatever_may_be_said(clinic: Clinic) -> None:
    rows = [line.strip("| ").split(" | ") for line in GUIDE.read_text("utf-8").splitlines() if line.startswith("| ")]
    first = [row[0] for row in rows]
    assert {*NEEDED.values(), *DISCUSSION.values()} <= {*first}, "each permission is explained"
    explained = {cell.partition(":")[0] for cell in first}
    assert {"OAuth2 code grant", "Channels", "Server …", "Channel …", "#channel"} <= explained
    assert {each["title"] for each in (await clinic.ask()).found} - {"Invitation"} <= explained
