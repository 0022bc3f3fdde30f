"""Alembic, at work on a database that is not at this release."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import text
from sqlalchemy.engine import Connection

from bot.errors import SettingsError


def config(connection: Connection | None = None) -> Config:
    """Alembic's settings: only where the scripts are, and the connection to run on."""
    settings = Config()
    settings.set_main_option("script_location", str(Path(__file__).parent))
    settings.attributes["connection"] = connection
    return settings


def upgrade(connection: Connection) -> None:
    """Every revision that is missing, one process at a time. Raises `SettingsError` for a later release's database."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('sqla-quiz migrations'))"))
    try:
        command.upgrade(config(connection), "head")
    except CommandError as error:
        raise SettingsError("DATABASE_URL", f"the database is not one of this release: {error}") from None
