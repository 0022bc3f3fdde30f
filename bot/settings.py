"""What the environment says. Every wrong value becomes one `SettingsError` that names its variable.

A group of variables is a `Variables` subclass; its field `log_level` is read from `LOG_LEVEL`. Adapters have their own.
"""

from collections.abc import Mapping
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from platformdirs import user_data_path
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError

from bot.errors import SettingsError
from bot.sealing import KeyRing

_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "sqlite+aiosqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+asyncpg",
    "postgresql": "postgresql+asyncpg",
    "postgresql+asyncpg": "postgresql+asyncpg",
}
_LEAST_TOKEN = 16  # characters


class Variables(BaseModel):
    """Variables read together. An empty value counts as absent; secrets are `SecretStr` fields."""

    model_config = ConfigDict(frozen=True, str_strip_whitespace=True, hide_input_in_errors=True)

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> Self:
        """The variables of this group. Raises `SettingsError` for the first wrong one."""
        names = {name: name.upper() for name in cls.model_fields}
        given = {name: value for name in names if (value := environment.get(names[name], "").strip())}
        try:
            return cls.model_validate(given)
        except ValidationError as error:
            first = error.errors(include_input=False)[0]
            raise SettingsError(names[str(first["loc"][0])], first["msg"].removeprefix("Value error, ")) from None


def _database_url(text: str) -> str:
    scheme, separator, rest = text.partition("://")
    if not separator or scheme not in _DRIVERS:
        raise ValueError("must start with postgresql:// or sqlite:///, for example sqlite:////data/quiz.sqlite3")
    if scheme.startswith("sqlite") and (rest.partition("?")[0] in ("", "/", "/:memory:") or "mode=memory" in rest):
        raise ValueError("must name a file, for example sqlite:////data/quiz.sqlite3")
    if scheme.startswith("sqlite") and not rest.startswith("/"):
        raise ValueError("needs three slashes or four before the file, for example sqlite:////data/quiz.sqlite3")
    _port(f"//{rest.rpartition('@')[2]}")  # what stands before the last @ may hold anything
    return f"{_DRIVERS[scheme]}://{rest}"


def _http_url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("must be an address that starts with http:// or https://")
    _port(text)
    return text.rstrip("/")


def _port(address: str) -> None:
    try:
        _ = urlsplit(address).port
    except ValueError:
        raise ValueError("has a port that is no number from 0 to 65535") from None


HttpUrl = Annotated[str, AfterValidator(_http_url)]
"""A web address without its closing slash."""


def _own_database() -> str:
    return f"sqlite+aiosqlite:///{user_data_path('sqla-quiz') / 'quiz.sqlite3'}"


def _ring(text: SecretStr) -> SecretStr:
    KeyRing.read(text.get_secret_value())
    return text


def _long_enough(token: SecretStr) -> SecretStr:
    if len(token.get_secret_value()) < _LEAST_TOKEN:
        raise ValueError(f"needs {_LEAST_TOKEN} characters at least, for example those of: openssl rand -hex 32")
    return token


class Settings(Variables):
    """What the core itself needs to know."""

    database_url: Annotated[str, AfterValidator(_database_url)] = Field(default_factory=_own_database, repr=False)
    port: int | None = Field(default=None, ge=1, le=65535)
    secret_keys: Annotated[SecretStr, AfterValidator(_ring)] | None = None
    metrics_token: Annotated[SecretStr, AfterValidator(_long_enough)] | None = None
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["auto", "json", "text"] = "auto"

    def ring(self) -> KeyRing | None:
        """The keys that secrets are sealed with, if there are any."""
        return KeyRing.read(self.secret_keys.get_secret_value()) if self.secret_keys else None
