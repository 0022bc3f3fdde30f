"""Whatever Discord does to a question on its way: it stands once in the end, or its keepers are told why not."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from adapters.discord.platform import Discord
from bot.bank import Bank
from bot.domain.identity import Person
from bot.domain.rounds import PostingKind, PostingState, RoundState
from bot.store.database import Database
from bot.store.models import Answer, Drill, Posting, Round
from tests.fakes.discord import DiscordStage, people
from tests.fakes.discord.faults import Fault
from tests.fakes.discord.server import TOKEN
from tests.fakes.discord.world import CHANNEL
from tests.house import House, Time
from tests.stage import ADMIN

pytestmark = pytest.mark.sqlite_only("it is about what Discord says; what becomes of a posting then is tried on both")

POST, LOOK, CALLBACK = r"/messages$", r"/messages$", "/callback$"


@dataclass(frozen=True, slots=True)
class Case:
    """What goes wrong while a question is posted, and the trouble its keepers are told of where it never stands."""

    faults: tuple[Fault, ...]
    trouble: str | None = None


def lost(status: int = 0, *, times: int = 1, after: bool = False) -> Case:
    """The same fault a few times over."""
    return Case((Fault("POST", POST, status, after=after, times=times),))


CASES = {
    "500 before": lost(500),
    "500 after": lost(500, after=True),
    "500 for longer": lost(500, times=4),
    "500 for longer, after": lost(500, times=4, after=True),
    "502 before": lost(502),
    "502 after": lost(502, after=True),
    "503 before": lost(503),
    "503 after": lost(503, after=True),
    "503 for longer": lost(503, times=4),
    "503 for longer, after": lost(503, times=4, after=True),
    "429": Case((Fault("POST", POST, 429, retry_after=0.02),)),
    "429 of everything": Case((Fault("POST", POST, 429, retry_after=0.02, everywhere=True),)),
    "429 for a minute": Case((Fault("POST", POST, 429, retry_after=60.0),)),
    "429 of whoever stands before Discord": Case((Fault("POST", POST, 429, retry_after=60.0, via=False),)),
    "reset before": lost(),
    "reset after": lost(after=True),
    "reset again and again": lost(times=3),
    "reset again and again, after": lost(times=3, after=True),
    "reset, and the search too": Case((Fault("POST", POST, after=True, times=3), Fault("GET", LOOK, times=6))),
    "reset after, then no permission": Case((Fault("POST", POST, after=True), Fault("POST", POST, 403, code=50013))),
    "no answer, before": Case((Fault("POST", POST, hangs=True),)),
    "no answer, after": Case((Fault("POST", POST, hangs=True, after=True),)),
    "403": Case((Fault("POST", POST, 403, code=50013),), trouble="50013"),
    "404": Case((Fault("POST", POST, 404, code=10003),), trouble="10003"),
}


async def at_once(_: float) -> None:
    """Does not sleep."""


@pytest.fixture
async def stage() -> AsyncIterator[DiscordStage]:
    async with DiscordStage() as stage:
        # discord.py itself sleeps a second after a 500
        stage.platform = Discord(SecretStr(TOKEN), stage.server.url, within=1.3, sleep=at_once)
        yield stage


@pytest.fixture
async def house(stage: DiscordStage, database: Database, bank: Bank, time: Time) -> House:
    """A question is due in a minute."""
    house = House(database, bank, time, [stage.platform])
    keeper = Person(stage.place.workspace, str(stage.server.world.people[ADMIN].id), ADMIN, manages=True)
    await house.ask("setup at:09:00 zone:UTC days:daily", keeper, stage.place)
    await stage.connect(house.quiz)
    await house.delivery.sweep()
    time.set("2026-11-23 08:59")
    return house


async def tick(house: House, minutes: float) -> None:
    """Sweep every twenty seconds."""
    for _ in range(int(minutes * 3)):
        house.time.pass_(seconds=20)
        await house.delivery.sweep()


@pytest.mark.parametrize("name", CASES)
async def test_a_question_stands_once_or_its_keepers_know_why(name: str, stage: DiscordStage, house: House) -> None:
    stage.server.faults = [replace(fault) for fault in CASES[name].faults]
    await tick(house, minutes=10)
    trouble = CASES[name].trouble
    assert len(stage.server.world.public(CHANNEL)) == (0 if trouble else 1)
    async with house.database.reading() as session:
        drill = await session.scalar(select(Drill))
        posting = await session.scalar(select(Posting).where(Posting.kind == PostingKind.QUESTION).order_by(Posting.id))
        this = await session.scalar(select(Round).order_by(Round.id))
    assert drill is not None
    assert posting is not None
    assert this is not None
    if trouble:
        assert trouble in (drill.trouble or "")
        assert (posting.state, this.state) == (PostingState.FAILED, RoundState.FAILED)
    else:
        (message,) = stage.server.world.public(CHANNEL)
        assert (posting.state, posting.message, this.state) == (PostingState.SENT, str(message.id), RoundState.OPEN)
        assert (posting.trouble, drill.trouble) == (None, None)


@pytest.mark.parametrize("how", ["dropped", "cut", "invalid", "invalid but to be taken up again"])
async def test_a_question_comes_while_the_gateway_is_away(how: str, stage: DiscordStage, house: House) -> None:
    gateway = stage.server.gateway
    match how:
        case "dropped":
            await gateway.drop()
        case "cut":
            gateway.cut()
        case _:
            await gateway.invalidate(resumable=how != "invalid")
    await tick(house, minutes=3)
    (message,) = stage.server.world.public(CHANNEL)
    await people.until(lambda: gateway.resumed + len(gateway.identified) == 2)
    asked = await people.settle(await people.press(stage.server, "grace", message, message.buttons()["A"]))
    assert asked.shown is not None
    assert "Recorded: A" in "".join(asked.shown.texts())


@pytest.mark.parametrize(
    ("fault", "answered"),
    [
        (Fault("POST", CALLBACK, 404, code=10062), False),
        (Fault("POST", CALLBACK, 400, code=40060), False),
        (Fault("POST", CALLBACK, 400, code=40060, after=True), True),
        (Fault("POST", CALLBACK, 500), True),
        (Fault("POST", CALLBACK, 503), True),
    ],
)
async def test_an_answer_counts_once_whatever_becomes_of_its_receipt(
    fault: Fault, answered: bool, stage: DiscordStage, house: House, caplog: pytest.LogCaptureFixture
) -> None:
    await tick(house, minutes=1)
    (message,) = stage.server.world.public(CHANNEL)
    stage.server.faults = [replace(fault)]
    first = await people.press(stage.server, "grace", message, message.buttons()["A"])
    await people.until(lambda: stage.server.faults[0].times == 0)
    again = await people.settle(await people.press(stage.server, "grace", message, message.buttons()["A"]))
    if answered:
        await people.settle(first)
    async with house.database.reading() as session:
        answers = (await session.scalars(select(Answer.choice))).all()
    assert list(answers) == ["A"]
    assert again.shown is not None
    assert first.answered.is_set() == answered
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []
