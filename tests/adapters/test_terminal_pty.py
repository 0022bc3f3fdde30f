"""The whole terminal behind a real pseudo-terminal: what a person types and sees."""

import asyncio
import os
import pty
import subprocess
import sys
import termios
from collections.abc import Iterator
from contextlib import closing

import pyte
import pytest

from adapters.terminal import words

# The child makes the pseudo-terminal its own, so that Ctrl-C reaches it as a signal.
_CHILD = """
import fcntl, runpy, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
runpy.run_module("tests.fakes.terminal", run_name="__main__")
"""
_ROWS, _COLUMNS = 120, 80


class Window:
    """A terminal window with the gallery in it."""

    def __init__(self, **variables: str) -> None:
        self._master, self.slave = pty.openpty()
        termios.tcsetwinsize(self.slave, (_ROWS, _COLUMNS))
        self.settings = termios.tcgetattr(self.slave)
        self._screen = pyte.Screen(_COLUMNS, _ROWS)
        self._stream = pyte.ByteStream(self._screen)
        environment = {k: v for k, v in os.environ.items() if k not in {"NO_COLOR", "COLUMNS", "LINES"}}
        self.child = subprocess.Popen(
            [sys.executable, "-c", _CHILD],
            stdin=self.slave,
            stdout=self.slave,
            env=environment | {"TERM": "xterm-256color", "SQLA_QUIZ_NAME": "ada"} | variables,
            start_new_session=True,
        )

    def close(self) -> None:
        self.child.kill()
        self.child.wait()
        os.close(self._master)
        os.close(self.slave)

    def lines(self) -> list[str]:
        return [line.rstrip() for line in self._screen.display if line.strip()]

    def colours(self) -> set[str]:
        return {cell.fg for line in self._screen.buffer.values() for cell in line.values()}

    def type(self, text: str) -> None:
        os.write(self._master, text.encode())

    async def shows(self, last: str, above: str = "") -> list[str]:
        """Wait until the screen ends with the line `last` and has the line `above`."""
        loop = asyncio.get_running_loop()
        more = asyncio.Event()

        def drawn() -> None:
            self._stream.feed(os.read(self._master, 65536))
            more.set()

        loop.add_reader(self._master, drawn)
        try:
            while self.lines()[-1:] != [last] or above not in ["", *self.lines()]:
                more.clear()
                await more.wait()
        finally:
            loop.remove_reader(self._master)
        return self.lines()


@pytest.fixture
def window() -> Iterator[Window]:
    with closing(Window()) as window:
        yield window


async def test_a_key_is_typed_and_the_answer_seen(window: Window) -> None:
    begun = await window.shows("ada ›")
    assert begun[0] == "Daily question · 22 November"
    assert "[A]   [B]   [C]   [D]   [E]" in begun
    assert {"magenta", "cyan", "green"} <= window.colours()
    window.type("b\r")
    answered = await window.shows("ada ›", "The answer is B")
    assert "ada › b" in answered
    assert "[1] How did I do?   [2] Board" in answered
    window.type("quit\r")
    await window.shows(words.FAREWELL)
    assert window.child.wait() == 0


async def test_ctrl_c_leaves_a_form_and_then_the_game(window: Window) -> None:
    await window.shows("ada ›")
    window.type("setup\r")
    await window.shows("Local time [09:00]:")
    window.type("10:1")
    await window.shows("Local time [09:00]: 10:1")
    window.type("\x03")
    await window.shows("ada ›", words.CANCELLED)
    window.type("as grace\r")
    assert await window.shows("grace ›") == ["grace has the keyboard.", "grace ›"], "what ada saw is out of sight"
    window.type("\x03")
    await window.shows(words.FAREWELL)
    assert window.child.wait() == 0
    assert termios.tcgetattr(window.slave) == window.settings


async def test_ctrl_d_leaves(window: Window) -> None:
    await window.shows("ada ›")
    window.type("\x04")
    await window.shows(words.FAREWELL)
    assert window.child.wait() == 0


@pytest.mark.parametrize("variables", [{"NO_COLOR": "1"}, {"TERM": "dumb"}], ids=["NO_COLOR", "dumb"])
async def test_whoever_wants_no_colour_gets_plain_text(variables: dict[str, str]) -> None:
    with closing(Window(**variables)) as window:
        shown = await window.shows("ada ›")
        assert "[A]   [B]   [C]   [D]   [E]" in shown
        assert window.colours() == {"default"}
        assert not set("─│╭╮") & set("".join(shown))
