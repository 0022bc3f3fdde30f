"""Log lines: whatever is logged, and wherever in it a secret stands, the secret does not reach the stream."""

import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr
from io import StringIO
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.log import Form, secrets_in, start

log = logging.getLogger("tests.log")
CHATTY = ("apscheduler", "aiosqlite", "asyncio")
FORMS: tuple[Form, ...] = ("text", "json")


class Terminal(StringIO):
    """A stream that somebody looks at."""

    def isatty(self) -> bool:
        """Yes."""
        return True


@contextmanager
def stream(
    level: str = "INFO", form: Form = "text", environment: dict[str, str] | None = None, to: StringIO | None = None
) -> Iterator[StringIO]:
    """What reaches standard error while log lines are written from `level` on."""
    root = logging.getLogger()
    handlers, levels = root.handlers, {name: logging.getLogger(name).level for name in ("", *CHATTY)}
    root.handlers = []
    try:
        with redirect_stderr(to or StringIO()) as written:
            start(level, form, secrets_in(environment or {}))
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


def in_group(text: str) -> None:
    log.error("all failed", exc_info=ExceptionGroup("all", [ConnectionError(text), ValueError({"why": text})]))


def in_extra(text: str) -> None:
    log.warning("connecting failed", extra={"where": text})


def in_nested_extra(text: str) -> None:
    log.warning("connecting failed", extra={"seen": {text: [text, (text, {"deep": ConnectionError(text)})]}})


def in_json(text: str) -> None:
    log.warning("Slack said %s", json.dumps({"body": text}))


WAYS: list[Callable[[str], None]] = [
    *(in_message, in_argument, in_repr, in_exception, in_cause, in_note, in_group, in_extra, in_nested_extra, in_json)
]

ways, forms = st.sampled_from(WAYS), st.sampled_from(FORMS)
slack = st.from_regex(r"xox[abepr]-[0-9]{10,13}-[0-9]{10,13}-[A-Za-z0-9]{24}", fullmatch=True)
slack_app = st.from_regex(r"xapp-1-A[A-Z0-9]{10}-[0-9]{13}-[0-9a-f]{64}", fullmatch=True)
discord = st.from_regex(r"[MNO][A-Za-z0-9_-]{23,27}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,38}", fullmatch=True)
passwords = st.from_regex(r"[A-Za-z0-9%!$&*+,;=:._~-]{12,40}", fullmatch=True)
hexadecimal = st.from_regex(r"[0-9a-f]{32}", fullmatch=True)
keys = st.from_regex(r"[A-Za-z0-9_-]{43}=", fullmatch=True)
odd = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S")), min_size=8, max_size=40).filter(
    str.isprintable
)
around = st.text(max_size=12) | st.sampled_from(["Bearer ", "token=", "'", '"', "(", "\n", "https://", "-", "."])


@settings(max_examples=500, deadline=None)
@given(form=forms, way=ways, secret=slack | slack_app | discord, before=around, after=around)
def test_no_token_is_ever_written(form: Form, way: Callable[[str], None], secret: str, before: str, after: str) -> None:
    with stream(form=form) as written:
        way(f"{before}{secret}{after}")
    assert "tests.log" in written.getvalue()
    assert "[secret]" in written.getvalue()
    assert secret not in written.getvalue()
    assert secret[-20:] not in written.getvalue()


@settings(max_examples=500, deadline=None)
@given(form=forms, way=ways, secret=passwords, before=around, after=around)
def test_no_password_of_an_address_is_ever_written(
    form: Form, way: Callable[[str], None], secret: str, before: str, after: str
) -> None:
    with stream(form=form) as written:
        way(f"{before}postgresql+asyncpg://ada:{secret}@db.example.org:5432/quiz{after}")
    assert "@db.example.org:5432/quiz" in written.getvalue(), "which database it was may be known"
    assert secret not in written.getvalue()


def environment(secret: str) -> dict[str, str]:
    """Where a secret of any shape may be given."""
    return {
        "SLACK_SIGNING_SECRET": secret,
        "SECRET_KEYS": f"new:{secret},old:{secret[::-1]}",
        "DATABASE_URL": f"postgresql://ada:{quote(secret, safe='')}@db/quiz",
        "HOME": "/home/ada",
    }


@settings(max_examples=800, deadline=None)
@given(
    form=forms,
    way=ways,
    quoted=st.sampled_from([str, quote, quote_plus]),
    secret=passwords | hexadecimal | keys | odd,
    before=around,
    after=around,
)
def test_no_value_of_a_secret_variable_is_ever_written(
    form: Form, way: Callable[[str], None], quoted: Callable[[str], str], secret: str, before: str, after: str
) -> None:
    with stream(form=form, environment=environment(secret)) as written:
        way(f"{before}{quoted(secret)}{after}")
    said = written.getvalue()
    assert "[secret]" in said
    for line in said.splitlines():
        shown = json.dumps(json.loads(line), ensure_ascii=False) if form == "json" else line
        assert secret not in shown
        assert quoted(secret) not in shown


@pytest.mark.parametrize("quoted", [str, repr, json.dumps, ascii, quote, quote_plus])
def test_a_secret_is_known_however_it_is_quoted(quoted: Callable[[str], str]) -> None:
    for secret in ("né\"e d'un / mystère", "l'autre mystère", 'un "mystère"'):
        with stream(environment={"SLACK_SIGNING_SECRET": secret}) as written:
            log.warning("signed with %s, %s!", quoted(secret), quoted(f"'{secret}'\""))
        assert written.getvalue().count("[secret]") == 2
        assert "myst" not in written.getvalue()


@pytest.mark.parametrize("form", FORMS)
def test_the_parts_of_a_token_are_secret_too(form: Form) -> None:
    token = "MTIzNDU2Nzg5MDEyMzQ1Njc4.GabcdE.a-part_that_is_what_counts_most_of_all"
    with stream(form=form, environment={"DISCORD_TOKEN": token}) as written:
        log.warning("signed with %s", token.split(".")[2])
        log.warning("by %s", token.split(".", maxsplit=1)[0])
    assert written.getvalue().count("[secret]") == 2
    assert "counts_most" not in written.getvalue()


@pytest.mark.parametrize("form", FORMS)
def test_what_a_header_carries_is_hidden(form: Form) -> None:
    with stream(form=form) as written:
        log.warning("sent %r", {"Authorization": "Basic Y2xpZW50OnNlY3JldA==", "X": "bearer abcdef123456"})
    assert "Y2xpZW50" not in written.getvalue()
    assert "abcdef" not in written.getvalue()


def test_short_values_and_other_variables_are_no_secrets() -> None:
    given = {
        "SLACK_BOT_TOKEN": "a",
        "LOG_LEVEL": "WARNING",
        "API_KEY": " ",
        "KEYBOARD": "international",
        "X": "a://b:c@d",
    }
    assert list(secrets_in(given)) == []


@pytest.mark.parametrize("login", [":open-sesame", "ada:open/sesame", "ada:open@sesame"])
def test_a_password_is_hidden_even_where_it_is_oddly_written(login: str) -> None:
    with stream() as written:
        log.error("cannot reach %s", f"postgresql://{login}@db/quiz")
    assert "sesame" not in written.getvalue()
    assert "@db/quiz" in written.getvalue()


@pytest.mark.parametrize("form", FORMS)
def test_a_line_that_cannot_be_made_hides_its_arguments_too(form: Form) -> None:
    with stream(form=form) as written:
        log.error("%d tries", "xoxb-1234567890-1234567890-abcdefghijklmnopqrstuvwx")
    assert "abcdefghijklmnopqrstuvwx" not in written.getvalue()
    assert "tests.log" in written.getvalue(), "but that a line was lost is said"
    assert len(written.getvalue().splitlines()) == 1


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
    with stream(environment=environment("open-sesame-and-more")) as written:
        log.info("about %s", text)
    assert written.getvalue().endswith(f"Z INFO tests.log about {text}\n")


@settings(max_examples=200, deadline=None)
@given(way=ways, text=st.text(max_size=40))
def test_nobody_forges_a_line_of_text(way: Callable[[str], None], text: str) -> None:
    with stream() as written:
        way(f"{text}\n2026-11-23T09:00:00.000Z INFO bot.app all is well\r\x1b[2J\u2028{text}")
    first, *more = written.getvalue().removesuffix("\n").splitlines()
    assert " tests.log " in first
    assert all(line.startswith("    ") for line in more)
    assert "\x1b" not in written.getvalue()


@settings(max_examples=200, deadline=None)
@given(way=ways, text=st.text(max_size=40))
def test_every_record_is_one_line_of_json(way: Callable[[str], None], text: str) -> None:
    with stream(form="json") as written:
        way(f"{text}\n{{}}\r\u2028{text}")
    [line] = written.getvalue().splitlines()
    assert json.loads(line)["logger"] == "tests.log"
    assert line.isascii()


def test_json_has_its_fields_and_what_was_told_besides() -> None:
    with stream(form="json") as written:
        told = {"platform": "memory", "attempt": 2, "took": float("inf"), "level": "x"}
        log.error("posting %s failed", 7, extra=told, exc_info=ValueError("no such place"))
    line = json.loads(written.getvalue())
    assert line.pop("time").endswith("Z")
    assert line == {
        "level": "ERROR",
        "logger": "tests.log",
        "message": "posting 7 failed",
        "platform": "memory",
        "attempt": 2,
        "took": "inf",
        "exception": "ValueError: no such place",
    }


def test_text_has_what_was_told_besides_and_the_error_below() -> None:
    with stream() as written:
        log.error("posting failed", extra={"platform": "memory", "attempt": 2}, exc_info=ValueError("no such place"))
    first, *more = written.getvalue().splitlines()
    assert first.endswith("Z ERROR tests.log posting failed platform=memory attempt=2")
    assert more == ["    ValueError: no such place"]


@pytest.mark.parametrize(
    ("form", "to", "is_json"),
    [
        ("auto", StringIO, True),
        ("auto", Terminal, False),
        ("json", Terminal, True),
        ("text", StringIO, False),
    ],
)
def test_lines_are_readable_on_a_terminal_and_json_elsewhere(
    form: Form, to: Callable[[], StringIO], is_json: bool
) -> None:
    with stream(form=form, to=to()) as written:
        log.info("all is well")
    assert written.getvalue().startswith("{") == is_json


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
