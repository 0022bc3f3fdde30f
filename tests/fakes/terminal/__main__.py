"""`python -m tests.fakes.terminal`: the cards of the gallery, in this terminal and with its real adapter."""

import asyncio
import os

from adapters.terminal import connect
from bot.commands import Answer, Board, MyStats, Setup, Today
from tests import gallery
from tests.fakes.terminal.door import RecordingDoor


async def _play() -> None:
    terminal = connect(os.environ)
    await terminal.start(
        RecordingDoor(
            {
                Today: gallery.question(),
                Answer: gallery.reveal(),
                Board: gallery.board(),
                MyStats: gallery.personal(),
                Setup: gallery.setup(),
            }
        )
    )
    await terminal.listen()
    try:
        await terminal.ended()
    finally:
        await terminal.stop()


asyncio.run(_play())
