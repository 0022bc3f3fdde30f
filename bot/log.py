"""Log lines for the operator: one line each, and never a secret."""

import logging
import re

_SECRETS = re.compile(
    r"xox[a-z]-[\w-]+|xapp-[\w-]+"  # Slack's tokens
    r"|[\w-]{20,}\.[\w-]{6}\.[\w-]{27,}"  # Discord's
    r"|(?<=://)[^/\s:@]+:[^/\s@]+(?=@)"  # a password in an address
)


class _Redacted(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return _SECRETS.sub("[secret]", super().format(record))


def start(level: str) -> None:
    """Write log lines from `level` on to standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(_Redacted("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for chatty in ("apscheduler", "aiosqlite", "asyncio"):
        logging.getLogger(chatty).setLevel(max(logging.WARNING, logging.getLevelName(level)))
