"""What a platform does after everybody has gone must be over before the rig lets time jump."""

import random
from datetime import UTC, datetime

import aiohttp
import pytest

from tests.crash import faults
from tests.crash.faults import LATE, Dice, TroubledDiscord, TroubledSlack
from tests.crash.pacing import Pacing
from tests.fakes.discord.server import TOKEN
from tests.fakes.discord.world import GUILD
from tests.fakes.slack.people import Channel

_SOON = aiohttp.ClientTimeout(total=0.1)


@pytest.fixture
def late(monkeypatch: pytest.MonkeyPatch) -> Dice:
    """Every request is dealt with after whoever made it has gone."""
    monkeypatch.setattr(faults, "CHANCES", {LATE: 1.0})
    pacing = Pacing.beginning(datetime(2026, 3, 2, tzinfo=UTC), 60.0)
    return Dice(lambda: pacing, random.Random(7), on=True)  # noqa: S311  # luck is to be repeatable


async def test_what_slack_does_late_is_waited_for(late: Dice) -> None:
    async with TroubledSlack(late) as slack, aiohttp.ClientSession(timeout=_SOON) as client:
        slack.workspace.channels["C1"] = Channel("C1", "room")
        with pytest.raises(TimeoutError):
            await client.post(
                f"{slack.workspace.url}/api/chat.postMessage",
                json={"channel": "C1", "text": "late"},
                headers={"Authorization": f"Bearer {slack.environment['SLACK_BOT_TOKEN']}"},
            )
        assert not slack.workspace.messages
        await late.calm()
        assert [each.body["text"] for each in slack.workspace.messages.values()] == ["late"]


async def test_what_discord_does_late_is_waited_for(late: Dice) -> None:
    async with TroubledDiscord(late) as discord, aiohttp.ClientSession(timeout=_SOON) as client:
        room = discord.world.open(GUILD)
        with pytest.raises(TimeoutError):
            await client.post(
                f"{discord.url}/channels/{room}/messages",
                json={"content": "late"},
                headers={"Authorization": f"Bot {TOKEN}"},
            )
        assert not discord.world.messages
        await late.calm()
        assert len(discord.world.messages) == 1
