"""Cards to post on the loopback Discord, told apart by a number, and a stage that waits for nothing."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from pydantic import SecretStr

from adapters.discord.platform import Discord
from bot.cards.model import Button, Buttons, Card
from bot.commands import Answer
from bot.domain.identity import Posted
from tests.fakes.discord.doorman import Doorman
from tests.fakes.discord.server import TOKEN
from tests.fakes.discord.stage import DiscordStage


def card(number: int, title: str = "Today") -> Card:
    """A card of that number."""
    return Card(title, (Buttons(tuple(Button(letter, Answer(number, letter)) for letter in "AB")),), title)


def key(number: int) -> str:
    """The key that a card of that number is posted under."""
    return f"q1:answer:{number}"


async def posted(stage: DiscordStage, number: int) -> Posted:
    """The message of a card of that number, just posted."""
    outcome = await stage.platform.post(stage.place, card(number), key(number))
    assert isinstance(outcome, Posted)
    return outcome


async def at_once(_: float) -> None:
    """Does not sleep."""


@asynccontextmanager
async def unhurried() -> AsyncIterator[DiscordStage]:
    """A connected stage whose adapter never really sleeps. Nothing may be refused on it that no test provokes."""
    async with DiscordStage() as stage:
        stage.platform = Discord(SecretStr(TOKEN), stage.server.url, sleep=at_once)
        await stage.connect(Doorman())
        yield stage
    assert stage.server.breaches == []
