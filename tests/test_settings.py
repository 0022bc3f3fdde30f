"""The environment: what is understood, what is said of a wrong value, and that a secret is never said."""

from pathlib import Path
from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import AfterValidator, SecretStr, ValidationError
from sqlalchemy.engine import make_url

from bot.errors import SettingsError
from bot.settings import HttpUrl, Settings, Variables

SECRET = "hunter2-correct-horse"


def six_letters(secret: SecretStr) -> SecretStr:
    """A rule about a secret that says nothing of it."""
    if len(secret.get_secret_value()) != 6:
        raise ValueError("must have six letters")
    return secret


class Example(Variables):
    """A group of variables such as an adapter has."""

    example_token: Annotated[SecretStr, AfterValidator(six_letters)] | None = None
    example_url: HttpUrl = "https://example.org/api"


def refusal(**environment: str) -> str:
    """What is said of a wrong environment: one line."""
    with pytest.raises(SettingsError) as refused:
        Settings.read(environment)
    text = str(refused.value)
    assert text.startswith(f"{refused.value.variable}: ")
    assert text.isprintable()
    return text


@pytest.mark.parametrize(
    ("given_url", "meant"),
    [
        ("postgres://ada:pw@db:5432/quiz", "postgresql+asyncpg://ada:pw@db:5432/quiz"),
        ("postgresql://ada:pw@db/quiz", "postgresql+asyncpg://ada:pw@db/quiz"),
        ("postgresql+asyncpg://ada:pw@db/quiz", "postgresql+asyncpg://ada:pw@db/quiz"),
        ("sqlite:////data/quiz.sqlite3", "sqlite+aiosqlite:////data/quiz.sqlite3"),
        ("sqlite+aiosqlite:///quiz.sqlite3", "sqlite+aiosqlite:///quiz.sqlite3"),
        ("  sqlite:///quiz.sqlite3\n", "sqlite+aiosqlite:///quiz.sqlite3"),
    ],
)
def test_an_address_of_any_host_or_habit_becomes_one_for_our_drivers(given_url: str, meant: str) -> None:
    assert Settings.read({"DATABASE_URL": given_url}).database_url == meant


@pytest.mark.parametrize(
    "environment", [{}, {"DATABASE_URL": "", "PORT": " ", "LOG_LEVEL": "\t"}, {"HOME": "/", "X": "1"}]
)
def test_without_a_word_there_is_a_file_of_the_user_no_port_and_plain_log_lines(environment: dict[str, str]) -> None:
    settings = Settings.read(environment)
    assert settings.database_url.startswith("sqlite+aiosqlite:///")
    file = make_url(settings.database_url).database
    assert file is not None
    assert Path(file).is_absolute()
    assert (settings.port, settings.log_level) == (None, "INFO")


def test_what_is_said_is_taken() -> None:
    settings = Settings.read({"PORT": " 8080 ", "LOG_LEVEL": "DEBUG", "port": "1"})
    assert (settings.port, settings.log_level) == (8080, "DEBUG")


def test_settings_cannot_be_changed_after_they_were_read() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Settings.read({}).port = 1  # type: ignore[misc]  # that is the point


@pytest.mark.parametrize("port", ["0", "-1", "65536", "eighty", "80.5", "8080x", "0x50"])
def test_a_wrong_port_is_named(port: str) -> None:
    assert refusal(PORT=port).startswith("PORT: Input should be ")


def test_a_wrong_log_format_is_named_with_the_right_ones() -> None:
    assert Settings.read({}).log_format == "auto"
    assert refusal(LOG_FORMAT="xml") == "LOG_FORMAT: Input should be 'auto', 'json' or 'text'"


@pytest.mark.parametrize("level", ["info", "LOUD", "10"])
def test_a_wrong_log_level_is_named_with_the_right_ones(level: str) -> None:
    assert refusal(LOG_LEVEL=level) == "LOG_LEVEL: Input should be 'DEBUG', 'INFO', 'WARNING' or 'ERROR'"


@pytest.mark.parametrize(
    "url",
    [
        f"mysql://ada:{SECRET}@db/quiz",
        f"postgresql+psycopg://ada:{SECRET}@db/quiz",
        f"POSTGRES//ada:{SECRET}@db/quiz",
        f"ada:{SECRET}@db/quiz",
        SECRET,
    ],
)
def test_a_wrong_database_is_answered_with_an_example_and_without_its_password(url: str) -> None:
    said = refusal(DATABASE_URL=url)
    assert said.startswith("DATABASE_URL: must start with postgresql:// or sqlite:///, for example sqlite:///")
    assert SECRET not in said


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:quiz.sqlite3",
        "postgresql:quiz",
        f"postgresql://ada:{SECRET}@db:port/quiz",
        "sqlite://",
        "sqlite:///:memory:",
    ],
)
def test_an_address_without_a_usable_rest_is_refused(url: str) -> None:
    assert SECRET not in refusal(DATABASE_URL=url)


@pytest.mark.parametrize("password", ["pa#ss", "pa/ss", "pa?ss", "pa[ss"])
def test_a_password_may_hold_whatever_sqlalchemy_lets_it_hold(password: str) -> None:
    url = Settings.read({"DATABASE_URL": f"postgresql://ada:{password}@db/quiz"}).database_url
    assert make_url(url).password == password


@given(before=st.text(max_size=20), after=st.text(max_size=20))
def test_no_wrong_value_is_ever_repeated(before: str, after: str) -> None:
    value = f"{before}{SECRET}{after}"
    for name in ("PORT", "LOG_LEVEL"):
        assert SECRET not in refusal(**{name: value})
    assert SECRET not in refusal(DATABASE_URL=f"my{value}")
    with pytest.raises(SettingsError, match=r"^EXAMPLE_TOKEN: must have six letters$"):
        Example.read({"EXAMPLE_TOKEN": value})


def test_the_first_wrong_value_is_the_one_that_is_named() -> None:
    assert refusal(PORT="0", LOG_LEVEL="loud").startswith("PORT")
    assert refusal(DATABASE_URL="nonsense", PORT="0").startswith("DATABASE_URL")


def test_the_error_carries_nothing_else_that_a_traceback_would_print() -> None:
    with pytest.raises(SettingsError) as refused:
        Settings.read({"DATABASE_URL": f"mysql://ada:{SECRET}@db/quiz"})
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__


def test_a_group_s_own_error_hides_what_it_was_given() -> None:
    with pytest.raises(ValidationError) as refused:
        Settings.model_validate({"database_url": f"mysql://ada:{SECRET}@db/quiz"})
    assert SECRET not in str(refused.value)


def test_a_secret_is_not_shown_with_its_group() -> None:
    example = Example.read({"EXAMPLE_TOKEN": "sesame"})
    assert example.example_token is not None
    assert example.example_token.get_secret_value() == "sesame"
    assert "sesame" not in repr(example)


@pytest.mark.parametrize(
    ("given_url", "meant"), [("https://example.org/api/", "https://example.org/api"), ("http://127.0.0.1:8080", None)]
)
def test_a_web_address_loses_its_closing_slash(given_url: str, meant: str | None) -> None:
    assert Example.read({"EXAMPLE_URL": given_url}).example_url == (meant or given_url)


@pytest.mark.parametrize("url", ["example.org", "ftp://example.org", "https://", "http:///path", "http://[::1", "//x"])
def test_what_is_no_web_address_is_refused(url: str) -> None:
    with pytest.raises(SettingsError) as refused:
        Example.read({"EXAMPLE_URL": url})
    assert refused.value.variable == "EXAMPLE_URL"
    assert str(refused.value).isprintable()
