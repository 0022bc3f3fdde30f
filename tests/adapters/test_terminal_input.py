"""The ends of the terminal that touch the system: a pipe, signals, streams, the environment."""

import asyncio
import getpass
import io
import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, TextIO

import pytest

from adapters.terminal import connect, words
from adapters.terminal.keyboard import Sign, StandardInput
from adapters.terminal.screen import Screen
from adapters.terminal.terminal import Terminal, person
from bot.commands import Answer, MyStats, Today
from bot.errors import SettingsError
from tests import gallery
from tests.fakes.terminal import RecordingDoor


@dataclass
class Pipe:
    """A pipe into a terminal's standard input."""

    stdin: TextIO
    end: BinaryIO

    def say(self, raw: bytes) -> None:
        self.end.write(raw)
        self.end.flush()


@pytest.fixture
def pipe() -> Iterator[Pipe]:
    reading, writing = os.pipe()
    # The reading end stays open: a thread that was left behind may look at it once more.
    pipe = Pipe(os.fdopen(reading, encoding="utf-8", closefd=False), os.fdopen(writing, "wb"))
    yield pipe
    pipe.end.close()
    pipe.stdin.close()


@pytest.fixture
def keyboard(pipe: Pipe) -> StandardInput:
    return StandardInput(pipe.stdin, edited=False, stdout=io.StringIO())


def _terminal(keyboard: StandardInput) -> tuple[Terminal, io.StringIO]:
    output = io.StringIO()
    return Terminal(person("ada"), Screen(output, live=False, styled=False), keyboard), output


async def test_lines_of_a_pipe_come_one_by_one_until_its_end(pipe: Pipe, keyboard: StandardInput) -> None:
    pipe.say("first\nzweite Zeile: ü\r\n\n".encode())
    assert [await keyboard.read("") for _ in range(3)] == ["first", "zweite Zeile: ü", ""]
    pipe.say(b"\xff no UTF-8, no end")
    pipe.end.close()
    assert await keyboard.read("") == "\ufffd no UTF-8, no end"
    assert [await keyboard.read("") for _ in range(2)] == [Sign.END, Sign.END]


async def test_a_piped_game_leaves_a_transcript(pipe: Pipe, keyboard: StandardInput) -> None:
    terminal, output = _terminal(keyboard)
    door = RecordingDoor({Today: gallery.question(), Answer: gallery.reveal(), MyStats: gallery.personal()})
    pipe.say(b"b\nme\n")
    pipe.end.close()
    await terminal.start(door)
    await terminal.listen()
    await terminal.ended()
    await terminal.stop()
    assert door.commands == [Today(), Answer(2**31 - 1, "B"), MyStats()]
    shown = output.getvalue()
    parts = ("Daily question", "ada › b\n", "The answer is B", "ada › me\n", "Your numbers", words.FAREWELL)
    assert [shown.index(part) for part in parts] == sorted(shown.index(part) for part in parts)
    assert "\x1b" not in shown


async def test_ctrl_c_at_the_prompt_leaves(keyboard: StandardInput) -> None:
    before = signal.getsignal(signal.SIGINT)
    terminal, output = _terminal(keyboard)

    async def due() -> None:
        # Only once the prompt is there.
        asyncio.get_running_loop().call_soon(signal.raise_signal, signal.SIGINT)

    door = RecordingDoor(due=due)
    await terminal.start(door)
    await terminal.listen()
    await terminal.ended()
    await terminal.stop()
    assert output.getvalue().endswith(f"{words.FAREWELL}\n")
    assert signal.getsignal(signal.SIGINT) is before


async def test_ctrl_c_does_not_wait_for_an_answer(keyboard: StandardInput) -> None:
    terminal, output = _terminal(keyboard)
    door = RecordingDoor()
    door.open.clear()
    await terminal.start(door)
    await terminal.listen()
    await door.asked(Today())
    signal.raise_signal(signal.SIGINT)
    await terminal.ended()
    await terminal.stop()
    assert output.getvalue() == f"{words.FAREWELL}\n"


async def test_ctrl_c_in_a_form_only_leaves_the_form(pipe: Pipe, keyboard: StandardInput) -> None:
    with keyboard.listening(_unexpected):
        asyncio.get_running_loop().call_soon(signal.raise_signal, signal.SIGINT)
        assert await keyboard.read("Local time: ") is Sign.INTERRUPT
        pipe.say(b"today\n")
        assert await keyboard.read("> ") == "today"


async def test_hanging_up_ends_a_read(keyboard: StandardInput) -> None:
    asyncio.get_running_loop().call_soon(keyboard.hang_up)
    assert await keyboard.read("> ") is Sign.END
    assert await keyboard.read("> ") is Sign.END


def _unexpected() -> None:
    raise AssertionError("a read was in hand")


async def test_a_wheel_turns_while_an_answer_takes_its_time() -> None:
    turned = asyncio.Event()

    class Watched(io.StringIO):
        def flush(self) -> None:
            turned.set()

    output = Watched()
    async with Screen(output, live=True, styled=True, patience=0).waiting():
        await turned.wait()
    assert output.getvalue() == "\r\x1b[K⠋\r\x1b[K"


async def test_a_quick_answer_and_a_pipe_show_no_wheel() -> None:
    output = io.StringIO()
    async with Screen(output, live=True, styled=True).waiting():
        await asyncio.sleep(0)
    async with Screen(output, live=False, styled=False, patience=0).waiting():
        await asyncio.sleep(0)
    assert not output.getvalue()


def test_a_stream_of_few_letters_gets_question_marks_and_no_error() -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")
    Screen(stream, live=False, styled=False).write("ada › ✓\n")
    assert raw.getvalue() == b"ada ? ?\n"


@pytest.mark.parametrize(("columns", "widest"), [("20", 40), ("70", 70), ("300", 100)])
def test_a_screen_is_drawn_to_a_readable_width(monkeypatch: pytest.MonkeyPatch, columns: str, widest: int) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    drawn = Screen(io.StringIO(), live=True, styled=False).draw(gallery.question())
    assert widest - 10 < max(map(len, drawn.splitlines())) <= widest


def test_the_person_is_named_by_the_environment() -> None:
    local = connect({"SQLA_QUIZ_NAME": "Ada  Lovelace"})
    assert (local.name, local.person.id, local.person.name) == ("terminal", "ada lovelace", "Ada Lovelace")
    assert local.person.manages
    assert local.place.workspace == local.person.workspace


def test_the_person_is_named_by_the_login(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "grace")
    assert connect({}).person.name == "grace"


def test_a_machine_without_a_login_name_says_what_to_set(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody() -> str:
        raise KeyError("uid not found")

    monkeypatch.setattr(getpass, "getuser", nobody)
    with pytest.raises(SettingsError, match="SQLA_QUIZ_NAME"):
        connect({})
