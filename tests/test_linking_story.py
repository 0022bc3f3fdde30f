"""One player on a Discord and a Slack at once, over loopback, on one database."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from bot.bank import Bank
from bot.domain.links import LETTERS
from bot.domain.question import Kind
from bot.store.database import Database
from tests.fakes.discord.stage import DiscordStage
from tests.fakes.slack.stage import SlackStage
from tests.house import House, Time
from tests.stage import ADMIN, MEMBERS, Seen, Stage
from tests.test_story import asked, only, says

GRACE, LINUS, _ = MEMBERS


@dataclass
class Both:
    """Both platforms, and the quiz that is connected to them."""

    discord: DiscordStage
    slack: SlackStage
    house: House
    bank: Bank

    @property
    def stages(self) -> tuple[Stage, Stage]:
        """Discord first."""
        return self.discord, self.slack

    async def link(self) -> None:
        """The managers of both link the workspaces; Grace links herself."""
        for word, name in (("house", ADMIN), ("link", GRACE)):
            code = code_in(await self.discord.ask(name, word))
            says(await self.slack.ask(name, f"{word} {code.lower()}"), "linked", "Discord")

    async def morning(self, day: str) -> None:
        """The next questions are there."""
        self.house.time.set(f"{day} 09:00")
        await self.house.delivery.sweep()
        await self.house.delivery.sweep()

    async def answer(self, stage: Stage, name: str) -> None:
        """Somebody answers the latest question of a platform, rightly."""
        question = [each for each in stage.channel() if "Daily question" in each.text and "A" in each.buttons][-1]
        says(await stage.press(name, question, asked(self.bank, question).key), "Recorded")


def code_in(seen: Seen) -> str:
    """The code that somebody is shown."""
    found = re.search(rf"[{LETTERS}]{{5}}-[{LETTERS}]{{5}}", seen.text)
    assert found, seen.text
    return found[0]


@pytest.fixture
async def both(database: Database, bank: Bank, time: Time) -> AsyncIterator[Both]:
    """A question a day on both."""
    bank = only(bank, Kind.CHOICE)
    async with DiscordStage() as discord, SlackStage() as slack:
        slack.slack.scopes.add("users:read")
        slack.slack.workspace.admins.add(ADMIN)
        house = House(database, bank, time, [discord.platform, slack.platform])
        there = Both(discord, slack, house, bank)
        for stage in there.stages:
            await stage.connect(house.quiz)
            await stage.ask(ADMIN, "setup at:09:00 zone:UTC days:daily")
        yield there
        for stage in there.stages:
            await stage.disconnect()


async def test_somebody_plays_on_both_as_one(both: Both) -> None:
    for stage in both.stages:
        says(await stage.ask(GRACE, "link"), "not linked with one on another platform yet")
        says(await stage.ask(LINUS, "house"), "Only somebody of whom the platform says")
    await both.link()
    await both.morning("2026-11-23")
    await both.answer(both.discord, GRACE)
    await both.answer(both.slack, LINUS)
    await both.morning("2026-11-24")
    await both.answer(both.slack, GRACE)
    await both.morning("2026-11-25")

    # She has one streak, and both sides say who she is on the other.
    for stage, other in zip(both.stages, ("Slack", "Discord"), strict=True):
        says(await stage.ask(GRACE, "me"), "2 days, longest 2, 2 freezes left", "You are one player", f"on {other}")
        says(await stage.ask(GRACE, "link"), "You are linked", f"on {other}")
        says(await stage.ask(ADMIN, "house"), "1 person is one player in both")
        board = await stage.ask(LINUS, "board season workspace")
        says(board, f"{GRACE} 20 points", "2 of 2 right", f"{LINUS} 10 points", "2 people on this board")
    practised = [await stage.ask(GRACE, "practice") for stage in both.stages]
    assert len({asked(both.bank, seen).slug for seen in practised}) == 1

    # She unlinks herself with a button, then everything is.
    sure = await both.slack.ask(GRACE, "link off")
    says(sure, "two players again")
    says(await both.slack.press(GRACE, sure, "Unlink me now"), "no more")
    says(await both.discord.ask(GRACE, "me"), "1 day, longest 1, 1 freeze left")
    says(await both.discord.ask(GRACE, "board season workspace"), f"{GRACE} 10 points", "3 people on this board")
    sure = await both.discord.ask(ADMIN, "house off")
    says(await both.discord.press(ADMIN, sure, "Unlink it now"), "no more")
    says(await both.slack.ask(GRACE, "link"), "not linked with one on another platform yet")
    says(await both.discord.ask(GRACE, "board season workspace"), "1 person on this board")


async def test_a_code_is_shown_to_whoever_asked_for_it_alone(both: Both) -> None:
    await both.link()
    for stage in both.stages:
        before = list(stage.channel())
        code = code_in(await stage.ask(LINUS, "link"))
        assert list(stage.channel()) == before
        assert not any(code in seen.text for name in (ADMIN, GRACE) for seen in stage.private(name))
