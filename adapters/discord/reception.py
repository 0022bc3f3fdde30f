"""From what a person asks to what they see, in the three seconds Discord waits for the first word of an answer."""

import asyncio
import logging
from types import TracebackType
from typing import Any

import aiohttp
import discord
from discord import InteractionType
from discord.app_commands import Choice

from adapters.discord.blocks import clip, one_line
from adapters.discord.first_word import say_without_echo
from adapters.discord.limits import CHOICE, CHOICES, PATIENCE
from adapters.discord.people import person, place, pressed
from adapters.discord.render import draw, files, window
from bot.cards.model import Button, Buttons, Card, Form
from bot.commands import Command
from bot.ports import Audience, Door, Reply

log = logging.getLogger(__name__)

_TOLD_A_SECOND = 1_000.0  # people who can be asked to wait in a second, by a small host
_AT_WORK = 200  # commands in the quiz at once; what waits here can still be put off for somebody who must be told
CROWD = 3_000  # commands in hand: no more than a process can finish once it is asked to stop
_FEW = 32  # commands in hand that are no crowd
_AT_ONCE = 0.3  # seconds, many times what most commands take
_PUT_OFF = 3.0  # seconds at most, so that answers come even where there is always somebody to be told

_SORRY = "Something went wrong on my side. Please try again in a moment."
_TOO_LATE = (10062, 40060, 50027)  # Discord no longer waits for this answer, or has it already


class InHand:
    """Counts what is under way, so that a process can stop without leaving anybody unanswered."""

    def __init__(self) -> None:
        self.count = 0
        self._none = asyncio.Event()
        self._none.set()

    def __enter__(self) -> None:
        self.count += 1
        self._none.clear()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.count -= 1
        if not self.count:
            self._none.set()

    async def finish(self, within: float) -> bool:
        """Whether everything ended in that many seconds."""
        try:
            await asyncio.wait_for(self._none.wait(), within)
        except TimeoutError:
            return False
        return True


class Reception:
    """Takes what people ask to the door and shows them the reply."""

    def __init__(self, door: Door, patience: float = PATIENCE, crowd: int = CROWD) -> None:
        self.door = door
        self._patience = patience
        self._crowd = crowd
        self.in_hand = InHand()
        self._being_told = InHand()
        self._desks = asyncio.Semaphore(_AT_WORK)

    async def answer(self, interaction: discord.Interaction[Any], command: Command) -> None:
        """Ask and show. Never raises: what goes wrong is logged, and the person told."""
        say_without_echo()
        with self.in_hand:
            try:
                too_many = self.in_hand.count > self._crowd
                reply = self.door.crowded() if too_many else await self._ask(interaction, command)
                await _show(interaction, reply)
            except Exception as error:
                if isinstance(error, discord.HTTPException) and error.code in _TOO_LATE:
                    log.info("%s was answered too late for Discord", type(command).__name__)
                else:
                    log.exception("%s could not be answered", type(command).__name__)
                    await _apologise(interaction)

    async def complete(
        self, interaction: discord.Interaction[Any], word: str, argument: str, typed: str
    ) -> list[Choice[str]]:
        """The completions of an argument. Never raises: whoever is typing can do without."""
        try:
            found = await self.door.suggest(word, argument, typed, person(interaction), place(interaction))
        except Exception:
            log.exception("%s of %s could not be completed", argument, word)
            return []
        fitting = [each for each in found if 0 < len(each.value) <= CHOICE]
        labels = [clip(one_line(each.label), CHOICE) or each.value for each in fitting]
        return [Choice(name=label, value=each.value) for label, each in zip(labels, fitting, strict=True)][:CHOICES]

    async def _ask(self, interaction: discord.Interaction[Any], command: Command) -> Reply:
        """The reply. What was asked is done even if Discord cannot be told that it takes longer."""
        loop, told = asyncio.get_running_loop(), list[asyncio.Task[None]]()

        def put_off() -> None:
            told.append(loop.create_task(self._put_off(interaction)))

        left = self._left(interaction)
        too_long = loop.call_later(left, put_off) if left > 0 else loop.call_soon(put_off)
        if left <= 0:
            await asyncio.sleep(0)  # a step for that, and one for its beginning: the person is told first
            await asyncio.sleep(0)
        try:
            return await self._work(interaction, command)
        finally:
            too_long.cancel()
            for telling in told:
                await telling

    async def _put_off(self, interaction: discord.Interaction[Any]) -> None:
        """Ask a person to wait."""
        with self._being_told:
            await interaction.response.defer(ephemeral=True, thinking=not _in_private(interaction))

    async def _work(self, interaction: discord.Interaction[Any], command: Command) -> Reply:
        """What the quiz says. A crowd is told first that it has to wait: the answers have minutes, the word seconds."""
        async with self._desks:
            if self._being_told.count:
                await self._being_told.finish(_PUT_OFF)
            here = place(interaction)
            return await self.door.handle(command, person(interaction), here, pressed(interaction, here))

    def _left(self, interaction: discord.Interaction[Any]) -> float:
        """How long this person may still be left without a word.

        Discord counts from the press, not from when we come to it. And telling people takes time itself: those who
        wait are not all told in the last moment. Where few are in hand nobody is put off at once: a form can only be
        the first word, and the clocks of hosts go wrong.
        """
        age = (discord.utils.utcnow() - interaction.created_at).total_seconds()
        left = self._patience - max(age, 0.0) - self.in_hand.count / _TOLD_A_SECOND
        return max(left, _AT_ONCE) if self.in_hand.count <= _FEW else left


async def _show(interaction: discord.Interaction[Any], reply: Reply) -> None:
    response = interaction.response
    if isinstance(reply.says, Form) and not response.is_done() and interaction.type is not InteractionType.modal_submit:
        await response.send_modal(window(reply.says))
        return
    card = reply.says if isinstance(reply.says, Card) else _way_to(reply.says)
    view, along = draw(card), files(card)
    new = along or discord.utils.MISSING
    public = reply.audience is Audience.PLACE
    if not response.is_done():
        if _in_private(interaction) and not public:
            await response.edit_message(view=view, attachments=along)
        else:
            await response.send_message(view=view, files=new, ephemeral=not public)
    elif public:
        if not _in_private(interaction):
            await interaction.delete_original_response()  # the "thinking…" that only the asker sees
        await interaction.followup.send(view=view, files=new)
    else:
        await interaction.edit_original_response(view=view, attachments=along)


def _way_to(form: Form) -> Card:
    """A button that opens the form: Discord opens none from another form, nor once it was asked to wait."""
    return Card(form.title, (Buttons((Button(form.title, form.again, primary=True),)),), form.title)


def _in_private(interaction: discord.Interaction[Any]) -> bool:
    """Whether this came from a message that only the asker sees, which is then changed instead of followed."""
    return interaction.message is not None and interaction.message.flags.ephemeral


async def _apologise(interaction: discord.Interaction[Any]) -> None:
    try:
        if interaction.response.is_done():
            await interaction.followup.send(_SORRY, ephemeral=True)
        else:
            await interaction.response.send_message(_SORRY, ephemeral=True)
    except (discord.DiscordException, aiohttp.ClientError, OSError) as error:
        log.warning("nor could the person be told: %s", error)
