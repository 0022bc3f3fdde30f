"""One person told in private: a conversation is opened, used again, and closed to us by some."""

from collections.abc import AsyncIterator

import pytest

from bot.bank import Bank
from bot.cards.model import Buttons, Card
from bot.commands import Help
from bot.domain.identity import Person, Posted, Workspace
from bot.ports import Refused, Reply, Unclear
from bot.store.database import Database
from tests import gallery
from tests.fakes.discord import DiscordStage, people
from tests.fakes.discord.doorman import Doorman
from tests.fakes.discord.faults import Fault
from tests.fakes.discord.private import told
from tests.fakes.discord.world import CHANNEL
from tests.house import House, Time

OPEN, SEND = r"/users/@me/channels$", r"/messages$"
CARD = gallery.CARDS["refused"]()


@pytest.fixture
async def stage() -> AsyncIterator[DiscordStage]:
    async with DiscordStage() as stage:
        await stage.connect(Doorman(Reply(gallery.personal())))
        yield stage


@pytest.fixture
def ada(stage: DiscordStage) -> Person:
    return Person(stage.place.workspace, str(stage.server.world.people["ada"].id), "ada")


def words(stage: DiscordStage) -> list[str]:
    """The first line of everything that Ada was told."""
    return [message.texts()[0].splitlines()[0] for message in told(stage.server.world, "ada")]


async def test_a_conversation_is_opened_once(stage: DiscordStage, ada: Person) -> None:
    first = await stage.platform.tell(ada, CARD)
    assert isinstance(first, Posted)
    assert first.place.workspace == Workspace("discord", f"dm-{ada.id}")
    assert isinstance(await stage.platform.tell(ada, CARD), Posted)
    assert len(words(stage)) == 2
    assert sum(request.endswith("/users/@me/channels") for request in stage.server.requests) == 1
    nonces = {message.nonce for message in told(stage.server.world, "ada")}
    assert len(nonces - {None}) == 2, "discord.py asks again by itself, and must not be heard twice"


async def test_who_takes_no_messages_refuses(stage: DiscordStage, ada: Person) -> None:
    stage.server.world.closed.add("ada")
    outcome = await stage.platform.tell(ada, CARD)
    assert isinstance(outcome, Refused)
    assert outcome.lasting
    assert "50007" in outcome.why
    assert [breach.code for breach in stage.server.breaches] == [50007]
    stage.server.breaches.clear()
    assert words(stage) == []


async def test_who_is_gone_refuses(stage: DiscordStage) -> None:
    outcome = await stage.platform.tell(Person(stage.place.workspace, "5", "nobody"), CARD)
    assert isinstance(outcome, Refused)
    assert outcome.lasting
    assert [breach.code for breach in stage.server.breaches] == [10013]
    stage.server.breaches.clear()


async def test_what_may_have_been_lost_is_sent_again_and_seen_once(stage: DiscordStage, ada: Person) -> None:
    stage.server.faults = [Fault("POST", SEND, 503, after=True)]
    assert isinstance(await stage.platform.tell(ada, CARD), Posted)
    assert len(words(stage)) == 1


async def test_a_failure_is_a_value(stage: DiscordStage, ada: Person) -> None:
    stage.server.faults = [Fault("POST", OPEN, 503, after=True)]
    assert isinstance(await stage.platform.tell(ada, CARD), Unclear)
    stage.server.faults = [Fault("POST", SEND, 429, retry_after=60.0)]
    assert await stage.platform.tell(ada, CARD) == Refused(
        "Too many requests. Retry in 60.00 seconds.", lasting=False, retry_after=60.0
    )


async def test_without_a_connection_nobody_is_told(stage: DiscordStage, ada: Person) -> None:
    await stage.disconnect()
    assert await stage.platform.tell(ada, CARD) == Refused("not connected", lasting=False)


async def test_a_refused_question_is_told_to_its_keeper_and_the_button_works_there(
    stage: DiscordStage, database: Database, bank: Bank, time: Time
) -> None:
    await stage.disconnect()
    house = House(database, bank, time, [stage.platform])
    await stage.connect(house.quiz)
    await stage.ask("ada", "setup at:09:00 zone:Europe/Berlin days:mon-fri")
    del stage.server.world.channels[CHANNEL]
    for day in ("23", "24", "25", "26"):
        time.set(f"2026-11-{day} 08:00")
        await house.delivery.sweep()
        await house.delivery.sweep()
    refused, paused = (message.texts() for message in told(stage.server.world, "ada"))
    assert "could not be posted" in refused[0]
    assert "is paused" in paused[0]
    assert f"<#{CHANNEL}>" in "\n".join(paused)
    assert [breach.code for breach in stage.server.breaches] == [10003] * 3, "on the fourth day nothing is tried"
    stage.server.breaches.clear()
    message = told(stage.server.world, "ada")[-1]
    [custom_id] = message.buttons().values()
    asked = await people.settle(await people.press(stage.server, "ada", message, custom_id, alone=True))
    assert asked.shown is not None
    assert "/sqla-quiz resume" in asked.shown.texts()[0]


def test_the_card_asks_nothing_that_another_place_could_mean() -> None:
    assert isinstance(CARD, Card)
    presses = [button.press for block in CARD.blocks if isinstance(block, Buttons) for button in block.items]
    assert presses == [Help("post")]
