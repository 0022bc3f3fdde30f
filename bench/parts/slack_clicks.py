"""Clicks on Slack: the real slack-bolt, the whole quiz and SQLite in this process, the loopback Slack and its people in
another; over Socket Mode or over HTTP.
"""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from aiohttp.web import AppRunner, TCPSite
from pydantic import SecretStr
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult

from adapters.slack import connect
from adapters.slack.gate import EVENTS
from adapters.slack.render import message
from adapters.slack.socket import Socket
from adapters.slack.web import LIBRARY, open_web
from bench.parts.outcome import Load, Outcome, frozen, kept
from bench.parts.slack_server import Slack
from bot import http
from bot.bank import load
from bot.cards.answering import question as card_of
from bot.domain.identity import Person, Place, Workspace
from bot.domain.question import Kind
from bot.play.posting import OpenQuestion
from bot.ports import Off, Platform, Route
from bot.store.database import Database
from tests.fakes.slack.people import TEAM
from tests.house import House, Time

CHANNELS = 20
WAYS = {"socket": False, "http": True}


@asynccontextmanager
async def _served(there: Slack, routes: tuple[Route, ...]) -> AsyncIterator[None]:
    """Have the routes served, if there are any, and tell Slack where."""
    runner = await http.serve(0, routes)
    try:
        if routes:
            port = next(port for host, port, *_ in runner.addresses if host == "0.0.0.0")  # noqa: S104  # where it listens
            await there.call(f"http://127.0.0.1:{port}{EVENTS}")
        yield
    finally:
        await runner.cleanup()


async def floor(load: Load, *, over_http: bool, word: bool) -> Outcome:
    """What slack-bolt and the loopback Slack can do without us, on the same message and over the same transport.

    With `word` the app also sends one, as a request of its own, and people wait for it.
    """

    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id=TEAM)

    async def acknowledge(ack: AsyncAck) -> None:
        await ack()

    async def acknowledge_and_say(ack: AsyncAck, body: dict[str, str]) -> None:
        await ack()
        await web.respond(body["response_url"], b'{"text": "Recorded", "replace_original": false}')

    with Slack(http=over_http) as there:
        await there.open(CHANNELS, _message())
        web = open_web(there.environment["SLACK_API_URL"])
        app = AsyncApp(
            logger=LIBRARY,
            client=web.api,
            authorize=authorize,
            process_before_response=True,
            signing_secret=there.environment.get("SLACK_SIGNING_SECRET"),
        )
        app.action(re.compile(".*"))(acknowledge_and_say if word else acknowledge)
        async with _listening(app, there):
            with frozen():
                seen = await there.click(load.clicks, load.at_once, answered=word)
                burst = await there.click(load.burst, load.burst, answered=word)
        await web.session.close()
    return Outcome(seen, burst)


@asynccontextmanager
async def _listening(app: AsyncApp, there: Slack) -> AsyncIterator[None]:
    """Have an app hear what people do, as slack-bolt documents it: by its own server or its own connections."""
    if "SLACK_APP_TOKEN" not in there.environment:
        runner = AppRunner(app.web_app(EVENTS), access_log=None)
        await runner.setup()
        await TCPSite(runner, "127.0.0.1", 0).start()
        await there.call(f"http://127.0.0.1:{runner.addresses[0][1]}{EVENTS}")
        yield
        await runner.cleanup()
        return
    transport = Socket(SecretStr(there.environment["SLACK_APP_TOKEN"]), None)
    await transport.open(app)
    yield
    await transport.close()


def _message() -> dict[str, object]:
    """A question as the quiz posts it."""
    question = next(each for each in load().edition("") if each.kind is Kind.CHOICE)
    now = datetime.now(UTC)
    return {**message(card_of(OpenQuestion(1, now.date(), question, now, "UTC")))}


async def answers(load_: Load, url: str, *, over_http: bool) -> Outcome:
    """The same clicks on the questions of the quiz, then the burst on one just started."""
    bank, time = load(), Time()
    with Slack(http=over_http) as there:
        channels = await there.open(CHANNELS)
        database, adapter = Database(url), _adapter(there.environment)
        house = House(database, bank, time, [adapter])
        workspace = Workspace("slack", TEAM)
        keeper = Person(workspace, "U0ADA", "ada", manages=True)
        for channel in channels:
            await house.ask("setup at:09:00 zone:UTC days:daily", keeper, Place(workspace, channel))
        async with _served(there, (*adapter.routes,)):
            await adapter.start(house.quiz)
            await adapter.listen()
            await house.delivery.sweep()
            time.set("2026-11-23 09:00")
            await house.delivery.sweep()
            with frozen():
                seen = await there.click(load_.clicks, load_.at_once, answered=True)
            await adapter.stop()
        await database.close()

        database, adapter = Database(url), _adapter(there.environment)
        async with _served(there, (*adapter.routes,)):
            await adapter.start(House(database, bank, time, [adapter]).quiz)
            await adapter.listen()
            with frozen():
                burst = await there.click(load_.burst, load_.burst, answered=True)
            await adapter.stop()
        outcome = Outcome(seen, burst, *await kept(database))
        await database.close()
    return outcome


def _adapter(environment: dict[str, str]) -> Platform:
    adapter = connect(environment)
    if isinstance(adapter, Off):
        raise TypeError("Slack is off")
    return adapter
