"""What was posted twice by a process that stood still is removed from Slack, and nothing else is."""

from collections.abc import AsyncIterator

import pytest

from bot.domain.identity import Posted
from bot.ports import Refused, Reply
from tests import gallery
from tests.fakes.slack.door import ScriptedDoor
from tests.fakes.slack.passing import Passing
from tests.fakes.slack.stage import SlackStage

KEY = "q1:answer:7"


@pytest.fixture
async def stage() -> AsyncIterator[SlackStage]:
    async with SlackStage(Passing()) as stage:
        await stage.connect(ScriptedDoor(Reply(gallery.personal())))
        yield stage


async def test_copies_of_a_post_are_removed_and_nothing_else(stage: SlackStage) -> None:
    stage.slack.scopes.add("channels:history")
    copies = [await stage.platform.post(stage.place, gallery.question(), KEY) for _ in range(3)]
    kept = copies[1]
    other = await stage.platform.post(stage.place, gallery.question(), f"{KEY}1")
    assert isinstance(kept, Posted)
    assert isinstance(other, Posted)
    body = stage.slack.workspace.messages[stage.place.channel, kept.message].body
    theirs = stage.slack.workspace.add_message(stage.place.channel, body | {"user": "U0OTHER"})
    for removed in (2, 0):
        assert await stage.platform.remove_copies(kept, KEY) == removed
        assert {ts for _, ts in stage.slack.workspace.messages} == {kept.message, other.message, theirs.ts}


async def test_copies_are_not_looked_for_where_the_history_may_not_be_read(stage: SlackStage) -> None:
    posted = await stage.platform.post(stage.place, gallery.question(), KEY)
    assert isinstance(posted, Posted)
    assert isinstance(await stage.platform.remove_copies(posted, KEY), Refused)
    stage.slack.forgive("missing_scope")
