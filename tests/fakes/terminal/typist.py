"""Somebody at the keyboard who types one line at a time and waits until the screen has answered."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from adapters.terminal.keyboard import Sign


class Typist:
    """A keyboard whose lines come from a test. Whoever has typed goes on once the next line is asked for."""

    echoes = False

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Sit down before a keyboard that nobody has listened to yet."""
        self.prompt = ""
        self.over = False
        self._lines: asyncio.Queue[str | Sign] = asyncio.Queue()
        self._asked = asyncio.Event()

    async def type(self, line: str | Sign) -> None:
        """Type a line, press Enter and read what comes."""
        self.put(line)
        await self._asked.wait()

    def put(self, line: str | Sign) -> None:
        """Type a line and do not wait."""
        if self.over:
            raise EOFError("nobody listens to this keyboard any more")
        self._asked.clear()
        self._lines.put_nowait(line)

    async def ready(self) -> None:
        """Wait until a line is asked for, or nobody listens any more."""
        await self._asked.wait()

    async def read(self, prompt: str) -> str | Sign:
        """The next line that is typed."""
        if self.over:
            return Sign.END
        self.prompt = prompt
        self._asked.set()
        typed = await self._lines.get()
        self.over = typed is Sign.END
        return typed

    def pending(self) -> str:
        """Nothing: the test sees whole pages."""
        return ""

    def hang_up(self) -> None:
        """The end of the input."""
        self._lines.put_nowait(Sign.END)

    @contextmanager
    def listening(self, stop: Callable[[], object]) -> Iterator[None]:  # noqa: ARG002  # Ctrl-C is typed as `Sign.INTERRUPT`
        """Lines are read until this ends; then whoever waits for an answer goes on."""
        try:
            yield
        finally:
            self.over = True
            self._asked.set()
