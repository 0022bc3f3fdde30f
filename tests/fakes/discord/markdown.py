"""What a reader of Discord sees of a text, and what else happens there: the rules of its clients, in their order."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text: what kind of thing it became, and what is read there."""

    kind: str
    text: str


_AT_LINE_START = (
    ("heading", r"#{1,3} +"),
    ("small", r"-# +"),
    ("quote", r">>>? +|> "),
    ("list", r" *[-*+] +|[ \t]*\d+[.)] +"),
)
_ANYWHERE = (
    ("block", r"```(?:[a-z0-9_+\-.#]+\n)?\n*(?P<inner>[^\n].*?)\n*```"),
    ("code", r"(?P<ticks>`+)(?P<inner>.*?[^`])(?P=ticks)(?!`)"),
    ("escape", r"\\(?P<inner>[^0-9A-Za-z\s])"),
    ("link", r"\[(?P<inner>(?:\\.|[^\]\\])+)\]\((?P<url>[^\s)]+)\)"),
    ("mention", r"<@[!&]?\d+>|<#\d+>|<id:\w+>|</[^:>]+:\d+>|@everyone|@here"),
    ("moment", r"<t:(?P<unix>-?\d+)(?::(?P<style>[tTdDfFsSR]))?>"),
    ("emoji", r"<a?:\w+:\d+>|:\w+:"),
    ("link", r"<?(?:https?|discord)://[^\s<]+[^<.,:;\"'\]\s]>?"),
    ("strong", r"\*\*(?P<inner>(?:\\.|[^\\])+?)\*\*(?!\*)"),
    ("underline", r"__(?P<inner>(?:\\.|[^\\])+?)__(?!_)"),
    ("emphasis", r"_(?P<inner>(?:__|\\.|[^\\_])+?)_(?!\w)|\*(?=\S)(?P<other>(?:\*\*|\\.|[^\\*])+?)(?<!\s)\*(?!\*)"),
    ("struck", r"~~(?P<inner>(?:\\.|[^\\])+?)~~(?!_)"),
    ("spoiler", r"\|\|(?P<inner>(?:\\.|[^\\])+?)\|\|"),
)
_NESTS = {"strong", "underline", "emphasis", "struck", "spoiler"}
_LINE_RULES = [(kind, re.compile(rule)) for kind, rule in _AT_LINE_START]
_RULES = [(kind, re.compile(rule, re.DOTALL)) for kind, rule in _ANYWHERE]


def read(text: str) -> Iterator[Piece]:
    """The pieces of a text, in order."""
    at, plain = 0, ""
    while at < len(text):
        found = _match(text, at)
        if found is None:
            plain += text[at]
            at += 1
            continue
        if plain:
            yield Piece("text", plain)
            plain = ""
        kind, match = found
        yield from _pieces(kind, match)
        at = match.end()
    if plain:
        yield Piece("text", plain)


def visible(text: str) -> str:
    """What is read, without the marks that are not seen."""
    shown = "".join(piece.text for piece in read(text))
    return re.sub("[\u200b\u2066-\u2069]", "", shown)


def kinds(text: str) -> set[str]:
    """What became of a text, apart from plain words."""
    return {piece.kind for piece in read(text)} - {"text", "escape"}


def pings(text: str, allowed: set[str]) -> set[str]:
    """Who is called by a text: servers look for names everywhere, even behind a backslash and in code."""
    wanted = {"everyone": r"@everyone|@here", "roles": r"<@&\d+>", "users": r"<@!?\d+>"}
    return {found for kind, rule in wanted.items() if kind in allowed for found in re.findall(rule, text)}


def _match(text: str, at: int) -> tuple[str, re.Match[str]] | None:
    fresh = at == 0 or text[at - 1] == "\n"
    rules = [*_LINE_RULES, *_RULES] if fresh else _RULES
    return next(((kind, match) for kind, rule in rules if (match := rule.match(text, at))), None)


def _pieces(kind: str, match: re.Match[str]) -> Iterator[Piece]:
    groups = match.groupdict()
    inner = groups.get("inner") or groups.get("other")
    if kind in _NESTS and inner:
        yield Piece(kind, "")
        yield from read(inner)
    elif kind == "link" and inner:
        yield Piece(kind, f"{visible(inner)} ({groups['url']})")
    elif kind == "moment":
        relative = groups["style"] == "R"
        yield Piece(
            kind, "in a while" if relative else f"{datetime.fromtimestamp(int(groups['unix']), UTC):%A, %d %B %Y %H:%M}"
        )
    elif kind == "code" and inner:
        yield Piece(kind, re.sub(r"^ (?= *`)|(?<=`) $", "", inner))
    elif kind in ("heading", "small", "quote", "list"):
        yield Piece(kind, "")
    else:
        yield Piece(kind, match[0] if inner is None else inner)
