"""Two processes that both hear the same, as during a deploy: everything is done once, and one answer is shown."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr
from sqlalchemy import func, select

from adapters.discord.platform import Discord
from bot.bank import Bank
from bot.store.database import Database
from bot.store.models import Answer, Drill, Keeper
from tests.fakes.discord import people
from tests.fakes.discord.server import TOKEN
from tests.fakes.discord.stage import DiscordStage
from tests.house import House, Time
from tests.stage import ADMIN, MEMBERS, Seen

ALREADY_ACKNOWLEDGED = 40060
SETUP = "setup at:09:00 zone:UTC days:daily"


class Both:
    """One Discord, and two processes connected to it over databases of their own making, of one address."""

    def __init__(self, stage: DiscordStage, houses: list[House]) -> None:
        self.stage, self.houses = stage, houses

    async def ask(self, name: str, text: str) -> Seen:
        """Somebody says something that both hear; the one thing they are shown, once both have done with it."""
        before = len(self.stage.private(name))
        seen = await self.stage.ask(name, text)
        await self.done()
        assert len(self.stage.private(name)) - before == 1
        return seen

    async def press(self, name: str, on: Seen, label: str) -> Seen:
        """Somebody presses a button; what they are shown, once both have done with it."""
        seen = await self.stage.press(name, on, label)
        await self.done()
        return seen

    async def done(self) -> None:
        """Returns once no process has anything in hand. The second to acknowledge was refused, and said nothing."""
        for house in self.houses:
            [platform] = house.platforms
            assert isinstance(platform, Discord)
            assert platform._client is not None
            assert await platform._client.reception.in_hand.finish(within=people.PATIENCE)
        refused, self.stage.server.breaches = self.stage.server.breaches, []
        assert {each.code for each in refused} <= {ALREADY_ACKNOWLEDGED}

    async def sweep(self) -> None:
        """Both send what is due, at the same moment."""
        await asyncio.gather(*(house.delivery.sweep() for house in self.houses))

    async def question(self) -> Seen:
        """A drill, and its first question."""
        await self.ask(ADMIN, SETUP)
        await self.ask(ADMIN, "post")
        await self.sweep()
        return self.stage.channel()[-1]


@pytest.fixture
async def both(database_url: str, bank: Bank, time: Time) -> AsyncIterator[Both]:
    async with DiscordStage() as stage:
        houses = []
        for _ in range(2):
            platform = Discord(SecretStr(TOKEN), stage.server.url)
            house = House(Database(database_url), bank, time, [platform])
            await platform.start(house.quiz)
            await platform.listen()
            houses.append(house)
        yield Both(stage, houses)
        for house in houses:
            await house.platforms[0].stop()
            await house.database.close()


async def test_a_drill_is_set_up_once_and_kept_by_one(both: Both, caplog: pytest.LogCaptureFixture) -> None:
    assert len(both.stage.server.gateway.sessions) == 2
    assert "daily question" in (await both.ask(ADMIN, SETUP)).text
    assert not [each for each in caplog.records if each.levelname == "ERROR"]
    async with both.houses[0].database.reading() as session:
        assert (await session.scalars(select(func.count()).select_from(Drill))).one() == 1
        assert (await session.scalars(select(func.count()).select_from(Keeper))).one() == 1


async def test_a_form_is_opened_and_sent_off_once(both: Both) -> None:
    form = await both.ask(ADMIN, "setup")
    assert form.form
    sent = await both.stage.fill(ADMIN, form, {"at": "10:30", "zone": "UTC"})
    await both.done()
    assert "10:30" in sent.text
    assert len(both.stage.private(ADMIN)) == 2


async def test_a_keepers_commands_are_done_once(both: Both, caplog: pytest.LogCaptureFixture) -> None:
    await both.ask(ADMIN, SETUP)
    for words, said in (
        ("keepers add:grace", "grace"),
        ("keepers remove:grace", ""),
        ("pause", "paused"),
        ("resume", "is running"),
        ("stop", "ended"),
        ("resume", "is running"),
        ("preview", "preview"),
    ):
        text = (await both.ask(ADMIN, words)).text
        assert said.casefold() in text.casefold(), text
    assert not [each for each in caplog.records if each.levelname == "ERROR"]


async def test_a_question_is_posted_and_revealed_once(both: Both) -> None:
    await both.question()
    assert len(both.stage.channel()) == 1
    assert "on its way" in (await both.ask(ADMIN, "reveal")).text
    await both.sweep()
    assert [("The answer is" in each.text) for each in both.stage.channel()] == [False, True]


async def test_an_answer_is_recorded_once_however_it_changes(both: Both) -> None:
    question = await both.question()
    for name in MEMBERS:
        receipt = await both.press(name, question, "A")
        assert "Recorded: A" in receipt.text
        receipt = await both.press(name, receipt, "I'm sure")
        assert "sure" in receipt.text
        await both.press(name, question, "B")
    async with both.houses[0].database.reading() as session:
        rows = Counter((each.choice, each.sure) for each in await session.scalars(select(Answer)))
    assert rows == {("A", False): 3, ("A", True): 3, ("B", False): 3}
