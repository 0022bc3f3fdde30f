"""Where cards are drawn: a terminal, or a pipe that keeps a transcript."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import cycle
from typing import TextIO

from adapters.terminal import render
from bot.cards.model import Card, Form

_NARROW, _PIPE, _WIDE = 40, 80, 100  # beyond a hundred columns lines become hard to follow
_CLEAR_LINE, _CLEAR_SCREEN = "\r\x1b[K", "\x1b[H\x1b[2J"
_FRAMES = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"


class Screen:
    """`live`: a terminal, where things already written can be wiped. `styled`: colours and boxes are welcome."""

    def __init__(self, stream: TextIO, live: bool, styled: bool, patience: float = 0.4) -> None:
        self.live = live
        self._stream = stream
        self._styled = styled
        self._patience = patience

    def draw(self, says: Card | Form) -> str:
        """A card as this screen would show it now."""
        return render.draw(says, self._width(), self._styled)

    def hint(self, said: str) -> None:
        """Say something of the keyboard's own, in small print."""
        self.write(render.hint(said, self._width(), self._styled))

    def write(self, text: str, then: str = "") -> None:
        """Write lines where the cursor is; on a terminal in place of an unfinished line, which `then` writes anew."""
        whole = f"{_CLEAR_LINE if self.live else ''}{text}{then}"
        encoding = self._stream.encoding or "utf-8"
        self._stream.write(whole.encode(encoding, "replace").decode(encoding))
        self._stream.flush()

    def wipe(self) -> None:
        """Put what was on the screen out of sight."""
        if self.live:
            self.write(_CLEAR_SCREEN)

    @asynccontextmanager
    async def waiting(self) -> AsyncIterator[None]:
        """On a terminal a small wheel turns while something takes its time."""
        wheel = asyncio.create_task(self._turn()) if self.live else None
        try:
            yield
        finally:
            if wheel:
                wheel.cancel()
                await asyncio.wait({wheel})

    async def _turn(self) -> None:
        await asyncio.sleep(self._patience)
        try:
            for frame in cycle(_FRAMES):
                self.write(frame)
                await asyncio.sleep(0.1)
        finally:
            self.write("")

    def _width(self) -> int:
        if not self.live:
            return _PIPE
        return max(_NARROW, min(_WIDE, shutil.get_terminal_size().columns))
