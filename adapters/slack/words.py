"""Words as Slack can show them: nothing invisible, nothing that turns its neighbours round, nothing too long."""

from collections.abc import Iterator

from bot.domain.words import isolate, visible


def clean(text: str) -> str:
    """The text as its readers may see it; right-to-left words stay among themselves."""
    return isolate(visible(text))


def escape(text: str) -> str:
    """The text for Slack's own markup: the three characters that could open a link, a ping or an entity."""
    return clean(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def cut(text: str, longest: int) -> str:
    """At most `longest` characters; an ellipsis says that something is missing."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def short(text: str, longest: int) -> str:
    """The text as its readers may see it, with all that this takes in at most `longest` characters."""
    shown = clean(cut(text, longest))
    return shown if len(shown) <= longest else clean(cut(text, longest - 2))  # for what keeps its direction apart


def pieces(text: str, longest: int) -> Iterator[str]:
    """The whole text in pieces of at most `longest` characters; none where there is no text."""
    for start in range(0, len(text), longest):
        yield text[start : start + longest]
