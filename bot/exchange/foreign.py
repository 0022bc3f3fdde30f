"""Texts of other programs in the formats they come in, as blocks of a page."""

import re
from collections.abc import Iterable
from enum import StrEnum
from html.parser import HTMLParser

from bot.exchange.markdown import Block, Listing, Words, joined, mono, read

_STRONG, _CODE, _WITHOUT_TRACE = {"b", "strong"}, {"code", "tt", "kbd", "samp"}, {"i", "em", "u", "span", "a", "font"}
_ENDS = {"p", "div", "br", "li", "ul", "ol", "h1", "h2", "h3", "h4", "tr", "blockquote"}


class Format(StrEnum):
    """What a text is written in, as GIFT names it."""

    MOODLE = "moodle"
    HTML = "html"
    MARKDOWN = "markdown"
    PLAIN = "plain"


def blocks(text: str, format_: Format, lost: list[str]) -> tuple[Block, ...]:
    """The blocks of a text. What a question cannot hold is added to `lost`, in words."""
    match format_:
        case Format.PLAIN:
            paragraphs = (" ".join(part.split()) for part in re.split(r"\n\s*\n", text))
            return tuple(Words(paragraph) for paragraph in paragraphs if paragraph)
        case Format.MARKDOWN:
            return read(text, lost)
        case Format.MOODLE | Format.HTML:
            page = _Page(lost)
            try:
                page.feed(text)
                page.close()
            except AssertionError:  # how the parser of the standard library gives up on a malformed declaration
                lost.append("the text behind a malformed <! is left out")
            page.end()
            return tuple(page.found)


def one_line(text: str, format_: Format, lost: list[str]) -> str:
    """A text as one line of inline Markdown."""
    return joined(blocks(text, format_, lost), lost)


def asked(blocks_: Iterable[Block], lost: list[str]) -> tuple[str, str]:
    """What a question asks, as one line, and the program that it asks with, if any."""
    found = list(blocks_)
    programs = [block.source for block in found if isinstance(block, Listing)]
    if len(programs) > 1:
        lost.append("only the first block of code is kept")
    return joined((block for block in found if not isinstance(block, Listing)), lost), (*programs, "")[0]


class _Page(HTMLParser):
    """Collects the blocks of a text in HTML: the words, pieces and blocks of code, and what is strong."""

    def __init__(self, lost: list[str]) -> None:
        super().__init__()
        self.found: list[Block] = []
        self._lost = lost
        self._said = ""
        self._code: str | None = None  # while a piece or a block of code is open
        self._in_block = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "pre":
            self.end()
            self._code, self._in_block = "", True
        elif tag in _CODE:
            self._code = "" if self._code is None else self._code
        elif tag in _STRONG:
            self._said += "**"
        elif tag in _ENDS:
            self.end()
        elif tag == "img":
            self._lost.append(f"the picture {dict(attrs).get('src') or ''} is left out")
        elif tag not in _WITHOUT_TRACE:
            self._lost.append(f"the tag <{tag}> is left out")

    def handle_endtag(self, tag: str) -> None:
        if tag == "pre" or (tag in _CODE and not self._in_block):
            self._end_code()
        elif tag in _STRONG:
            self._said += "**"
        elif tag in _ENDS:
            self.end()

    def handle_data(self, data: str) -> None:
        if self._code is None:
            self._said += data
        else:
            self._code += data

    def end(self) -> None:
        """What was said so far is a paragraph."""
        if not self._in_block:
            self._end_code()
        if words := " ".join(self._said.split()):
            self.found.append(Words(words))
        self._said = ""

    def _end_code(self) -> None:
        if self._code is not None and self._in_block:
            self.found.append(Listing(self._code.strip("\n"), "python"))
        elif self._code is not None:
            self._said += mono(" ".join(self._code.split()))
        self._code, self._in_block = None, False
