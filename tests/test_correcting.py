"""The correction of a key comes once, whenever the process dies, and says what was decided last."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from bot.__main__ import cli
from bot.bank import Bank
from bot.commands import Corrected, Dispute, Disputes, Rule
from bot.domain.disputing import Ruling
from bot.domain.identity import Posted
from bot.domain.rounds import PostingKind
from bot.domain.sending import LEASE, SETTLE
from bot.play import outcome, taking
from bot.ports import Refused, Unclear
from bot.store import disputes
from bot.store.models import Round
from tests.disputing import REASON, disputed, rule, state
from tests.fakes.dying import Failing, Watched, deadly
from tests.fakes.memory import Killed, Message
from tests.house import ADA, GRACE, LINUS, PLACE, House, Time

LOST, BLIND = Unclear("the connection was lost"), Refused("history may not be read", lasting=True)
Case = tuple[House, Round, str]


@pytest.fixture
def platform() -> Watched:
    return Watched()


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Failing]:
    database = Failing(database_url)
    yield database
    await database.close()


@pytest.fixture
async def case(database: Failing, bank: Bank, time: Time, platform: Watched) -> Case:
    """A disputed round, another question open, nothing else to send."""
    case = await disputed(database, bank, time, platform)
    await case[0].delivery.sweep()
    return case


async def goes_on(house: House, minutes: float = 5) -> None:
    """Another process takes over, and sweeps for some minutes."""
    other = House(house.database, house.bank, house.time, house.platforms)
    for _ in range(int(minutes * 3)):
        await other.delivery.sweep()
        house.time.pass_(seconds=20)


def corrections(platform: Watched) -> list[Message]:
    """Those that stand."""
    return [message for message in platform.standing() if "is accepted as well" in message.text()]


async def posting(house: House, column: str) -> object:
    """One column of the posting of the correction."""
    query = f"SELECT {column} FROM posting WHERE kind = '{PostingKind.CORRECTION}'"  # noqa: S608  # our own words
    async with house.database.reading() as session:
        return await session.scalar(text(query))


async def test_it_is_sent_once_under_its_question(case: Case, platform: Watched) -> None:
    house, this, other = case
    await rule(house, this, Ruling.ALSO, other)
    assert house.woken
    for _ in range(3):
        await house.delivery.sweep()
    [correction] = corrections(platform)
    assert correction.under == Posted(PLACE, "0")
    assert "1 person gains 8 points" in correction.text()
    assert "Linus" not in correction.text()


@pytest.mark.parametrize("after", [False, True])
async def test_killed_during_the_call(case: Case, platform: Watched, after: bool) -> None:
    house, this, other = case
    await rule(house, this, Ruling.ALSO, other)
    platform.fail(Killed(), after=after)
    with pytest.raises(Killed):
        await house.delivery.sweep()
    await goes_on(house)
    assert len(corrections(platform)) == 1
    assert await posting(house, "state") == "sent"


@pytest.mark.parametrize("where", [(taking, "_sending"), (outcome, "_has_been_sent")], ids=["taking", "recording"])
async def test_killed_before_and_after_the_call(
    case: Case, platform: Watched, monkeypatch: pytest.MonkeyPatch, where: tuple[object, str]
) -> None:
    house, this, other = case
    await rule(house, this, Ruling.ALSO, other)
    with monkeypatch.context() as patch:
        patch.setattr(*where, deadly(getattr(*where)))
        with pytest.raises(Killed):
            await house.delivery.sweep()
    await goes_on(house)
    assert len(corrections(platform)) == 1
    assert await posting(house, "state") == "sent"


async def test_killed_before_the_ruling_is_committed(
    case: Case, platform: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    house, this, other = case
    with monkeypatch.context() as patch:
        patch.setattr(disputes, "decide", deadly(disputes.decide))
        with pytest.raises(Killed):
            await rule(house, this, Ruling.ALSO, other)
    assert (await state(house.database, this.id)).ruling is None
    await goes_on(house)
    assert corrections(platform) == []


@pytest.mark.parametrize("after", [False, True])
async def test_what_is_decided_while_it_is_in_doubt_is_shown_once_it_is_found(
    case: Case, platform: Watched, time: Time, after: bool
) -> None:
    house, this, other = case
    await rule(house, this, Ruling.ALSO, other)
    platform.fail(LOST, after=after)
    await house.delivery.sweep()
    await rule(house, this, Ruling.VOID)
    time.pass_(seconds=(SETTLE + LEASE).total_seconds())
    await goes_on(house)
    assert corrections(platform) == []
    assert sum("void" in message.text() for message in platform.standing()) == 1
    assert (await posting(house, "state"), bool(await posting(house, "stale"))) == ("sent", False)


async def test_what_is_decided_while_it_is_being_sent_is_edited_in(case: Case, platform: Watched) -> None:
    house, this, other = case
    await rule(house, this, Ruling.ALSO, other)

    async def meanwhile() -> None:
        assert "Decided" in await house.ask(Rule(this.id, Ruling.VOID, None, 1))

    platform.meanwhile = meanwhile
    await goes_on(house, minutes=1)
    assert corrections(platform) == []
    assert sum("void" in message.text() for message in platform.standing()) == 1


async def test_a_press_on_it_proves_that_it_stands(case: Case, platform: Watched) -> None:
    house, this, other = case
    await rule(house, this, Ruling.ALSO, other)
    platform.fail(LOST, after=True)
    platform.looks = BLIND
    await house.delivery.sweep()
    house.time.pass_(minutes=5)
    await house.delivery.sweep()
    assert await posting(house, "state") == "held"
    [_, (_, card)] = platform.told
    assert card.title == "The correction may be missing"
    await rule(house, this, Ruling.VOID)
    message = str(len(platform.messages) - 1)
    assert "10 points" not in await house.ask(Corrected(this.id), LINUS, PLACE, Posted(PLACE, message))
    await house.delivery.sweep()
    assert (await posting(house, "state"), await posting(house, "message")) == ("sent", message)
    assert "void" in platform.messages[-1].text()


async def test_where_it_was_refused_the_same_ruling_sends_it_again(case: Case, platform: Watched) -> None:
    house, this, other = case
    await rule(house, this, Ruling.ALSO, other)
    platform.fail(Refused("no right", lasting=True))
    await house.delivery.sweep()
    assert await posting(house, "state") == "failed"
    assert "could not be posted" in platform.told[-1][1].title
    assert "Is the key right?" in await house.ask(Disputes(str(this.id)), ADA)
    await rule(house, this, Ruling.ALSO, other)
    await house.delivery.sweep()
    assert len(corrections(platform)) == 1


async def test_whoever_writes_the_questions_reads_what_is_disputed(
    case: Case, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house, this, other = case
    monkeypatch.setenv("DATABASE_URL", database_url.replace("+aiosqlite", "").replace("+asyncpg", ""))
    await rule(house, this, Ruling.ALSO, other)
    await house.ask(Dispute(str(this.id), "It is neither of them, <b>I</b> say."), GRACE)
    told, file = await asyncio.to_thread(CliRunner().invoke, cli, ["question", "disputes"]), tmp_path / "all.json"
    assert f"{this.question} on 2.1, revision {this.revision}, key {this.key}" in told.output
    assert f"also {other}" in told.output
    written = await asyncio.to_thread(CliRunner().invoke, cli, ["question", "disputes", "--json", str(file)])
    assert "1 disputed round" in written.output
    text_ = file.read_text("utf-8")
    [found] = json.loads(text_)["disputes"]
    assert (found["answers"], found["ruling"], found["ruled"]) == ({this.key: 1, other: 1}, "also", other)
    assert {(each["text"], each["ruling"]) for each in found["reasons"]} == {
        (REASON, "also"),
        ("It is neither of them, <b>I</b> say.", None),
    }
    assert not any(name in text_ + told.output for name in ("Linus", "Grace", "guild", "The crew", "general"))


async def test_one_that_is_weeks_late_is_not_sent(case: Case, platform: Watched, time: Time) -> None:
    house, this, other = case
    time.pass_(days=6)  # long after the reveal, and news all the same
    await rule(house, this, Ruling.ALSO, other)
    platform.fail(Refused("slow down", lasting=False))
    await house.delivery.sweep()
    time.pass_(days=8)
    await house.delivery.sweep()
    assert corrections(platform) == []
    assert await posting(house, "state") == "failed"
