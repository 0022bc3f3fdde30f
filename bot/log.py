"""Log lines for the operator: JSON for machines, plain ones for a terminal, one line each, and never a secret."""

import json
import logging
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from math import isfinite
from typing import Literal, TextIO
from urllib.parse import quote, quote_plus, unquote

Form = Literal["auto", "json", "text"]
"""How lines are written; `auto` is text on a terminal, JSON elsewhere."""

_HIDDEN = "[secret]"
_LOOKS_SECRET = re.compile(
    r"xox[a-z]-[\w-]+|xapp-[\w-]+"  # Slack's tokens
    r"|(?<![\w-])[\w-]{20,100}\.[\w-]{6}\.[\w-]{27,}"  # Discord's
    # Name and password in an address; in a database's the password may hold anything.
    r"|(?:(?<=postgres://)|(?<=postgresql://)|(?<=asyncpg://))[^/\s:@]*:\S+?(?=@[\w.:\[\]-]+(?:[/\s'\"?]|$))"
    r"|(?<=://)[^/\s:@]*:[^/\s@]+(?=@)"
    r"|(?i:(?<=bearer )|(?<=basic ))[\w+/=.~-]{6,}"  # what a header carries
)
_NAMES_SECRET = re.compile(r"(?:TOKEN|SECRET|PASSWORD|KEY)S?$", re.IGNORECASE)  # the ends of variables' names
_PASSWORD = re.compile(r"://[^/\s:@]*:(.+)@")
_SHORTEST, _SHORTEST_PART = 6, 16  # characters; a shorter one would be found in innocent words
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_OF_EVERY_RECORD = {*vars(logging.makeLogRecord({})), "message", "asctime", "taskName"}


class Redactor:
    """Hides what looks like a secret, and the secrets it was told, however they are quoted."""

    def __init__(self, known: Iterable[str] = ()) -> None:
        """`known` are values that must never be seen."""
        ways = {way for value in known for way in _ways(value)}
        any_of = "|".join(map(re.escape, sorted(ways, key=len, reverse=True)))
        self._known = re.compile(any_of, re.IGNORECASE) if ways else None  # %2f is the same as %2F

    def __call__(self, text: str) -> str:
        """The text without them."""
        return _LOOKS_SECRET.sub(_HIDDEN, self._known.sub(_HIDDEN, text) if self._known else text)


redacted = Redactor()
"""A text without whatever in it looks like a secret."""


def secrets_in(environment: Mapping[str, str]) -> Iterator[str]:
    """The values that must not be seen: those of variables named like secrets, whole and in their long parts, and the
    passwords in addresses.
    """
    for name, value in environment.items():
        if _NAMES_SECRET.search(name):
            parts = {*re.split(r"[\s,;:]", value), *re.split(r"[\s,;:.-]", value)}
            yield from (part for part in parts if len(part) >= _SHORTEST_PART)
            yield from [value.strip()] if len(value.strip()) >= _SHORTEST else []
        if found := _PASSWORD.search(value):
            yield from (way for way in (found[1], unquote(found[1])) if len(way) >= _SHORTEST)


def _ways(secret: str) -> Iterator[str]:
    """How a secret may be written: as it is, within quotes of Python or JSON, in an address."""
    yield secret
    for escaped in (repr(secret)[1:-1], ascii(secret)[1:-1]):
        yield from (escaped, escaped.replace("\\'", "'").replace("'", "\\'"))  # which quotes need it, the rest decides
    yield from (json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1])
    yield from (quote(secret), quote(secret, safe=""), quote_plus(secret))


class _Formatter(logging.Formatter):
    """One line for each record. What comes from elsewhere can neither forge another nor move the cursor."""

    def __init__(self, redact: Redactor) -> None:
        super().__init__()
        self._redact = redact

    def _extra(self, record: logging.LogRecord) -> dict[str, object]:
        """What was told besides the message, without secrets."""
        return {name: self._clean(it) for name, it in vars(record).items() if name not in _OF_EVERY_RECORD}

    def _clean(self, it: object) -> object:
        match it:
            case None | bool() | int():
                return it
            case float():
                return it if isfinite(it) else str(it)
            case dict():
                return {self._redact(str(key)): self._clean(value) for key, value in it.items()}
            case list() | tuple() | set() | frozenset():
                return [self._clean(each) for each in it]
            case _:
                return self._redact(str(it))

    def _trace(self, record: logging.LogRecord) -> str:
        """The error and where it happened, without secrets; empty where there was none."""
        parts = (self.formatException(record.exc_info) if record.exc_info else "", record.stack_info or "")
        return self._redact("\n".join(filter(None, parts)))


class _Json(_Formatter):
    def format(self, record: logging.LogRecord) -> str:
        fields: dict[str, object] = {
            "time": _moment(record),
            "level": record.levelname,
            "logger": record.name,
            "message": self._redact(record.getMessage()),
        }
        fields = self._extra(record) | fields
        if trace := self._trace(record):
            fields["exception"] = trace
        return json.dumps(fields)


class _Text(_Formatter):
    def format(self, record: logging.LogRecord) -> str:
        extra = "".join(f" {name}={it}" for name, it in self._extra(record).items())
        said = f"{self._redact(record.getMessage())}{extra}"
        trace = self._trace(record).splitlines()
        first = f"{_moment(record)} {record.levelname} {record.name} {_visible(said)}"
        return "\n".join([first, *(f"    {_visible(line)}" for line in trace)])


def _moment(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _visible(text: str) -> str:
    return _CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)


class _Handler(logging.StreamHandler[TextIO]):
    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  # logging's own name
        """Say that a line was lost without its arguments, which logging itself would show past the formatter."""
        lost = f"a log line of {record.name}, line {record.lineno}, could not be written"
        told = {"name": __name__, "levelname": "ERROR", "msg": lost}
        self.stream.write(f"{self.format(logging.makeLogRecord(told))}\n")


def start(level: str, form: Form = "text", secrets: Iterable[str] = ()) -> None:
    """Write log lines from `level` on to standard error, without these secrets."""
    handler, redact = _Handler(), Redactor(secrets)
    text = handler.stream.isatty() if form == "auto" else form == "text"
    handler.setFormatter(_Text(redact) if text else _Json(redact))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for chatty in ("apscheduler", "aiosqlite", "asyncio"):
        logging.getLogger(chatty).setLevel(max(logging.WARNING, logging.getLevelName(level)))
