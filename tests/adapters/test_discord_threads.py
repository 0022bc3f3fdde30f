"""A day on the real discord.py: the question counts, closes for good, and the reveal gets its one thread."""

from collections.abc import AsyncIterator

import pytest

from bot.bank import Bank
from bot.cards.model import Button, Buttons, Card
from bot.commands import Result
from bot.domain.identity import Place, Posted
from bot.ports import Refused, Unclear
from bot.store.database import Database
from tests.fakes.discord import DiscordStage
from tests.fakes.discord.doorman import Doorman
from tests.fakes.discord.faults import Fault
from tests.fakes.discord.world import CHANNEL
from tests.house import House, Time
from tests.stage import ADMIN, MEMBERS

THREAD, EDIT = r"/messages/\d+/threads$", r"/messages/\d+$"
CARD = Card("The answer is B", (Buttons((Button("How did I do?", Result(1)),)),), "The answer is here.")


@pytest.fixture
async def stage() -> AsyncIterator[DiscordStage]:
    async with DiscordStage() as stage:
        yield stage


@pytest.fixture
async def reveal(stage: DiscordStage) -> Posted:
    """A reveal that stands in the channel."""
    await stage.connect(Doorman())
    posted = await stage.platform.post(stage.place, CARD, "q1:result:1")
    assert isinstance(posted, Posted)
    return posted


@pytest.fixture
async def house(stage: DiscordStage, database: Database, bank: Bank, time: Time) -> House:
    """A drill that wants threads, its first question just posted."""
    house = House(database, bank, time, [stage.platform])
    await stage.connect(house.quiz)
    ready = await stage.ask(ADMIN, "setup at:09:00 zone:Europe/Berlin days:mon-fri discussion:on")
    assert "a thread under each answer" in ready.text
    time.set("2026-11-23 08:00")
    await house.delivery.sweep()
    return house


def threads(stage: DiscordStage) -> list[str | None]:
    """What the threads under the messages of the channel are called."""
    return [message.thread for message in stage.server.world.public(CHANNEL)]


async def test_a_thread_is_opened_once(stage: DiscordStage, reveal: Posted) -> None:
    for title in ("Discussion: one", "Discussion: two"):
        assert await stage.platform.discuss(reveal, title) == reveal
    assert threads(stage) == ["Discussion: one"]


async def test_a_title_is_cut_to_what_discord_takes(stage: DiscordStage, reveal: Posted) -> None:
    assert await stage.platform.discuss(reveal, "long " * 99) == reveal
    assert threads(stage) == [("long " * 20)]


@pytest.mark.parametrize("fault", [Fault("POST", THREAD, after=True), Fault("POST", THREAD, 503, after=True)])
async def test_a_lost_answer_is_unclear_and_opens_no_second_thread(
    stage: DiscordStage, reveal: Posted, fault: Fault
) -> None:
    stage.server.faults = [fault]
    assert isinstance(await stage.platform.discuss(reveal, "Discussion: one"), Unclear)
    assert await stage.platform.discuss(reveal, "Discussion: two") == reveal
    assert threads(stage) == ["Discussion: one"]


async def test_what_discord_forbids_lasts(stage: DiscordStage, reveal: Posted) -> None:
    gone = Place(stage.place.workspace, "5")
    outcomes = [
        await stage.platform.discuss(Posted(gone, reveal.message), "Discussion"),
        await stage.platform.discuss(Posted(stage.place, "5"), "Discussion"),
    ]
    stage.server.world.forbidden = {"threads"}
    outcomes.append(await stage.platform.discuss(reveal, "Discussion"))
    assert all(isinstance(outcome, Refused) and outcome.lasting for outcome in outcomes)
    assert [breach.code for breach in stage.server.breaches] == [10003, 10008, 50013]
    stage.server.breaches.clear()


async def test_without_a_connection_no_thread_is_opened(stage: DiscordStage, reveal: Posted) -> None:
    await stage.disconnect()
    assert await stage.platform.discuss(reveal, "Discussion") == Refused("not connected", lasting=False)


async def test_a_day_with_a_count_and_a_thread(stage: DiscordStage, house: House, time: Time) -> None:
    [posted] = stage.channel()
    for name in MEMBERS:
        await stage.press(name, posted, "A")
    time.pass_(seconds=30)
    await house.delivery.sweep()
    [counted] = stage.channel()
    assert (counted.id, counted.buttons) == (posted.id, posted.buttons)
    assert f"{len(MEMBERS)} answered so far." in counted.text
    stage.server.faults = [Fault("POST", THREAD, after=True)]
    time.set("2026-11-24 08:00")
    for _ in range(5):
        await house.delivery.sweep()
        time.pass_(seconds=40)
    closed, reveal, following = stage.channel()
    assert (closed.id, closed.buttons) == (posted.id, ())
    assert "so far" not in closed.text + following.text
    assert f"{len(MEMBERS)} people answered" in reveal.text
    first, second, third = threads(stage)
    assert (first, third) == (None, None)
    assert second is not None
    assert second.startswith("Discussion: ")
    patched = [request for request in stage.server.requests if request.startswith("PATCH /api/v10/channels/")]
    assert len(patched) == 2, "one edit for all who answered, and one at the close"


async def test_a_lost_edit_of_the_count_changes_no_closing(stage: DiscordStage, house: House, time: Time) -> None:
    [posted] = stage.channel()
    await stage.press(MEMBERS[0], posted, "A")
    stage.server.faults = [Fault("PATCH", EDIT, after=True)]
    time.pass_(seconds=30)
    await house.delivery.sweep()
    assert "1 answered so far." in stage.channel()[0].text
    await stage.ask(ADMIN, "reveal")
    await house.idle()
    time.pass_(seconds=60)
    await house.delivery.sweep()
    closed, _ = stage.channel()
    assert (closed.id, closed.buttons) == (posted.id, ())


async def test_a_missing_right_is_told_to_the_admin_alone(stage: DiscordStage, house: House) -> None:
    stage.server.world.forbidden = {"threads"}
    await stage.ask(ADMIN, "reveal")
    await house.idle()
    assert len(stage.channel()) == 2
    told = await stage.ask(ADMIN, "today")
    assert "no thread could be opened under it" in told.text
    assert "Missing Permissions" in told.text
    assert "let the quiz create public threads" in told.text
    assert "thread" not in (await stage.ask(MEMBERS[0], "today")).text
    assert {breach.code for breach in stage.server.breaches} == {50013}
    stage.server.breaches.clear()
