"""Posting, editing and finding: what Slack's answers, and its silence, mean for a message."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from adapters.slack.codes import DOUBTFUL, LASTING, NO_THREAD, PASSING
from adapters.slack.outcomes import outcome, unasked
from adapters.slack.pace import PAUSES
from adapters.slack.rights import OUTSIDE
from bot.domain.identity import Person, Place, Posted
from bot.ports import Absent, Refused, Reply, Unclear
from tests import gallery
from tests.fakes.slack.door import ScriptedDoor
from tests.fakes.slack.passing import Passing
from tests.fakes.slack.people import user_id
from tests.fakes.slack.server import DROPPED, Fault
from tests.fakes.slack.stage import SlackStage
from tests.stage import ADMIN

KEY = "q1:answer:7"
LINE = ": say “/invite @sqla-quiz” there"
TOO_MANY = (Fault(429, "ratelimited", 30), Fault(200, "ratelimited", 30), Fault(429, retry_after=30))
TROUBLE = (
    *(Fault(error=code) for code in (*sorted(DOUBTFUL), "something_new")),
    *(Fault(500), Fault(503, "x"), Fault(502), Fault(504), Fault()),
)
TRIES = 1 + len(PAUSES)


def lasting(code: str, more: str = "") -> Refused:
    """The refusal with that code, and what it takes."""
    needed = " (chat:write)" if code == "missing_scope" else ""
    return Refused(f"{code}: {LASTING[code]}{needed}{more}", lasting=True)


@pytest.fixture
async def stage() -> AsyncIterator[SlackStage]:
    async with SlackStage(Passing()) as stage:
        await stage.connect(ScriptedDoor(Reply(gallery.personal())))
        yield stage


async def test_a_post_carries_its_key_and_no_secret(stage: SlackStage) -> None:
    posted = await stage.platform.post(stage.place, gallery.question(), KEY)
    assert isinstance(posted, Posted)
    message = stage.slack.workspace.messages[stage.place.channel, posted.message]
    assert message.body["metadata"] == {"event_type": "sqla_quiz_post", "event_payload": {"key": KEY}}


async def test_an_edit_shows_something_else_in_the_same_place(stage: SlackStage) -> None:
    posted = await stage.platform.post(stage.place, gallery.question(), KEY)
    assert isinstance(posted, Posted)
    before = stage.channel()
    for _ in range(2):
        assert await stage.platform.edit(posted, gallery.reveal()) == posted
    (after,) = stage.channel()
    assert after.id == before[0].id
    assert after.text.startswith("The answer is B")
    stage.slack.scopes.add("channels:history")
    assert await stage.platform.find(stage.place, KEY) == posted


@pytest.mark.parametrize("code", LASTING)
async def test_a_refusal_is_lasting_and_says_what_helps(stage: SlackStage, code: str) -> None:
    posted = Posted(stage.place, "1.1")
    for method in ("chat.postMessage", "chat.update"):
        stage.slack.fail(method, Fault(error=code))
    found = await stage.platform.post(stage.place, gallery.question(), KEY)
    assert found == lasting(code, LINE if code in OUTSIDE else "")
    assert len(found.why) < 255
    assert await stage.platform.edit(posted, gallery.question()) == lasting(code)


@pytest.mark.parametrize("code", sorted(PASSING))
async def test_what_passes_is_tried_again_at_once_and_then_later(stage: SlackStage, code: str) -> None:
    for _ in range(TRIES):
        stage.slack.fail("chat.postMessage", Fault(error=code))
    assert await stage.platform.post(stage.place, gallery.question(), KEY) == Refused(code, lasting=False)
    assert stage.channel() == []
    stage.slack.fail("chat.postMessage", Fault(error=code))
    assert isinstance(await stage.platform.post(stage.place, gallery.question(), KEY), Posted)


@pytest.mark.parametrize("fault", TOO_MANY)
async def test_too_many_calls_pass(stage: SlackStage, fault: Fault) -> None:
    stage.slack.fail("chat.postMessage", fault)
    found = await stage.platform.post(stage.place, gallery.question(), KEY)
    assert found == Refused("ratelimited", lasting=False, retry_after=30)


async def test_a_wait_of_days_is_not_believed(stage: SlackStage) -> None:
    stage.slack.fail("chat.postMessage", Fault(429, "ratelimited", 10**9))
    found = await stage.platform.post(stage.place, gallery.question(), KEY)
    assert found == Refused("ratelimited", lasting=False, retry_after=3600)


@pytest.mark.parametrize("fault", TROUBLE)
async def test_trouble_leaves_doubt(stage: SlackStage, fault: Fault) -> None:
    """A post is made once. Edits and reads are made again, which does no harm."""
    stage.slack.fail("chat.postMessage", fault)
    for method in ("chat.update", "conversations.history"):
        for _ in range(TRIES):
            stage.slack.fail(method, fault)
    assert isinstance(await stage.platform.post(stage.place, gallery.question(), KEY), Unclear)
    assert isinstance(await stage.platform.edit(Posted(stage.place, "1.1"), gallery.question()), Unclear)
    assert isinstance(await stage.platform.find(stage.place, KEY), Unclear)
    for method, times in {"chat.postMessage": 1, "chat.update": TRIES, "conversations.history": TRIES}.items():
        assert stage.slack.calls.count(method) == times


async def test_a_short_trouble_is_none_for_edits_and_reads(stage: SlackStage) -> None:
    stage.slack.scopes.add("channels:history")
    posted = await stage.platform.post(stage.place, gallery.question(), KEY)
    assert isinstance(posted, Posted)
    for method in ("chat.update", "conversations.history"):
        stage.slack.fail(method, DROPPED)
        stage.slack.fail(method, Fault(503))
    assert await stage.platform.edit(posted, gallery.reveal()) == posted
    assert await stage.platform.find(stage.place, KEY) == posted


@pytest.mark.parametrize("answer", [{"ok": True}, {"ok": True, "ts": ""}, {"ok": True, "ts": None, "channel": "C1"}])
async def test_a_post_without_a_time_is_in_doubt(stage: SlackStage, answer: dict[str, object]) -> None:
    for _ in range(2):
        stage.slack.fail("chat.postMessage", Fault(answer=answer))
    assert isinstance(await stage.platform.post(stage.place, gallery.question(), KEY), Unclear)
    person = Person(stage.place.workspace, user_id("ada"), "ada")
    assert isinstance(await stage.platform.tell(person, gallery.question()), Unclear)


async def test_a_history_without_messages_says_nothing(stage: SlackStage) -> None:
    stage.slack.fail("conversations.history", Fault(answer={"ok": True}))
    assert isinstance(await stage.platform.find(stage.place, KEY), Unclear)


async def test_a_lost_answer_leaves_doubt_and_one_message(stage: SlackStage) -> None:
    stage.slack.fail("chat.postMessage", DROPPED)
    assert isinstance(await stage.platform.post(stage.place, gallery.question(), KEY), Unclear)
    (message,) = stage.channel()
    stage.slack.scopes.add("channels:history")
    found = await stage.platform.find(stage.place, KEY)
    assert found == Posted(stage.place, message.id.split(":")[-1])


def test_silence_leaves_doubt() -> None:
    assert outcome(TimeoutError()) == Unclear("TimeoutError")
    assert isinstance(outcome(aiohttp.ServerDisconnectedError()), Unclear)
    assert isinstance(outcome(aiohttp.ClientOSError(104, "reset")), Unclear)
    assert outcome(aiohttp.ConnectionTimeoutError("connect")) == Refused("unreachable", lasting=False)


def test_before_the_call_nothing_can_have_come_of_it() -> None:
    assert unasked(TimeoutError()) == Refused("TimeoutError", lasting=False)


async def test_without_a_connection_nothing_was_sent(unused_tcp_port: int) -> None:
    async with aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.ClientConnectorError) as caught:
            await session.get(f"http://127.0.0.1:{unused_tcp_port}/")
    assert outcome(caught.value) == Refused("unreachable", lasting=False)


@pytest.mark.parametrize(
    ("state", "code", "more"),
    [
        ({"member": False}, "not_in_channel", ": say “/invite @sqla-quiz” there"),
        ({"archived": True}, "is_archived", ""),
    ],
)
async def test_a_channel_without_us(stage: SlackStage, state: dict[str, bool], code: str, more: str) -> None:
    for name, value in state.items():
        setattr(stage.slack.workspace.channels[stage.place.channel], name, value)
    found = await stage.platform.post(stage.place, gallery.question(), KEY)
    assert found == lasting(code, more)
    stage.slack.forgive(code)


async def test_a_channel_that_is_not_there(stage: SlackStage) -> None:
    found = await stage.platform.post(Place(stage.place.workspace, "C0ELSE"), gallery.question(), KEY)
    assert found == lasting("channel_not_found", LINE)
    stage.slack.forgive("channel_not_found")


async def test_a_message_that_is_gone(stage: SlackStage) -> None:
    found = await stage.platform.edit(Posted(stage.place, "1.1"), gallery.question())
    assert found == lasting("message_not_found")
    stage.slack.forgive("message_not_found")


async def test_finding_needs_the_history(stage: SlackStage) -> None:
    why = f"missing_scope: {LASTING['missing_scope']} (channels:history)"
    assert await stage.platform.find(stage.place, KEY) == Refused(why, lasting=True)
    stage.slack.forgive("missing_scope")


async def test_finding_tells_keys_and_authors_apart(stage: SlackStage) -> None:
    stage.slack.scopes.add("channels:history")
    assert await stage.platform.find(stage.place, KEY) == Absent()
    other = await stage.platform.post(stage.place, gallery.question(), f"{KEY}1")
    mine = await stage.platform.post(stage.place, gallery.question(), KEY)
    assert isinstance(mine, Posted)
    copy = stage.slack.workspace.messages[stage.place.channel, mine.message].body | {"user": "U0OTHER"}
    stage.slack.workspace.add_message(stage.place.channel, copy)
    assert await stage.platform.find(stage.place, KEY) == mine
    assert await stage.platform.find(stage.place, f"{KEY}1") == other
    assert await stage.platform.find(stage.place, "q1:answer:8") == Absent()


async def test_a_post_is_looked_for_far_up_and_then_a_keeper_decides(stage: SlackStage) -> None:
    stage.slack.scopes.add("channels:history")
    mine = await stage.platform.post(stage.place, gallery.question(), KEY)
    for number in range(499):
        stage.slack.workspace.add_message(stage.place.channel, {"text": f"chat {number}", "user": "U0OTHER"})
    assert await stage.platform.find(stage.place, KEY) == mine
    assert await stage.platform.find(stage.place, f"{KEY}1") == Absent(), "that was all of it"
    stage.slack.workspace.add_message(stage.place.channel, {"text": "one more", "user": "U0OTHER"})
    found = await stage.platform.find(stage.place, KEY)
    assert isinstance(found, Refused)
    assert found.lasting


async def test_a_reply_stands_in_the_thread_and_in_the_channel_and_is_found(stage: SlackStage) -> None:
    stage.slack.scopes.add("channels:history")
    question = await stage.platform.post(stage.place, gallery.question(), KEY)
    assert isinstance(question, Posted)
    reveal = await stage.platform.post(stage.place, gallery.reveal(), "q1:result:7", question)
    assert isinstance(reveal, Posted)
    message = stage.slack.workspace.messages[stage.place.channel, reveal.message]
    assert (message.thread, message.broadcast) == (question.message, True)
    assert [seen.text[:12] for seen in stage.channel()] == ["Daily questi", "The answer i"]
    assert await stage.platform.find(stage.place, "q1:result:7") == reveal
    assert await stage.platform.find(stage.place, KEY) == question


async def test_a_reply_to_what_is_gone_is_a_message_of_its_own(stage: SlackStage) -> None:
    reveal = await stage.platform.post(stage.place, gallery.reveal(), "q1:result:7", Posted(stage.place, "1.1"))
    assert isinstance(reveal, Posted)
    assert stage.slack.workspace.messages[stage.place.channel, reveal.message].thread is None
    stage.slack.forgive("thread_not_found")


@pytest.mark.parametrize("code", NO_THREAD)
async def test_a_reply_that_slack_takes_no_more_is_a_message_of_its_own(stage: SlackStage, code: str) -> None:
    question = await stage.platform.post(stage.place, gallery.question(), KEY)
    assert isinstance(question, Posted)
    stage.slack.fail("chat.postMessage", Fault(error=code))
    reveal = await stage.platform.post(stage.place, gallery.reveal(), "q1:result:7", question)
    assert isinstance(reveal, Posted)
    assert [seen.text[:12] for seen in stage.channel()] == ["Daily questi", "The answer i"]
    assert stage.slack.workspace.messages[stage.place.channel, reveal.message].thread is None


async def test_a_reply_whose_answer_is_lost_is_not_sent_again(stage: SlackStage) -> None:
    question = await stage.platform.post(stage.place, gallery.question(), KEY)
    assert isinstance(question, Posted)
    stage.slack.fail("chat.postMessage", DROPPED)
    assert isinstance(await stage.platform.post(stage.place, gallery.reveal(), "q1:result:7", question), Unclear)
    assert len(stage.channel()) == 2


async def test_nothing_is_sent_before_the_start() -> None:
    async with SlackStage() as stage:
        found = await stage.platform.post(stage.place, gallery.question(), KEY)
        assert found == Refused("not connected", lasting=False)


async def test_a_person_is_told_in_a_conversation_of_their_own(stage: SlackStage) -> None:
    ada = Person(stage.place.workspace, user_id(ADMIN), ADMIN)
    told = await stage.platform.tell(ada, gallery.CARDS["refused"]())
    assert isinstance(told, Posted)
    assert told.place == Place(stage.place.workspace, f"D{ada.id[1:]}")
    [seen] = stage.private(ADMIN)
    assert "#1100000000000000003" in seen.text
    assert seen.buttons == ("About post",)


@pytest.mark.parametrize("code", ["user_disabled", "channel_not_found", "missing_scope"])
async def test_who_cannot_be_told_is_a_refusal(stage: SlackStage, code: str) -> None:
    stage.slack.fail("chat.postMessage", Fault(error=code))
    ada = Person(stage.place.workspace, user_id(ADMIN), ADMIN)
    assert await stage.platform.tell(ada, gallery.personal()) == lasting(code)
    stage.slack.fail("chat.postMessage", Fault())
    assert isinstance(await stage.platform.tell(ada, gallery.personal()), Unclear)


async def test_nothing_is_sent_after_the_stop(stage: SlackStage) -> None:
    await stage.disconnect()
    found = await stage.platform.post(stage.place, gallery.question(), KEY)
    assert found == Refused("not connected", lasting=False)
    assert stage.channel() == []
