"""What is counted, and who may read it: through the real page, over a quiz that is really played."""

import time as clocks
from collections.abc import AsyncIterator, Callable, Sequence

import pytest
from aiohttp import ClientSession
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr
from sqlalchemy import text, update

from bot.bank import Bank
from bot.clock import Clock, Ticks
from bot.commands import Answer
from bot.delivery import Delivery
from bot.domain.identity import Place, Workspace
from bot.domain.rounds import PostingState
from bot.errors import SettingsError
from bot.http import serve
from bot.metrics import Metrics
from bot.ports import Refused, Request, Unclear
from bot.quiz import Quiz
from bot.scraping import LASTS, Scraping
from bot.settings import Settings
from bot.store.database import Database, size
from bot.store.models import Posting
from tests.fakes.duties import ByHand, Seconds, Sweeps
from tests.fakes.memory import Memory
from tests.house import ADA, GRACE, LINUS, PLACE, House, Time

TOKEN = "a-token-of-enough-characters"
HEADERS = {"Authorization": f"Bearer {TOKEN}"}


class Scraper:
    """Prometheus: reads the page, and finds samples in it."""

    def __init__(self, metrics: Metrics, database: Database, time: Time) -> None:
        """Of these."""
        self.seconds = Seconds()
        self.page = Scraping(metrics, database, SecretStr(TOKEN), time, self.seconds)

    async def read(self) -> str:
        """The whole page, looked at anew."""
        self.seconds.now += LASTS
        return await self.read_again()

    async def read_again(self) -> str:
        """The whole page, at the same moment."""
        answer = await self.page.route.handle(Request(HEADERS, {}, b""))
        assert answer.status == 200
        return answer.body.decode()

    async def sample(self, name: str, **labels: str) -> float | None:
        """One figure, if it is there."""
        for family in text_string_to_metric_families(await self.read()):
            for sample in family.samples:
                if sample.name == f"sqla_quiz_{name}" and sample.labels == labels:
                    return sample.value
        return None


@pytest.fixture
def memory() -> Memory:
    return Memory()


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture
def house(database: Database, bank: Bank, time: Time, memory: Memory, metrics: Metrics) -> House:
    """A quiz that counts."""
    house = House(database, bank, time, [memory])
    house.delivery = Delivery(database, bank, {"memory": memory}, time, metrics=metrics)
    house.quiz = Quiz(database, bank, time, house, metrics=metrics)
    return house


@pytest.fixture
def scraper(metrics: Metrics, database: Database, time: Time) -> Scraper:
    return Scraper(metrics, database, time)


@pytest.fixture
async def asked(house: House, time: Time) -> House:
    """The question of the 23rd was sent four seconds after it was due."""
    await house.ask("setup at:09:00 zone:UTC days:daily")
    await house.delivery.sweep()
    time.set("2026-11-23 09:00:04")
    await house.delivery.sweep()
    return house


async def test_a_post_is_counted_with_its_delay(asked: House, scraper: Scraper) -> None:
    assert asked.platforms[0].trouble() is None
    assert await scraper.sample("posts_total", platform="memory", kind="question", result="posted") == 1
    assert await scraper.sample("post_delay_seconds_sum", platform="memory", kind="question") == 4
    assert await scraper.sample("post_delay_seconds_bucket", platform="memory", kind="question", le="2.0") == 0
    assert await scraper.sample("post_delay_seconds_bucket", platform="memory", kind="question", le="5.0") == 1


async def test_what_was_not_posted_is_counted_without_and_logged_with_what_it_is_about(
    house: House, memory: Memory, time: Time, scraper: Scraper, caplog: pytest.LogCaptureFixture
) -> None:
    memory.fail(Refused("not now", lasting=False))
    memory.fail(Unclear("the answer was lost"), after=True)
    await house.ask("setup at:09:00 zone:UTC days:daily")
    await house.delivery.sweep()
    time.set("2026-11-23 09:00")
    await house.delivery.sweep()
    time.pass_(minutes=30)
    await house.delivery.sweep()
    assert await scraper.sample("posts_total", platform="memory", kind="question", result="refused") == 1
    assert await scraper.sample("posts_total", platform="memory", kind="question", result="unclear") == 1
    assert await scraper.sample("post_delay_seconds_count", platform="memory", kind="question") is None
    [told] = [vars(each) for each in caplog.records if "unclear" in each.message]
    assert (told["platform"], told["posting"], told["attempt"]) == ("memory", 1, 2)
    assert await scraper.sample("postings", state="sending") == 1
    time.pass_(minutes=30)
    await house.delivery.sweep()
    assert await scraper.sample("looked_into_total", platform="memory", outcome="posted") == 1
    assert await scraper.sample("postings", state="sending") == 0


async def test_answers_are_counted_by_what_became_of_them(asked: House, scraper: Scraper) -> None:
    for who, choice in ((ADA, "A"), (GRACE, "B"), (LINUS, "B"), (LINUS, "Z")):
        await asked.ask(Answer(1, choice), who)
    await asked.ask("me", LINUS)
    counted = {
        outcome: await scraper.sample("answers_total", platform="memory", outcome=outcome)
        for outcome in ("recorded", "no_such_option", "too_late")
    }
    assert counted == {"recorded": 3, "no_such_option": 1, "too_late": None}
    assert await scraper.sample("reply_seconds_count", platform="memory", of="answer") == 4
    assert await scraper.sample("reply_seconds_count", platform="memory", of="other") == 2
    spent = await scraper.sample("reply_seconds_sum", platform="memory", of="answer")
    assert spent is not None
    assert 0 < spent < 60


async def test_a_command_that_breaks_is_counted(asked: House, scraper: Scraper, database: Database) -> None:
    async with database.writing() as session:
        await session.execute(text("ALTER TABLE score RENAME TO broken"))
    await asked.ask("board")
    assert await scraper.sample("failures_total", platform="memory") == 1
    assert await scraper.sample("reply_seconds_count", platform="memory", of="other") == 1, "the set-up alone"


@pytest.mark.usefixtures("asked")
async def test_postings_are_told_by_state_and_how_many_wait(time: Time, scraper: Scraper) -> None:
    async def told() -> dict[str, float | None]:
        states = ("due", "waiting", "sending", "held", "failed")
        return {state: await scraper.sample("postings", state=state) for state in states}

    assert await told() == {"due": 1, "waiting": 0, "sending": 0, "held": 0, "failed": 0}, "tomorrow's is planned"
    time.pass_(days=1)
    assert await told() == {"due": 1, "waiting": 1, "sending": 0, "held": 0, "failed": 0}


async def test_the_rows_are_counted_once_in_a_while(asked: House, scraper: Scraper) -> None:
    await scraper.read()
    async with asked.database.writing() as session:
        await session.execute(update(Posting).values(state=PostingState.HELD))
    assert 'sqla_quiz_postings{state="held"} 0.0' in await scraper.read_again()
    assert 'sqla_quiz_postings{state="held"} 2.0' in await scraper.read()


async def test_without_a_database_what_was_counted_is_told_all_the_same(metrics: Metrics, time: Time) -> None:
    away = Database("postgresql+asyncpg://quiz:open-sesame@127.0.0.1:9/house")
    metrics.sent("memory", "question", "posted", 1.0)
    scraper = Scraper(metrics, away, time)
    assert await scraper.sample("database_up") == 0
    assert await scraper.sample("postings", state="due") is None
    assert await scraper.sample("posts_total", platform="memory", kind="question", result="posted") == 1
    assert "sesame" not in await scraper.read()
    await away.close()


@pytest.mark.sqlite_only("a server's size is its own affair")
async def test_file_and_build_are_told(scraper: Scraper, database_url: str) -> None:
    assert await scraper.sample("database_up") == 1
    told = await scraper.sample("database_size_bytes")
    assert told == (size(database_url) or 0)
    assert (told == 0) == database_url.startswith("postgresql"), "a server's disk is its own affair"
    [build] = [line for line in (await scraper.read()).splitlines() if line.startswith("sqla_quiz_build_info{")]
    assert 'sqlalchemy="2.' in build
    assert 'tzdata="20' in build
    assert "process_resident_memory_bytes" in await scraper.read()


async def test_ticks_are_counted_with_their_lag_and_those_that_found_the_last_at_work(
    metrics: Metrics, scraper: Scraper
) -> None:
    hand, sweeps, seconds, every = ByHand(), Sweeps(), Seconds(), Ticks().send
    ticking = Clock(hand, sweeps, elapsed=seconds, metrics=metrics)
    ticking.start()
    await sweeps.have_begun("send", 1)
    for passed in (every, every + 7):
        seconds.now += passed
        hand.strikes[every]()
    assert await scraper.sample("ticks_total", duty="send") == 3
    assert await scraper.sample("ticks_skipped_total", duty="send") == 2
    assert await scraper.sample("ticks_skipped_total", duty="plan") is None
    assert await scraper.sample("tick_lag_seconds", duty="send") == 7
    assert await scraper.sample("tick_lag_seconds", duty="plan") == 0
    sweeps.gate.set()
    await ticking.stop()


async def test_no_label_tells_who_or_where(asked: House, scraper: Scraper) -> None:
    elsewhere = Place(Workspace("memory", "a-guild-of-secrets", "Secret society"), "a-channel-of-secrets")
    await asked.ask("setup at:09:00 zone:UTC days:daily", place=elsewhere)
    page = await scraper.read()
    for known in (PLACE.workspace.name, PLACE.channel, "secret", "Secret", GRACE.name, "Ada"):
        assert f'"{known}' not in page
    labels = {name for family in text_string_to_metric_families(page) for s in family.samples for name in s.labels}
    named = {"version", "python", "sqlalchemy", "tzdata"}
    assert labels - named == {"platform", "kind", "result", "of", "state", "le"}


@pytest.fixture
async def web(scraper: Scraper) -> AsyncIterator[ClientSession]:
    """A browser of a server with the page."""
    runner = await serve(0, [scraper.page.route])
    port = next(port for host, port, *_ in runner.addresses if host == "0.0.0.0")  # noqa: S104  # where it listens
    async with ClientSession(f"http://127.0.0.1:{port}") as session:
        yield session
    await runner.cleanup()


@pytest.mark.parametrize(
    "headers",
    [{}, {"Authorization": TOKEN}, {"Authorization": f"Bearer {TOKEN}x"}, {"Authorization": "Bearer é"}],
)
async def test_nobody_reads_it_without_the_token(web: ClientSession, headers: dict[str, str]) -> None:
    async with web.get("/metrics", headers=headers) as answer:
        assert answer.status == 401
        assert "sqla_quiz" not in await answer.text()


async def test_whoever_has_the_token_reads_it(web: ClientSession) -> None:
    async with web.get("/metrics", headers=HEADERS) as answer:
        assert answer.status == 200
        assert answer.content_type == "text/plain"
        assert "version=" in answer.headers["Content-Type"]
        assert "sqla_quiz_database_up 1.0" in await answer.text()


def test_a_token_that_can_be_guessed_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"METRICS_TOKEN.*16 characters.*openssl rand -hex 32"):
        Settings.read({"METRICS_TOKEN": "metrics"})
    assert Settings.read({"METRICS_TOKEN": TOKEN}).metrics_token == SecretStr(TOKEN)


def test_a_click_is_counted_in_no_time(metrics: Metrics) -> None:
    def click() -> None:
        metrics.answered("memory", "recorded")
        metrics.replied("memory", "answer", 0.01)

    def bare() -> None:
        hash(("memory", "answer"))

    assert _fastest(click) < 100e-6, "seconds, where a click takes a millisecond"
    assert _fastest(bare) < _fastest(click)


def _fastest(work: Callable[[], None], rounds: Sequence[int] = range(5)) -> float:
    def once() -> float:
        began = clocks.perf_counter()
        for _ in range(1000):
            work()
        return (clocks.perf_counter() - began) / 1000

    return min(once() for _ in rounds)
