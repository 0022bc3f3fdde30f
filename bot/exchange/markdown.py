"""An author's inline Markdown ⇄ CommonMark, which the formats of other programs hold.

Ours knows `code` and **strong** and takes every other character for itself; CommonMark has more that means something:
https://spec.commonmark.org. Escapes are chosen so that PHP Markdown, which Moodle has, shows the same.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from bot.cards.model import Channel, Group, Link, Moment, Mono, Span, Strong, Text, spans

_COMMONMARK = MarkdownIt("commonmark")
_MEANING = re.compile(r"[\\`*_\[]")
_ENTITY = re.compile(r"&(?=[#\w])")
_BLOCK = re.compile(r"^(?:(?P<sign>[-+#])|(?P<number>\d+)(?P<after>[.)]))(?=\s|#|-|$)")
JOINER = "\N{WORD JOINER}"
"""Nothing to be seen, between characters that would mean something together."""

_GAP = re.compile(r"\s+")
_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class Words:
    """A paragraph, in our inline Markdown."""

    text: str


@dataclass(frozen=True, slots=True)
class Listing:
    """A block of code and the language it says it is in, which may be none."""

    source: str
    language: str


@dataclass(frozen=True, slots=True)
class Items:
    """A list: of each item its paragraphs."""

    items: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across the page."""


Block = Words | Listing | Items | Rule


def written(inline: str) -> str:
    """Our inline Markdown as one line of CommonMark that shows the same."""
    found = spans(inline)
    said = "".join(
        f"{JOINER}{_span(span)}" if isinstance(before, Mono) and isinstance(span, Mono) else _span(span)
        for before, span in zip((None, *found), found, strict=False)
    )
    if said.startswith((">", "~~~")):  # a quotation, a block of code
        return f"&{'gt' if said[0] == '>' else '#126'};{said[1:]}"
    return _BLOCK.sub(lambda m: rf"\{m['sign']}" if m["sign"] else rf"{m['number']}\{m['after']}", said)


def mono(code: str) -> str:
    """A piece of code within a sentence, between as many back-ticks as it needs."""
    longest = max((len(run) for run in re.findall("`+", code)), default=0)
    gap = " " if not code.strip() or code.startswith("`") or code.endswith("`") else ""
    ticks = "`" * (longest + 1)
    return f"{ticks}{gap}{code if code.strip() else ''}{gap if code.strip() else ''}{ticks}"


def fence(source: str, language: str) -> str:
    """A block of code that no line of its own can close."""
    ticks = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", source)), default=0))
    return f"{ticks}{language}\n{source}\n{ticks}"


def read(text: str, lost: list[str]) -> tuple[Block, ...]:
    """The blocks of a CommonMark text. What a question cannot hold is added to `lost`, in words."""
    return tuple(_blocks(SyntaxTreeNode(_COMMONMARK.parse(text)).children, lost))


def joined(blocks: Iterable[Block], lost: list[str]) -> str:
    """Blocks as one line of our inline Markdown."""
    said = []
    for block in blocks:
        match block:
            case Words(words):
                said.append(words)
            case Listing(source):
                said.append(mono(" ".join(source.split())))
                lost.append("a block of code is only a piece of code now")
            case Items(items):
                said += [" ".join(paragraphs) for paragraphs in items]
                lost.append("a list is only a sentence now")
            case Rule():
                pass
    return " ".join(said)


def _span(span: Span) -> str:
    match span:
        case Mono(text):
            return mono(text)
        case Strong(text) if text.strip():
            return f"**{_escaped(text)}**"
        case Strong(text):  # would be a rule
            return _escaped(f"**{text}**")
        case Text(text) | Link(text, _) | Moment(_, text) | Group(text) | Channel(text):
            return _escaped(text)


def _escaped(text: str) -> str:
    return _ENTITY.sub("&amp;", _MEANING.sub(r"\\\g<0>", text)).replace("<", "&lt;")


def _blocks(nodes: Iterable[SyntaxTreeNode], lost: list[str]) -> Iterator[Block]:
    for node in nodes:
        match node.type:
            case "paragraph" | "heading":
                if words := _inline(node, lost):
                    yield Words(words)
            case "fence" | "code_block":
                yield Listing(node.content.rstrip("\n"), node.info.split(" ")[0])
            case "bullet_list" | "ordered_list":
                yield Items(tuple(_item(item, lost) for item in node.children))
            case "hr":
                yield Rule()
            case "blockquote":
                yield from _blocks(node.children, lost)
            case _:  # a block of HTML
                lost.append("HTML is only its words now")
                yield Words(" ".join(_TAG.sub(" ", node.content).split()))


def _item(item: SyntaxTreeNode, lost: list[str]) -> tuple[str, ...]:
    return tuple(block.text for block in _blocks(item.children, lost) if isinstance(block, Words))


def _inline(block: SyntaxTreeNode, lost: list[str]) -> str:
    return "".join(_pieces(block.children[0].children, lost)).strip() if block.children else ""


def _pieces(nodes: Iterable[SyntaxTreeNode], lost: list[str]) -> Iterator[str]:
    for node in nodes:
        match node.type:
            case "text":
                yield "" if node.content == JOINER else _GAP.sub(" ", node.content)
            case "code_inline":
                yield mono(node.content)
            case "softbreak" | "hardbreak":
                yield " "
            case "strong" if node.markup == "**":
                yield from ("**", *_pieces(node.children, lost), "**")
            case "strong" | "em":
                yield from _pieces(node.children, lost)
            case "link":
                yield from (*_pieces(node.children, lost), f" ({node.attrs['href']})")
            case "image":
                lost.append(f"the picture {node.attrs['src']} is left out")
            case _:  # a tag
                lost.append(f"the tag {node.content} is left out")
