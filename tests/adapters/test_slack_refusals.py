"""Over HTTP the loopback Slack refuses as much: payloads, scopes, rates, triggers and addresses that are used up."""

import json
from collections.abc import AsyncIterator

import pytest
from slack_sdk.errors import SlackApiError

from adapters.slack.web import Web, open_web
from tests.fakes.slack.passing import Passing
from tests.fakes.slack.payloads import button, drop, message, option, plain, put, view
from tests.fakes.slack.people import BOT_TOKEN, CHANNEL
from tests.fakes.slack.server import FakeSlack

MESSAGE = {
    "blocks": (put("blocks", to=[{"type": "divider"}] * 51), "/blocks: 51 items"),
    "field text": (put("blocks", 4, "fields", 0, "text", to="x" * 2001), "/fields/0/text: 2001 characters"),
    "empty actions": (put("blocks", 2, "elements", to=[]), "/blocks/2/elements: 0 items"),
    "same action_id": (put("blocks", 2, "elements", to=[button(1), button(1)]), "action_id 'press:1' stands 2 times"),
    "same block_id": (put("blocks", 4, "block_id", to="head"), "block_id 'head' stands 2 times"),
    "container title": (put("blocks", 6, "title", to=plain("x" * 151)), "/blocks/6/title/text: 151 characters"),
}
VIEW = {
    "input without submit": (drop("submit"), "/submit: missing"),
    "max_length": (put("blocks", 0, "element", "max_length", to=3001), "/max_length: must be a number"),
    "markdown": (put("blocks", 0, to={"type": "markdown", "text": "x"}), "no markdown in a modal"),
    "same option": (put("blocks", 1, "element", "options", to=[option("0")] * 2), "value '0' stands 2 times"),
    "initial_option": (put("blocks", 1, "element", "initial_option", to=option("9")), "not one of the options"),
}


@pytest.fixture
def clock() -> Passing:
    return Passing()


@pytest.fixture
async def slack(clock: Passing) -> AsyncIterator[FakeSlack]:
    async with FakeSlack(clock) as slack:
        yield slack


@pytest.fixture
async def web(slack: FakeSlack) -> AsyncIterator[Web]:
    """A bot that sends what it is told to."""
    web = open_web(f"{slack.workspace.url}/api", BOT_TOKEN)
    yield web
    await web.session.close()


async def refused(web: Web, slack: FakeSlack, method: str, complaint: str, **arguments: object) -> str:
    """The code with which a call is refused; the fake has noted why."""
    with pytest.raises(SlackApiError) as caught:
        await web.api.api_call(method, json=arguments)
    slack.forgive(complaint)
    return str(caught.value.response["error"])


@pytest.mark.parametrize("name", MESSAGE)
@pytest.mark.parametrize("method", ["chat.postMessage", "chat.postEphemeral", "chat.update"])
async def test_a_message_is_refused_over_http(method: str, name: str, web: Web, slack: FakeSlack) -> None:
    sent = await web.api.chat_postMessage(channel=CHANNEL, **message())
    more = {"chat.update": {"ts": sent["ts"]}, "chat.postEphemeral": {"user": "U0ADA"}}.get(method, {})
    await web.api.api_call(method, json={"channel": CHANNEL, **more, **message()})
    payload, (spoil, complaint) = message(), MESSAGE[name]
    spoil(payload)
    assert await refused(web, slack, method, complaint, channel=CHANNEL, **more, **payload) == "invalid_blocks"
    assert slack.breaches == []


@pytest.mark.parametrize("name", VIEW)
async def test_a_modal_is_refused_over_http(name: str, web: Web, slack: FakeSlack) -> None:
    triggers = [slack.workspace.begin("ask", "ada", CHANNEL).id for _ in range(2)]
    payload, (spoil, complaint) = view(), VIEW[name]
    spoil(payload)
    assert await refused(web, slack, "views.open", complaint, trigger_id=triggers[0], view=payload)
    opened = await web.api.views_open(trigger_id=triggers[0], view=view())
    assert await refused(web, slack, "views.update", complaint, view_id=opened["view"]["id"], view=payload)
    await web.api.views_update(view_id=opened["view"]["id"], view=view())
    assert slack.breaches == []


async def test_a_response_is_refused_over_http(web: Web, slack: FakeSlack) -> None:
    url = f"{slack.workspace.url}/respond/{slack.workspace.begin('ask', 'ada', CHANNEL).id}"
    async with web.session.post(url, json=message() | {"response_type": "secret"}) as answer:
        assert answer.status == 404
    slack.forgive("/response_type")
    await web.respond(url, json.dumps(message()).encode())
    assert slack.breaches == []


async def test_a_scope_is_needed_for_what_it_allows(web: Web, slack: FakeSlack) -> None:
    assert await refused(web, slack, "conversations.history", "needed: channels:history", channel=CHANNEL)
    slack.scopes = {"channels:history"}
    await web.api.conversations_history(channel=CHANNEL)
    for method in ("chat.postMessage", "chat.update", "chat.postEphemeral"):
        assert await refused(web, slack, method, "needed: chat:write", channel=CHANNEL, text="x") == "missing_scope"


async def test_a_trigger_opens_one_modal_within_three_seconds(web: Web, slack: FakeSlack, clock: Passing) -> None:
    trigger, late = (slack.workspace.begin("ask", "ada", CHANNEL).id for _ in range(2))
    await web.api.views_open(trigger_id=trigger, view=view())
    assert await refused(web, slack, "views.open", "exchanged_trigger_id", trigger_id=trigger, view=view())
    await clock.sleep(3.1)
    assert await refused(web, slack, "views.open", "expired_trigger_id", trigger_id=late, view=view())


async def test_an_address_is_good_for_five_answers_in_half_an_hour(web: Web, slack: FakeSlack, clock: Passing) -> None:
    used, late = (f"{slack.workspace.url}/respond/{slack.workspace.begin('ask', 'ada', CHANNEL).id}" for _ in range(2))
    for _ in range(5):
        await web.respond(used, json.dumps(message()).encode())
    await gone(web, slack, used, "used_url")
    await clock.sleep(1801)
    await gone(web, slack, late, "expired_url")


async def gone(web: Web, slack: FakeSlack, url: str, complaint: str) -> None:
    """An address that can be used no more."""
    async with web.session.post(url, json=message()) as answer:
        assert answer.status == 404
    slack.forgive(complaint)


async def test_a_channel_takes_a_message_a_second(web: Web, slack: FakeSlack, clock: Passing) -> None:
    slack.rates.enforced = True
    await web.api.chat_postMessage(channel=CHANNEL, **message())
    await limited(web, "chat.postMessage", after=1, channel=CHANNEL, **message())
    await clock.sleep(0.5)
    await limited(web, "chat.postMessage", after=1, channel=CHANNEL, **message())
    slack.forgive("called 0.5 s before Retry-After was over")
    await clock.sleep(1)
    await web.api.chat_postMessage(channel=CHANNEL, **message())
    assert slack.rates.refused == {"chat.postMessage": 2}
    assert len(slack.workspace.messages) == 2


@pytest.mark.parametrize(("method", "most"), [("chat.update", 50), ("views.update", 100), ("chat.postMessage", 300)])
async def test_a_workspace_calls_a_method_so_often_a_minute(
    method: str, most: int, web: Web, slack: FakeSlack, clock: Passing
) -> None:
    slack.rates.enforced = True
    arguments = {"channel": CHANNEL, "text": "x", "ts": "1"} if method == "chat.update" else {"channel": "C0NONE"}
    for number in range(most):
        given = {"channel": f"C{number}"} if method == "chat.postMessage" else arguments
        with pytest.raises(SlackApiError) as caught:
            await web.api.api_call(method, json=given)
        assert caught.value.response.status_code == 200
    await limited(web, method, after=60, **arguments)
    await clock.sleep(60)
    with pytest.raises(SlackApiError) as caught:
        await web.api.api_call(method, json=arguments)
    assert caught.value.response.status_code == 200


async def limited(web: Web, method: str, after: int, **arguments: object) -> None:
    """A call comes too early, and is told by how much."""
    with pytest.raises(SlackApiError) as caught:
        await web.api.api_call(method, json=arguments)
    answer = caught.value.response
    assert (answer.status_code, answer["error"]) == (429, "ratelimited")
    assert answer.headers["Retry-After"] == str(after)
