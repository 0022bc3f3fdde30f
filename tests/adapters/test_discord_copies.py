"""What was posted twice by a process that stood still is removed from Discord, and nothing else is."""

from collections.abc import AsyncIterator

import pytest

from tests.fakes.discord import DiscordStage, limits
from tests.fakes.discord.faults import Fault
from tests.fakes.discord.posts import key, posted, unhurried
from tests.fakes.discord.world import CHANNEL, Member

MESSAGE = r"/messages/\d+$"


@pytest.fixture
async def stage() -> AsyncIterator[DiscordStage]:
    async with unhurried() as stage:
        yield stage


async def test_copies_of_a_post_are_removed_and_nothing_else(stage: DiscordStage) -> None:
    kept, other = await posted(stage, 12), await posted(stage, 123)
    world = stage.server.world
    body = {"flags": limits.V2, "components": world.messages[int(kept.message)].components}
    for _ in range(2):
        world.write(CHANNEL, body)  # their nonce is no longer known
    theirs = world.write(CHANNEL, body)
    theirs.author = Member(5, "somebody else")
    for removed in (2, 0):
        assert await stage.platform.remove_copies(kept, key(12)) == removed
        assert [str(message.id) for message in world.public(CHANNEL)] == [kept.message, other.message, str(theirs.id)]


async def test_copies_that_another_process_removes_meanwhile_are_no_trouble(stage: DiscordStage) -> None:
    kept = await posted(stage, 12)
    world = stage.server.world
    body = {"flags": limits.V2, "components": world.messages[int(kept.message)].components}
    world.write(CHANNEL, body)
    stage.server.faults = [Fault("DELETE", MESSAGE, 503, after=True)]
    assert await stage.platform.remove_copies(kept, key(12)) == 0, "the second look finds them gone"
    world.write(CHANNEL, body)
    stage.server.faults = [Fault("DELETE", MESSAGE, 404)]
    assert await stage.platform.remove_copies(kept, key(12)) == 1
