"""What an author has left to do: a skeleton says TODO where words are missing, and so may anybody."""

from collections.abc import Iterator

from bot.bank.findings import Finding
from bot.bank.source import Passage, Source

_LEFT = "TODO"


def unfinished(source: Source) -> Iterator[Finding]:
    """Every text of a question that still begins with TODO."""
    for passage in _texts(source):
        if passage.text.startswith(_LEFT):
            yield Finding(source.file, passage.line, "todo", f"write this: {passage.text}")


def _texts(source: Source) -> Iterator[Passage]:
    yield source.stem
    for option in source.options:
        yield from (option.text, option.reason)
    if source.hint:
        yield source.hint
    yield source.explanation
