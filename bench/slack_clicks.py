"""How many answers a second does the quiz take on Slack? Against its floor: a Bolt app that only acknowledges.

Run it with `python -m bench.slack_clicks [--clicks 60000] [--at-once 200] [--burst 2000] [--json]`. The real
slack-bolt, the whole quiz and SQLite in this process; the loopback Slack and its people in another; all of it over
Socket Mode and then over HTTP. Who answers waits for the acknowledgement and for the receipt, which is a request of
ours; whose click is only acknowledged waits for no more, so the floor is measured once more with an app that also sends
one word. Last of all the bot is restarted, and as many people as `--burst` click at the same moment. It fails where an
answer is lost, counted twice, or acknowledged later than Slack waits.
"""

import argparse
import asyncio
import gc
import logging
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import SecretStr
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult
from sqlalchemy import func, select

from adapters.slack import connect
from adapters.slack.gate import EVENTS, Gate
from adapters.slack.render import message
from adapters.slack.socket import Socket
from adapters.slack.transport import Transport
from adapters.slack.web import LIBRARY, open_web
from bench.rows import Row, tell
from bench.slack_server import Clicks, Slack
from bot import http
from bot.bank import load
from bot.cards.answering import question as card_of
from bot.domain.identity import Person, Place, Workspace
from bot.domain.question import Kind
from bot.play.posting import OpenQuestion
from bot.ports import Off, Platform, Route
from bot.store.database import Database
from bot.store.migrations import migrate
from bot.store.models import Answer
from tests.fakes.slack.people import TEAM
from tests.house import House, Time

CHANNELS = 20
SLACK_WAITS = 3.0
WAYS = {"socket": False, "http": True}


@dataclass(frozen=True, slots=True)
class Load:
    """How many people there are, how many of them at once, and how many all together after the restart."""

    clicks: int
    at_once: int
    burst: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the people saw in turn and in the burst, and the answers that were kept, and of how many."""

    seen: Clicks
    burst: Clicks
    kept: int = 0
    of: int = 0


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


@contextmanager
def _frozen() -> Iterator[None]:
    """Spare the garbage collector what stays, as the program does."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


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
            request_verification_enabled=False,
        )
        app.action(re.compile(".*"))(acknowledge_and_say if word else acknowledge)
        transport = _transport(there.environment)
        async with _served(there, (*transport.routes,)):
            await transport.open(app)
            with _frozen():
                seen = await there.click(load.clicks, load.at_once, answered=word)
                burst = await there.click(load.burst, load.burst, answered=word)
            await transport.close()
        await web.session.close()
    return Outcome(seen, burst)


def _transport(environment: dict[str, str]) -> Transport:
    if secret := environment.get("SLACK_SIGNING_SECRET"):
        return Gate(SecretStr(secret))
    return Socket(SecretStr(environment["SLACK_APP_TOKEN"]), None)


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
            with _frozen():
                seen = await there.click(load_.clicks, load_.at_once, answered=True)
            await adapter.stop()
        await database.close()

        database, adapter = Database(url), _adapter(there.environment)
        async with _served(there, (*adapter.routes,)):
            await adapter.start(House(database, bank, time, [adapter]).quiz)
            await adapter.listen()
            with _frozen():
                burst = await there.click(load_.burst, load_.burst, answered=True)
            await adapter.stop()
        async with database.reading() as session:
            rows = await session.scalar(select(func.count()).select_from(Answer))
            of = await session.scalar(select(func.count(func.distinct(Answer.person_id))))
        await database.close()
    return Outcome(seen, burst, rows or 0, of or 0)


def _adapter(environment: dict[str, str]) -> Platform:
    adapter = connect(environment)
    if isinstance(adapter, Off):
        raise TypeError("Slack is off")
    return adapter


def rows(way: str, bare: Outcome, word: Outcome, ours: Outcome) -> Iterator[Row]:
    """Every figure of a transport: of people who come one after the other, and of those who come all at once."""
    for name, floor, say, seen in (
        ("in turn", bare.seen, word.seen, ours.seen),
        ("burst", bare.burst, word.burst, ours.burst),
    ):
        start = f"{way}, {name}:"
        yield Row(f"{start} answers", seen.rate, "/s", floor.rate)
        yield Row(f"{start} answers, beside one word", seen.rate, "/s", say.rate)
        for label, share in (("p50", 0.5), ("p99", 0.99), ("max", 1.0)):
            waits = seen.quantile(share) * 1000, floor.quantile(share) * 1000
            yield Row(f"{start} acknowledged, {label}", waits[0], "ms", waits[1])
        yield Row(f"{start} never acknowledged", seen.lost, "people", floor.lost)


def wrong(load: Load, ours: Outcome) -> str:
    """What must not be; empty where all is well."""
    everyone = load.clicks + load.burst
    both = (ours.seen, ours.burst)
    silent = sum(each.lost + each.unanswered for each in both)
    refused = [*ours.seen.refused, *ours.burst.refused][:5]
    slowest = max(each.quantile(1.0) for each in both)
    if not silent and not refused and (ours.kept, ours.of) == (everyone, everyone) and slowest <= SLACK_WAITS:
        return ""
    return f"{everyone} clicks, {ours.kept} answers of {ours.of} people, {silent} left without an answer: {refused}"


def main() -> None:
    """Measure, print, and fail where an answer is lost, doubled or late."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clicks", type=int, default=60_000)
    parser.add_argument("--at-once", type=int, default=200)
    parser.add_argument("--burst", type=int, default=2_000)
    parser.add_argument("--over", choices=WAYS, action="append", help="one transport alone")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    logging.basicConfig(level=logging.WARNING)
    load = Load(given.clicks, given.at_once, given.burst)
    table: list[Row] = []
    failures: list[str] = []
    for way in given.over or WAYS:
        bare, word = (asyncio.run(floor(load, over_http=WAYS[way], word=word)) for word in (False, True))
        with TemporaryDirectory() as folder:
            url = f"sqlite+aiosqlite:///{Path(folder) / 'quiz.sqlite3'}"
            asyncio.run(migrate(url))
            ours = asyncio.run(answers(load, url, over_http=WAYS[way]))
        table += rows(way, bare, word, ours)
        failures += [f"{way}: {found}"] if (found := wrong(load, ours)) else []
    tell(table, as_json=given.json)
    if failures:
        print("\n".join(failures))
        raise SystemExit(1)


if __name__ == "__main__":
    main()
