"""Log lines for the operator: one line each but for tracebacks, and never a secret."""

import logging
import re
from typing import TextIO

_SECRETS = re.compile(
    r"xox[a-z]-[\w-]+|xapp-[\w-]+"  # Slack's tokens
    r"|(?<![\w-])[\w-]{20,100}\.[\w-]{6}\.[\w-]{27,}"  # Discord's
    # Name and password in an address; in a database's the password may hold anything.
    r"|(?:(?<=postgres://)|(?<=postgresql://)|(?<=asyncpg://))[^/\s:@]*:\S+?(?=@[\w.:\[\]-]+(?:[/\s'\"?]|$))"
    r"|(?<=://)[^/\s:@]*:[^/\s@]+(?=@)"
)


def redacted(text: str) -> str:
    """A text without whatever in it looks like a secret."""
    return _SECRETS.sub("[secret]", text)


class _Redacted(logging.Formatter):
    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  # logging's own name
        """One line, whatever stands in it: nobody can forge another."""
        return super().formatMessage(record).replace("\r", "\\r").replace("\n", "\\n")

    def format(self, record: logging.LogRecord) -> str:
        return redacted(super().format(record))


class _Handler(logging.StreamHandler[TextIO]):
    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  # logging's own name
        """Say that a line was lost without its arguments, which logging itself would show past the formatter."""
        self.stream.write(f"a log line of {record.name}, line {record.lineno}, could not be written\n")


def start(level: str) -> None:
    """Write log lines from `level` on to standard error."""
    handler = _Handler()
    handler.setFormatter(_Redacted("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for chatty in ("apscheduler", "aiosqlite", "asyncio"):
        logging.getLogger(chatty).setLevel(max(logging.WARNING, logging.getLevelName(level)))
