"""The loopback Discord answers as Discord does: whom it lets in, how it refuses, when it waits, how much it takes."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import ClientSession

from tests.fakes.discord import Server, limits, people
from tests.fakes.discord.rules import Json
from tests.fakes.discord.server import TOKEN
from tests.fakes.discord.world import APPLICATION, CHANNEL

BOT = {"Authorization": f"Bot {TOKEN}"}
V2: Json = {"flags": limits.V2}


def text(content: str) -> Json:
    return {"type": 10, "content": content}


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async with Server() as server:
        server.world.add("ada")
        yield server


async def ask(server: Server, method: str, path: str, body: Any = None, headers: Json | None = None) -> tuple[int, Any]:
    async with (
        ClientSession() as session,
        session.request(
            method, f"{server.url}{path}", json=body, headers=BOT if headers is None else headers
        ) as response,
    ):
        return response.status, await response.json() if response.status != 204 else None


async def test_strangers_are_kept_out(server: Server) -> None:
    assert (await ask(server, "GET", "/users/@me", headers={"Authorization": "Bot wrong"}))[0] == 401
    assert (await ask(server, "GET", "/users/@me"))[0] == 200
    assert len(server.breaches) == 1


async def test_refusals_are_worded_as_discord_does(server: Server) -> None:
    status, body = await ask(server, "POST", f"/channels/{CHANNEL}/messages", {"content": "x", "nonce": "n" * 26})
    assert (status, body["code"]) == (400, 50035)
    assert "nonce" in str(body["errors"])
    assert (await ask(server, "POST", "/channels/5/messages", {"content": "x"}))[1]["code"] == 10003
    server.world.forbidden = {"send"}
    assert (await ask(server, "POST", f"/channels/{CHANNEL}/messages", {"content": "x"}))[1]["code"] == 50013
    assert [breach.code for breach in server.breaches] == [50035, 10003, 50013]


async def test_the_flag_of_components_stays(server: Server) -> None:
    _, sent = await ask(server, "POST", f"/channels/{CHANNEL}/messages", {**V2, "components": [text("x")]})
    status, _ = await ask(server, "PATCH", f"/channels/{CHANNEL}/messages/{sent['id']}", {"content": "x"})
    assert status == 400
    status, _ = await ask(server, "PATCH", f"/channels/{CHANNEL}/messages/{sent['id']}", {"components": [text("y")]})
    assert status == 200


async def test_an_interaction_is_answered_once_in_time_and_fittingly(server: Server) -> None:
    now = [0.0]
    server.world.clock = lambda: now[0]
    reply = {"type": 4, "data": {"content": "x"}}
    first = await people.slash(server, "ada", "today", {})
    path = f"/interactions/{first.id}/{first.token}/callback"
    hook = f"/webhooks/{APPLICATION}/{first.token}"
    assert (await ask(server, "PATCH", f"{hook}/messages/@original", {"content": "x"}))[1]["code"] == 50027
    assert (await ask(server, "POST", path, {"type": 7, "data": {"content": "x"}}))[0] == 400
    assert (await ask(server, "POST", path, {"type": 5, "data": {"content": "x"}}))[0] == 400
    assert (await ask(server, "POST", f"{path}x", reply))[0] == 404
    assert (await ask(server, "POST", path, reply)) == (204, None)
    assert (await ask(server, "POST", path, reply))[1]["code"] == 40060
    assert (await ask(server, "POST", f"/interactions/5/{first.token}/callback", reply))[1]["code"] == 10062
    late = await people.slash(server, "ada", "today", {})
    now[0] = 3.5
    assert (await ask(server, "POST", f"/interactions/{late.id}/{late.token}/callback", reply))[1]["code"] == 10062
    now[0] = 15 * 60 + 1.0
    assert (await ask(server, "PATCH", f"{hook}/messages/@original", {"content": "x"}))[1]["code"] == 50027
    assert len(server.breaches) == 8
    assert server.breaches[3].why == "Not Found"


async def test_the_message_of_an_answer_is_sent_back_to_whoever_asks_for_it(server: Server) -> None:
    asked = await people.slash(server, "ada", "today", {})
    path = f"/interactions/{asked.id}/{asked.token}/callback?with_response=1"
    status, receipt = await ask(server, "POST", path, {"type": 4, "data": {"content": "x"}})
    assert (status, receipt["interaction"]["id"]) == (200, str(asked.id))
    assert receipt["resource"]["message"]["content"] == "x"


async def test_the_first_message_after_waiting_is_the_one_waited_for(server: Server) -> None:
    asked = await people.slash(server, "ada", "today", {})
    hook = f"/webhooks/{APPLICATION}/{asked.token}"
    await ask(server, "POST", f"/interactions/{asked.id}/{asked.token}/callback", {"type": 5, "data": {"flags": 64}})
    await ask(server, "POST", hook, {"content": "one"})
    await ask(server, "POST", hook, {"content": "two"})
    assert [message.content for message in server.world.public(CHANNEL)] == ["two"]
    assert len(server.world.seen) == 1


async def test_more_than_fifty_requests_a_second_are_refused(server: Server) -> None:
    now = [0.0]
    server.rates.clock = lambda: now[0]
    async with ClientSession(headers=BOT) as session:
        statuses = [(await session.get(f"{server.url}/users/@me")).status for _ in range(50)]
        refused = await session.get(f"{server.url}/users/@me")
        body = await refused.json()
        asked = await people.slash(server, "ada", "today", {})
        reply = {"type": 4, "data": {"content": "x"}}
        free = await session.post(f"{server.url}/interactions/{asked.id}/{asked.token}/callback", json=reply)
        now[0] = 1.0
        again = await session.get(f"{server.url}/users/@me")
    assert statuses == [200] * 50
    assert (refused.status, body["global"], body["retry_after"]) == (429, True, 1.0)
    assert {"Retry-After", "X-RateLimit-Global", "Via"} <= refused.headers.keys()
    assert (free.status, again.status) == (204, 200)
    assert server.rates.refused_globally == 1


async def test_a_channel_may_be_limited_by_itself(server: Server) -> None:
    now = [0.0]
    server.rates.clock, server.rates.buckets = lambda: now[0], True
    other = server.world.open(guild=7)
    async with ClientSession(headers=BOT) as session:
        path = f"{server.url}/channels/{CHANNEL}/messages"
        sent = [await session.post(path, json={"content": "x"}) for _ in range(6)]
        elsewhere = await session.post(f"{server.url}/channels/{other}/messages", json={"content": "x"})
        now[0] = 5.0
        again = await session.post(path, json={"content": "x"})
        refused = await sent[5].json()
    assert [each.status for each in sent] == [200] * 5 + [429]
    assert [each.headers["X-RateLimit-Remaining"] for each in sent] == ["4", "3", "2", "1", "0", "0"]
    assert (refused["global"], refused["retry_after"]) == (False, 5.0)
    assert (elsewhere.status, again.status) == (200, 200)
    assert (server.rates.refused_globally, server.rates.refused_in_channels) == (0, 1)
