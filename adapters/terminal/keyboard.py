"""Lines that somebody types, or that a pipe brings, without holding up the event loop."""

import asyncio
import io
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from enum import Enum
from types import FrameType
from typing import Protocol, TextIO

if sys.platform != "win32":
    import readline  # `input` edits its line and remembers the earlier ones once this is imported
    import termios


class Sign(Enum):
    """What can come instead of a line."""

    END = "end of input"
    INTERRUPT = "Ctrl-C"


class Keyboard(Protocol):
    """Where lines come from. `echoes`: what is typed shows by itself."""

    echoes: bool

    async def read(self, prompt: str) -> str | Sign:
        """The next line. After `END` nothing else comes."""

    def pending(self) -> str:
        """The prompt that waits for a line, with what has been typed so far; empty where none is on the screen."""

    def hang_up(self) -> None:
        """End the input now."""

    def listening(self, stop: Callable[[], object]) -> AbstractContextManager[None]:
        """While this lasts, Ctrl-C interrupts a read, or calls `stop` where none is in hand."""


class StandardInput:
    """The standard input of this process. `edited`: both ends are a terminal, so that a line can be edited."""

    def __init__(self, stdin: TextIO, edited: bool, stdout: TextIO) -> None:
        self.echoes = stdin.isatty()
        self._stdin = stdin
        self._stdout = stdout
        self._edited = edited
        self._line = _edited if edited else _raw(stdin)
        self._arrived: asyncio.Queue[str | Sign] = asyncio.Queue()
        self._prompt: str | None = None  # of the read in hand
        self._thread_waits = False
        self._void = ""  # typed before a Ctrl-C, and still in the line that the thread waits for
        self._over = False

    async def read(self, prompt: str) -> str | Sign:
        """The next line, from a thread of its own: neither `input` nor a pipe can be awaited."""
        if self._over:
            return Sign.END
        self._prompt = prompt
        if self._thread_waits:
            self._stdout.write(prompt if self._edited else "")
            self._stdout.flush()
        else:
            self._thread_waits = True
            loop = asyncio.get_running_loop()
            # A daemon: nothing can wake a thread that waits for a key, and nobody wants to press one to get out.
            threading.Thread(target=self._wait, args=(prompt, loop), daemon=True).start()
        try:
            return await self._arrived.get()
        finally:
            self._prompt = None

    def pending(self) -> str:
        """As `Keyboard` says; for a pipe nothing stands on the screen."""
        return f"{self._prompt}{_typed()}" if self._edited and self._prompt is not None else ""

    def hang_up(self) -> None:
        """End the input now; a thread that still waits is left behind."""
        self._over = True
        self._arrived.put_nowait(Sign.END)

    @contextmanager
    def listening(self, stop: Callable[[], object]) -> Iterator[None]:
        """As `Keyboard` says; the terminal is left as it was found."""
        loop = asyncio.get_running_loop()

        def interrupted(_signal: int, _frame: FrameType | None) -> None:
            loop.call_soon_threadsafe(self._interrupt, stop)

        before = signal.signal(signal.SIGINT, interrupted)
        try:
            with _same_terminal(self._stdin):
                yield
        finally:
            signal.signal(signal.SIGINT, before)

    def _interrupt(self, stop: Callable[[], object]) -> None:
        if self._prompt is None:
            stop()
        else:
            self._void = _typed() if self._edited else ""
            self._arrived.put_nowait(Sign.INTERRUPT)

    def _wait(self, prompt: str, loop: asyncio.AbstractEventLoop) -> None:
        line = self._line(prompt)
        with suppress(RuntimeError):  # the loop was closed meanwhile: nobody is listening any more
            loop.call_soon_threadsafe(self._hand_over, line)

    def _hand_over(self, line: str | None) -> None:
        self._thread_waits = False
        self._over = self._over or line is None
        self._arrived.put_nowait(Sign.END if line is None else line.removeprefix(self._void))
        self._void = ""


def _edited(prompt: str) -> str | None:
    try:
        return input(prompt)
    except EOFError:
        return None


def _raw(stdin: TextIO) -> Callable[[str], str | None]:
    def read(_prompt: str) -> str | None:
        # Unbuffered: a thread left behind in a buffered read would hold a lock that the interpreter needs to exit.
        with io.FileIO(stdin.fileno(), closefd=False) as descriptor:
            line = descriptor.readline()
        return line.decode(errors="replace").rstrip("\r\n") if line else None

    return read


def _typed() -> str:
    return readline.get_line_buffer() if sys.platform != "win32" else ""


@contextmanager
def _same_terminal(stdin: TextIO) -> Iterator[None]:
    """A thread left behind in `input` would leave the terminal without echo."""
    if sys.platform == "win32" or not stdin.isatty():
        yield
        return
    settings = termios.tcgetattr(stdin)
    try:
        yield
    finally:
        termios.tcsetattr(stdin, termios.TCSADRAIN, settings)
