"""`python -m bot doctor` as a person calls it, and what it says."""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field

from click.testing import CliRunner

from bot.__main__ import cli

_OURS = (
    "DISCORD_TOKEN",
    "DISCORD_API_URL",
    "SLACK_BOT_TOKEN",
    "SLACK_APP_TOKEN",
    "SLACK_SIGNING_SECRET",
    "SLACK_CLIENT_ID",
    "SLACK_CLIENT_SECRET",
    "SLACK_API_URL",
    "PUBLIC_URL",
    "SECRET_KEYS",
    "DATABASE_URL",
    "PORT",
    "LOG_LEVEL",
)


@dataclass(frozen=True)
class Done:
    """What the program said, and what it ended with. `found` is what it said with `--json`."""

    status: int
    said: str
    complaint: str
    found: list[Mapping[str, str]] = field(default_factory=list)

    def of(self, title: str) -> Mapping[str, str]:
        """The one finding of that title."""
        (found,) = [each for each in self.found if each["title"] == title]
        return found


def consult(environment: Mapping[str, str | None], *words: str) -> Done:
    """Run the command line in an environment that says nothing else to us."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level  # the program sets up logging for a process of its own
    try:
        done = CliRunner().invoke(cli, ["doctor", *words], env={**dict.fromkeys(_OURS), **environment})
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
    assert "Traceback" not in done.output
    return Done(done.exit_code, done.stdout, done.stderr, json.loads(done.stdout) if "--json" in words else [])


def plain(url: str) -> str:
    """A database's address as operators write it."""
    return url.replace("+aiosqlite", "").replace("+asyncpg", "")
