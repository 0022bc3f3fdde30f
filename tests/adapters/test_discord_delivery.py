"""Cards posted on Discord without being asked for: exactly once, at a pace, and with every failure as a value."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from pydantic import SecretStr

from adapters.discord.limits import BURST, NONCE, REQUESTS_A_SECOND
from adapters.discord.pace import Pace
from adapters.discord.platform import Discord
from bot.cards.model import Button, Buttons, Card, Tone
from bot.commands import Home
from bot.domain.identity import Place, Posted
from bot.ports import Absent, Refused, Unclear
from tests.fakes.discord import DiscordStage, limits, markdown
from tests.fakes.discord.doorman import Doorman
from tests.fakes.discord.faults import Fault
from tests.fakes.discord.posts import at_once, card, key, posted, unhurried
from tests.fakes.discord.server import TOKEN
from tests.fakes.discord.world import CHANNEL, Member

POST, EDIT = r"/messages$", r"/messages/\d+$"


@pytest.fixture
async def stage() -> AsyncIterator[DiscordStage]:
    async with unhurried() as stage:
        yield stage


async def test_a_card_is_posted_edited_and_found(stage: DiscordStage) -> None:
    message = await posted(stage, 12)
    assert message.place == stage.place
    assert await stage.platform.edit(message, card(12, "The answer")) == message
    assert await stage.platform.edit(message, card(12, "The answer")) == message
    assert [(seen.id, seen.text) for seen in stage.channel()] == [(message.message, "The answer")]
    assert await stage.platform.find(stage.place, key(12)) == message


async def test_a_key_posts_once(stage: DiscordStage) -> None:
    assert len(key(2**31 - 1)) <= NONCE
    assert await posted(stage, 2**31 - 1) == await posted(stage, 2**31 - 1)
    assert len(stage.channel()) == 1


async def test_a_key_is_found_whole_and_only_on_our_own(stage: DiscordStage) -> None:
    await posted(stage, 123)
    assert await stage.platform.find(stage.place, key(12)) == Absent()
    ours = await posted(stage, 12)
    for message in stage.server.world.public(CHANNEL):
        if str(message.id) == ours.message:
            message.author = Member(5, "somebody else")
    assert await stage.platform.find(stage.place, key(12)) == Absent()
    assert isinstance(await stage.platform.find(stage.place, f"{key(123)}:"), Posted)


async def test_a_post_is_looked_for_far_up_and_then_a_keeper_decides(stage: DiscordStage) -> None:
    message = await posted(stage, 1)
    for number in range(498):
        stage.server.world.write(CHANNEL, {"content": f"chat {number}"})
    assert await stage.platform.find(stage.place, key(1)) == message
    assert await stage.platform.find(stage.place, key(2)) == Absent(), "that was all of it"
    for _ in range(2):
        stage.server.world.write(CHANNEL, {"content": "one more"})
    found = await stage.platform.find(stage.place, key(1))
    assert isinstance(found, Refused)
    assert found.lasting


@pytest.mark.parametrize("fault", [Fault("POST", POST, 503, times=2), Fault("POST", POST, after=True, times=2)])
async def test_what_may_have_been_lost_is_posted_again_under_its_key(stage: DiscordStage, fault: Fault) -> None:
    stage.server.faults = [replace(fault)]
    await posted(stage, 7)
    assert len(stage.channel()) == 1
    assert sum(request.startswith("POST /api/v10/channels") for request in stage.server.requests) == 3


async def test_a_refusal_after_a_lost_answer_says_nothing(stage: DiscordStage) -> None:
    stage.server.faults = [Fault("POST", POST, after=True), Fault("POST", POST, 403, times=2)]
    assert isinstance(await stage.platform.post(stage.place, card(7), key(7)), Unclear)
    assert isinstance(await stage.platform.find(stage.place, key(7)), Posted)


@pytest.mark.parametrize("refusal", [Fault("POST", POST, 403), Fault("POST", POST, 429, retry_after=60)])
async def test_a_refusal_of_what_discord_py_sends_again_by_itself_says_nothing(
    stage: DiscordStage, monkeypatch: pytest.MonkeyPatch, refusal: Fault
) -> None:
    monkeypatch.setattr("discord.http.asyncio.sleep", at_once)  # it waits a second between its tries
    stage.server.faults = [Fault("POST", POST, 502, after=True), replace(refusal, times=3)]
    assert isinstance(await stage.platform.post(stage.place, card(7), key(7)), Unclear)
    assert isinstance(await stage.platform.find(stage.place, key(7)), Posted)


async def test_a_lost_answer_is_unclear_and_then_found(stage: DiscordStage) -> None:
    stage.server.faults = [Fault("POST", POST, after=True, times=3)]
    assert isinstance(await stage.platform.post(stage.place, card(7), key(7)), Unclear)
    found = await stage.platform.find(stage.place, key(7))
    assert isinstance(found, Posted)
    assert await posted(stage, 7) == found


async def test_a_lost_request_is_unclear_and_then_absent(stage: DiscordStage) -> None:
    stage.server.faults = [Fault("POST", POST, times=3)]
    assert isinstance(await stage.platform.post(stage.place, card(7), key(7)), Unclear)
    assert await stage.platform.find(stage.place, key(7)) == Absent()


async def test_an_answer_that_never_comes_is_unclear() -> None:
    async with DiscordStage() as stage:
        stage.platform = Discord(SecretStr(TOKEN), stage.server.url, within=0.3)
        await stage.connect(Doorman())
        stage.server.faults = [Fault("POST", POST, hangs=True)]
        assert isinstance(await stage.platform.post(stage.place, card(7), key(7)), Unclear)
        assert await stage.platform.find(stage.place, key(7)) == Absent()
        await posted(stage, 7)


async def test_a_question_is_known_by_its_menu_too(stage: DiscordStage) -> None:
    menu = {"type": 3, "custom_id": key(7), "options": [{"label": "A", "value": "A"}]}
    body = {"flags": limits.V2, "components": [{"type": 17, "components": [{"type": 1, "components": [menu]}]}]}
    assert list(limits.message(body)) == []
    written = stage.server.world.write(CHANNEL, body)
    assert await stage.platform.find(stage.place, key(7)) == Posted(stage.place, str(written.id))
    assert await stage.platform.find(stage.place, key(70)) == Absent()


@pytest.mark.parametrize("fault", [Fault("POST", POST, 503, times=3), Fault("POST", POST, 503, after=True, times=3)])
async def test_a_server_error_is_unclear(stage: DiscordStage, fault: Fault) -> None:
    stage.server.faults = [replace(fault)]
    outcome = await stage.platform.post(stage.place, card(7), key(7))
    assert isinstance(outcome, Unclear)
    assert "503" in outcome.why


async def test_edits_and_searches_fail_the_same_way(stage: DiscordStage) -> None:
    message = await posted(stage, 7)
    stage.server.faults = [Fault("PATCH", EDIT, after=True, times=3), Fault("GET", POST, 503, times=3)]
    assert isinstance(await stage.platform.edit(message, card(7, "Edited")), Unclear)
    assert stage.channel()[0].text == "Edited"
    assert isinstance(await stage.platform.find(stage.place, key(7)), Unclear)
    assert await stage.platform.find(stage.place, key(7)) == message


async def test_a_rate_limit_passes(stage: DiscordStage) -> None:
    stage.server.faults = [Fault("POST", POST, 429, retry_after=60.0)]
    outcome = await stage.platform.post(stage.place, card(7), key(7))
    assert isinstance(outcome, Refused)
    assert (outcome.lasting, outcome.retry_after) == (False, 60.0)
    stage.server.faults = [Fault("POST", POST, 429, retry_after=9.0, via=False)]
    outcome = await stage.platform.post(stage.place, card(7), key(7))
    assert isinstance(outcome, Refused)
    assert (outcome.lasting, outcome.retry_after) == (False, 9.0)
    stage.server.faults = [Fault("POST", POST, 429, retry_after=0.01)]
    await posted(stage, 7)


async def test_what_discord_forbids_lasts(stage: DiscordStage) -> None:
    message = await posted(stage, 7)
    stage.server.world.forbidden = {"send", "history"}
    gone = Place(stage.place.workspace, "5")
    outcomes = [
        await stage.platform.post(stage.place, card(8), key(8)),
        await stage.platform.post(gone, card(8), key(8)),
        await stage.platform.edit(message, card(7)),
        await stage.platform.post(stage.place, card(8), "k" * 26),
    ]
    assert all(isinstance(outcome, Refused) and outcome.lasting for outcome in outcomes)
    found = await stage.platform.find(stage.place, key(7))
    assert isinstance(found, Refused)
    assert found.lasting
    assert await stage.platform.find(gone, key(7)) == Absent()
    stage.server.world.forbidden = set()
    outcome = await stage.platform.edit(Posted(stage.place, "5"), card(7))
    assert isinstance(outcome, Refused)
    assert outcome.lasting
    assert [breach.code for breach in stage.server.breaches] == [50013, 10003, 50013, 50013, 50013, 10003, 10008]
    stage.server.breaches.clear()


async def test_a_refused_card_lasts_and_is_explained(stage: DiscordStage) -> None:
    outcome = await stage.platform.post(stage.place, card(8), "k" * 26)
    assert isinstance(outcome, Refused)
    assert outcome.lasting
    assert "nonce" in outcome.why
    assert [breach.code for breach in stage.server.breaches] == [50035]
    stage.server.breaches.clear()


async def test_nobody_is_called(stage: DiscordStage) -> None:
    shout = Card("@everyone @here <@1>", (Buttons((Button("@everyone", Home()),)),), "x", Tone.BAD)
    await stage.platform.post(stage.place, shout, "q1:home")
    (message,) = stage.server.world.public(CHANNEL)
    assert message.mentions == set()
    assert markdown.pings(message.texts()[0], {"everyone"}) == {"@everyone", "@here"}


async def test_without_a_connection_nothing_is_posted(stage: DiscordStage) -> None:
    refused = Refused("not connected", lasting=False)
    idle = Discord(SecretStr(TOKEN), stage.server.url)
    assert await idle.post(stage.place, card(1), key(1)) == refused
    await stage.disconnect()
    assert await stage.platform.post(stage.place, card(1), key(1)) == refused
    assert await stage.platform.find(stage.place, key(1)) == refused


async def test_a_stop_lets_posts_finish(stage: DiscordStage) -> None:
    posting = asyncio.create_task(stage.platform.post(stage.place, card(1), key(1)))
    await asyncio.sleep(0)
    await stage.disconnect()
    assert isinstance(await posting, Posted)


async def test_a_burst_is_let_through_and_then_paced() -> None:
    now, left = 100.0, list[float]()

    async def sleep(seconds: float) -> None:
        nonlocal now
        now += seconds

    async def leave(pace: Pace, times: int) -> list[float]:
        left.clear()
        for _ in range(times):
            await pace.turn()
            left.append(now)
        return left

    pace = Pace(clock=lambda: now, sleep=sleep)
    assert await leave(pace, BURST + 45) == pytest.approx(
        [100.0] * BURST + [100 + n / REQUESTS_A_SECOND for n in range(1, 46)]
    )
    now = 200.0
    assert await leave(pace, BURST + 1) == pytest.approx([200.0] * BURST + [200 + 1 / REQUESTS_A_SECOND])


class Counting(Pace):
    """Counts those that waited for their turn."""

    turns = 0

    async def turn(self) -> None:
        await super().turn()
        self.turns += 1


async def test_every_request_but_the_answers_waits_for_its_turn() -> None:
    async with DiscordStage() as stage:
        assert isinstance(stage.platform, Discord)
        stage.platform._pace = pace = Counting()
        await stage.connect(Doorman())
        message = await posted(stage, 7)
        await stage.platform.edit(message, card(7, "Edited"))
        await stage.platform.find(stage.place, key(7))
        stage.server.faults = [Fault("POST", POST, 500)]
        await posted(stage, 8)
        await stage.ask("ada", "today")
        answers = [each for each in stage.server.requests if "/interactions/" in each]
        paced = [each for each in stage.server.requests if each not in answers and each != "GET /gateway"]
    assert len(answers) == 1
    assert sum("/commands" in each for each in paced) == 2
    assert sum("/messages" in each for each in paced) == 5
    assert pace.turns == len(paced)


async def test_after_a_standstill_nobody_leaves_together() -> None:
    now, left = 0.0, list[float]()

    async def sleep(seconds: float) -> None:
        nonlocal now
        now += seconds if len(left) != 50 else 3.0  # the machine is busy with something else

    pace = Pace(clock=lambda: now, sleep=sleep)
    for _ in range(200):
        await pace.turn()
        left.append(now)
    assert max(sum(start <= moment < start + 1 for moment in left) for start in left) <= REQUESTS_A_SECOND + BURST
