"""Log lines: whatever is logged, and wherever in it a secret stands, the secret does not reach the stream."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.log import start

log = logging.getLogger("tests.log")
CHATTY = ("apscheduler", "aiosqlite", "asyncio")


@contextmanager
def stream(level: str = "INFO") -> Iterator[StringIO]:
    """What reaches standard error while log lines are written from `level` on."""
    root = logging.getLogger()
    handlers, levels = root.handlers, {name: logging.getLogger(name).level for name in ("", *CHATTY)}
    root.handlers = []
    try:
        with redirect_stderr(StringIO()) as written:
            start(level)
            yield written
    finally:
        root.handlers = handlers
        for name, before in levels.items():
            logging.getLogger(name).setLevel(before)


def in_message(text: str) -> None:
    log.warning(text)


def in_argument(text: str) -> None:
    log.warning("connecting to %s failed", text)


def in_repr(text: str) -> None:
    log.warning("connecting with %r failed", {"token": text, "more": [text]})


def in_exception(text: str) -> None:
    log.error("connecting failed", exc_info=ConnectionError(text))


def in_cause(text: str) -> None:
    error = RuntimeError("cannot go on")
    error.__cause__ = ConnectionError(text)
    log.error("connecting failed", exc_info=error)


def in_note(text: str) -> None:
    error = ConnectionError("refused")
    error.add_note(text)
    log.error("connecting failed", exc_info=error)


WAYS: list[Callable[[str], None]] = [in_message, in_argument, in_repr, in_exception, in_cause, in_note]

slack = st.from_regex(r"xox[abepr]-[0-9]{10,13}-[0-9]{10,13}-[A-Za-z0-9]{24}", fullmatch=True)
slack_app = st.from_regex(r"xapp-1-A[A-Z0-9]{10}-[0-9]{13}-[0-9a-f]{64}", fullmatch=True)
discord = st.from_regex(r"[MNO][A-Za-z0-9_-]{23,27}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,38}", fullmatch=True)
passwords = st.from_regex(r"[A-Za-z0-9%!$&*+,;=:._~-]{12,40}", fullmatch=True)
around = st.text(max_size=12) | st.sampled_from(["Bearer ", "token=", "'", '"', "(", "\n", "https://", "-", "."])


@pytest.mark.parametrize("way", WAYS)
@given(secret=slack | slack_app | discord, before=around, after=around)
def test_no_token_is_ever_written(way: Callable[[str], None], secret: str, before: str, after: str) -> None:
    with stream() as written:
        way(f"{before}{secret}{after}")
    assert "tests.log" in written.getvalue()
    assert "[secret]" in written.getvalue()
    assert secret not in written.getvalue()
    assert secret[-20:] not in written.getvalue()


@pytest.mark.parametrize("way", WAYS)
@given(secret=passwords, before=around, after=around)
def test_no_password_of_an_address_is_ever_written(
    way: Callable[[str], None], secret: str, before: str, after: str
) -> None:
    with stream() as written:
        way(f"{before}postgresql+asyncpg://ada:{secret}@db.example.org:5432/quiz{after}")
    assert "@db.example.org:5432/quiz" in written.getvalue(), "which database it was may be known"
    assert secret not in written.getvalue()


@pytest.mark.parametrize("login", [":open-sesame", "ada:open/sesame", "ada:open@sesame"])
def test_a_password_is_hidden_even_where_it_is_oddly_written(login: str) -> None:
    with stream() as written:
        log.error("cannot reach %s", f"postgresql://{login}@db/quiz")
    assert "sesame" not in written.getvalue()
    assert "@db/quiz" in written.getvalue()


def test_a_line_that_cannot_be_made_hides_its_arguments_too() -> None:
    with stream() as written:
        log.error("%d tries", "xoxb-1234567890-1234567890-abcdefghijklmnopqrstuvwx")
    assert "abcdefghijklmnopqrstuvwx" not in written.getvalue()
    assert "tests.log" in written.getvalue(), "but that a line was lost is said"


@pytest.mark.parametrize(
    "text",
    [
        "https://example.org:8080/path?x=1@2",
        "q1:answer:12:B for ada@example.org",
        "round 2026-11-23 of sess-0006 in 123456789012345678",
        "sqlite+aiosqlite:////data/quiz.sqlite3",
    ],
)
def test_what_is_no_secret_is_written_as_it_is(text: str) -> None:
    with stream() as written:
        log.info("about %s", text)
    assert written.getvalue().endswith(f" INFO tests.log about {text}\n")


def test_lines_below_the_level_are_not_written() -> None:
    with stream("WARNING") as written:
        log.info("all is well")
        log.warning("take care")
    assert [line.partition("tests.log ")[2] for line in written.getvalue().splitlines()] == ["take care"]


@pytest.mark.parametrize("name", CHATTY)
@pytest.mark.parametrize(
    ("level", "heard"), [("DEBUG", ["warning", "error"]), ("INFO", ["warning", "error"]), ("ERROR", ["error"])]
)
def test_libraries_that_talk_all_day_are_heard_only_when_something_is_wrong(
    name: str, level: str, heard: list[str]
) -> None:
    with stream(level) as written:
        for severity in ("debug", "info", "warning", "error"):
            getattr(logging.getLogger(name), severity)(severity)
    assert [line.split()[-1] for line in written.getvalue().splitlines()] == heard
