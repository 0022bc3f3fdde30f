"""The parts of a question's page: what may stand where, and words as a card can show them."""

import re
from collections.abc import Iterable, Mapping

from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.bank.blocks import Block, blocks
from bot.bank.front import FormatError, Front
from bot.bank.source import Passage

# Back-slashes and entities stay what they are: a card shows an author's words, it does not parse Markdown again.
# References and underlined headings have no place in a question; looking for them costs time at every start, and so
# does looking into every line, which `_strange` does where there is something to be found.
_MARKDOWN = MarkdownIt("commonmark").disable(["escape", "entity", "reference", "lheading", "inline"])
_MARKED = re.compile(r"[*_\[\]<>!]")

ORDER = (
    *("stem", "setup", "code", "output", "sql", "trace", "options"),
    *("hint heading", "hint", "explanation heading", "explanation", "async heading", "twin"),
)
_OPTIONAL = {"setup", "trace", "hint heading", "hint", "async heading", "twin"}
_REPEATED = {"output", "sql", "trace", "explanation"}
_EXAMPLES = {
    "stem": "`# The question?`",
    "code": "a fence ```python run",
    "output": "a fence ```text output",
    "sql": "a fence ```sql emitted",
    "trace": "a fence ```text trace",
    "options": "a list of options, each with its mark, a reason and a proof",
    "hint": "a sentence under `## Hint`",
    "explanation heading": "`## Explanation`",
    "explanation": "a paragraph under `## Explanation`",
    "twin": "a fence ```python async under `## Async`",
}
_FENCES = {
    "python setup": "setup",
    "python run": "code",
    "text output": "output",
    "sql emitted": "sql",
    "text trace": "trace",
    "python async": "twin",
}
_HEADINGS = {"Hint": "hint heading", "Explanation": "explanation heading", "Async": "async heading"}

Parts = Mapping[str, list[Block]]


def parts(lines: list[str]) -> Parts:
    """The blocks of a page by the part they are, all that have to be there and in their order. Raises `FormatError`."""
    found: dict[str, list[Block]] = {name: [] for name in ORDER}
    for node in blocks(_MARKDOWN, "\n".join(lines)):
        name = _part(node, found)
        if node.type == "fence" and lines[node.end - 1].strip() != node.markup:
            raise FormatError(node.line, f"this fence is not closed: end it with {node.markup}")
        at = ORDER.index(name)
        _present(found, ORDER[:at], node.line)
        if any(found[later] for later in ORDER[at + 1 :]) or (found[name] and name not in _REPEATED):
            raise FormatError(node.line, f"{name} comes too late or twice: the order is {', '.join(ORDER)}")
        found[name].append(node)
    _present(found, ORDER, len(lines))
    return found


def _present(found: Parts, names: Iterable[str], line: int) -> None:
    for name in names:
        needed = name not in _OPTIONAL or (name == "hint" and found["hint heading"])
        needed = needed or (name == "twin" and bool(found["async heading"]))
        if needed and not found[name]:
            raise FormatError(line, f"no {name} before this line: add {_EXAMPLES[name]}")


def _part(node: Block, found: Parts) -> str:
    match node.type, node.tag:
        case "heading", "h1":
            return "stem"
        case "heading", "h2" if name := _HEADINGS.get(node.children[0].content):
            return name
        case "bullet_list", _:
            return "options"
        case "paragraph", _:
            hinting = found["hint heading"] and not found["explanation heading"]
            return "hint" if hinting else "explanation"
        case "fence", _ if name := _FENCES.get(" ".join(node.info.split()[:2])):
            return name
        case _:
            raise FormatError(node.line, f"this {node.type} has no place here: a question is {', '.join(ORDER)}")


def words(inline: Block, what: str, limit: int, hidden: int = 0) -> Passage:
    """A sentence as a card can show it, without its first `hidden` characters. Raises `FormatError`."""
    said = inline.content[hidden:]
    if strange := _strange(said):
        raise FormatError(inline.line, f"{what} holds {strange}: use plain words, `code` and **strong** only")
    text = " ".join(said.split())
    if not text:
        raise FormatError(inline.line, f"{what} is empty: write it")
    return within(Passage(text, inline.line), what, limit)


def _strange(text: str) -> str:
    """What within a line is more than plain words, `code` and **strong**, if anything is."""
    outside, code = text.split("`")[::2], text.split("`")[1::2]
    if len(outside) > len(code) and not _MARKED.search("".join(outside)):
        return ""
    tokens: list[Token] = []
    _MARKDOWN.inline.parse(text, _MARKDOWN, {}, tokens)
    within_strong = False
    for token in tokens:
        if token.type in {"strong_open", "strong_close"} and token.markup == "**":
            within_strong = token.type == "strong_open"
        elif token.type not in {"text", "softbreak"} and (within_strong or token.type != "code_inline"):
            return token.type.removesuffix("_open")
    return ""


def within(passage: Passage, what: str, limit: int) -> Passage:
    """The passage, if it is not longer than that. Raises `FormatError`."""
    if len(passage.text) > limit:
        raise FormatError(passage.line, f"{what} has {len(passage.text)} characters: shorten it to {limit}")
    return passage


def known(versions: Iterable[str], front: Front, line: int) -> None:
    """Raises `FormatError` for a version that the front matter does not list."""
    for version in versions:
        if version not in front.versions:
            listed = ", ".join(front.versions)
            raise FormatError(line, f"version {version!r} is not in `versions`, which lists {listed}")
