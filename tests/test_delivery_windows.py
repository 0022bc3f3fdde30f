"""Every moment at which a process may die or be cut off while it posts, W0 to W13: the message comes once, whatever."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from bot.bank import Bank
from bot.cards.model import Card
from bot.commands import Answer
from bot.delivery import Delivery
from bot.domain.identity import Place, Posted
from bot.domain.sending import CALL, LEASE, SETTLE, SWEEPS
from bot.play import outcome, taking
from bot.ports import Refused, Unclear
from bot.recording import KEPT
from bot.store import rounds
from tests.fakes.dying import Failing, Watched, deadly
from tests.fakes.memory import Killed, Memory, Message
from tests.house import ADA, GRACE, LINUS, PLACE, House, Time

LOST = Unclear("the connection was lost")
NO_HISTORY = Refused("history may not be read", lasting=True)


@pytest.fixture
def platform() -> Watched:
    return Watched()


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Failing]:
    database = Failing(database_url)
    yield database
    await database.close()


@pytest.fixture
async def house(database: Failing, bank: Bank, time: Time, platform: Watched) -> House:
    """A drill at nine in Berlin, on the morning of its first day."""
    house = House(database, bank, time, [platform])
    await house.ask("setup at:09:00 zone:Europe/Berlin days:mon-fri")
    time.set("2026-11-23 08:00")
    return house


async def column(house: House, what: str, kind: str = "question") -> object:
    """One column of the first posting of a kind."""
    first = f"SELECT min(id) FROM posting WHERE kind = '{kind}'"  # noqa: S608  # our own words
    async with house.database.reading() as session:
        return await session.scalar(text(f"SELECT {what} FROM posting WHERE id = ({first})"))  # noqa: S608  # as above


async def restarted(house: House, minutes: float = 5, every: float = 20) -> House:
    """Another process takes over, and sweeps for some minutes."""
    other = House(house.database, house.delivery._bank, house.time, house.platforms)
    for _ in range(int(minutes * 60 / every)):
        await other.delivery.sweep()
        house.time.pass_(seconds=every)
    return other


async def dies(house: House) -> None:
    """The process sweeps, and does not come back."""
    with pytest.raises(Killed):
        await house.delivery.sweep()


async def stands_once(house: House, platform: Memory) -> bool:
    """Whether the question stands once and is known to."""
    return len(platform.standing()) == 1 and "Daily question" in await house.ask("today", GRACE)


async def test_w0_killed_before_the_plan_is_committed(
    house: House, platform: Watched, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.ask("setup at:10:00")
    async with house.database.writing() as session:
        await session.execute(text("DELETE FROM round"))
        await session.execute(text("UPDATE drill SET planned_to = NULL"))
    time.set("2026-11-23 09:00")
    with monkeypatch.context() as patch:
        patch.setattr(rounds, "plan_round", deadly(rounds.plan_round))
        await dies(house)
    assert await column(house, "count(*)") == 0
    assert await stands_once(await restarted(house), platform)


async def test_w1_killed_while_taking(house: House, platform: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(taking, "_sending", deadly(taking._sending))
        await dies(house)
    assert (await column(house, "state"), await column(house, "attempt")) == ("due", 0)
    assert await stands_once(await restarted(house, minutes=0.5), platform)


async def test_w2_that_it_is_being_sent_is_committed_before_the_call(house: House, platform: Watched) -> None:
    seen = []

    async def look() -> None:
        seen.append((await column(house, "state"), await column(house, "attempt")))

    platform.meanwhile = look
    await house.delivery.sweep()
    assert seen == [("sending", 1)]


@pytest.mark.parametrize("after", [False, True], ids=["w3 before the bytes leave", "w4 w5 with the answer on its way"])
async def test_w3_w4_w5_killed_during_the_call(house: House, platform: Watched, after: bool) -> None:
    platform.fail(Killed(), after=after)
    await dies(house)
    assert await stands_once(await restarted(house), platform)


async def test_w6_killed_while_recording(house: House, platform: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(outcome, "_has_been_sent", deadly(outcome._has_been_sent))
        await dies(house)
    assert await column(house, "state") == "sending", "rolled back"
    assert await stands_once(await restarted(house), platform)


async def test_w7_killed_after_recording(house: House, platform: Watched, time: Time) -> None:
    def die() -> None:
        if platform.messages:
            raise Killed

    first, house.delivery = (
        house.delivery,
        Delivery(house.database, house.delivery._bank, {platform.name: platform}, time, progressed=die),
    )
    await dies(house)
    house.delivery = first
    other = await restarted(house)
    assert await stands_once(other, platform)
    time.set("2026-11-24 08:00")
    await other.delivery.sweep()
    assert [m.card.title.split(" · ")[0][:10] for m in platform.messages] == ["Daily ques", "The answer", "Daily ques"]


@pytest.mark.parametrize("after", [False, True])
async def test_w8_killed_while_looking(house: House, platform: Watched, time: Time, after: bool) -> None:
    platform.fail(LOST, after=after)
    await house.delivery.sweep()
    platform.dies_looking = True
    time.pass_(seconds=SETTLE.total_seconds())
    await dies(house)
    assert await stands_once(await restarted(house, minutes=6), platform)


async def test_w9_a_refusal_after_a_lost_answer_leaves_the_doubt(house: House, platform: Watched, time: Time) -> None:
    platform.fail(LOST, after=True)
    platform.looks = NO_HISTORY
    await house.delivery.sweep()
    time.pass_(seconds=SETTLE.total_seconds())
    await house.delivery.sweep()
    for refusal, state in ((Refused("slow down", lasting=False), "due"), (Refused("no right", lasting=True), "held")):
        platform.fail(refusal)
        await house.ask("post")
        await house.delivery.sweep()
        assert await column(house, "state") == state
    assert "Recorded" in await house.ask(Answer(1, "A"), GRACE, PLACE, Posted(PLACE, "0"))
    assert await stands_once(house, platform)


@pytest.mark.parametrize("seconds", [40, 200])
async def test_w10_the_database_is_away_at_the_moment_of_recording(
    house: House, database: Failing, platform: Watched, time: Time, seconds: int
) -> None:
    other = Place(PLACE.workspace, "other")
    await house.ask("setup at:09:01 zone:Europe/Berlin days:mon-fri", ADA, other)  # due while the database is away
    waited = 0.0

    async def sleep(pause: float) -> None:
        nonlocal waited
        waited += pause
        time.pass_(seconds=pause)
        database.away = waited < seconds

    async def leave() -> None:
        database.away = True

    platform.meanwhile = leave
    delivery = Delivery(database, house.delivery._bank, {platform.name: platform}, time, sleep=sleep)
    if seconds < KEPT.total_seconds():
        await delivery.sweep()
        assert KEPT.total_seconds() > waited >= seconds
    else:
        with pytest.raises(OperationalError):  # the next thing it wants to take
            await delivery.sweep()
        assert waited == KEPT.total_seconds()
        assert len(platform.messages) == 1, "nothing new was taken meanwhile"
        database.away = False
    await restarted(house)
    assert sorted(message.place.channel for message in platform.messages) == ["general", "other"]
    for place in (PLACE, other):
        assert "Daily question" in await house.ask("today", GRACE, place)


async def test_w11_a_process_that_stood_still_before_its_call_does_not_make_it(
    house: House, platform: Watched, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    take = taking.take

    async def and_stand_still(*given: object) -> object:
        taken = await take(*given)  # type: ignore[arg-type]
        time.pass_(seconds=LEASE.total_seconds() - CALL.total_seconds())
        return taken

    with monkeypatch.context() as patch:
        patch.setattr(taking, "take", and_stand_still)
        await house.delivery.sweep()
    assert platform.messages == []
    assert (await column(house, "state"), await column(house, "sweep_at")) == ("due", None), "surely not sent"
    assert await stands_once(await restarted(house, minutes=1), platform)


async def copied(house: House, platform: Memory) -> Posted:
    """A question that was in doubt, stands, and stands once more since a process woke that had stood still."""
    platform.fail(LOST, after=False)
    await house.delivery.sweep()
    await restarted(house, minutes=2)
    assert len(platform.messages) == 1
    platform.messages.append(Message(PLACE, platform.messages[0].card))
    return Posted(PLACE, "1")


async def test_w11_copies_by_a_process_that_stood_still_are_removed(
    house: House, platform: Watched, caplog: pytest.LogCaptureFixture
) -> None:
    await copied(house, platform)
    await restarted(house, minutes=SWEEPS[0].total_seconds() / 60 + 1)
    assert 1 in platform.gone
    assert await stands_once(house, platform)
    assert "question of round 1 stood there more than once: 1 removed" in caplog.text


async def test_w11_a_copy_that_comes_late_is_removed_at_a_later_look(
    house: House, platform: Watched, time: Time
) -> None:
    copy = await copied(house, platform)
    late = platform.messages.pop()
    await restarted(house, minutes=SWEEPS[0].total_seconds() / 60 + 1)
    platform.messages.append(late)
    time.pass_(seconds=SWEEPS[1].total_seconds())
    await restarted(house, minutes=1)
    assert platform.gone == {int(copy.message)}


async def test_w11_an_answer_given_on_a_copy_counts_and_the_copy_goes(house: House, platform: Watched) -> None:
    copy = await copied(house, platform)
    assert "Recorded: A" in await house.ask(Answer(1, "A"), GRACE, PLACE, Posted(PLACE, "0"))
    await house.delivery.sweep()
    assert platform.gone == set()
    assert "Recorded: B" in await house.ask(Answer(1, "B"), LINUS, PLACE, copy)
    await house.delivery.sweep()
    assert platform.gone == {int(copy.message)}
    assert await stands_once(house, platform)


async def test_w11_nothing_is_looked_through_that_was_never_in_doubt(house: House, platform: Watched) -> None:
    platform.fail(Refused("slow down", lasting=False))
    platform.looks = Unclear("this would be noticed")
    await restarted(house, minutes=30)
    assert await column(house, "sweep_at") is None
    assert await stands_once(house, platform)


@pytest.mark.parametrize("after", [False, True])
async def test_w12_killed_while_editing(
    house: House, platform: Watched, time: Time, monkeypatch: pytest.MonkeyPatch, after: bool
) -> None:
    await house.delivery.sweep()
    time.set("2026-11-24 08:00")
    edit = platform.edit

    async def die(posted: Posted, card: Card) -> Posted | Refused | Unclear:
        if after:
            await edit(posted, card)
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(platform, "edit", die)
        await dies(house)
    await restarted(house)
    assert platform.messages[0].card.title.endswith("closed")
    assert [m.card.title.split(" · ")[0][:10] for m in platform.messages] == ["Daily ques", "The answer", "Daily ques"]


async def test_w13_no_answer_counts_once_the_reveal_may_be_on_its_way(
    house: House, platform: Watched, time: Time
) -> None:
    await house.delivery.sweep()
    late = []

    async def say() -> None:
        late.append(await house.ask(Answer(1, "A"), GRACE, PLACE, Posted(PLACE, "0")))

    time.set("2026-11-24 08:00")
    platform.meanwhile = say
    await house.delivery.sweep()
    assert ["Recorded" in said for said in late] == [False]
    async with house.database.reading() as session:
        assert await session.scalar(text("SELECT count(*) FROM answer")) == 0
