"""Markdown as a tree of blocks, each with its line.

markdown-it has a tree of its own, with parents and siblings that nothing here asks for; building it took a tenth of the
time that the bank takes at every start.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from markdown_it import MarkdownIt
from markdown_it.token import Token


@dataclass(slots=True)
class Block:
    """A paragraph, a list, a fence …: `type` as markdown-it names it, without `_open`.

    `line` and `end` are the first and the last line, counted from 1. A heading and a paragraph hold one `inline` block.
    """

    type: str
    tag: str
    info: str
    markup: str
    content: str
    line: int
    end: int
    children: list["Block"] = field(default_factory=list)


def blocks(markdown: MarkdownIt, text: str) -> Sequence[Block]:
    """The blocks of a text, in their order."""
    found: list[Block] = []
    open_ones = [found]
    for token in markdown.parse(text):
        if token.nesting < 0:
            open_ones.pop()
            continue
        block = _block(token)
        open_ones[-1].append(block)
        if token.nesting > 0:
            open_ones.append(block.children)
    return found


def _block(token: Token) -> Block:
    if token.map is None:  # only what stands within a line lacks one, and that is no block
        raise ValueError(f"{token.type} has no lines")
    first, end = token.map
    kind = token.type.removesuffix("_open")
    return Block(kind, token.tag, token.info, token.markup, token.content, first + 1, end)
